import type { Resources } from '../domain/container.ts';
import { HOST, SLICE } from '../domain/instance.ts';
import { Layered } from '../lib/layered.ts';
import { BOUNDLESS, isNothing, minus, NOTHING, plus, times } from './amounts.ts';
import { awaitedWith, NONE } from './growth.ts';
import {
  countedOf,
  goesByItself,
  heldOnHost,
  holdOf,
  isLoose,
  isOpenIn,
  isSpot,
  isSpotThere,
  lacksOf,
  leavingFor,
  looseIn,
  type PlannedHost,
  type PlannedInstance,
  plannedHost,
  type Room,
  takesOf,
} from './room.ts';
import type { InstanceView, Reservation, RunningView, Snapshot } from './snapshot.ts';

/* All that is ever done to a room: nothing else writes one. Hosts and instances are replaced, never altered. */

type Writable<T> = { -readonly [Member in keyof T]: T[Member] };
type Amounts = Map<number, number>;
type Kept = 'hosts' | 'used' | 'working' | 'going' | 'launching' | 'instances' | 'loose';
type Changing = Writable<Omit<Room, Kept>> & {
  hosts: Layered<string, PlannedHost>;
  used: Amounts;
  working: Amounts | undefined;
  going: Amounts;
  launching: Amounts;
  instances: Layered<string, PlannedInstance>;
  loose: Layered<string, PlannedInstance> | undefined;
};

const changing = (room: Room): Changing => room as Changing;

/** `freed`: something may fit that did not. */
const changed = (room: Changing, freed: boolean): void => {
  room.found.idle = undefined;
  if (freed) room.found.tooMuch.clear();
};

const add = (to: Amounts, environment: number, amount: number): void => {
  to.set(environment, (to.get(environment) ?? 0) + amount);
};

/** Takes amounts and slots of a host, or gives them back with the sign turned round; one that is gone has neither. */
const take = (room: Changing, id: string, amount: Resources, slots: number): void => {
  const host = room.hosts.get(id);
  if (!host) return;
  if (isNothing(amount) && (slots === 0 || host.slotsLeft === Number.POSITIVE_INFINITY)) return;
  room.hosts.set(id, { ...host, free: minus(host.free, amount), slotsLeft: host.slotsLeft - slots });
};

const set = (room: Changing, instance: PlannedInstance, to: Partial<PlannedInstance>): void =>
  put(room, { ...instance, ...to });

const put = (room: Changing, instance: PlannedInstance): void => {
  const { instances, loose } = room;
  became(room, instances.get(instance.id), instance);
  instances.set(instance.id, instance);
  if (isLoose(instance)) loose?.set(instance.id, instance);
  else loose?.delete(instance.id);
};

/** What is known of instances together, once one has come, gone, or become another. */
const became = (
  room: Changing,
  before: PlannedInstance | undefined,
  now: PlannedInstance | undefined,
): void => {
  const { environment } = (now ?? before)!;
  const more = workOn(now) - workOn(before);
  if (room.working && more !== 0) add(room.working, environment, more);
  if (takesMore(before) !== takesMore(now)) room.found.large = new Map();
};

const takesMore = (instance: PlannedInstance | undefined): boolean =>
  instance !== undefined && isOpenIn(instance.environment, instance);

const workOn = (instance: PlannedInstance | undefined): number =>
  instance && instance.tasks > 0 && takesMore(instance) ? instance.size.milliVcpus : 0;

export const roomOf = (snapshot: Omit<Snapshot, 'queues' | 'reservations'>): Room => {
  const room: Changing = {
    listed: snapshot.hosts,
    hosts: Layered.of(snapshot.hosts.map((view) => [view.id, plannedHost(view)])),
    grows: snapshot.hosts.some(({ isToCome }) => isToCome),
    awaited: NONE,
    environments: new Map(snapshot.environments.map((e) => [e.seq, e])),
    used: new Map(),
    working: new Map(),
    going: new Map(),
    launching: new Map(),
    instances: Layered.of(),
    loose: Layered.of(),
    spotPrice: 0,
    found: { idle: undefined, tooMuch: new Map(), large: new Map() },
  };
  for (const instance of snapshot.instances) addInstance(room, instance, false);
  for (const task of snapshot.running) hold(room, task);
  fold(room);
  return room;
};

