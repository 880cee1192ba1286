import type { Resources } from '../domain/container.ts';
import { type HostView, takes } from '../domain/host.ts';
import { HOST, SLICE } from '../domain/instance.ts';
import type { Table } from '../lib/layered.ts';
import { fits, isNothing, minus, NOTHING, plus, positive, sum } from './amounts.ts';
import type {
  Awaited,
  EnvironmentView,
  InstanceView,
  Portion,
  QueueView,
  Reservation,
  Supply,
} from './snapshot.ts';

/*
 * The room that a plan is made in, and what is asked of it. `change-room.ts` alone writes it.
 *
 * A host is *open* while tasks may come to it. An environment of *own* supply has hosts as its instances; others have
 * instances that are cut from hosts. What a reservation is to have of one host is a *portion* of it.
 */

/** A host while a plan is made. */
export interface PlannedHost extends HostView {
  /** What is left of it, less what is reserved. */
  readonly free: Resources;
  readonly reserved: Resources;
  /** Of its slots, less what is reserved. */
  readonly slotsLeft: number;
}

/** An instance while a plan is made. */
export interface PlannedInstance extends InstanceView {
  /** Launched by this plan. */
  readonly fresh: boolean;
  /** What its tasks leave, less what is reserved on it. */
  readonly free: Resources;
  /** What is reserved on it. */
  readonly reserved: Resources;
  readonly tasks: number;
  /** It is to be empty for a job that waits: nobody else comes on it. */
  readonly closed: boolean;
  /** So many tasks of it are taken as ended (see `emptied`): those with less are tried, or given up, before. */
  readonly ended: number;
}

/** What instances hold that might be ended for their room, minimums left aside. */
export interface Idle {
  /** By host. */
  readonly holds: ReadonlyMap<string, Resources>;
  /** By environment. */
  readonly milliVcpus: ReadonlyMap<number, number>;
  /** No open host has more of anything, with what idle instances hold of it. */
  readonly ceiling: Resources;
  /** No task and no instance needs more vCPUs than this of every host: where CPU is a weight it takes no more. */
  readonly needlessVcpus: number;
}

/** What was found once: see `found-once.ts`. */
export interface FoundOnce {
  /** Until anything changes. */
  idle: Idle | undefined;
  /** What tasks asked for that found no room, by environment: until something becomes free. */
  readonly tooMuch: Map<number, readonly Resources[]>;
  /** How many open instances are as large as what was asked, by environment and that: until one comes, goes, opens or closes. */
  large: Map<string, number>;
}

/** Hosts, environments and their instances while a plan is made. */
export interface Room {
  /** The hosts as they were listed, which no plan changes. */
  readonly listed: readonly HostView[];
  readonly hosts: Table<string, PlannedHost>;
  /** Some of them are yet to come. */
  readonly grows: boolean;
  /** By group, what the tasks ask that were placed on hosts of it to come. */
  readonly awaited: Awaited;
  readonly environments: ReadonlyMap<number, EnvironmentView>;
  /** vCPUs that count towards each environment's maximum. */
  readonly used: ReadonlyMap<number, number>;
  /** vCPUs of instances with tasks that take more; undefined where that is not known. */
  readonly working: ReadonlyMap<number, number> | undefined;
  /** Those of `used` that go, and are not replaced, once reservations get what they wait for. */
  readonly going: ReadonlyMap<number, number>;
  /** How many reservations are to launch instances there. */
  readonly launching: ReadonlyMap<number, number>;
  readonly instances: Table<string, PlannedInstance>;
  /** Those of them that have vCPUs left, or no task, in no order; undefined where that may be all. */
  readonly loose: Table<string, PlannedInstance> | undefined;
  readonly spotPrice: number;
  readonly found: FoundOnce;
}

/** One that nothing of ours runs on. */
export const plannedHost = (view: HostView): PlannedHost => ({
  ...view,
  free: minus(view.size, view.foreign),
  reserved: NOTHING,
  slotsLeft: view.slots,
});

/** The host of an instance; one that is gone takes nothing, and has nothing. */
export const hostOf = ({ hosts }: Pick<Room, 'hosts'>, id: string): PlannedHost => hosts.get(id) ?? gone(id);

const gone = (id: string): PlannedHost => ({
  id,
  name: id,
  size: NOTHING,
  foreign: NOTHING,
  slots: 0,
  cpuIsWeight: false,
  open: false,
  standing: false,
  isLost: true,
  free: NOTHING,
  reserved: NOTHING,
  slotsLeft: 0,
});

