import { type Refusal, refuseWrapped } from './refusal.ts';

/** How jobs of a queue with this policy share its capacity, with all defaults: rules T-064 to T-072, T-080. */
export interface FairSharePolicy {
  /** 0 to a week; how long use counts: see `windowOf`. */
  readonly shareDecaySeconds: number;
  /** Percent, 0 to 99. */
  readonly computeReservation: number;
  readonly shareDistribution: readonly ShareWeight[];
}

/** Of a share, or with `*` at the end of each share that begins so; the smaller the weight, the more it gets. */
export interface ShareWeight {
  readonly shareIdentifier: string;
  readonly weightFactor: number;
}

/** For queues of service jobs alone. */
export interface QuotaSharePolicy {
  readonly idleResourceAssignmentStrategy: string;
}

/** A policy as it is stored and shown: one of the two. */
export type PolicyDoc =
  | { readonly fairsharePolicy: FairSharePolicy }
  | { readonly quotaSharePolicy: QuotaSharePolicy };

/** What a policy is of, as requests have it. */
export interface PolicyInput {
  readonly fairsharePolicy?: Partial<Omit<FairSharePolicy, 'shareDistribution'>> & {
    readonly shareDistribution?: readonly {
      readonly shareIdentifier: string;
      readonly weightFactor?: number;
    }[];
  };
  readonly quotaSharePolicy?: QuotaSharePolicy;
}

export type PolicyKind = 'fairsharePolicy' | 'quotaSharePolicy';

export const kindOf = (doc: PolicyDoc): PolicyKind =>
  'fairsharePolicy' in doc ? 'fairsharePolicy' : 'quotaSharePolicy';

export const SHARE_IDENTIFIER = /^[a-zA-Z0-9_-]{1,254}[a-zA-Z0-9_*-]?$|^\*$/;
export const WRONG_IDENTIFIER = 'ShareIdentifier name should match a valid pattern.';

export const LONGEST_DECAY_SECONDS = 604_800;
const LARGEST_RESERVATION = 99;
/** Of entries in a policy, and of shares that are active in a queue. */
export const MOST_SHARES = 500;

/** Why a policy cannot be as a request has it: rules T-062 to T-073. */
export const checkPolicy = ({ fairsharePolicy, quotaSharePolicy }: PolicyInput): Refusal | undefined => {
  if (fairsharePolicy && quotaSharePolicy)
    return refuseWrapped('A scheduling policy can have either fairsharePolicy or quotaSharePolicy');
  if (quotaSharePolicy)
    return quotaSharePolicy.idleResourceAssignmentStrategy === 'FIFO'
      ? undefined
      : refuseWrapped('Idle resource assignment strategy must be one of [FIFO].');
  if (!fairsharePolicy) return undefined;
  const { shareDecaySeconds = 0, computeReservation = 0, shareDistribution = [] } = fairsharePolicy;
  if (shareDecaySeconds < 0 || shareDecaySeconds > LONGEST_DECAY_SECONDS)
    return refuseWrapped(`Share decay seconds should be between 0 and ${LONGEST_DECAY_SECONDS}.`);
  if (computeReservation < 0 || computeReservation > LARGEST_RESERVATION)
    return refuseWrapped(`Compute reservation should be between 0 and ${LARGEST_RESERVATION}.`);
  return checkDistribution(shareDistribution);
};

const checkDistribution = (
  entries: readonly { readonly shareIdentifier: string; readonly weightFactor?: number }[],
): Refusal | undefined => {
  if (entries.length > MOST_SHARES)
    return refuseWrapped(`ShareDistribution size cannot be greater than ${MOST_SHARES}.`);
  if (entries.some(({ shareIdentifier }) => !SHARE_IDENTIFIER.test(shareIdentifier)))
    return refuseWrapped(WRONG_IDENTIFIER);
  if (entries.some(({ weightFactor = 1 }) => weightFactor < 0.0001 || weightFactor > 999.9999))
    return refuseWrapped('Weight factor should be between 0.0001 and 999.9999.');
  const identifiers = entries.map(({ shareIdentifier }) => shareIdentifier);
  if (new Set(identifiers).size < identifiers.length)
    return refuseWrapped('Cannot have two or more identical shareIdentifiers.');
  return checkPrefixes(identifiers);
};

/** What one entry says of a share, no other may. */
const checkPrefixes = (identifiers: readonly string[]): Refusal | undefined => {
  for (const other of identifiers.filter((one) => one.endsWith('*'))) {
    const within = identifiers.find((one) => one !== other && one.startsWith(other.slice(0, -1)));
    if (within !== undefined)
      return refuseWrapped(`Share identifier ${within} matches another share identifier ${other}.`);
  }
  return undefined;
};

/** A policy with its defaults: one of fair shares where nothing is said. */
export const policyDoc = ({ fairsharePolicy = {}, quotaSharePolicy }: PolicyInput): PolicyDoc => {
  if (quotaSharePolicy) return { quotaSharePolicy };
  const { shareDecaySeconds = 0, computeReservation = 0, shareDistribution = [] } = fairsharePolicy;
  return {
    fairsharePolicy: {
      shareDecaySeconds,
      computeReservation,
      shareDistribution: shareDistribution.map(({ shareIdentifier, weightFactor = 1 }) => ({
        shareIdentifier,
        weightFactor,
      })),
    },
  };
};