/** Makes the room as it is now what copies begin with, at the cost of what was changed: earlier copies are used no more. */
export const fold = (of: Room): void => {
  const room = changing(of);
  room.hosts.fold();
  room.instances.fold();
  room.loose?.fold();
};

type Held = Pick<RunningView, 'instance' | 'host' | 'asks'>;

/** A task that runs, be its instance there or not. */
export const hold = (room: Room, task: Held): void => holding(changing(room), task, 1);

/** One that runs no more; its instance is there if it was when it came. */
export const letGo = (room: Room, task: Held): void => holding(changing(room), task, -1);

const holding = (room: Changing, { instance: id, host, asks }: Held, sign: 1 | -1): void => {
  const instance = room.instances.get(id);
  const taken = times(takesOf(room, instance ?? { type: HOST, host }, asks), sign);
  if (instance) set(room, instance, { free: minus(instance.free, taken), tasks: instance.tasks + sign });
  take(room, host, !instance || instance.type === HOST ? taken : NOTHING, sign);
  if (instance?.type === HOST) add(room.used, instance.environment, taken.milliVcpus);
  if (room.grows) room.awaited = awaitedWith(room, host, asks, sign);
  changed(room, sign < 0);
};

/** As if nobody waited for a host. */
export const awaitNone = (of: Room): void => {
  const room = changing(of);
  if (room.awaited.size === 0) return;
  room.awaited = NONE;
  changed(room, true);
};

/** What is known of an instance, which is as large as before, and where it was. */
export const note = (of: Room, { id, draining, hasDeadline, graceOver }: Noted): void => {
  const room = changing(of);
  set(room, room.instances.get(id)!, { draining, hasDeadline, graceOver });
  changed(room, false);
};

type Noted = Pick<InstanceView, 'id' | 'draining' | 'hasDeadline' | 'graceOver'>;

/** `fresh`: this plan launches it. */
export const addInstance = (of: Room, view: InstanceView, fresh: boolean): PlannedInstance => {
  const room = changing(of);
  const instance: PlannedInstance = {
    ...view,
    fresh,
    free: view.size,
    reserved: NOTHING,
    tasks: 0,
    closed: false,
    ended: 0,
  };
  put(room, instance);
  take(room, view.host, holdOf(room, instance), 0);
  add(room.used, instance.environment, countedOf(instance));
  changed(room, true);
  return instance;
};

export const removeInstance = (of: Room, id: string): void => {
  const room = changing(of);
  const instance = room.instances.get(id)!;
  became(room, instance, undefined);
  room.instances.delete(id);
  room.loose?.delete(id);
  take(room, instance.host, times(holdOf(room, instance), -1), 0);
  add(room.used, instance.environment, -countedOf(instance));
  changed(room, true);
};

/** Puts one more task on an instance. */
export const occupy = (of: Room, id: string, asks: Resources): void => {
  const room = changing(of);
  const instance = room.instances.get(id)!;
  const taken = takesOf(room, instance, asks);
  set(room, instance, { free: minus(instance.free, taken), tasks: instance.tasks + 1 });
  take(room, instance.host, instance.type === HOST ? taken : NOTHING, 1);
  if (instance.type === HOST) add(room.used, instance.environment, taken.milliVcpus);
  if (room.grows) room.awaited = awaitedWith(room, instance.host, asks, 1);
  changed(room, false);
};

/** An instance with tasks takes no more, and goes at a deadline. */
export const warn = (of: Room, id: string): void => {
  const room = changing(of);
  set(room, room.instances.get(id)!, { draining: true, hasDeadline: true });
  changed(room, false);
};

