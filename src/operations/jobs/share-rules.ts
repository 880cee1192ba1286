import { type Refusal, refuse, refuseWrapped } from '../../domain/refusal.ts';
import { MOST_SHARES, SHARE_IDENTIFIER, WRONG_IDENTIFIER } from '../../domain/scheduling-policy.ts';
import type { CatalogDefinition, CatalogQueue } from '../../service/catalog.ts';
import { busyShares, countShares } from '../../store/share-rows.ts';
import type { Tx } from '../../store/store.ts';

/** What a submission says of its share. */
export interface ShareInput {
  readonly shareIdentifier?: string;
  readonly schedulingPriorityOverride?: number;
}

/** Rules T-094, T-095: what can be said without the queue. */
export const checkShare = ({
  shareIdentifier,
  schedulingPriorityOverride: priority = 0,
}: ShareInput): Refusal | undefined => {
  if (shareIdentifier && !SHARE_IDENTIFIER.test(shareIdentifier)) return refuseWrapped(WRONG_IDENTIFIER);
  return priority < 0 || priority > 9999
    ? refuseWrapped('Scheduling priority must be between 0 and 9999.')
    : undefined;
};

/** Rules T-089 to T-093: who shares says with whom and how urgent, who does not says neither. */
export const checkSharing = (
  queue: CatalogQueue,
  { doc }: CatalogDefinition,
  { shareIdentifier, schedulingPriorityOverride: override }: ShareInput,
): Refusal | undefined => {
  if (!queue.policy)
    return shareIdentifier || override !== undefined
      ? refuse(
          'Job with shareIdentifier or schedulingPriority can onlybe submitted to job queue with fair share scheduling policy.',
        )
      : undefined;
  if (!shareIdentifier) return refuse('shareIdentifier must be specified.');
  return (override ?? doc.schedulingPriority) === undefined
    ? refuse('Either schedulingPriority in job definition or schedulingPriorityOverride should be specified.')
    : undefined;
};

/** Rules T-098, T-099: so many shares have jobs at a time. */
export const checkActive = async (
  tx: Tx,
  queue: CatalogQueue,
  identifier: string | undefined,
): Promise<Refusal | undefined> => {
  if (!identifier || (await countShares(tx, queue.seq, MOST_SHARES)) < MOST_SHARES) return undefined;
  const active = await busyShares(tx, queue.seq);
  return active.length < MOST_SHARES || active.some(({ name }) => name === identifier)
    ? undefined
    : refuse(`Job queue ${queue.name} has reached the limit of ${MOST_SHARES} active share identifiers.`);
};
