import { SLICE } from '../domain/instance.ts';
import { leftOf } from './left.ts';
import { lineUp, type WaitingHead } from './line-up.ts';
import {
  comeIn,
  inOrderOfSubmission,
  type Line,
  lineOf,
  type Next,
  nextOf,
  type QueueOrder,
} from './order.ts';
import { isAffordable, openTo, placeJobIn, type Steps } from './place.ts';
import { takeBack } from './reclaim.ts';
import { asReserved, reserveFor, stillStands } from './reserve.ts';
import { copyOf, keep, type Room, removeBerth, roomOf } from './room.ts';
import { desiredOf, keepMinimums, retireDone, retireIdle, wishesOver } from './scale.ts';
import type {
  EnvironmentView,
  Placement,
  Plan,
  QueueView,
  Reservation,
  ShapeView,
  Snapshot,
} from './snapshot.ts';
import { spotPrice } from './spot.ts';
import { neverOf, type Refusal, reasonsOf } from './unplaced.ts';
import { mayRun, type Never } from './verdicts.ts';
import { withWarnings } from './warned.ts';

/**
 * Which jobs start now, where, and why the others do not; which instances come and go. Pure: the same snapshot gives
 * the same plan.
 *
 * 1. Spot capacity has its price: where that reaches the bid, instances are warned (E-169).
 * 2. Queues are served by priority, those of equal priority in turns (E-131, E-132), each by its order (E-136): a job
 *    goes to the first of its queue's environments that has room for all of it or can launch it (E-133);
 *    a multi-node job waits for the first that takes nodes (E-141).
 * 3. The first of each queue that may run and has no room reserves what it needs (E-137): those behind it and in queues
 *    served later use what that leaves. What can never run, or not while Spot costs what it does or an environment is
 *    DISABLED, reserves nothing.
 * 4. Room on demand that is reserved is taken back from Spot (E-168).
 * 5. Instances come for minimums and wishes, and go when they have nothing to do (E-154 to E-156).
 * 6. A job that would be the next to start may be lined up behind a task that is about to end.
 */
export const plan = (snapshot: Snapshot, order: QueueOrder = inOrderOfSubmission): Plan => {
  const work = begin(snapshot, order);
  const dear = tooDear(work);
  const done = retireDone(work.room);
  for (const level of levelsOf(snapshot.queues)) serveLevel(work, level);
  const waits = reasonsOf(unkept(work), work.refusals.values(), work.never, usedFor(work));
  const reservations = [...work.kept.values()].map(({ reservation }) => reservation);
  const reclaimed = takeBack(work.room, reservations);
  const retired = retireIdle(work.room);
  keepMinimums(work.room, work.newRef, work.scaled);
  const lined = lineUp(work.room, work.heads, snapshot.running, (instance, queue) =>
    isKept(work, instance, queue),
  );
  const placements = [...work.placements, ...lined];
  return {
    launches: [...work.launches, ...work.scaled.launches],
    placements,
    retires: [
      ...[...work.retires, ...work.scaled.retires].map((instance) => ({ instance, reason: 'room' as const })),
      ...dear.retires,
      ...done,
      ...retired,
    ],
    drains: [...dear.drains, ...reclaimed],
    desired: desiredOf(work.room, snapshot.queues, (queue) => leftOf(work.room, queue, waits, placements)),
    wishesOver: wishesOver(work.room),
    waits: withWarnings(work.room, waits, reservations, snapshot.queues),
    reservations,
    spotPrice: work.price,
  };
};

interface Work {
  readonly room: Room;
  /** Of Spot capacity, where there is some. */
  readonly price: number | undefined;
  readonly order: QueueOrder;
  readonly newRef: () => string;
  readonly launches: Steps['launches'];
  readonly retires: string[];
  readonly scaled: Steps;
  readonly placements: Placement[];
  readonly never: Never;
  /** Those that wait, by kind, in the order they were refused in. */
  readonly refusals: Map<ShapeView, Refusal>;
  readonly heads: WaitingHead[];
  /** By queue. */
  readonly kept: Map<number, { readonly reservation: Reservation; readonly release: () => void }>;
  readonly before: readonly Reservation[];
  /** The queues that are served now. */
  level: readonly Turn[];
  /** Those of them that have their turn yet, in order. */
  turns: Turn[];
}

const begin = (snapshot: Snapshot, order: QueueOrder): Work => {
  const room = roomOf(snapshot);
  const never = neverOf(room);
  const price = spotPrice(room, snapshot, never);
  room.spotPrice = price ?? room.spotPrice;
  let refs = 0;
  return {
    room,
    price,
    order,
    newRef: () => `+${refs++}`,
    launches: [],
    retires: [],
    scaled: { launches: [], retires: [], instances: [] },
    placements: [],
    never,
    refusals: new Map(),
    heads: [],
    kept: new Map(),
    before: snapshot.reservations,
    level: [],
    turns: [],
  };
};

