import type { Reserve } from '../domain/group-choice.ts';
import type { QueueOrder } from '../domain/queue-order.ts';
import { copyOf } from './change-room.ts';
import { beforeSpot, inRank, reserveBefore, reserveIn } from './in-rank.ts';
import type { WaitingHead } from './line-up.ts';
import type { Never } from './never.ts';
import { groupHead, type Next, nextOf } from './order.ts';
import { isAffordable, type NewRef, openTo, placeJobIn, type Steps } from './place.ts';
import type { Reservations } from './reservations.ts';
import { asReserved, isOnDemand, mayReclaim, type Waiting } from './reserve.ts';
import type { Room } from './room.ts';
import { type Serving, servingOf } from './serving.ts';
import type {
  ConsumableView,
  EnvironmentView,
  Launch,
  Placement,
  QueueView,
  Reservation,
  ShapeView,
  TaskGroup,
  TokenClaim,
  TokenLack,
} from './snapshot.ts';
import { standing } from './standing.ts';
import type { TokensLeft } from './tokens.ts';
import type { Unplaced } from './unplaced.ts';
import { upTo } from './up-to.ts';
import { mayRun } from './verdicts.ts';

/** What serving goes by. */
export interface Rules {
  readonly queues: readonly QueueView[];
  readonly consumables: readonly ConsumableView[];
  /** Of the last plan. */
  readonly claims: readonly TokenClaim[];
  readonly order: QueueOrder;
  readonly never: Never;
  /** Of hosts as they are now. */
  readonly notNow: Never;
  readonly newRef: NewRef;
}

/** What is done as jobs are served. */
export interface Made {
  readonly launches: Launch[];
  readonly retires: string[];
  readonly placements: Placement[];
  /** Spot is closed for the rest once it has left something to others that was to be had by a queue before. */
  spotOpen: boolean;
  /** Jobs that start on Spot, instead of where they have reserved on demand, after queues before were asked again. */
  readonly gaveWay: Set<number>;
  readonly tokens: TokensLeft;
  /** In the order they were left in. */
  readonly unplaced: Map<ShapeView, Unplaced>;
}

/** Which time it is that queues are served in one plan: after the first those that are lower may have reserved before. */
type Round = 'first' | 'again' | 'last';

interface Placed {
  readonly environment: number;
  readonly steps: Steps;
}

/**
 * Queues of one priority, served job by job in turns: see `docs/decisions/capacity.md`, of Spot and reservations, `hosts.md`
 * and `many-shapes.md`.
 *
 * For example, on a machine of 4 vCPUs that has 1 free, queue A waits with jobs of 3 and of 1, and queue B with one of 1:
 *
 * - A's first does not fit. It is left, the head of A, and reserves 3 of the machine: nobody may have the free 1.
 * - So A's second is left, too, and B's job, the head of B, which reserves the 1 that A's reservation leaves.
 *
 * When two tasks have ended, 3 are free, and the next plan reserves the same again (`stand`):
 *
 * - A's head is tried as if neither its own reservation nor B's, the later one, were there. It starts: both are over, and
 *   B reserves anew, 1 of the machine as it will be when all that runs has ended.
 * - What was left before is asked again (`askAgain`), for not all of what was reserved may have been used.
 * - A's second is its head now, and reserves 1 after B. B's job starts when the next task ends.
 */
export class Level {
  readonly queues: readonly QueueView[];
  readonly room: Room;
  readonly reservations: Reservations;
  readonly made: Made;
  private readonly rules: Rules;
  private readonly all: readonly Serving[];
  /** Those whose turn is yet to come, in order. */
  private readonly next: Serving[];
  private round: Round = 'first';

  constructor(
    room: Room,
    queues: readonly QueueView[],
    reservations: Reservations,
    rules: Rules,
    made: Made,
  ) {
    this.queues = queues;
    this.room = room;
    this.reservations = reservations;
    this.rules = rules;
    this.made = made;
    this.all = queues.map((queue) => servingOf(room, queue, rules.order));
    this.next = [...this.all];
  }

  /** Reserves again what stands of what earlier plans reserved, those on demand first. */
  stand(earlier: readonly Reservation[]): void {
    for (const reservation of inRank(this.room, earlier)) {
      const stand = (): void => {
        const waiting = this.waitingFor(reservation);
        const now = waiting && standing(this.room, reservation, waiting);
        if (now) this.reservations.reserve(now);
      };
      // Spot is what work on demand leaves, also what a queue before had reserved of it
      if (isOnDemand(this.room, reservation)) beforeSpot(this, stand);
      else stand();
    }
  }

  /** The job of an earlier reservation, if it is the first of its shape here. */
  private waitingFor({ queue: seq, job }: Reservation): Waiting | undefined {
    const serving = this.all.find(({ queue }) => queue.seq === seq);
    const shape = serving?.queue.shapes.find(({ heads }) => heads[0]?.seq === job);
    if (!serving || !shape) return undefined;
    const { queue, usable } = serving;
    return { queue, job, groups: shape.groups, environments: this.able(usable, shape) };
  }