/** What it holds of its host: an instance that is a host itself nothing, each task on it does. */
export const holdOf = (
  room: Pick<Room, 'hosts'>,
  instance: Pick<InstanceView, 'type' | 'size' | 'host'>,
): Resources => (instance.type === HOST ? NOTHING : takes(instance.size, hostOf(room, instance.host)));

/** What a reservation is to have of hosts, less what those hold that it waits for. */
export const lacksOf = (room: Room, { portions, victims }: Reservation): readonly Portion[] => {
  if (victims.length === 0) return portions;
  const there = victims.filter(({ instance }) => room.instances.has(instance));
  return portions.map(({ host, asks, tasks }) => {
    const theirs = there.filter((victim) => victim.host === host);
    return { host, tasks, asks: positive(theirs.reduce((left, { holds }) => minus(left, holds), asks)) };
  });
};

/** What a task takes of its instance. */
export const takesOf = (
  room: Pick<Room, 'hosts'>,
  instance: Pick<InstanceView, 'type' | 'host'>,
  asks: Resources,
): Resources => (instance.type === HOST ? takes(asks, hostOf(room, instance.host)) : asks);

/** What tasks hold of their host themselves: those on an instance that is the host. */
export const heldOnHost = (instance: PlannedInstance): Resources =>
  instance.type === HOST ? minus(minus(instance.size, instance.reserved), instance.free) : NOTHING;

/** Whether an environment's tasks may come to a host. */
export const isOpenTo = (environment: EnvironmentView, host: PlannedHost): boolean =>
  host.open && host.slotsLeft > 0 && mayUse(environment, host) && !isBarred(environment, host);

const isBarred = ({ growth }: EnvironmentView, host: PlannedHost): boolean => {
  if (growth === undefined) return false;
  const { isToCome, group } = host;
  if (!isToCome) return isAwaited(growth, host);
  return growth.barred === 'all' || growth.barred.has(group!);
};

/** Whether a task that waits for a host to come may have the room of one that is there, once so much more is free. */
export const isAwaited = (
  { awaited }: Pick<Room, 'awaited'>,
  { group, free, reserved }: PlannedHost,
  more = NOTHING,
): boolean => {
  const some = group === undefined ? undefined : awaited.get(group);
  // what is reserved nobody knows there who gives it away
  return some?.some(({ asks }) => fits(asks, sum([free, reserved, more]))) ?? false;
};

/** Whether a host is one of those that an environment has, open or not. */
export const mayUse = ({ supply, only }: EnvironmentView, { id }: Pick<PlannedHost, 'id'>): boolean =>
  (only === undefined || only === id) && (supply.kind === 'launched' || supply.hosts?.has(id) !== false);

/** What it may have at most, in thousandths of a vCPU; undefined where that is all. */
export const maximumOf = (supply: Supply): number | undefined =>
  supply.kind === 'own' ? supply.bounds?.maxMilliVcpus : supply.maxMilliVcpus;

/** What an instance counts towards its environment's maximum: one that is a host itself what its tasks do. */
export const countedOf = (instance: PlannedInstance): number =>
  instance.type === HOST ? heldOnHost(instance).milliVcpus : instance.size.milliVcpus;

/** What hosts have together, less what is others'. */
export const totalOf = ({ hosts }: Pick<Room, 'hosts'>): Resources => {
  let total = NOTHING;
  for (const { size, foreign } of hosts.values()) total = plus(total, positive(minus(size, foreign)));
  return total;
};

/** A queue's environments in its order. */
export const environmentsOf = (
  { environments }: Pick<Room, 'environments'>,
  queue: QueueView,
): EnvironmentView[] => queue.environments.map((seq) => environments.get(seq)).filter((e) => e !== undefined);

/** Whether it has vCPUs left, or no task: one that has not takes no task. */
export const isLoose = ({ tasks, free, size }: PlannedInstance): boolean =>
  tasks === 0 || free.milliVcpus > 0 || size.milliVcpus === 0;

/** All instances that are loose, and maybe others, in no order. */
export const looseIn = (room: Room): Iterable<PlannedInstance> => (room.loose ?? room.instances).values();

