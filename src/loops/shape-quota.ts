import type { CatalogQueue } from '../service/catalog.ts';
import { countShapes } from '../store/runnable.ts';
import type { Tx } from '../store/store.ts';
import type { ShapesSeen } from '../why/last-plan.ts';

/** How many shapes of a queue's jobs one plan knows. */
export interface ShapeQuota {
  /** Those with the oldest first job. */
  readonly oldest: number;
  /** Of the others: another plan, others. */
  readonly rotating: number;
}

/** Of one queue never more. */
const MOST = 256;
/** So many in one plan, of all queues with more than `LEAST` together. */
const TOGETHER = 256;
/** Of each queue, however many there are. */
const LEAST = 16;

/**
 * What queues with many shapes share, so that a plan is bounded as a whole; those with few, which all are known, take
 * nothing of it. Of those that were seen before as many are taken as there were then.
 */
export const quotaOf = async (
  tx: Tx,
  queues: readonly Pick<CatalogQueue, 'seq'>[],
  seen: ReadonlyMap<number, Pick<ShapesSeen, 'total'>>,
): Promise<ShapeQuota> => {
  let many = 0;
  for (const { seq } of queues) {
    const total = seen.get(seq)?.total ?? (await countShapes(tx, seq, LEAST + 1));
    if (total > LEAST) many++;
  }
  return quotaOfOne(many);
};

/** For each, when so many queues have many shapes. */
export const quotaOfOne = (many: number): ShapeQuota => {
  const shapes = Math.min(MOST, Math.max(LEAST, Math.floor(TOGETHER / Math.max(1, many))));
  const oldest = Math.ceil(shapes / 2);
  return { oldest, rotating: shapes - oldest };
};
