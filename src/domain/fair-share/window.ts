import type { FairSharePolicy } from '../scheduling-policy.ts';

const LEAST_SECONDS = 600;

/** How long use counts, in milliseconds: rules T-108, E-144. */
export const windowOf = ({ shareDecaySeconds }: Pick<FairSharePolicy, 'shareDecaySeconds'>): number =>
  Math.max(LEAST_SECONDS, shareDecaySeconds) * 1000;

/** Rules T-120, E-143: of an exact entry, else of the prefix that it begins with, else 1. */
export const weightOf = (
  { shareDistribution }: Pick<FairSharePolicy, 'shareDistribution'>,
  identifier: string,
): number => {
  const exact = shareDistribution.find((entry) => entry.shareIdentifier === identifier);
  const entry =
    exact ??
    shareDistribution.find(
      ({ shareIdentifier: one }) => one.endsWith('*') && identifier.startsWith(one.slice(0, -1)),
    );
  return entry?.weightFactor ?? 1;
};
