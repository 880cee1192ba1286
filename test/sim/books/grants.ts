import type { Expected, Ledger, Request } from './requests.ts';
import { type Owner, rightsIn } from './rights.ts';
import { roleArnOf } from './sessions.ts';

/* What changes who may what: policies of users, groups and roles, members, trust, and the keys that STS gives out. */

type Kind = 'User' | 'Group' | 'Role';

const NO_ROLE = /^The role with name \S+ cannot be found/;

const ownerIn = (kind: Kind, input: Request['input']): Owner =>
  `${kind.toLowerCase() as 'user' | 'group' | 'role'} ${input[`${kind}Name`]}`;

const isThere = ({ rights }: Ledger, kind: Kind, { input }: Request): boolean =>
  kind !== 'Role' || rights.sessions.hasRole(input.RoleName);

const putPolicy =
  (kind: Kind) =>
  (ledger: Ledger, request: Request): Expected => {
    const { input } = request;
    if (!isThere(ledger, kind, request)) return { refusal: NO_ROLE };
    const rights = rightsIn(input.PolicyDocument);
    return { apply: () => ledger.rights.put(ownerIn(kind, input), input.PolicyName, rights) };
  };

const deletePolicy =
  (kind: Kind) =>
  (ledger: Ledger, request: Request): Expected => {
    const { input } = request;
    if (!isThere(ledger, kind, request)) return { refusal: NO_ROLE };
    const owner = ownerIn(kind, input);
    if (!ledger.rights.has(owner, input.PolicyName))
      return { refusal: /^The (user|group|role) policy with name \S+ cannot be found/ };
    return { apply: () => ledger.rights.put(owner, input.PolicyName, undefined) };
  };

const join = ({ rights }: Ledger, { input }: Request): Expected => ({
  apply: () => rights.joins(input.UserName, input.GroupName, true),
});

const leave = ({ rights }: Ledger, { input }: Request): Expected =>
  rights.isMember(input.UserName, input.GroupName)
    ? { apply: () => rights.joins(input.UserName, input.GroupName, false) }
    : { refusal: /^The user with name \S+ cannot be found/ };

/** Whom a trust policy names. */
const trustedIn = (document: string): ReadonlySet<string> =>
  new Set([...document.matchAll(/:user\/(\w+)"/g)].map(([, name]) => name!));

const makeRole = ({ rights }: Ledger, { input }: Request): Expected =>
  rights.sessions.hasRole(input.RoleName)
    ? { refusal: /^Role with name \S+ already exists/ }
    : {
        apply: () =>
          rights.changed(() =>
            rights.sessions.make(input.RoleName, trustedIn(input.AssumeRolePolicyDocument)),
          ),
      };

const trust = ({ rights }: Ledger, { input }: Request): Expected =>
  rights.sessions.hasRole(input.RoleName)
    ? {
        apply: () =>
          rights.changed(() => rights.sessions.trust(input.RoleName, trustedIn(input.PolicyDocument))),
      }
    : { refusal: NO_ROLE };

const dropRole = ({ rights }: Ledger, { input }: Request): Expected => {
  if (!rights.sessions.hasRole(input.RoleName)) return { refusal: NO_ROLE };
  return rights.has(`role ${input.RoleName}`)
    ? { refusal: /^Cannot delete entity, must delete policies first/ }
    : { apply: () => rights.changed(() => rights.sessions.drop(input.RoleName)) };
};

/** Whether the role trusts who asks was decided before; it may have gone since. */
const assumeRole = ({ rights }: Ledger, { input }: Request): Expected => {
  const role = input.RoleArn.slice(roleArnOf('').length);
  if (!rights.sessions.hasRole(role)) return { refusal: /is not authorized to perform: sts:AssumeRole/ };
  return {
    // one that was made anew under the name meanwhile is another
    may: /is not authorized to perform: sts:AssumeRole/,
    apply: (answer) => {
      if (!answer) return;
      const { AccessKeyId: accessKeyId, SessionToken: token, Expiration } = answer.Credentials;
      rights.sessions.issued(role, input.RoleSessionName, { accessKeyId, token }, Date.parse(Expiration));
    },
  };
};

export const GRANTS = {
  PutUserPolicy: putPolicy('User'),
  DeleteUserPolicy: deletePolicy('User'),
  PutGroupPolicy: putPolicy('Group'),
  DeleteGroupPolicy: deletePolicy('Group'),
  PutRolePolicy: putPolicy('Role'),
  DeleteRolePolicy: deletePolicy('Role'),
  AddUserToGroup: join,
  RemoveUserFromGroup: leave,
  CreateRole: makeRole,
  UpdateAssumeRolePolicy: trust,
  DeleteRole: dropRole,
  AssumeRole: assumeRole,
};
