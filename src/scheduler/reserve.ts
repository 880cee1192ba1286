import type { Resources } from '../domain/container.ts';
import { takes } from '../domain/host.ts';
import { HOST } from '../domain/instance.ts';
import { fits, isNothing, minus, NOTHING, plus, sum } from './amounts.ts';
import { adopt, copyOf, emptied, type GoesOn, removeInstance } from './change-room.ts';
import { placeJobIn, type Steps } from './place.ts';
import {
  countedOf,
  goesByItself,
  heldOnHost,
  holdOf,
  hostOf,
  isIdle,
  isSpot,
  leavesMinimums,
  maximumOf,
  mayPass,
  type PlannedHost,
  type PlannedInstance,
  type Room,
  takesOf,
  usedBy,
} from './room.ts';
import type { EnvironmentView, Portion, QueueView, Reservation, TaskGroup } from './snapshot.ts';

/** A job that could not start, and where it might have. */
export interface Waiting {
  readonly queue: QueueView;
  readonly job: number;
  readonly groups: readonly TaskGroup[];
  /** Those it may use, in its queue's order. */
  readonly environments: readonly EnvironmentView[];
}

/**
 * What is to be reserved for a job that does not fit, so that it starts at the latest when the tasks that run now have
 * ended: found by placing it as if they had. Undefined where earlier reservations leave nothing to be had.
 */
export const reserveFor = (room: Room, waiting: Waiting): Reservation | undefined =>
  foundIn(room, waiting, waiting.environments, 'nothing');

/** The same on demand alone, which reclaims what Spot holds before it waits for its like. */
export const reserveOnDemand = (room: Room, waiting: Waiting): Reservation | undefined => {
  const found = reserveFromSpot(room, waiting);
  return found ?? (isOnDemandAlone(waiting) ? reserveFor(room, waiting) : undefined);
};

/** The same of what is free, or held by Spot. */
export const reserveFromSpot = (room: Room, waiting: Waiting): Reservation | undefined =>
  foundIn(room, waiting, waiting.environments.filter(mayReclaim), 'on demand');

const isBusyOnDemand = (room: Room, instance: PlannedInstance): boolean =>
  instance.tasks > 0 && !isSpot(room, instance);

/** Whether a reservation on demand waits for no task but those of Spot. */
export const hasItFromSpot = (room: Room, r: Reservation): boolean => {
  const environment = room.environments.get(r.environment)!;
  const isFree = ({ instance, asks }: Reservation['on'][number]) => {
    const there = room.instances.get(instance)!;
    return fits(takesOf(room, there, asks), there.free);
  };
  return r.on.every(isFree) && isCovered(room, r, environment, (instance) => isBusyOnDemand(room, instance));
};

const isOnDemandAlone = ({ environments }: Waiting): boolean => environments.every(mayReclaim);

/** Whether work of this environment may reclaim what Spot holds. */
export const mayReclaim = ({ supply }: EnvironmentView): boolean =>
  supply.kind === 'own' || supply.market.kind === 'on-demand';

export const isOnDemand = (room: Room, { environment }: Pick<Reservation, 'environment'>): boolean => {
  const view = room.environments.get(environment);
  return view !== undefined && mayReclaim(view);
};

const foundIn = (
  room: Room,
  { queue, job, groups }: Waiting,
  environments: readonly EnvironmentView[],
  goesOn: GoesOn,
): Reservation | undefined => {
  if (environments.length === 0) return undefined;
  const then = emptied(room, goesOn);
  for (const environment of environments) {
    let count = 0;
    const steps = placeJobIn(then, environment, groups, 1, () => `?${count++}`);
    if (steps) return { queue: queue.seq, job, ...reserved(room, environment.seq, groups, steps) };
  }
  return undefined;
};

type Reserved = Omit<Reservation, 'queue' | 'job'>;

const reserved = (
  room: Room,
  environment: number,
  groups: readonly TaskGroup[],
  { instances, launches, retires }: Steps,
): Reserved => {
  const asks = groups.flatMap((group) => Array.from({ length: group.count }, () => group.asks));
  const on = new Map<string, Resources>();
  const portions = new Map<string, Portion>();
  const need = (host: string, amount: Resources, tasks: number): void => {
    const portion = portions.get(host) ?? { host, asks: NOTHING, tasks: 0 };
    portions.set(host, { host, asks: plus(portion.asks, amount), tasks: portion.tasks + tasks });
  };
  instances.forEach((id, at) => {
    const instance = room.instances.get(id);
    const host = instance?.host ?? launches.find(({ ref }) => ref === id)!.host;
    if (instance) on.set(id, plus(on.get(id) ?? NOTHING, asks[at]!));
    const isHost = (instance ?? launches.find(({ ref }) => ref === id)!).type === HOST;
    need(host, isHost ? takes(asks[at]!, hostOf(room, host)) : NOTHING, 1);
  });
  for (const launch of launches) need(launch.host, holdOf(room, launch), 0);
  const victims = retires.map((id) => {
    const instance = room.instances.get(id)!;
    const milliVcpus = instance.environment === environment ? instance.size.milliVcpus : 0;
    return { instance: id, host: instance.host, holds: holdOf(room, instance), milliVcpus };
  });
  return {
    environment,
    on: [...on].map(([instance, all]) => ({ instance, asks: all })),
    victims,
    portions: [...portions.values()].filter((portion) => portion.tasks > 0 || !isNothing(portion.asks)),
    milliVcpus: isBounded(room, environment)
      ? sum(asks).milliVcpus
      : launches.reduce((total, { type, size }) => total + (type === HOST ? 0 : size.milliVcpus), 0),
  };
};