export const setSpotPrice = (room: Room, price: number): void => {
  changing(room).spotPrice = price;
};

/** Takes all hosts as open, and as if all of them, and more, were free. */
export const unbound = (of: Room): void => {
  const room = changing(of);
  for (const host of [...room.hosts.values()]) {
    room.hosts.set(host.id, { ...host, open: true, slotsLeft: Number.POSITIVE_INFINITY, free: BOUNDLESS });
  }
  awaitNone(room);
  changed(room, true);
};

/** Counts so many thousandths of a vCPU towards an environment's maximum, whatever its instances are. */
export const setUsed = (room: Room, environment: number, milliVcpus: number): void => {
  changing(room).used.set(environment, milliVcpus);
};

/** A copy to try things on. What is known of the room is true of it, too. */
export const copyOf = (room: Room): Room => ({
  ...room,
  found: { ...room.found, tooMuch: new Map(room.found.tooMuch) },
  hosts: changing(room).hosts.copy(),
  used: new Map(room.used),
  working: room.working && new Map(room.working),
  going: new Map(room.going),
  launching: new Map(room.launching),
  instances: changing(room).instances.copy(),
  loose: changing(room).loose?.copy(),
});

/** Makes the room what its copy has become; the copy is used no more. */
export const adopt = (room: Room, copy: Room): void => {
  Object.assign(room, copy);
};

/** What goes on while all else is taken as ended: nothing, or tasks on demand. */
export type GoesOn = 'nothing' | 'on demand';

/** The room as it would be if what runs had ended. */
export const emptied = (of: Room, goesOn: GoesOn): Room => {
  const room = changing(copyOf(of));
  if (goesOn === 'nothing') awaitNone(room);
  const back = new Back(room.hosts.values());
  let isAnother = false;
  // with nothing of Spot, what may end has no task
  const some = goesOn === 'nothing' || isSpotThere(room) ? room.instances.values() : looseIn(room);
  for (const instance of some) {
    if (stays(room, instance, goesOn)) continue;
    isAnother ||= instance.tasks > 0 || instance.fresh || instance.draining || instance.type === SLICE;
    if (instance.tasks > 0) back.give(instance.host, heldOnHost(instance), instance.tasks);
    const goes = goesByItself(room, instance);
    if (goes || instance.type === HOST) add(room.used, instance.environment, -countedOf(instance));
    if (goes) back.give(instance.host, holdOf(room, instance), 0);
  }
  if (!isAnother) return room;
  room.instances = room.instances.mapped(endedIn(room.environments)[goesOn]);
  room.loose = undefined;
  room.working = undefined;
  back.applyTo(room);
  changed(room, true);
  return room;
};

type Environments = Pick<Room, 'environments'>;

/** As it is without the rest. */
const stays = (room: Environments, instance: PlannedInstance, goesOn: GoesOn): boolean =>
  instance.closed || (goesOn === 'on demand' && instance.tasks > 0 && !isSpot(room, instance));

/** An instance once its tasks have ended; undefined for one that goes then. */
type Ended = (instance: PlannedInstance) => PlannedInstance | undefined;

const known = new WeakMap<Room['environments'], Readonly<Record<GoesOn, Ended>>>();

/** The same functions for the same environments. */
const endedIn = (environments: Room['environments']): Readonly<Record<GoesOn, Ended>> => {
  const found = known.get(environments);
  if (found) return found;
  const ended =
    (goesOn: GoesOn): Ended =>
    (instance) => {
      if (stays({ environments }, instance, goesOn)) return instance;
      if (goesByItself({ environments }, instance)) return undefined;
      const { tasks, size, reserved } = instance;
      if (tasks === 0 && !instance.fresh) return instance;
      const free = isNothing(reserved) ? size : minus(size, reserved);
      return { ...instance, fresh: false, ended: tasks, tasks: 0, free };
    };
  const made = { nothing: ended('nothing'), 'on demand': ended('on demand') };
  known.set(environments, made);
  return made;
};

