import type { CatalogQueue } from '../service/catalog.ts';
import { countShapes } from '../store/runnable.ts';
import type { Tx } from '../store/store.ts';
import type { Look } from '../why/last-plan.ts';

/** How many kinds of a queue's jobs one plan knows. */
export interface Share {
  /** Those with the oldest first job. */
  readonly oldest: number;
  /** Of the others: another plan, others. */
  readonly inTurn: number;
}

/** Of one queue never more. */
const MOST = 256;
/** So many in one plan, of all queues with more than `LEAST` together. */
const TOGETHER = 256;
/** Of each queue, however many there are. */
const LEAST = 16;

/**
 * What queues with many kinds share, so that a plan is bounded as a whole; those with few, which all are known, take
 * nothing of it. Those that were looked at before are counted as they were then.
 */
export const shareOf = async (
  tx: Tx,
  queues: readonly Pick<CatalogQueue, 'seq'>[],
  looks: ReadonlyMap<number, Look>,
): Promise<Share> => {
  let many = 0;
  for (const { seq } of queues) {
    const kinds = looks.get(seq)?.kinds ?? (await countShapes(tx, seq, LEAST + 1));
    if (kinds > LEAST) many++;
  }
  return shareOfOne(many);
};

/** For each, when so many queues have many kinds. */
export const shareOfOne = (many: number): Share => {
  const kinds = Math.min(MOST, Math.max(LEAST, Math.floor(TOGETHER / Math.max(1, many))));
  const oldest = Math.ceil(kinds / 2);
  return { oldest, inTurn: kinds - oldest };
};
