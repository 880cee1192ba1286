import type { Found } from './found.ts';
import type { Phase, Rights } from './order.ts';
import type { Wrong } from './read-file.ts';

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
