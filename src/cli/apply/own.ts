import { readDocument } from '../../auth/policy/document.ts';
import type { Principal } from '../../auth/policy/principals.ts';
import { isRefusal } from '../../domain/refusal.ts';
import type { Found, FoundRole, FoundUser } from './found.ts';
import { type Context, named } from './step.ts';

/** What whoever asks has its rights by. */
export interface Own {
  readonly isOwn: Context['isOwn'];
  /** The role that it came in by which may be assumed by whoever is allowed to: nobody can say by whom it was. */
  readonly openRole?: string;
}

/** Whether something is the asker's own: it, its groups, their policies, and of a role whom it trusts, for they have it. */
export const ownOf = (found: Found): Own => {
  const own = new Set<string>();
  let openRole: string | undefined;
  const holds = (who: Pick<FoundUser, 'policies' | 'boundary'>): void => {
    for (const arn of [...who.policies, ...(who.boundary === undefined ? [] : [who.boundary])])
      own.add(`policy ${arn}`);
  };
  const addUser = (user: FoundUser): void => {
    own.add(`user ${user.name}`);
    holds(user);
    for (const name of user.groups) {
      own.add(`group ${name}`);
      const group = named(found.groups, name);
      if (group) holds(group);
    }
  };
  const addRole = (role: FoundRole): void => {
    if (own.has(`role ${role.name}`)) return;
    own.add(`role ${role.name}`);
    holds(role);
    if (isOpen(role, found.account)) openRole ??= role.name;
    const trust = JSON.stringify(role.trust);
    const isTrusted = ({ arn }: { readonly arn: string }) => trust.includes(`"${arn}"`);
    for (const user of found.users.filter(isTrusted)) addUser(user);
    for (const other of found.roles.filter(isTrusted)) addRole(other);
    for (const { arn } of found.providers.filter(isTrusted)) own.add(`provider ${arn}`);
  };
  const { kind, name } = found.self;
  const user = kind === 'user' ? named(found.users, name) : undefined;
  if (user) addUser(user);
  const role = kind === 'role' ? named(found.roles, name) : undefined;
  if (role) addRole(role);
  return {
    isOwn: (of, id) => own.has(`${of} ${id}`),
    ...(openRole !== undefined && { openRole }),
  };
};

/** Whether it trusts the account, or all but somebody. */
const isOpen = ({ trust }: FoundRole, account: string): boolean => {
  const document = readDocument(JSON.stringify(trust), 'trust');
  if (isRefusal(document)) return true;
  const [number] = /\d{12}/.exec(account) ?? [];
  const isAll = ({ kind, value }: Principal) =>
    kind === 'AWS' && ['*', number, `${account}:root`].includes(value);
  return document.statements.some(
    ({ effect, principals }) =>
      effect === 'Allow' &&
      (principals === undefined ||
        principals.except ||
        principals.list === '*' ||
        principals.list.some(isAll)),
  );
};
