import { claim, copyOf } from './change-room.ts';
import { Level, type Made, type Rules } from './level.ts';
import type { WaitingHead } from './line-up.ts';
import { Reservations } from './reservations.ts';
import { isHead, isOnDemand } from './reserve.ts';
import type { Room } from './room.ts';
import type { Launch, Placement, Plan, QueueView, Reservation, ShapeView } from './snapshot.ts';
import { reasonsOf } from './unplaced.ts';

/** What serving all queues came to. */
export interface Served {
  readonly placements: readonly Placement[];
  readonly launches: readonly Launch[];
  /** Idle instances that go for their room. */
  readonly retires: readonly string[];
  readonly waits: Plan['waits'];
  /** The first of each queue that may run and waits. */
  readonly heads: readonly WaitingHead[];
  readonly reservations: Reservations;
}

/**
 * Serves the queues of each priority in turn, and reserves for the heads that wait. Spot is what work on demand leaves
 * (E-168): where a job has waited for capacity on demand, Spot leaves it what is reserved for it, whosever queue is
 * served first. What Spot's jobs do not get for its sake is theirs once all queues have been served.
 */
export const serve = (room: Room, earlier: readonly Reservation[], rules: Rules): Served => {
  const made: Made = { launches: [], retires: [], placements: [], spotOpen: true, unplaced: new Map() };
  const reservations = new Reservations(room);
  const levels = levelsOf(rules.queues).map((queues) => new Level(room, queues, reservations, rules, made));
  let later = rules.queues;
  for (const level of levels) {
    later = later.filter((queue) => !level.queues.includes(queue));
    const claims = earlier.filter((r) => isClaim(room, r, later));
    claim(room, claims);
    level.stand(earlier);
    level.serve();
    if (claims.length > 0 && level.waitsForSpot()) made.spotOpen = false;
  }
  for (let again = 0; again < MOST_AGAIN && !made.spotOpen; again++) {
    made.spotOpen = true;
    for (const level of levels) level.serveAgain();
  }
  const { unplaced, ...done } = made;
  const heads = levels.flatMap((level) => level.heads());
  const bare = reservations.without(reservations.all(), () => copyOf(room));
  const waits = reasonsOf(bare, unplaced.values(), rules.never, usedFor(room, reservations, heads));
  return { ...done, waits, heads, reservations };
};

/** More are seldom needed: what Spot leaves then, it leaves until the next plan. */
const MOST_AGAIN = 3;

/** Queues of equal priority, highest first, as they come. */
const levelsOf = (queues: readonly QueueView[]): QueueView[][] => {
  const levels = new Map<number, QueueView[]>();
  for (const queue of queues) levels.set(queue.priority, [...(levels.get(queue.priority) ?? []), queue]);
  return [...levels].sort(([a], [b]) => b - a).map(([, level]) => level);
};

/** Whether its job waits for capacity on demand, in one of these queues, and may have it. */
const isClaim = (room: Room, r: Reservation, queues: readonly QueueView[]): boolean => {
  const environment = room.environments.get(r.environment);
  const queue = queues.find(({ seq }) => seq === r.queue);
  return (
    isOnDemand(room, r) &&
    environment?.enabled === true &&
    environment.valid &&
    queue?.environments.includes(r.environment) === true &&
    isHead(queue, r.job)
  );
};

/** What counts towards maximums: for a head less what is reserved for itself. */
const usedFor = (
  room: Room,
  reservations: Reservations,
  heads: readonly WaitingHead[],
): ((shape: ShapeView) => ReadonlyMap<number, number>) => {
  const own = new Map<ShapeView, ReadonlyMap<number, number>>();
  for (const { queue, shape } of heads) {
    const mine = reservations.of(queue.seq);
    if (mine)
      own.set(
        shape,
        reservations.without([mine], () => new Map(room.used)),
      );
  }
  return (shape) => own.get(shape) ?? room.used;
};