/** What hosts get back. */
class Back {
  private readonly countsSlots: boolean;
  private readonly byHost = new Map<string, { readonly amount: Resources; readonly tasks: number }>();

  constructor(hosts: readonly PlannedHost[]) {
    this.countsSlots = hosts.some(({ slotsLeft }) => slotsLeft !== Number.POSITIVE_INFINITY);
  }

  give(host: string, amount: Resources, tasks: number): void {
    if (isNothing(amount) && !this.countsSlots) return;
    const other = this.byHost.get(host);
    this.byHost.set(host, {
      amount: other ? plus(other.amount, amount) : amount,
      tasks: tasks + (other?.tasks ?? 0),
    });
  }

  applyTo(room: Changing): void {
    for (const [host, { amount, tasks }] of this.byHost) take(room, host, times(amount, -1), -tasks);
  }
}

/** Of the room, what a reservation keeps from everybody else: each taken and given back by `apply`. */
export type Share =
  | { readonly of: 'host'; readonly host: string; readonly amount: Resources; readonly tasks: number }
  | { readonly of: 'instance'; readonly instance: string; readonly amount: Resources }
  /** It is to be empty. */
  | { readonly of: 'victim'; readonly instance: string }
  | { readonly of: 'used' | 'going' | 'launching'; readonly environment: number; readonly amount: number };

/** Keeps from everybody what a reservation lacks yet of what it waits for; `release` takes the result. */
export const reserve = (room: Room, r: Reservation): readonly Share[] => {
  const shares = sharesOf(room, r);
  for (const share of shares) apply(changing(room), share, 1);
  changed(changing(room), false);
  return shares;
};

export const release = (room: Room, shares: readonly Share[]): void => {
  for (const share of shares) apply(changing(room), share, -1);
  changed(changing(room), true);
};

const sharesOf = (room: Room, r: Reservation): Share[] => {
  const { environment } = r;
  const shares: Share[] = [];
  let used = r.milliVcpus;
  for (const { instance, milliVcpus } of r.victims) {
    if (!room.instances.has(instance)) continue;
    shares.push({ of: 'victim', instance });
    used -= milliVcpus;
  }
  for (const { host, asks, tasks } of lacksOf(room, r))
    shares.push({ of: 'host', host, amount: asks, tasks });
  if (used > 0) shares.push({ of: 'used', environment, amount: used });
  if (r.milliVcpus > 0) shares.push({ of: 'launching', environment, amount: 1 });
  for (const [leaver, leaving] of leavingFor(room, r)) {
    if (leaving > 0) shares.push({ of: 'going', environment: leaver, amount: leaving });
  }
  for (const { instance, asks } of r.on) shares.push({ of: 'instance', instance, amount: asks });
  return shares;
};

/** Takes a share, or gives it back with the sign turned round. */
const apply = (room: Changing, share: Share, sign: 1 | -1): void => {
  switch (share.of) {
    case 'host': {
      const amount = times(share.amount, sign);
      const host = room.hosts.get(share.host);
      if (!host) return;
      room.hosts.set(host.id, {
        ...host,
        free: minus(host.free, amount),
        reserved: plus(host.reserved, amount),
        slotsLeft: host.slotsLeft - sign * share.tasks,
      });
      return;
    }
    case 'victim': {
      const victim = room.instances.get(share.instance);
      if (victim) set(room, victim, { closed: sign > 0 });
      return;
    }
    case 'instance': {
      const instance = room.instances.get(share.instance);
      if (!instance) return;
      const taken = times(takesOf(room, instance, share.amount), sign);
      set(room, instance, {
        free: minus(instance.free, taken),
        reserved: plus(instance.reserved, taken),
      });
      return;
    }
    case 'used':
    case 'going':
    case 'launching':
      add(room[share.of], share.environment, sign * share.amount);
  }
};
