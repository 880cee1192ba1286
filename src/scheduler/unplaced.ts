import { placeJobIn } from './place.ts';
import { copyOf, type Room } from './room.ts';
import type { EnvironmentView, Plan, QueueView, ShapeView, TaskGroup, Verdict } from './snapshot.ts';
import { type Never, neverIn, reasonOf } from './verdicts.ts';

/** A kind of jobs that did not start. */
export interface Refusal {
  readonly queue: QueueView;
  readonly usable: readonly EnvironmentView[];
  readonly shape: ShapeView;
}

/** No start and no end of a task changes it, so each kind is looked at once. */
export const neverOf = (room: Room): Never => {
  const found = new Map<readonly TaskGroup[], Map<EnvironmentView, Verdict | undefined>>();
  return (environment, groups) => {
    const known = found.get(groups) ?? new Map<EnvironmentView, Verdict | undefined>();
    found.set(groups, known);
    if (!known.has(environment)) known.set(environment, neverIn(room, environment, groups));
    return known.get(environment);
  };
};

/**
 * Why each waits, once all that can start has. `room` is as if nothing were kept: what fits there is barred by what is
 * kept alone, and for all else it tells what is lacking. `usedFor`: vCPUs that count towards each environment's
 * maximum, what is kept for others than that kind included.
 */
export const reasonsOf = (
  room: Room,
  refusals: Iterable<Refusal>,
  never: Never,
  usedFor: (shape: ShapeView) => ReadonlyMap<number, number>,
): Plan['waits'] => {
  const kept = fitsIn(room);
  return Array.from(refusals, (refusal) => ({
    queue: refusal.queue.seq,
    shape: refusal.shape.id,
    reason: reasonOf(room, refusal, refusal.shape.groups, {
      never,
      kept,
      used: (environment) => usedFor(refusal.shape).get(environment) ?? 0,
    }),
  }));
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
