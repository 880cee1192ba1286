import { adopt, awaitNone, copyOf } from './change-room.ts';
import { Level, type Made, type Rules } from './level.ts';
import type { WaitingHead } from './line-up.ts';
import { Reservations } from './reservations.ts';
import { hasRoom, isOnDemand } from './reserve.ts';
import { isSpotThere, type Room } from './room.ts';
import type { Launch, Placement, Plan, QueueView, Reservation, ShapeView, TokenClaim } from './snapshot.ts';
import { TokensLeft } from './tokens.ts';
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
  readonly claims: readonly TokenClaim[];
}

/**
 * Serves the queues of each priority in turn, and reserves for the heads that wait. Spot is what work on demand leaves
 * (E-168): where a job that has waited for capacity on demand would have more if Spot's jobs were asked last, whosever
 * queue is served first, they are.
 */
export const serve = (room: Room, earlier: readonly Reservation[], rules: Rules): Served => {
  const owed = isSpotThere(room) ? earlier.filter((r) => isOnDemand(room, r) && waits(rules.queues, r)) : [];
  const done = owed.length > 0 ? serveOwed(room, earlier, owed, rules) : serveIn(room, earlier, rules, true);
  const { levels, made, reservations } = done;
  const { placements, launches, retires, unplaced, tokens } = made;
  const heads = levels.flatMap((level) => level.heads());
  const bare = reservations.without(reservations.all(), () => copyOf(room));
  awaitNone(bare);
  const reasons = reasonsOf(bare, unplaced.values(), rules, usedFor(room, reservations, heads));
  return { placements, launches, retires, waits: reasons, heads, reservations, claims: tokens.all() };
};

/** Queues that were served, in a room of their own. */
interface Done {
  readonly room: Room;
  readonly made: Made;
  readonly levels: readonly Level[];
  readonly reservations: Reservations;
}

const serveOwed = (
  room: Room,
  earlier: readonly Reservation[],
  owed: readonly Reservation[],
  rules: Rules,
): Done => {
  const inTurn = serveIn(copyOf(room), earlier, rules, true);
  const done = mayLack(inTurn, owed)
    ? better(inTurn, serveIn(copyOf(room), earlier, rules, false), owed)
    : inTurn;
  adopt(room, done.room);
  return done;
};

/** `spotFirst`: Spot's jobs are not asked last. */
const serveIn = (room: Room, earlier: readonly Reservation[], rules: Rules, spotFirst: boolean): Done => {
  const made: Made = {
    launches: [],
    retires: [],
    placements: [],
    spotOpen: spotFirst,
    gaveWay: new Set(),
    tokens: new TokensLeft(rules.consumables),
    unplaced: new Map(),
  };
  const reservations = new Reservations(room);
  const levels = levelsOf(rules.queues).map((queues) => new Level(room, queues, reservations, rules, made));
  for (const level of levels) {
    level.stand(earlier);
    made.tokens.stand(rules.claims, level.queues);
    level.serve();
  }
  for (let again = 0; again < MOST_AGAIN && !made.spotOpen; again++) {
    made.spotOpen = true;
    // what those below reserved of Spot while it was closed, or are to give up for Spot, is not kept from who comes before them
    const kept = reservations.all().filter((r) => yields(room, made, levels, r));
    for (const { queue } of kept) reservations.release(queue);
    for (const level of levels) {
      const ours = kept.filter((r) => level.queues.some(({ seq }) => seq === r.queue));
      for (const r of ours) if (hasRoom(room, r)) reservations.reserve(r);
      level.serveAgain(again + 1 < MOST_AGAIN ? 'again' : 'last');
    }
  }
  return { room, made, levels, reservations };
};

/** Whether what a queue holds that is not among the first is not kept from those. */
const yields = (room: Room, { gaveWay }: Made, [first]: readonly Level[], r: Reservation): boolean =>
  !first!.queues.some(({ seq }) => seq === r.queue) && (!isOnDemand(room, r) || gaveWay.has(r.job));

/** More are seldom needed: what Spot leaves then, it leaves until the next plan. */
const MOST_AGAIN = 3;

/** Whether Spot's jobs may have what others wait for on demand. */
const mayLack = (done: Done, owed: readonly Reservation[]): boolean =>
  done.made.placements.some((p) => !isOnDemand(done.room, p)) && owed.some((r) => hasOf(done, r) !== 'all');

const better = (inTurn: Done, spotLast: Done, owed: readonly Reservation[]): Done =>
  owed.some((r) => RANK[hasOf(spotLast, r)] > RANK[hasOf(inTurn, r)]) ? spotLast : inTurn;

/** What the job of an earlier reservation has got: it starts, or what was reserved for it is so still. */
const hasOf = ({ made, reservations }: Done, r: Reservation): 'all' | 'reserved' | 'less' => {
  if (made.placements.some(({ job }) => job === r.job)) return 'all';
  return reservations.of(r.queue) === r ? 'reserved' : 'less';
};

const RANK = { less: 0, reserved: 1, all: 2 };

/** Queues of equal priority, highest first, as they come. */
const levelsOf = (queues: readonly QueueView[]): QueueView[][] => {
  const levels = new Map<number, QueueView[]>();
  for (const queue of queues) levels.set(queue.priority, [...(levels.get(queue.priority) ?? []), queue]);
  return [...levels].sort(([a], [b]) => b - a).map(([, level]) => level);
};

/** Whether its job is one of the first that wait. */
const waits = (queues: readonly QueueView[], { queue, job }: Reservation): boolean =>
  queues.some(({ seq, shapes }) => seq === queue && shapes.some(({ heads }) => heads[0]?.seq === job));

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
