import type { Reserve } from '../domain/group-choice.ts';
import { copyOf } from './change-room.ts';
import type { Never } from './never.ts';
import { placeJobIn } from './place.ts';
import type { Room } from './room.ts';
import type {
  EnvironmentView,
  Plan,
  QueueView,
  ShapeView,
  TaskGroup,
  TokenLack,
  WaitReason,
} from './snapshot.ts';
import { reasonOf } from './verdicts.ts';

/** A shape whose jobs, or some of them, did not start. */
export interface Unplaced {
  readonly queue: QueueView;
  readonly usable: readonly EnvironmentView[];
  readonly shape: ShapeView;
  /** What is kept from it, or from one before it. */
  readonly kept?: Reserve;
  readonly lacks?: readonly TokenLack[];
}

/**
 * Why each waits, once all that can start has. `room` is as if nothing were reserved: what fits there is barred by
 * that alone, and for all else it tells what is lacking. `usedFor`: vCPUs that count towards each environment's
 * maximum, what is reserved for others than that shape included.
 */
export const reasonsOf = (
  room: Room,
  unplaced: Iterable<Unplaced>,
  { never, notNow }: { readonly never: Never; readonly notNow: Never },
  usedFor: (shape: ShapeView) => ReadonlyMap<number, number>,
): Plan['waits'] => {
  const isReserved = fitsIn(room);
  const reason = (one: Unplaced): WaitReason => {
    const { groups } = one.shape;
    if (one.lacks) return { groups, lacks: one.lacks, verdicts: [] };
    const used = (environment: number) => usedFor(one.shape).get(environment) ?? 0;
    const found = reasonOf(room, one, groups, { never, notNow, isReserved, used });
    return one.kept ? { ...found, kept: one.kept } : found;
  };
  return Array.from(unplaced, (one) => ({ queue: one.queue.seq, shape: one.shape.id, reason: reason(one) }));
};

/** Tries on one copy of the room for as long as none fits: a job that does changes it. */
const fitsIn = (room: Room) => {
  let trial = copyOf(room);
  return (environment: EnvironmentView, groups: readonly TaskGroup[]): boolean => {
    let count = 0;
    const fits = placeJobIn(trial, environment, groups, 1, () => `?${count++}`) !== undefined;
    if (fits) trial = copyOf(room);
    return fits;
  };
};
