import type { Policy } from './compile.ts';
import type { Context } from './context.ts';
import type { Asker, Nearness } from './principals.ts';
import { type About, aboutOf, type Decisive } from './together.ts';

/** What a principal may: its own policies and its groups', or its role's, cut by a boundary and by session policies. */
export interface Rights {
  readonly identity: readonly Policy[];
  /** `gone`: its policy was deleted, and nothing is allowed any more (rule A-108). */
  readonly boundary?: Policy | 'gone';
  /** Of a session that was made with some. */
  readonly session?: readonly Policy[];
}

export interface Question {
  readonly action: string;
  readonly resource: string;
  readonly context: Context;
}

/** The kinds of policies, in the order in which refusals name them (rule A-181). */
export type PolicyKind = 'identity' | 'boundary' | 'session' | 'trust';

export type Verdict =
  | { readonly kind: 'allow'; readonly by: Decisive }
  | { readonly kind: 'explicitDeny'; readonly in: PolicyKind; readonly by: Decisive }
  /** `lacking`: of which kind no policy allows it. */
  | { readonly kind: 'implicitDeny'; readonly lacking: PolicyKind };

/** Whether a principal may do it (rules ). Pure. */
export const evaluate = (rights: Rights, question: Question): Verdict => evaluateAny(rights, [question]);

/** Whether it may do one of several: a Deny on any of them counts, then an Allow on any; else the first tells why not. */
export const evaluateAny = (rights: Rights, questions: readonly Question[]): Verdict => {
  const singles = questions.map((question) => singleOf(rights, question));
  for (const single of singles) {
    const denied = denial(rights, single);
    if (denied) return denied;
  }
  let first: Verdict | undefined;
  for (const single of singles) {
    const verdict = allowance(rights, single);
    if (verdict.kind === 'allow') return verdict;
    first ??= verdict;
  }
  return first!;
};

/**
 * Whether an asker may have a role (rules ). The trust policy must allow it; who is named by itself needs nothing
 * else, whose role is named is cut as ever, and where the account is named the asker's own policies say.
 */
export const evaluateTrust = (trust: Policy, asker: Asker, rights: Rights, question: Question): Verdict => {
  const single = singleOf(rights, question);
  const about = aboutOf([trust], single.action, single.resource);
  const naming = (effect: 'Allow' | 'Deny') =>
    about[effect].filter(
      ({ rule }) => rule.applies(about.resource, single.context) && rule.names?.(asker) !== undefined,
    );
  const refused = denial(rights, single);
  if (refused) return refused;
  const [deny] = naming('Deny');
  if (deny) return { kind: 'explicitDeny', in: 'trust', by: deny };
  const allowing = naming('Allow');
  const nearest = (['itself', 'role', 'account'] as const).find((nearness) =>
    allowing.some(({ rule }) => rule.names!(asker) === nearness),
  );
  if (nearest === undefined) return { kind: 'implicitDeny', lacking: 'trust' };
  const by = allowing.find(({ rule }) => rule.names!(asker) === nearest)!;
  return trusted(nearest, by, rights, single);
};

const trusted = (nearest: Nearness, by: Decisive, rights: Rights, single: Single): Verdict => {
  switch (nearest) {
    case 'itself':
      return { kind: 'allow', by };
    case 'role':
      return cut(rights, single) ?? { kind: 'allow', by };
    case 'account':
      return allowance(rights, single);
  }
};

/** A question with what the asker's own policies say of its action and resource: that is asked twice. */
interface Single extends Question {
  readonly identity: About | undefined;
}

const singleOf = ({ identity }: Rights, { action, resource, context }: Question): Single => ({
  action,
  resource,
  context,
  identity: aboutIn(identity, action, resource),
});

const aboutIn = (policies: readonly Policy[], action: string, resource: string): About | undefined =>
  policies.length === 0 ? undefined : aboutOf(policies, action, resource);

const firstIn = (
  about: About | undefined,
  effect: 'Allow' | 'Deny',
  { context }: Single,
): Decisive | undefined => about?.[effect].find(({ rule }) => rule.applies(about.resource, context));

const firstOf = (
  policies: readonly Policy[],
  effect: 'Allow' | 'Deny',
  single: Single,
): Decisive | undefined => firstIn(aboutIn(policies, single.action, single.resource), effect, single);

const boundaryOf = ({ boundary }: Rights): readonly Policy[] =>
  boundary === undefined || boundary === 'gone' ? [] : [boundary];

/** A Deny that matches, in whatever policy. */
const denial = (rights: Rights, single: Single): Verdict | undefined => {
  const denied = (kind: PolicyKind, by: Decisive | undefined): Verdict | undefined =>
    by && { kind: 'explicitDeny', in: kind, by };
  return (
    denied('identity', firstIn(single.identity, 'Deny', single)) ??
    denied('boundary', firstOf(boundaryOf(rights), 'Deny', single)) ??
    denied('session', firstOf(rights.session ?? [], 'Deny', single))
  );
};

const allowance = (rights: Rights, single: Single): Verdict => {
  const by = firstIn(single.identity, 'Allow', single);
  if (!by) return { kind: 'implicitDeny', lacking: 'identity' };
  return cut(rights, single) ?? { kind: 'allow', by };
};

/** What boundary and session policies leave out. */
const cut = (rights: Rights, single: Single): Verdict | undefined => {
  if (rights.boundary !== undefined && !firstOf(boundaryOf(rights), 'Allow', single))
    return { kind: 'implicitDeny', lacking: 'boundary' };
  if (rights.session && !firstOf(rights.session, 'Allow', single))
    return { kind: 'implicitDeny', lacking: 'session' };
  return undefined;
};