/** One that has hosts as they are, and a maximum: its tasks count, be their hosts instances already or not. */
const isBounded = ({ environments }: Room, environment: number): boolean => {
  const supply = environments.get(environment)?.supply;
  return supply?.kind === 'own' && supply.bounds !== undefined;
};

/**
 * Places a reservation's job in the room of just those instances that it waited for, once they are idle: where others are
 * looked for, a minimum may be in the way. Undefined, and nothing is changed, when it does not come about.
 */
export const asReserved = <T extends { readonly steps: Steps }>(
  room: Room,
  reservation: Reservation,
  place: (room: Room) => T | undefined,
): T | undefined => {
  const victims = reservation.victims.map(({ instance }) => room.instances.get(instance));
  if (!victims.every((instance) => instance && isIdle(instance)) || !leavesMinimums(room, reservation))
    return undefined;
  const trial = copyOf(room);
  for (const { instance } of reservation.victims) removeInstance(trial, instance);
  const found = place(trial);
  if (!found) return undefined;
  found.steps.retires.unshift(...reservation.victims.map(({ instance }) => instance));
  adopt(room, trial);
  return found;
};

/** Whether its places are there, and nothing else has what it needs. */
export const hasRoom = (room: Room, r: Reservation): boolean =>
  r.on.every(({ instance, asks }) => isThere(room, instance, asks)) &&
  leavesMinimums(room, r) &&
  isCovered(room, r, room.environments.get(r.environment)!);

const isThere = (room: Room, id: string, asks: Resources): boolean => {
  const instance = room.instances.get(id);
  if (!instance || instance.draining || instance.closed || !hostOf(room, instance.host).open) return false;
  return fits(takesOf(room, instance, asks), minus(instance.size, instance.reserved));
};

/** Whether it has its room once what runs, and does not stay, has ended and the instances it waits for have gone. */
const isCovered = (
  room: Room,
  r: Reservation,
  environment: EnvironmentView,
  stays: (instance: PlannedInstance) => boolean = () => false,
): boolean => {
  const waitedFor = new Set(r.victims.map(({ instance }) => instance));
  const left = new Map(r.portions.map(({ host }) => [host, hostOf(room, host)]));
  let used = usedBy(room, r.environment);
  // all that is looked for below only leaves more
  if (waitedFor.size === 0 && isWithinReach(room, r, environment, left, used)) return true;
  for (const instance of room.instances.values()) {
    const isWaitedFor = waitedFor.has(instance.id);
    if (isWaitedFor && (instance.closed || !isNothing(instance.reserved))) return false;
    if (instance.closed || stays(instance)) continue;
    const goes = isWaitedFor || goesByItself(room, instance);
    if (instance.environment === r.environment && (goes || instance.type === HOST))
      used -= countedOf(instance);
    const host = left.get(instance.host);
    if (!host) continue;
    const back = plus(heldOnHost(instance), goes ? holdOf(room, instance) : NOTHING);
    left.set(host.id, { ...host, free: plus(host.free, back), slotsLeft: host.slotsLeft + instance.tasks });
  }
  return isWithinReach(room, r, environment, left, used);
};

/** Whether hosts leave that much, and the environment's maximum does, of which so much is used. */
const isWithinReach = (
  room: Room,
  r: Reservation,
  { supply }: EnvironmentView,
  left: ReadonlyMap<string, PlannedHost>,
  used: number,
): boolean => {
  const isThere = ({ host: id, asks, tasks }: Portion): boolean => {
    const host = left.get(id)!;
    return host.open && tasks <= host.slotsLeft && fits(asks, host.free);
  };
  if (!r.portions.every(isThere)) return false;
  const maximum = maximumOf(supply);
  if (maximum === undefined || r.milliVcpus === 0) return true;
  return mayPass(room, r.environment, supply) ? used < maximum : used + r.milliVcpus <= maximum;
};

/** Reservations with launched instances under the ids they have got since. */
export const renamed = (
  reservations: readonly Reservation[],
  idOf: (ref: string) => string,
): readonly Reservation[] =>
  reservations.map((r) => ({
    ...r,
    on: r.on.map(({ instance, asks }) => ({ instance: idOf(instance), asks })),
    victims: r.victims.map((victim) => ({ ...victim, instance: idOf(victim.instance) })),
  }));
