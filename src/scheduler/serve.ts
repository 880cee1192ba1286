import type { QueueOrder } from '../domain/queue-order.ts';
import { copyOf } from './change-room.ts';
import type { WaitingHead } from './line-up.ts';
import type { Never } from './never.ts';
import { firstOf, type Next, nextOf, Ordered } from './order.ts';
import { isAffordable, type NewRef, openTo, placeJobIn, type Steps } from './place.ts';
import { Reservations } from './reservations.ts';
import { asReserved, reserveFor, stillStands } from './reserve.ts';
import type { Room } from './room.ts';
import type {
  EnvironmentView,
  Launch,
  Placement,
  Plan,
  QueueView,
  Reservation,
  ShapeView,
  Snapshot,
} from './snapshot.ts';
import { reasonsOf, type Unplaced } from './unplaced.ts';
import { mayRun } from './verdicts.ts';

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

/** What serving goes by. */
export interface Rules {
  readonly order: QueueOrder;
  readonly never: Never;
  readonly newRef: NewRef;
}

/** Serves the queues of each priority in turn, and reserves for the heads that wait. */
export const serve = (
  room: Room,
  { queues, reservations }: Pick<Snapshot, 'queues' | 'reservations'>,
  rules: Rules,
): Served => {
  const made: Made = { launches: [], retires: [], placements: [], unplaced: new Map() };
  const kept = new Reservations(room);
  const heads: WaitingHead[] = [];
  for (const level of levelsOf(queues)) {
    for (const reservation of reservations) {
      const queue = level.find((q) => q.seq === reservation.queue);
      if (queue && stillStands(room, reservation, queue)) kept.reserve(reservation);
    }
    heads.push(...new Level(room, level, kept, rules, made).serve());
  }
  const { unplaced, ...done } = made;
  const bare = kept.without(kept.all(), () => copyOf(room));
  const waits = reasonsOf(bare, unplaced.values(), rules.never, usedFor(room, kept, heads));
  return { ...done, waits, heads, reservations: kept };
};

