import type { QueueOrder } from '../domain/queue-order.ts';
import type { Layered } from '../lib/layered.ts';
import type { QueueView, ShapeView } from '../scheduler/snapshot.ts';
import type { CatalogQueue } from '../service/catalog.ts';
import type { Tx } from '../store/store.ts';
import { jobsOf, type Kind, kindsOf } from './first-shares.ts';
import type { First } from './kept-firsts.ts';
import type { Kept, KnownShapes } from './known-shapes.ts';
import { type Before, headsWanted, keptFor, limitsOf, type RoomView, shapeView } from './queue-view.ts';

/** So many plans long nobody counts again how many jobs of a shape wait. */
const PLANS_PER_COUNT = 32;

/** A queue of many shares, as it is kept. */
export interface Crowd {
  readonly firsts: Layered<number, First>;
  readonly shares: NonNullable<QueueView['shares']>;
}

/**
 * A queue of many shares as a plan knows it: of all of them it is known who comes first; what is read, and what the plan looks
 * at, is what those have that may start. See docs/decisions/many-shares.md.
 */
export const sharedView = async (
  tx: Tx,
  queue: CatalogQueue,
  room: RoomView,
  before: Before,
  order: QueueOrder,
  crowd: Crowd,
): Promise<{ view: QueueView; known: KnownShapes }> => {
  const limits = limitsOf(queue, room);
  const kinds = kindsOf(crowd.firsts.values(), order.choiceOf(crowd.shares), ({ shape }) =>
    headsWanted({ milliVcpus: shape.milli_vcpus, memoryMiB: shape.memory_mib, gpus: shape.gpus }, limits),
  );
  const looked = lookedAt(crowd, kinds, keptFor(queue.seq, before));
  const { plans, counted } = countedBefore(before.shapes.get(queue.seq));
  const waitingCounts = new Map(counted);
  /** The last of each kind that was looked at. */
  const byLike = new Map<string, number>();
  const shapes: ShapeView[] = [];
  for (const { shape, like } of looked) {
    const known = { ...shape, rotating: false };
    const view = await shapeView(tx, queue, known, limits, { counted: counted.get(shape.id) });
    waitingCounts.set(shape.id, view.waiting);
    // the first of a kind stands for those of it that are not looked at
    const others = byLike.has(like) ? 0 : othersOf(kinds, looked, like);
    shapes.push({ ...view, waiting: view.waiting + others });
    byLike.set(like, shape.id);
  }
  const alike = (shape: number) => byLike.get(crowd.firsts.get(shape)?.like ?? '');
  const { seq, name, priority, environments } = queue;
  return {
    view: { seq, name, priority, environments, shapes, shares: crowd.shares },
    known: {
      ...ALL_KNOWN,
      total: crowd.firsts.size,
      plansSinceScan: plans + 1,
      waitingCounts,
      alike,
    },
  };
};

/** Of each group that a plan looks at all shapes, and those that room or tokens are kept for; in the order of their first jobs. */
const lookedAt = (
  { firsts }: Crowd,
  kinds: ReadonlyMap<string, Kind>,
  { reserved, claimed }: Kept,
): First[] => {
  const kept = new Set(claimed);
  const groups = new Set([...kinds.values()].flatMap(({ best }) => best.map(({ head }) => head.group)));
  const looked: First[] = [];
  for (const first of firsts.values())
    if (groups.has(first.head.group) || first.head.seq === reserved || kept.has(first.shape.id))
      looked.push(first);
  return looked.sort((a, b) => a.head.rank - b.head.rank);
};

/** How many jobs there are at the least that ask for the same and are not looked at. */
const othersOf = (kinds: ReadonlyMap<string, Kind>, looked: readonly First[], like: string): number =>
  looked.reduce((left, first) => left - (first.like === like ? jobsOf(first) : 0), kinds.get(like)!.jobs);

/** How many of each shape waited, unless that was counted long ago. */
const countedBefore = (known: KnownShapes | undefined) => {
  const isOld = !known || known.plansSinceScan >= PLANS_PER_COUNT;
  return isOld
    ? { plans: 0, counted: new Map<number, number>() }
    : { plans: known.plansSinceScan, counted: known.waitingCounts };
};

/** No shape waits for its turn. */
const ALL_KNOWN = { cursor: 0, plansPerRound: 1, oldestIds: [], shapeByFirstJob: new Map<number, number>() };