  serve(): void {
    for (let serving = this.next.shift(); serving; serving = this.next.shift()) {
      if (this.startOne(serving)) this.next.push(serving);
    }
  }

  /** Serves once more what is left. */
  serveAgain(round: Exclude<Round, 'first'>): void {
    this.round = round;
    this.askAgain();
    this.serve();
  }

  /** The first of each queue that may run and waits. */
  heads(): WaitingHead[] {
    return this.all.flatMap(({ head, unplaced, choice }) =>
      head ? [{ ...head, upTo: upTo(choice.copy(), unplaced, head) }] : [],
    );
  }

  /** Starts the next job of a queue that can start; false when none can. What cannot is left unplaced on the way. */
  private startOne(serving: Serving): boolean {
    for (let next = serving.waiting.take(); next; next = serving.waiting.take()) {
      const kept = serving.kept ?? serving.choice.keptFrom(groupHead(next));
      if (kept && this.keep(serving, next, kept)) continue;
      const lacks = this.made.tokens.lackOf(serving.queue, next.shape);
      // one that could not run if it were not for what a lowered maximum left may not have what is kept either
      if (!kept && !lacks && this.start(serving, next)) return true;
      this.leave(serving, next, lacks);
    }
    return false;
  }

  /** Leaves a job for what is kept for other shares, which its queue may not have; false where it is not that it waits for. */
  private keep(serving: Serving, next: Next, kept: Reserve): boolean {
    const { queue, usable } = serving;
    const { shape, head } = next;
    if (!mayRun(this.room, serving, shape.groups, this.rules.never)) return false;
    serving.kept = kept;
    serving.unplaced.set(shape.id, next);
    this.made.unplaced.set(shape, { queue, usable, shape, kept });
    this.made.tokens.drop(queue, shape);
    if (this.reservations.of(queue.seq)?.job === head.seq) this.reservations.release(queue.seq);
    return true;
  }

  private start(serving: Serving, { shape, at, head }: Next): boolean {
    const found = this.place(serving, serving.usable, shape, at) ?? this.placeBeforeSpot(serving, shape, at);
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
    this.made.tokens.take(serving.queue, shape);
    serving.choice.start(groupHead({ shape, at, head }));
    const next = nextOf(shape, at + 1);
    if (next) serving.waiting.comeIn(next);
    return true;
  }

  /**
   * Tries to place the next job of a queue with what is reserved for that queue, and what was reserved after it for
   * others of its priority: who reserved first comes first. Once the room that was reserved is taken, the others
   * reserve anew.
   */
  private place(
    serving: Serving,
    usable: readonly EnvironmentView[],
    shape: ShapeView,
    at: number,
  ): Placed | undefined {
    const { reservations } = this;
    const inRoom = (room: Room) => this.placeIn(room, usable, shape, at);
    const mine = serving.head === undefined ? reservations.of(serving.queue.seq) : undefined;
    if (!mine) return inRoom(this.room);
    const isOwn = mine.job === shape.heads[at]!.seq;
    const after = reservations.from(mine);
    if (isOwn && this.givesWay(after, usable, shape, at)) return undefined;
    const found = reservations.without(
      after,
      () => inRoom(this.room) ?? (isOwn ? this.placeAsReserved(mine, usable, shape, at) : undefined),
      (placed) => isOwn && placed !== undefined,
    );
    if (!found) return undefined;
    if (isOwn) {
      // what it had on demand is not used: it is there for Spot once more
      if (isOnDemand(this.room, mine) && !isOnDemand(this.room, found)) this.made.spotOpen = false;
      this.reserveAnew(serving, after.slice(1));
    }
    this.askAgain();
    return found;
  }

  /**
   * Whether it is to start on Spot and give up what is reserved on demand, but not yet: that may have taken the place of what a queue
   * before had reserved of Spot, so that what there is of it now is that queue's first.
   */
  private givesWay(
    after: readonly Reservation[],
    usable: readonly EnvironmentView[],
    shape: ShapeView,
    at: number,
  ): boolean {
    const { room, made, rules } = this;
    const [mine] = after as [Reservation];
    if (this.round !== 'again' || !isOnDemand(room, mine) || made.gaveWay.has(mine.job)) return false;
    if (!rules.queues.some(({ priority }) => priority > this.queues[0]!.priority)) return false;
    const found = this.reservations.without(after, () => this.placeIn(copyOf(room), usable, shape, at));
    if (!found || isOnDemand(room, found)) return false;
    made.gaveWay.add(mine.job);
    made.spotOpen = false;
    return true;
  }

  /** In the environment of the reservation alone: elsewhere nothing comes for what goes of a minimum. */
  private placeAsReserved(
    mine: Reservation,
    usable: readonly EnvironmentView[],
    shape: ShapeView,
    at: number,
  ): Placed | undefined {
    const there = usable.filter(({ seq }) => seq === mine.environment);
    return asReserved(this.room, mine, (room) => this.placeIn(room, there, shape, at));
  }

