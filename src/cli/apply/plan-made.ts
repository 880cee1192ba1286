import { isDeepStrictEqual } from 'node:util';
import type { AccessFile, GroupSaid, PolicySaid, ProviderSaid, RoleSaid, UserSaid } from './access-file.ts';
import type { FoundPolicy, FoundRole, FoundUser } from './found.ts';
import { heldSteps, tagSteps, tagsListed } from './plan-held.ts';
import { type Context, isSameName, named, type Step } from './step.ts';

/* What the file names: made where it is not there, changed where it is otherwise. */

const NOTHING = { policies: [], inline: {} } as const;

/** What a name, path or text stays that nobody can change. */
const fixed = (
  { wrong }: Context,
  at: string,
  said: string | undefined,
  found: string,
  what: string,
): void => {
  if (said !== undefined && said !== found) throw wrong(at, `${what} stays as it was made: it is '${found}'`);
};

/** As IAM takes what new ones are made with. */
const madeWith = (path: string | undefined, tags: Readonly<Record<string, string>> = {}) => ({
  ...(path !== undefined && { Path: path }),
  ...(Object.keys(tags).length > 0 && { Tags: tagsListed(tags) }),
});

export const policySteps = (context: Context, said: PolicySaid, at: string): Step[] => {
  const { name, path, document, description, tags } = said;
  const found = named(context.found.policies, name);
  if (found) return policyChanges(context, said, found, at);
  const input = {
    ...{ PolicyName: name, PolicyDocument: JSON.stringify(document), ...madeWith(path, tags) },
    ...(description !== undefined && { Description: description }),
  };
  return [{ says: `make policy ${name}`, at, action: 'CreatePolicy', input }];
};

/** There may be so many versions of a policy. */
const MOST_VERSIONS = 5;

const policyChanges = (context: Context, said: PolicySaid, found: FoundPolicy, at: string): Step[] => {
  const { arn, name, others } = found;
  fixed(context, `${at}.path`, said.path, found.path, 'the path of a policy');
  fixed(context, `${at}.description`, said.description, found.description, 'the description of a policy');
  const tags = tagSteps(context, { kind: 'Policy', name, at, said, arn }, found.tags);
  if (isDeepStrictEqual(said.document, found.document)) return tags;
  const oldest = others.length < MOST_VERSIONS - 1 ? undefined : others[0];
  const PolicyDocument = JSON.stringify(said.document);
  return [
    ...(oldest === undefined ? [] : [dropVersion(found, oldest)]),
    {
      ...{ says: `change policy ${name}`, at: `${at}.document` },
      ...{ action: 'CreatePolicyVersion', input: { PolicyArn: arn, PolicyDocument, SetAsDefault: 'true' } },
    },
    ...tags,
  ];
};

export const dropVersion = ({ name, arn }: FoundPolicy, version: string): Step => ({
  ...{ says: `delete version ${version} of policy ${name}`, action: 'DeletePolicyVersion' },
  input: { PolicyArn: arn, VersionId: version },
});

export const groupSteps = (context: Context, said: GroupSaid, at: string): Step[] => {
  const found = named(context.found.groups, said.name);
  const name = found?.name ?? said.name;
  const held = heldSteps(context, { kind: 'Group', name, at, said, has: found ?? NOTHING });
  if (!found)
    return [
      {
        ...{ says: `make group ${name}`, at, action: 'CreateGroup' },
        input: { GroupName: name, ...madeWith(said.path) },
      },
      ...held,
    ];
  const isMoved = said.path !== undefined && said.path !== found.path;
  return [
    ...(isMoved
      ? [
          {
            ...{ says: `move group ${name} to ${said.path}`, at: `${at}.path`, action: 'UpdateGroup' },
            input: { GroupName: name, NewPath: said.path },
          },
        ]
      : []),
    ...held,
  ];
};