/** Whether it takes tasks of an environment, if its host does. */
export const isOpenIn = (environment: number, instance: PlannedInstance): boolean =>
  instance.environment === environment && !instance.draining && !instance.closed;

/** The environment's instances that take tasks, if their host does. */
export const openInstances = (room: Room, environment: number): PlannedInstance[] =>
  [...room.instances.values()].filter((instance) => isOpenIn(environment, instance));

/** How many of those hold what is asked, once they are empty. */
export const countLarge = (room: Room, environment: number, asks: Resources): number => {
  const { large } = room.found;
  const key = `${environment} ${asks.milliVcpus} ${asks.memoryMiB} ${asks.gpus}`;
  const known = large.get(key);
  if (known !== undefined) return known;
  const many = findLarge(room, environment, asks);
  if (large.size < MOST_LARGE) large.set(key, many);
  return many;
};

const MOST_LARGE = 1000;

const findLarge = (room: Room, environment: number, asks: Resources): number => {
  let many = 0;
  for (const instance of room.instances.values()) {
    if (isOpenIn(environment, instance) && fits(takesOf(room, instance, asks), instance.size)) many++;
  }
  return many;
};

/** Whether an environment may hold something of Spot. */
export const isSpotThere = (room: Room): boolean => {
  for (const environment of room.environments.keys()) if (isSpot(room, { environment })) return true;
  return false;
};

export const isSpot = (
  { environments }: Pick<Room, 'environments'>,
  { environment }: Pick<InstanceView, 'environment'>,
): boolean => {
  const supply = environments.get(environment)?.supply;
  return supply !== undefined && supply.kind !== 'own' && supply.market.kind === 'spot';
};

/** Whether it goes with the last of its tasks, whatever waits: it drains, or is a slice that nobody takes back. */
export const goesByItself = (
  { environments }: Pick<Room, 'environments'>,
  { draining, type, environment }: PlannedInstance,
): boolean => {
  if (draining || type !== SLICE) return draining;
  const supply = environments.get(environment)?.supply;
  return supply?.kind === 'slices' && supply.market.kind === 'on-demand';
};

/** Whether it may go for its room, minimums aside: it has no task, nothing on it is reserved, and it is no host. */
export const isIdle = (instance: PlannedInstance): boolean =>
  instance.tasks === 0 &&
  !instance.draining &&
  !instance.closed &&
  !instance.fresh &&
  instance.type !== HOST &&
  isNothing(instance.reserved);

/**
 * Whether an instance without a task may go for its room: never one that its environment's minimum needs, of whose
 * vCPUs `leaving` are about to go already, besides those that a reservation waits for.
 */
export const mayGo = (room: Room, instance: PlannedInstance, leaving = 0): boolean => {
  if (!isIdle(instance)) return false;
  const supply = room.environments.get(instance.environment)?.supply;
  const minimum = supply?.kind === 'launched' ? supply.minMilliVcpus : 0;
  return staying(room, instance.environment) - leaving - instance.size.milliVcpus >= minimum;
};

/** Whether one more instance may pass its maximum (E-150): not while others wait for one there, who would find it passed. */
export const mayPass = (room: Room, environment: number, supply: EnvironmentView['supply']): boolean =>
  supply.kind === 'launched' && supply.mayPassMaximum && !room.launching.get(environment);

export const usedBy = (room: Room, environment: number): number => room.used.get(environment) ?? 0;

const staying = (room: Room, environment: number): number =>
  usedBy(room, environment) - (room.going.get(environment) ?? 0);

/** By how much each environment shrinks, by its own vCPUs, once a reservation gets what it waits for. */
export const leavingFor = (
  room: Room,
  { environment, milliVcpus, victims }: Reservation,
): Map<number, number> => {
  const leaving = new Map([[environment, -milliVcpus]]);
  for (const { instance: id } of victims) {
    const victim = room.instances.get(id);
    if (!victim) continue;
    leaving.set(victim.environment, (leaving.get(victim.environment) ?? 0) + victim.size.milliVcpus);
  }
  return leaving;
};

/** Whether no environment shrinks below its minimum by it. */
export const leavesMinimums = (room: Room, r: Reservation): boolean =>
  [...leavingFor(room, r)].every(([environment, leaving]) => {
    const supply = room.environments.get(environment)?.supply;
    return (
      supply?.kind !== 'launched' ||
      leaving <= 0 ||
      staying(room, environment) - leaving >= supply.minMilliVcpus
    );
  });
