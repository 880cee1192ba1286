import type { Found, FoundRole, FoundUser } from './found.ts';
import type { Phase } from './order.ts';
import type { Wrong } from './read-file.ts';
import type { Rights } from './rights.ts';

/** One request, which changes one thing. */
export interface Step {
  /** `attach AWSBatchFullAccess to user ann`. */
  readonly says: string;
  /** What of the file asks for it; undefined of what is taken away because the file does not name it. */
  readonly at?: string;
  /** Of IAM, but `SetLimits`. */
  readonly action: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly phase: Phase;
  /** Whether it is about what whoever asks has its rights by. */
  readonly isOwn?: boolean;
}

/** What everybody who plans looks at. */
export interface Context {
  readonly found: Found;
  /** What the file does not name goes. */
  readonly prune: boolean;
  readonly wrong: Wrong;
  /** The ARN that a policy's name in the file means; throws, with its place, where there is none. */
  readonly policy: (name: string, at: string) => string;
  readonly isOwn: (kind: OwnKind, id: string) => boolean;
  readonly rights: Rights;
}

/** Policies and issuers are told by their ARNs, all others by their names. */
export type OwnKind = 'user' | 'group' | 'role' | 'policy' | 'provider';

/** Names have no case (rule A-005). */
export const isSameName = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

export const named = <T extends { readonly name: string }>(all: readonly T[], name: string): T | undefined =>
  all.find((one) => isSameName(one.name, name));

/** As the file names a policy: `p`, `longshore/Submitter`, or an ARN that nothing shorter means. */
export const shortPolicy = ({ account, policies, builtIn }: Found, arn: string): string => {
  const own = policies.find((one) => one.arn === arn);
  if (own) return own.name;
  const short = arn.replace(/^.*?:policy\//, '');
  if (arn.startsWith(`${account}:`)) return short.slice(short.lastIndexOf('/') + 1);
  return builtIn.includes(arn) && !named(policies, short) ? short : arn;
};

/** Whether something is the asker's own: it, its groups, their policies, and of a role whom it trusts, for they have it. */
export const ownOf = (found: Found): Context['isOwn'] => {
  const own = new Set<string>();
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
  return (of, id) => own.has(`${of} ${id}`);
};
