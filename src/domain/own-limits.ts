import type { Rate } from '../lib/buckets.ts';

/* Limits of one user, role or queue, where it has its own (rules ). */

/** What of them is given. */
export interface OwnLimits {
  readonly rate?: Rate;
  /** Jobs that have not finished, an array's children each. */
  readonly jobs?: number;
}

/** As tables keep it: null where there is none of its own. */
export interface LimitColumns {
  readonly per_second: number | null;
  /** Null as well where it is the usual one of the rate. */
  readonly burst: number | null;
  readonly most_jobs: number | null;
}

export const NO_LIMITS: LimitColumns = { per_second: null, burst: null, most_jobs: null };

export const ownLimits = ({ per_second, burst, most_jobs }: LimitColumns): OwnLimits => ({
  ...(per_second !== null && {
    rate: { perSecond: per_second, burst: burst ?? usualBurst(per_second) },
  }),
  ...(most_jobs !== null && { jobs: most_jobs }),
});

export type LimitedKind = 'user' | 'role' | 'queue';

/** Whom a name means: `queue/night` is a queue, `role/ci` a role, all else a user. */
export const limitedIn = (given: string): { readonly kind: LimitedKind; readonly name: string } => {
  const [, kind = 'user', name = given] = /^(user|role|queue)\/(.+)$/.exec(given) ?? [];
  return { kind: kind as LimitedKind, name };
};

const MOST = 1_000_000_000;
const isCount = (value: number | undefined): boolean => value === undefined || (value >= 1 && value <= MOST);

export interface LimitsGiven {
  readonly name?: string;
  readonly rate?: string;
  readonly burst?: number;
  readonly jobs?: number;
}

/** What is wrong with limits, whoever has them. */
export const wrongLimits = ({ name = '', rate, burst, jobs }: LimitsGiven): string | undefined => {
  if (limitedIn(name).kind === 'queue' && (rate !== undefined || burst !== undefined))
    return 'rate and burst are of users and roles; a queue has jobs alone';
  if (rate !== undefined && perSecondIn(rate) === undefined)
    return `rate must be requests a second such as 50/s, got ${rate}`;
  if (burst !== undefined && rate === undefined) return 'burst goes with rate';
  if (!isCount(burst)) return `burst must be between 1 and ${MOST}`;
  return isCount(jobs) ? undefined : `jobs must be between 1 and ${MOST}`;
};

/** `50/s`, `0.5/s`; undefined for what is no rate. */
export const perSecondIn = (text: string): number | undefined => {
  const [, amount] = /^(\d{1,6}(?:\.\d{1,3})?)\/s$/.exec(text) ?? [];
  const perSecond = Number(amount);
  return perSecond > 0 ? perSecond : undefined;
};

export const usualBurst = (perSecond: number): number => Math.max(1, perSecond * 4);