/** Instances that cost what their environment's bid does, or more: those with tasks are warned, the others go. */
const tooDear = ({ room }: Work): Pick<Plan, 'drains' | 'retires'> => {
  const drains: { instance: string; reason: 'price' }[] = [];
  const retires: { instance: string; reason: 'price' }[] = [];
  for (const berth of [...room.berths.values()]) {
    const supply = room.environments.get(berth.environment)?.supply;
    if (berth.hasDeadline || supply === undefined || supply.kind === 'own') continue;
    if (supply.market.kind === 'on-demand' || room.spotPrice < supply.market.bidPercentage) continue;
    // what is done anyway
    if (berth.tasks === 0 && (berth.type === SLICE || berth.draining)) continue;
    if (berth.tasks > 0) {
      room.berths.set(berth.id, { ...berth, draining: true, hasDeadline: true });
      drains.push({ instance: berth.id, reason: 'price' });
    } else {
      removeBerth(room, berth);
      retires.push({ instance: berth.id, reason: 'price' });
    }
  }
  return { drains, retires };
};

/** Queues of equal priority, highest first, as they come. */
const levelsOf = (queues: readonly QueueView[]): QueueView[][] => {
  const levels = new Map<number, QueueView[]>();
  for (const queue of queues) levels.set(queue.priority, [...(levels.get(queue.priority) ?? []), queue]);
  return [...levels].sort(([a], [b]) => b - a).map(([, level]) => level);
};

/** A queue while it is served. */
interface Turn {
  readonly queue: QueueView;
  readonly usable: readonly EnvironmentView[];
  /** The next of each shape that was not refused. */
  readonly line: Line;
  /** The next of those that were, but may run some day, by shape. */
  readonly refused: Map<number, Next>;
  /** The first that was refused and may run once tasks have ended. */
  head: WaitingHead | undefined;
}

const serveLevel = (work: Work, queues: readonly QueueView[]): void => {
  for (const reservation of work.before) {
    const queue = queues.find((q) => q.seq === reservation.queue);
    if (queue && stillStands(work.room, reservation, queue)) reserve(work, reservation);
  }
  work.level = queues.map((queue) => turnOf(work, queue));
  work.turns = [...work.level];
  for (let turn = work.turns.shift(); turn; turn = work.turns.shift()) {
    if (serveOne(work, turn)) work.turns.push(turn);
  }
  for (const turn of work.level) {
    if (turn.head) work.heads.push({ ...turn.head, before: oldestOther(turn) });
  }
};

const turnOf = (work: Work, queue: QueueView): Turn => ({
  queue,
  usable: queue.environments
    .map((seq) => work.room.environments.get(seq))
    .filter((e): e is EnvironmentView => e?.enabled === true && e.valid),
  line: lineOf(queue.shapes, work.order),
  refused: new Map(),
  head: undefined,
});

/** Starts the next job of a queue that can start; false when none can. What cannot is refused on the way. */
const serveOne = (work: Work, turn: Turn): boolean => {
  for (let next = turn.line.pop(); next; next = turn.line.pop()) {
    if (start(work, turn, next)) return true;
    refuse(work, turn, next);
  }
  return false;
};

const start = (work: Work, turn: Turn, { shape, at, head }: Next): boolean => {
  const { queue } = turn;
  const waiting = Math.max(shape.waiting - at, 1);
  const found = underReservation(work, turn, head.seq, () => placed(work, turn, shape, waiting));
  if (!found) return false;
  work.launches.push(...found.steps.launches);
  work.retires.push(...found.steps.retires);
  work.placements.push({
    job: head.seq,
    queue: queue.seq,
    shape: shape.id,
    environment: found.environment,
    instances: found.steps.instances,
  });
  const next = nextOf(shape, at + 1);
  if (next) comeIn(turn.line, next, work.order);
  return true;
};

/**
 * Tries to place the next job of a queue with what is kept for that queue, and what was kept after it for others of its
 * priority: who reserved first comes first. Once the room that was kept is taken, the others reserve anew.
 */
const underReservation = (
  work: Work,
  turn: Turn,
  job: number,
  place: () => Placed | undefined,
): Placed | undefined => {
  const mine = turn.head === undefined ? work.kept.get(turn.queue.seq) : undefined;
  if (!mine) return place();
  const all = [...work.kept.values()];
  const open = all.slice(all.indexOf(mine));
  for (const { release } of open) release();
  const isOwn = mine.reservation.job === job;
  const found = place() ?? (isOwn ? asReserved(work.room, mine.reservation, place) : undefined);
  if (!found || !isOwn) {
    for (const { reservation } of open) reserve(work, reservation);
    if (found) askAgain(work);
    return found;
  }
  for (const { reservation } of open) work.kept.delete(reservation.queue);
  reserveAnew(
    work,
    turn,
    open.slice(1).map(({ reservation }) => reservation),
  );
  askAgain(work);
  return found;
};

