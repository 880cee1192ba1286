import type { Resources } from '../domain/container.ts';
import { HOST } from '../domain/instance.ts';
import { minus, NOTHING, plus, takes, times } from './amounts.ts';
import {
  goesByItself,
  heldOnHost,
  holdOf,
  lackOf,
  leavingFor,
  type PlannedInstance,
  type Room,
  takesOf,
} from './room.ts';
import type { InstanceView, Reservation, Snapshot } from './snapshot.ts';

/* All that is ever done to a room: nothing else writes one. */

type Writable<T> = { -readonly [Member in keyof T]: T[Member] };
type Amounts = Map<number, number>;
type Changing = Writable<Omit<Room, 'used' | 'going' | 'launching' | 'instances'>> & {
  used: Amounts;
  going: Amounts;
  launching: Amounts;
  instances: Map<string, Writable<PlannedInstance>>;
};

const changing = (room: Room): Changing => room as Changing;

/** `freed`: something may fit that did not. */
const changed = (room: Changing, freed: boolean): void => {
  room.remembered.idle = undefined;
  if (freed) room.remembered.tooMuch.clear();
};

const add = (to: Amounts, environment: number, amount: number): void => {
  to.set(environment, (to.get(environment) ?? 0) + amount);
};

export const roomOf = (snapshot: Omit<Snapshot, 'queues' | 'reservations'>): Room => {
  const room: Changing = {
    pool: snapshot.pool,
    free: snapshot.pool,
    reserved: NOTHING,
    claimed: { reservations: [], instances: new Set() },
    environments: new Map(snapshot.environments.map((e) => [e.seq, e])),
    used: new Map(),
    going: new Map(),
    launching: new Map(),
    instances: new Map(),
    spotPrice: 0,
    remembered: { idle: undefined, tooMuch: new Map() },
  };
  for (const instance of snapshot.instances) addInstance(room, instance, false);
  for (const { instance, asks } of snapshot.running) {
    if (room.instances.has(instance)) occupy(room, instance, asks);
    else room.free = minus(room.free, takes(asks, room.pool));
  }
  return room;
};

/** `fresh`: this plan launches it. */
export const addInstance = (of: Room, view: InstanceView, fresh: boolean): PlannedInstance => {
  const room = changing(of);
  const instance = {
    ...view,
    fresh,
    free: view.size,
    reserved: NOTHING,
    tasks: 0,
    closed: false,
    ended: 0,
  };
  room.instances.set(instance.id, instance);
  room.free = minus(room.free, holdOf(room, instance));
  add(room.used, instance.environment, instance.size.milliVcpus);
  changed(room, true);
  return instance;
};

export const removeInstance = (of: Room, id: string): void => {
  const room = changing(of);
  const instance = room.instances.get(id)!;
  room.instances.delete(id);
  room.free = plus(room.free, holdOf(room, instance));
  add(room.used, instance.environment, -instance.size.milliVcpus);
  changed(room, true);
};

/** Puts a task on an instance. */
export const occupy = (of: Room, id: string, asks: Resources): void => {
  const room = changing(of);
  const instance = room.instances.get(id)!;
  const taken = takesOf(room, instance, asks);
  instance.free = minus(instance.free, taken);
  instance.tasks++;
  if (instance.type === HOST) room.free = minus(room.free, taken);
  changed(room, false);
};

/** An instance with tasks takes no more, and goes at a deadline. */
export const warn = (of: Room, id: string): void => {
  const room = changing(of);
  const instance = room.instances.get(id)!;
  instance.draining = true;
  instance.hasDeadline = true;
  changed(room, false);
};

export const setSpotPrice = (room: Room, price: number): void => {
  changing(room).spotPrice = price;
};

/** Sees to it that Spot leaves what these reservations are to have. */
export const claim = (room: Room, reservations: readonly Reservation[]): void => {
  changing(room).claimed = {
    reservations,
    instances: new Set(reservations.flatMap((r) => [...r.on, ...r.victims].map(({ instance }) => instance))),
  };
  changed(changing(room), true);
};

/** Takes the pool as if all of it, and more, were free. */
export const unbound = (of: Room): void => {
  const room = changing(of);
  room.free = BOUNDLESS;
  changed(room, true);
};

const BOUNDLESS: Resources = { milliVcpus: Infinity, memoryMiB: Infinity, gpus: Infinity };

/** Counts so many thousandths of a vCPU towards an environment's maximum, whatever its instances are. */
export const setUsed = (room: Room, environment: number, milliVcpus: number): void => {
  changing(room).used.set(environment, milliVcpus);
};

/** A copy to try things on. */
export const copyOf = (room: Room): Room => ({
  ...room,
  remembered: { idle: undefined, tooMuch: new Map() },
  used: new Map(room.used),
  going: new Map(room.going),
  launching: new Map(room.launching),
  instances: new Map([...room.instances].map(([id, instance]) => [id, { ...instance }])),
});

/** Makes the room what its copy has become; the copy is used no more. */
export const adopt = (room: Room, copy: Room): void => {
  Object.assign(room, copy);
};

/** The room as it would be if what runs had ended, but for instances that `stays` tells to be as they are. */
export const emptied = (room: Room, stays: (instance: PlannedInstance) => boolean): Room => {
  const copy = changing(copyOf(room));
  for (const instance of [...copy.instances.values()]) {
    if (instance.closed || stays(instance)) continue;
    instance.fresh = false;
    copy.free = plus(copy.free, heldOnHost(instance));
    if (goesByItself(copy, instance)) {
      removeInstance(copy, instance.id);
      continue;
    }
    instance.ended = instance.tasks;
    instance.tasks = 0;
    instance.free = minus(instance.size, instance.reserved);
  }
  changed(copy, true);
  return copy;
};

/** Of the room, what a reservation keeps from everybody else: each taken and given back by `apply`. */
export type Share =
  | { readonly of: 'pool'; readonly amount: Resources }
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
  const victims = r.victims.filter(({ instance }) => room.instances.has(instance));
  const used = victims.reduce((left, { milliVcpus }) => left - milliVcpus, r.milliVcpus);
  return [
    ...victims.map(({ instance }) => ({ of: 'victim' as const, instance })),
    { of: 'pool', amount: lackOf(room, r) },
    { of: 'used', environment, amount: Math.max(0, used) },
    { of: 'launching', environment, amount: r.milliVcpus > 0 ? 1 : 0 },
    ...[...leavingFor(room, r)].map(([leaver, leaving]) => ({
      of: 'going' as const,
      environment: leaver,
      amount: Math.max(0, leaving),
    })),
    ...r.on.map(({ instance, asks }) => ({ of: 'instance' as const, instance, amount: asks })),
  ];
};

/** Takes a share, or gives it back with the sign turned round. */
const apply = (room: Changing, share: Share, sign: 1 | -1): void => {
  switch (share.of) {
    case 'pool':
      room.free = minus(room.free, times(share.amount, sign));
      room.reserved = plus(room.reserved, times(share.amount, sign));
      return;
    case 'victim': {
      const victim = room.instances.get(share.instance);
      if (victim) victim.closed = sign > 0;
      return;
    }
    case 'instance': {
      const instance = room.instances.get(share.instance);
      if (!instance) return;
      const taken = times(takesOf(room, instance, share.amount), sign);
      instance.free = minus(instance.free, taken);
      instance.reserved = plus(instance.reserved, taken);
      return;
    }
    case 'used':
    case 'going':
    case 'launching':
      add(room[share.of], share.environment, sign * share.amount);
  }
};