/** `groups`: those of the file, beside those that are there. */
export const userSteps = (
  context: Context,
  groups: readonly GroupSaid[],
  said: UserSaid,
  at: string,
): Step[] => {
  const found = named(context.found.users, said.name);
  const name = found?.name ?? said.name;
  const has = found ?? { ...NOTHING, ...madeOf(context, said, at) };
  return [
    ...(found ? userMoves(said, found, at) : [newUser(context, said, at)]),
    ...memberSteps(context, groups, said, { name, groups: found?.groups ?? [], at }),
    ...heldSteps(context, { kind: 'User', name, at, said, has }),
  ];
};

/** What of it is there as soon as it is made. */
const madeOf = (context: Context, { tags = {}, boundary }: UserSaid | RoleSaid, at: string) => ({
  tags,
  ...(boundary !== undefined && { boundary: context.policy(boundary, `${at}.boundary`) }),
});

/** Bounded from the first moment on. */
const newUser = (context: Context, said: UserSaid, at: string): Step => {
  const { boundary, tags } = madeOf(context, said, at);
  return {
    ...{ says: `make user ${said.name}`, at, action: 'CreateUser' },
    input: {
      ...{ UserName: said.name, ...madeWith(said.path, tags) },
      ...(boundary !== undefined && { PermissionsBoundary: boundary }),
    },
  };
};

const userMoves = ({ path }: UserSaid, found: FoundUser, at: string): Step[] =>
  path === undefined || path === found.path
    ? []
    : [
        {
          ...{ says: `move user ${found.name} to ${path}`, at: `${at}.path`, action: 'UpdateUser' },
          input: { UserName: found.name, NewPath: path },
        },
      ];

const memberSteps = (
  { found, prune, wrong, isOwn }: Context,
  inFile: readonly GroupSaid[],
  { groups: wanted = [] }: UserSaid,
  user: { readonly name: string; readonly groups: readonly string[]; readonly at: string },
): Step[] => {
  const { name, groups, at } = user;
  const isIn = (list: readonly string[], one: string) => list.some((other) => isSameName(other, one));
  for (const [n, group] of wanted.entries())
    if (!named(found.groups, group) && !named(inFile, group))
      throw wrong(`${at}.groups[${n}]`, `there is no group ${group}`);
  return [
    ...wanted.flatMap((group, n) =>
      isIn(groups, group) || isIn(wanted.slice(0, n), group)
        ? []
        : [
            {
              ...{ says: `put user ${name} into group ${group}`, at: `${at}.groups[${n}]` },
              ...{ action: 'AddUserToGroup', input: { UserName: name, GroupName: group } },
            },
          ],
    ),
    ...groups
      .filter((group) => prune && !isIn(wanted, group))
      .map((group) => leave(name, group, isOwn('user', name))),
  ];
};

export const leave = (user: string, group: string, isOwn: boolean): Step => ({
  ...{ says: `take user ${user} out of group ${group}`, isOwn },
  ...{ action: 'RemoveUserFromGroup', input: { UserName: user, GroupName: group } },
});

/** First those that are to be made, whom others may trust; whoever trusts another one of them comes after it. */
export const roleSteps = (context: Context, roles: AccessFile['roles']): Step[] => {
  const placed = roles.map((said, n) => ({ said, at: `roles[${n}]` }));
  const isNew = ({ said }: Placed) => named(context.found.roles, said.name) === undefined;
  const made = inOrderOfTrust(context, placed.filter(isNew));
  return [
    ...made.map(({ said, at }) => newRole(context, said, at)),
    ...placed.flatMap(({ said, at }) => {
      const found = named(context.found.roles, said.name);
      const name = found?.name ?? said.name;
      const has = found ?? { ...NOTHING, ...madeOf(context, said, at) };
      return [
        ...(found ? roleChanges(context, said, found, at) : []),
        ...heldSteps(context, { kind: 'Role', name, at, said, has }),
      ];
    }),
  ];
};