/** Those that were refused for room that was kept have their turn once more: it is given back, or not all of it used. */
const askAgain = (work: Work): void => {
  for (const turn of work.level) {
    if (turn.refused.size === 0) continue;
    for (const next of turn.refused.values()) {
      work.refusals.delete(next.shape);
      comeIn(turn.line, next, work.order);
    }
    turn.refused.clear();
    turn.head = undefined;
    if (!work.turns.includes(turn)) work.turns.push(turn);
  }
};

/** What one queue has used is kept for those of its priority that wait, in the order they have waited in. */
const reserveAnew = (work: Work, turn: Turn, before: readonly Reservation[]): void => {
  for (const { queue, job } of before) {
    const other = work.level.find((t) => t.queue.seq === queue);
    const shape = other?.queue.shapes.find((s) => s.heads.some((head) => head.seq === job));
    if (!other || !shape || other.head) continue;
    const environments = ableOf(work, other, shape);
    const made = reserveFor(work.room, { queue: other.queue, job, groups: shape.groups, environments });
    if (made) reserve(work, made);
  }
  for (const other of work.level) {
    if (other !== turn && other.head && !work.kept.has(other.queue.seq)) reserveForHead(work, other.head);
  }
};

interface Placed {
  readonly environment: number;
  readonly steps: Steps;
}

const placed = (work: Work, { usable }: Turn, shape: ShapeView, waiting: number): Placed | undefined => {
  for (const environment of openTo(usable, shape.groups)) {
    const steps = placeJobIn(work.room, environment, shape.groups, waiting, work.newRef);
    if (steps) return { environment: environment.seq, steps };
  }
  return undefined;
};

/** Where it may run some day. */
const ableOf = ({ never }: Work, { usable }: Turn, { groups }: ShapeView): EnvironmentView[] =>
  openTo(usable, groups).filter((environment) => never(environment, groups) === undefined);

const reserve = (work: Work, reservation: Reservation): void => {
  work.kept.set(reservation.queue, { reservation, release: keep(work.room, reservation) });
};

/** Notes that a shape waits; the first of its queue that may run once tasks have ended reserves what it needs. */
const refuse = (work: Work, turn: Turn, next: Next): void => {
  const { queue, usable } = turn;
  const { shape, at, head } = next;
  work.refusals.set(shape, { queue, usable, shape });
  const earlier = work.kept.get(queue.seq)?.reservation;
  if (!mayRun(work.room, turn, shape.groups, work.never)) {
    if (earlier?.job === head.seq) giveBack(work, queue);
    return;
  }
  const environments = turn.head ? [] : ableOf(work, turn, shape);
  // who waits for Spot's price, or for an environment to be enabled, holds up nobody behind it
  if (environments.some(({ supply }) => supply.kind === 'own' || isAffordable(work.room, supply.market))) {
    const stands = earlier?.job === head.seq && environments.some((e) => e.seq === earlier.environment);
    // older ones that wait for a price are asked again then, so that the queue has no head until this one is it
    if (earlier && !stands) giveBack(work, queue);
    turn.head = { queue, shape, at, environments, before: Number.POSITIVE_INFINITY };
    if (!stands) reserveForHead(work, turn.head);
  }
  turn.refused.set(shape.id, next);
};

const giveBack = (work: Work, queue: QueueView): void => {
  work.kept.get(queue.seq)!.release();
  work.kept.delete(queue.seq);
  askAgain(work);
};

const reserveForHead = (work: Work, { queue, shape, at, environments }: WaitingHead): void => {
  const job = shape.heads[at]!.seq;
  const made = reserveFor(work.room, { queue, job, groups: shape.groups, environments });
  if (made) reserve(work, made);
};

/** The oldest of the queue's waiting jobs of another kind that may run: its head's kind does not overtake it. */
const oldestOther = ({ refused, head }: Turn): number => {
  let oldest = Number.POSITIVE_INFINITY;
  for (const next of refused.values()) {
    if (next.shape !== head!.shape) oldest = Math.min(oldest, next.head.seq);
  }
  return oldest;
};

/** The room as it would be if nothing were kept. */
const unkept = (work: Work): Room => {
  for (const { release } of work.kept.values()) release();
  const free = copyOf(work.room);
  for (const { reservation } of [...work.kept.values()]) reserve(work, reservation);
  return free;
};

/** What counts towards maximums: for a head less what is kept for itself. */
const usedFor = (work: Work): ((shape: ShapeView) => ReadonlyMap<number, number>) => {
  const own = new Map<ShapeView, ReadonlyMap<number, number>>();
  for (const { queue, shape } of work.heads) {
    const mine = work.kept.get(queue.seq);
    if (!mine) continue;
    mine.release();
    own.set(shape, new Map(work.room.used));
    reserve(work, mine.reservation);
  }
  return (shape) => own.get(shape) ?? work.room.used;
};

const isKept = ({ kept }: Work, instance: string, queue: number): boolean => {
  for (const [owner, { reservation: r }] of kept) {
    if (owner === queue) continue;
    if (r.on.some((o) => o.instance === instance) || r.victims.some((v) => v.instance === instance))
      return true;
  }
  return false;
};
