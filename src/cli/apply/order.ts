import type { Json } from './json.ts';

/*
 * In which order steps are taken, so that a run that ends in the middle has left nobody with more than the state before or the state
 * after allows (rule A-230): what forbids comes first, what goes goes before what comes, and a boundary is there before what it holds.
 */

/** One after the other; within one of them, as they are planned. */
export const PHASES = [
  // what gives nobody anything
  'make',
  // what only denies
  'forbid',
  // what allows, and goes
  'take',
  // boundaries, and who is trusted
  'bound',
  // what denies, and will deny something else
  'turn',
  // what denies and allows
  'mix',
  // who leaves a group that denies
  'leave',
  // what denies, and goes
  'lift',
  // what allows
  'give',
  // boundaries that go
  'unbound',
  'drop',
] as const;

export type Phase = (typeof PHASES)[number];

/** What the statements of a policy do; `nothing` where it has none, or is not known. */
export type Effect = 'allows' | 'denies' | 'both' | 'nothing';

export const effectOf = (document: { readonly Statement?: Json } | undefined): Effect => {
  const effects = [document?.Statement ?? []].flat() as readonly { readonly Effect?: Json }[];
  const has = (effect: string) => effects.some(({ Effect }) => Effect === effect);
  if (has('Deny')) return has('Allow') ? 'both' : 'denies';
  return has('Allow') ? 'allows' : 'nothing';
};

/** When what has such policies comes. */
export const COMES: Readonly<Record<Effect, Phase>> = {
  ...{ allows: 'give', denies: 'forbid', both: 'mix', nothing: 'give' },
};

/** And when it goes: what it denies must not be missed by what goes, too. */
export const GOES: Readonly<Record<Effect, Phase>> = {
  ...{ allows: 'take', denies: 'lift', both: 'lift', nothing: 'take' },
};

/** When one document takes the place of another: before what the first may have been denied by goes. */
export const changes = (from: Effect, to: Effect): Phase => {
  if (GOES[from] === 'lift' && COMES[to] === 'give') return 'lift';
  if (COMES[to] !== 'forbid') return 'mix';
  return GOES[from] === 'lift' ? 'turn' : 'forbid';
};

/** What several do together. */
export const together = (effects: readonly Effect[]): Effect => {
  const denies = effects.some((one) => one === 'denies' || one === 'both');
  const allows = effects.some((one) => one === 'allows' || one === 'both');
  if (denies) return allows ? 'both' : 'denies';
  return allows ? 'allows' : 'nothing';
};

export const later = (a: Phase, b: Phase): Phase => (PHASES.indexOf(a) < PHASES.indexOf(b) ? b : a);

/** When what gives rights by a name comes or goes: by what policies say now, and will say. */
export interface Rights {
  /** A policy of somebody's. */
  readonly comes: (arn: string) => Phase;
  readonly goes: (arn: string) => Phase;
  /** A policy's document. */
  readonly changes: (arn: string) => Phase;
  readonly isChanged: (arn: string) => boolean;
  /** A member of a group. */
  readonly joined: (group: string) => Phase;
  readonly left: (group: string) => Phase;
  /** Whether somebody who has what it holds is denied something else by the same policy afterwards. */
  readonly turns: (kind: 'User' | 'Group' | 'Role', name: string) => boolean;
}