/** Queues of equal priority, highest first, as they come. */
const levelsOf = (queues: readonly QueueView[]): QueueView[][] => {
  const levels = new Map<number, QueueView[]>();
  for (const queue of queues) levels.set(queue.priority, [...(levels.get(queue.priority) ?? []), queue]);
  return [...levels].sort(([a], [b]) => b - a).map(([, level]) => level);
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

/** What is done as jobs are served. */
interface Made {
  readonly launches: Launch[];
  readonly retires: string[];
  readonly placements: Placement[];
  /** In the order they were left in. */
  readonly unplaced: Map<ShapeView, Unplaced>;
}

/** A queue while it is served. */
interface Serving {
  readonly queue: QueueView;
  readonly usable: readonly EnvironmentView[];
  /** The next of each shape that was not left unplaced. */
  readonly waiting: Ordered;
  /** The next of those that were, but may run some day, by shape. */
  readonly unplaced: Map<number, Next>;
  /** The first of them that may run once tasks have ended. */
  head: WaitingHead | undefined;
}

interface Placed {
  readonly environment: number;
  readonly steps: Steps;
}

/** Queues of one priority, served job by job in turns. */
class Level {
  private readonly room: Room;
  private readonly reservations: Reservations;
  private readonly rules: Rules;
  private readonly made: Made;
  private readonly all: readonly Serving[];
  /** Those whose turn is yet to come, in order. */
  private readonly next: Serving[];

  constructor(
    room: Room,
    queues: readonly QueueView[],
    reservations: Reservations,
    rules: Rules,
    made: Made,
  ) {
    this.room = room;
    this.reservations = reservations;
    this.rules = rules;
    this.made = made;
    this.all = queues.map((queue) => servingOf(room, queue, rules.order));
    this.next = [...this.all];
  }

  /** The heads that wait then. */
  serve(): WaitingHead[] {
    for (let serving = this.next.shift(); serving; serving = this.next.shift()) {
      if (this.startOne(serving)) this.next.push(serving);
    }
    return this.all.flatMap(({ head, unplaced }) =>
      head ? [{ ...head, upTo: upTo(this.rules.order, unplaced, head) }] : [],
    );
  }

  /** Starts the next job of a queue that can start; false when none can. What cannot is left unplaced on the way. */
  private startOne(serving: Serving): boolean {
    for (let next = serving.waiting.take(); next; next = serving.waiting.take()) {
      if (this.start(serving, next)) return true;
      this.leave(serving, next);
    }
    return false;
  }

  private start(serving: Serving, { shape, at, head }: Next): boolean {
    const found = this.place(serving, shape, at);
    if (!found) return false;
    const { launches, retires, instances } = found.steps;
    this.made.launches.push(...launches);
    this.made.retires.push(...retires);
    this.made.placements.push({
      job: head.seq,
      queue: serving.queue.seq,
      shape: shape.id,
      environment: found.environment,
      instances,
    });
    const next = nextOf(shape, at + 1);
    if (next) serving.waiting.comeIn(next);
    return true;
  }

  /**
   * Tries to place the next job of a queue with what is reserved for that queue, and what was reserved after it for
   * others of its priority: who reserved first comes first. Once the room that was reserved is taken, the others
   * reserve anew.
   */
  private place(serving: Serving, shape: ShapeView, at: number): Placed | undefined {
    const { reservations } = this;
    const inRoom = (room: Room) => this.placeIn(room, serving, shape, at);
    const mine = serving.head === undefined ? reservations.of(serving.queue.seq) : undefined;
    if (!mine) return inRoom(this.room);
    const isOwn = mine.job === shape.heads[at]!.seq;
    const after = reservations.from(serving.queue.seq);
    const found = reservations.without(
      after,
      () => inRoom(this.room) ?? (isOwn ? asReserved(this.room, mine, inRoom) : undefined),
    );
    if (!found) return undefined;
    if (isOwn) {
      for (const { queue } of after) reservations.release(queue);
      this.reserveAnew(serving, after.slice(1));
    }
    this.askAgain();
    return found;
  }

  private placeIn(room: Room, { usable }: Serving, shape: ShapeView, at: number): Placed | undefined {
    const waiting = Math.max(shape.waiting - at, 1);
    for (const environment of openTo(usable, shape.groups)) {
      const steps = placeJobIn(room, environment, shape.groups, waiting, this.rules.newRef);
      if (steps) return { environment: environment.seq, steps };
    }
    return undefined;
  }

  /** What was left for room that was reserved is asked again: that is given back, or not all of it used. */
  private askAgain(): void {
    for (const serving of this.all) {
      if (serving.unplaced.size === 0) continue;
      for (const next of serving.unplaced.values()) {
        this.made.unplaced.delete(next.shape);
        serving.waiting.comeIn(next);
      }
      serving.unplaced.clear();
      serving.head = undefined;
      if (!this.next.includes(serving)) this.next.push(serving);
    }
  }

  /** What one queue has used is reserved for those of its priority that wait, in the order they have waited in. */
  private reserveAnew(serving: Serving, others: readonly Reservation[]): void {
    for (const { queue, job } of others) {
      const other = this.all.find((s) => s.queue.seq === queue);
      const shape = other?.queue.shapes.find((s) => s.heads.some((head) => head.seq === job));
      if (other && shape && !other.head) this.reserve(other.queue, shape, job, this.able(other, shape));
    }
    for (const other of this.all) {
      if (other !== serving && other.head && !this.reservations.of(other.queue.seq)) {
        this.reserveForHead(other.head);
      }
    }
  }

  /** Notes that a shape waits; the first of its queue that may run once tasks have ended reserves what it needs. */
  private leave(serving: Serving, next: Next): void {
    const { queue, usable } = serving;
    const { shape, at, head } = next;
    this.made.unplaced.set(shape, { queue, usable, shape });
    const earlier = this.reservations.of(queue.seq);
    if (!mayRun(this.room, serving, shape.groups, this.rules.never)) {
      if (earlier?.job === head.seq) this.giveBack(queue);
      return;
    }
    const environments = serving.head ? [] : this.able(serving, shape);
    // who waits for Spot's price, or for an environment to be enabled, holds up nobody behind it
    if (environments.some(({ supply }) => supply.kind === 'own' || isAffordable(this.room, supply.market))) {
      const stands = earlier?.job === head.seq && environments.some((e) => e.seq === earlier.environment);
      // earlier ones that wait for a price are asked again then, so that the queue has no head until this one is it
      if (earlier && !stands) this.giveBack(queue);
      serving.head = { queue, shape, at, environments, upTo: at + 1 };
      if (!stands) this.reserveForHead(serving.head);
    }
    serving.unplaced.set(shape.id, next);
  }

  /** Where it may run some day. */
  private able({ usable }: Serving, { groups }: ShapeView): EnvironmentView[] {
    return openTo(usable, groups).filter(
      (environment) => this.rules.never(environment, groups) === undefined,
    );
  }

  private giveBack(queue: QueueView): void {
    this.reservations.release(queue.seq);
    this.askAgain();
  }

  private reserveForHead({ queue, shape, at, environments }: WaitingHead): void {
    this.reserve(queue, shape, shape.heads[at]!.seq, environments);
  }

  private reserve(
    queue: QueueView,
    { groups }: ShapeView,
    job: number,
    environments: readonly EnvironmentView[],
  ): void {
    const made = reserveFor(this.room, { queue, job, groups, environments });
    if (made) this.reservations.reserve(made);
  }
}

const servingOf = (room: Room, queue: QueueView, order: QueueOrder): Serving => ({
  queue,
  usable: queue.environments
    .map((seq) => room.environments.get(seq))
    .filter((e): e is EnvironmentView => e?.enabled === true && e.valid),
  waiting: new Ordered(queue.shapes, order),
  unplaced: new Map(),
  head: undefined,
});

/** How far those of a head's shape come before the first of its queue's other waiting jobs that may run. */
const upTo = (order: QueueOrder, unplaced: Serving['unplaced'], { shape, at }: WaitingHead): number => {
  const others = [...unplaced.values()].filter((next) => next.shape !== shape);
  const other = firstOf(order, others);
  if (!other) return shape.heads.length;
  const comesFirst = (place: number) => firstOf(order, [nextOf(shape, place)!, other]) !== other;
  let end = at;
  while (end < shape.heads.length && comesFirst(end)) end++;
  return end;
};
