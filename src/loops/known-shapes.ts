import { groupHeads } from '../store/job-groups.ts';
import { fewShapes, namedShapes, nextShapes, type WaitingShape, waitingShapes } from '../store/runnable.ts';
import { isSet } from '../store/schema.ts';
import type { Tx } from '../store/store.ts';
import type { ShapesSeen } from '../why/last-plan.ts';
import type { ShapeQuota } from './shape-quota.ts';

/** What is remembered of a queue's shapes from plan to plan: bounded by what one plan knows. */
export interface KnownShapes extends ShapesSeen {
  readonly oldestIds: readonly number[];
  /** Ids by the seq of the first job. */
  readonly shapeByFirstJob: ReadonlyMap<number, number>;
  /** So many plans ago all shapes were looked for. */
  readonly plansSinceScan: number;
  /** How many jobs waited of those shapes that have been counted since then, by id. */
  readonly waitingCounts: ReadonlyMap<number, number>;
}

/** A shape as one plan knows it. */
export interface KnownShape extends WaitingShape {
  /** One of those that other plans do not know: no more is read of it than its first job. */
  readonly rotating: boolean;
}

interface ShapesFound {
  /** In the order of the first job of each. */
  readonly shapes: readonly KnownShape[];
  readonly known: KnownShapes;
}

/** To look for all shapes takes longer the more there are, so of a queue with many it is done once in so many plans. */
const PLANS_PER_SCAN = 32;

/** What earlier plans keep for a queue. */
export interface Kept {
  /** The job that room is reserved for; 0 for none. */
  readonly reserved: number;
  /** Shapes that tokens are kept for. */
  readonly claimed: readonly number[];
}

/** Which shapes are known whatever their age. */
interface Always {
  /** The job that room is reserved for; 0 for none. */
  readonly reserved: number;
  /** Shapes of the first job of each group, where a queue has several, and those that tokens are kept for: no bound hides one. */
  readonly heads: readonly number[];
}

/**
 * The shapes of a queue's jobs that a plan knows: the oldest, the one that room is reserved for, those of the groups' heads, those that
 * tokens are kept for, and some others in turn (docs/decisions/many-shapes.md). Which are the oldest changes when one of them has no more jobs, or an older job becomes RUNNABLE
 * later: the first is seen at once, the other when its shape has its turn, or at the next scan.
 */
export const shapesOf = async (
  tx: Tx,
  queue: number,
  before: KnownShapes | undefined,
  kept: Kept,
  quota: ShapeQuota,
): Promise<ShapesFound> => {
  const after = before?.cursor ?? 0;
  if (!before || !isCrowded(before.total, quota)) {
    const all = await allOf(tx, queue, after, quota);
    if (all) return all;
  }
  const heads = (await groupHeads(tx, queue)).map(({ shape }) => shape);
  const always = { reserved: kept.reserved, heads: [...new Set([...heads, ...kept.claimed])] };
  const refreshed =
    before && isCrowded(before.total, quota) && before.plansSinceScan + 1 < PLANS_PER_SCAN
      ? await refresh(tx, queue, before, always, quota)
      : undefined;
  return refreshed ?? scanAll(tx, queue, after, always, quota);
};

/** One plan does not know all. */
const isCrowded = (total: number, quota: ShapeQuota): boolean => total > quota.oldest + quota.rotating;

/** Undefined where they are more than one plan knows. */
const allOf = async (
  tx: Tx,
  queue: number,
  cursor: number,
  quota: ShapeQuota,
): Promise<ShapesFound | undefined> => {
  const found = await fewShapes(tx, queue, quota.oldest + quota.rotating + 1);
  const total = found.length;
  if (isCrowded(total, quota)) return undefined;
  const shapes = found.map((shape) => ({ ...shape, rotating: false }));
  const scanned = { shapes, oldest: shapes, cursor, total, plansSinceScan: 0, waitingCounts: new Map() };
  return { shapes, known: knownOf(scanned, quota) };
};

const scanAll = async (
  tx: Tx,
  queue: number,
  after: number,
  always: Always,
  quota: ShapeQuota,
): Promise<ShapesFound> => {
  const found = await waitingShapes(tx, queue, { ...quota, ...always, after });
  const rotating = found.filter((shape) => isSet(shape.is_rotating)).map(idOf);
  const begunAnew = rotating.filter((id) => id <= after);
  const cursor = Math.max(0, ...(begunAnew.length > 0 ? begunAnew : rotating));
  const oldest = found.filter((shape) => !isSet(shape.is_rotating));
  const total = found[0]?.shapes ?? 0;
  const shapes = found.map((shape) => ({
    ...shape,
    rotating: isSet(shape.is_rotating) && isCrowded(total, quota),
  }));
  const scanned = { shapes, oldest, cursor, total, plansSinceScan: 0, waitingCounts: new Map() };
  return { shapes, known: knownOf(scanned, quota) };
};

/** Undefined when too few of the oldest are left. */
const refresh = async (
  tx: Tx,
  queue: number,
  before: KnownShapes,
  { reserved, heads }: Always,
  quota: ShapeQuota,
): Promise<ShapesFound | undefined> => {
  const ofReserved = before.shapeByFirstJob.get(reserved);
  const remembered = new Set([...before.oldestIds, ...(ofReserved === undefined ? [] : [ofReserved])]);
  const ids = [...new Set([...remembered, ...heads])];
  const named = await namedShapes(tx, queue, ids);
  const left = named.filter(({ id }) => remembered.has(id));
  if (left.length < quota.oldest / 2) return undefined;
  const next = await nextShapes(tx, queue, before.cursor, ids, quota.rotating);
  const lacking = quota.rotating - next.length;
  const anew = lacking > 0 ? await nextShapes(tx, queue, 0, [...ids, ...next.map(idOf)], lacking) : [];
  const youngest = left.at(-1)!.rank;
  const shapes = inOrder([
    ...named.map((shape) => ({ ...shape, rotating: false })),
    ...[...next, ...anew].map((shape) => ({ ...shape, rotating: true })),
  ]);
  // one that has its turn joins the oldest when its first job comes before that of the youngest of them
  const oldest = shapes.filter((shape) => shape.rank <= youngest);
  const cursor = (anew.at(-1) ?? next.at(-1))?.id ?? 0;
  const { total, plansSinceScan, waitingCounts } = before;
  const refreshed = { shapes, oldest, cursor, total, plansSinceScan: plansSinceScan + 1, waitingCounts };
  return { shapes, known: knownOf(refreshed, quota) };
};

const idOf = ({ id }: WaitingShape): number => id;

const inOrder = (shapes: readonly KnownShape[]): KnownShape[] => [...shapes].sort((a, b) => a.rank - b.rank);

interface Seen extends Pick<KnownShapes, 'total' | 'cursor' | 'plansSinceScan' | 'waitingCounts'> {
  readonly shapes: readonly WaitingShape[];
  readonly oldest: readonly WaitingShape[];
}

const knownOf = ({ shapes, oldest, ...seen }: Seen, quota: ShapeQuota): KnownShapes => ({
  ...seen,
  plansPerRound: Math.max(1, Math.ceil((seen.total - quota.oldest) / quota.rotating)),
  oldestIds: oldest.slice(0, quota.oldest).map(idOf),
  shapeByFirstJob: new Map(shapes.map(({ first, id }) => [first, id])),
});
