import { windowOf } from '../../domain/fair-share/window.ts';
import { type Refusal, refuse, refuseWrapped } from '../../domain/refusal.ts';
import { MOST_SHARES, SHARE_IDENTIFIER, WRONG_IDENTIFIER } from '../../domain/scheduling-policy.ts';
import type { CatalogDefinition, CatalogQueue } from '../../service/catalog.ts';
import type { Service } from '../../service/service.ts';
import { activeShares, countShares } from '../../store/share-rows.ts';
import type { Tx } from '../../store/store.ts';
import { useNow } from '../../transitions/shares/use-now.ts';

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

/** Rules T-098, T-099, E-146: so many shares have unfinished jobs, or have used something of late, at a time. */
export const checkActive = async (
  service: Service,
  tx: Tx,
  { seq, name, policy }: CatalogQueue,
  identifier: string | undefined,
): Promise<Refusal | undefined> => {
  if (!policy || (await countShares(tx, seq, MOST_SHARES)) < MOST_SHARES) return undefined;
  const active = await activeShares(tx, seq, (await useNow(service, tx)) - windowOf(policy));
  if (active.length < MOST_SHARES) return undefined;
  for (const share of active) if ((await service.names.shareName(tx, share)) === identifier) return undefined;
  return refuse(`Job queue ${name} has reached the limit of ${MOST_SHARES} active share identifiers.`);
};