interface Placed {
  readonly said: RoleSaid;
  readonly at: string;
}

const inOrderOfTrust = ({ found }: Context, roles: readonly Placed[]): Placed[] => {
  const rest = [...roles];
  const ordered: Placed[] = [];
  while (rest.length > 0) {
    const next = rest.findIndex(({ said }) => {
      const trust = JSON.stringify(said.trust);
      return !rest.some(
        (other) => other.said !== said && trust.includes(`"${arnOf(found.account, 'role', other.said)}"`),
      );
    });
    // of those that trust each other in a circle the service says that it cannot be
    ordered.push(...rest.splice(Math.max(next, 0), 1));
  }
  return ordered;
};

export const arnOf = (
  account: string,
  kind: 'role' | 'policy',
  { path = '/', name }: { readonly path?: string; readonly name: string },
): string => `${account}:${kind}${path}${name}`;

const newRole = (context: Context, said: RoleSaid, at: string): Step => {
  const { name, path, trust, description, maxSession } = said;
  const { boundary, tags } = madeOf(context, said, at);
  return {
    ...{ says: `make role ${name}`, at, action: 'CreateRole' },
    input: {
      ...{ RoleName: name, AssumeRolePolicyDocument: JSON.stringify(trust), ...madeWith(path, tags) },
      ...(description !== undefined && { Description: description }),
      ...(maxSession !== undefined && { MaxSessionDuration: maxSession }),
      ...(boundary !== undefined && { PermissionsBoundary: boundary }),
    },
  };
};

const roleChanges = (context: Context, said: RoleSaid, found: FoundRole, at: string): Step[] => {
  const { name } = found;
  fixed(context, `${at}.path`, said.path, found.path, 'the path of a role');
  const { description = found.description, maxSession = found.maxSession } = said;
  const isOther = description !== found.description || maxSession !== found.maxSession;
  return [
    ...(isDeepStrictEqual(said.trust, found.trust)
      ? []
      : [
          {
            ...{
              says: `change whom role ${name} trusts`,
              at: `${at}.trust`,
              action: 'UpdateAssumeRolePolicy',
            },
            input: { RoleName: name, PolicyDocument: JSON.stringify(said.trust) },
          },
        ]),
    ...(isOther
      ? [
          {
            ...{ says: `change role ${name}`, at, action: 'UpdateRole' },
            input: { RoleName: name, Description: description, MaxSessionDuration: maxSession },
          },
        ]
      : []),
  ];
};

export const placeOf = (url: string): string => url.replace(/^https?:\/\//, '');

export const providerSteps = (context: Context, said: ProviderSaid, at: string): Step[] => {
  const { url, clientIds = [] } = said;
  const found = context.found.providers.find((one) => placeOf(one.url) === placeOf(url));
  if (!found)
    return [
      {
        ...{ says: `make issuer ${url}`, at, action: 'CreateOpenIDConnectProvider' },
        input: { Url: url, ClientIDList: clientIds },
      },
    ];
  fixed(context, `${at}.url`, url, found.url, 'the URL of an issuer');
  const { arn } = found;
  const step = (action: 'Add' | 'Remove', id: string): Step => ({
    says: action === 'Add' ? `add client ${id} to issuer ${url}` : `remove client ${id} from issuer ${url}`,
    ...(action === 'Add' ? { at: `${at}.clientIds` } : { isOwn: context.isOwn('provider', arn) }),
    action: `${action}ClientID${action === 'Add' ? 'To' : 'From'}OpenIDConnectProvider`,
    input: { OpenIDConnectProviderArn: arn, ClientID: id },
  });
  return [
    ...clientIds.filter((id) => !found.clientIds.includes(id)).map((id) => step('Add', id)),
    ...found.clientIds
      .filter((id) => context.prune && !clientIds.includes(id))
      .map((id) => step('Remove', id)),
  ];
};