  private placeIn(
    room: Room,
    usable: readonly EnvironmentView[],
    shape: ShapeView,
    at: number,
  ): Placed | undefined {
    const waiting = Math.max(shape.waiting - at, 1);
    for (const environment of openTo(usable, shape.groups)) {
      if (!this.made.spotOpen && !mayReclaim(environment)) continue;
      // a job of several tasks that is told that it can't run there is not started by chance
      if (isOfSeveral(shape.groups) && this.rules.notNow(environment, shape.groups)) continue;
      const steps = placeJobIn(room, environment, shape.groups, waiting, this.rules.newRef);
      if (steps) return { environment: environment.seq, steps };
    }
    return undefined;
  }

  /** What was left for room that was reserved is asked again: that is given back, or not all of it used. */
  private askAgain(): void {
    for (const serving of this.all) {
      const left = [...serving.unplaced.values(), ...serving.short.values()];
      if (left.length === 0) continue;
      for (const next of left) {
        this.made.unplaced.delete(next.shape);
        this.made.tokens.askAgain(serving.queue, next.shape);
        serving.waiting.comeIn(next);
      }
      serving.unplaced.clear();
      serving.short.clear();
      serving.head = undefined;
      serving.kept = undefined;
      if (!this.next.includes(serving)) this.next.push(serving);
    }
  }

  /** What one queue has used is reserved for those of its priority that wait, in the order they have waited in. */
  private reserveAnew(serving: Serving, others: readonly Reservation[]): void {
    for (const { queue, job } of others) {
      const other = this.all.find((s) => s.queue.seq === queue);
      const shape = other?.queue.shapes.find((s) => s.heads.some((head) => head.seq === job));
      if (other && shape && !other.head)
        this.reserve(other.queue, shape, job, this.able(other.usable, shape));
    }
    for (const other of this.all) {
      if (other !== serving && other.head && !this.reservations.of(other.queue.seq)) {
        this.reserveForHead(other.head);
      }
    }
  }

  /**
   * Notes that a shape waits; the first of its queue that may run once tasks have ended reserves what it needs. One that is short
   * of tokens reserves none.
   */
  private leave(serving: Serving, next: Next, lacks?: readonly TokenLack[]): void {
    const { queue, usable } = serving;
    const { shape, at, head } = next;
    const isAble = mayRun(this.room, serving, shape.groups, this.rules.never);
    this.made.unplaced.set(shape, { queue, usable, shape, ...(lacks && isAble && { lacks }) });
    const earlier = this.reservations.of(queue.seq);
    if (!isAble || lacks) {
      if (earlier?.job === head.seq) this.giveBack(queue);
      this.claim(serving, next, isAble, lacks);
      if (isAble) serving.short.set(shape.id, next);
      return;
    }
    this.claim(serving, next, true);
    const environments = serving.head ? [] : this.able(serving.usable, shape);
    // who waits for Spot's price, or for an environment to be enabled, holds up nobody behind it
    if (this.isAnyAffordable(environments)) {
      const stands = earlier?.job === head.seq && environments.some((e) => e.seq === earlier.environment);
      // earlier ones that wait for a price are asked again then, so that the queue has no head until this one is it
      if (earlier && !stands) this.giveBack(queue);
      serving.head = { queue, shape, at, environments, upTo: at + 1 };
      if (!stands) this.reserveForHead(serving.head);
    }
    serving.unplaced.set(shape.id, next);
  }

  /** Keeps tokens from those behind it, unless it waits for what holds up nobody. */
  private claim(
    { queue, usable }: Serving,
    { shape, head }: Next,
    isAble: boolean,
    lacks: readonly TokenLack[] = [],
  ): void {
    if (!shape.tokens) return;
    if (isAble && this.isAnyAffordable(this.able(usable, shape)))
      this.made.tokens.claim(queue, shape, head.seq, lacks);
    else this.made.tokens.drop(queue, shape);
  }

  private isAnyAffordable(environments: readonly EnvironmentView[]): boolean {
    return environments.some(({ supply }) => supply.kind === 'own' || isAffordable(this.room, supply.market));
  }

  /** Where it may run once tasks have ended. */
  private able(usable: readonly EnvironmentView[], { groups }: ShapeView): EnvironmentView[] {
    return openTo(usable, groups).filter(
      (environment) => this.rules.notNow(environment, groups) === undefined,
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
    const waiting = { queue, job, groups, environments };
    if (!reserveIn(this, waiting) && this.round !== 'first') reserveBefore(this, waiting, this.rules.queues);
  }

  /** On demand also in the room that is reserved of Spot, which is what work on demand leaves (E-168). */
  private placeBeforeSpot(serving: Serving, shape: ShapeView, at: number): Placed | undefined {
    if (this.reservations.spot().length === 0) return undefined;
    const onDemand = openTo(serving.usable, shape.groups).filter(mayReclaim);
    if (onDemand.length === 0) return undefined;
    return beforeSpot(this, () => this.place(serving, onDemand, shape, at));
  }
}

const isOfSeveral = (groups: readonly TaskGroup[]): boolean => groups.length > 1 || groups[0]!.count > 1;
