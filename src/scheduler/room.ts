import type { Resources } from '../domain/container.ts';
import { HOST, SLICE } from '../domain/instance.ts';
import { beside, isNothing, minus, NOTHING, positive, sum, takes } from './amounts.ts';
import type { EnvironmentView, InstanceView, QueueView, Reservation } from './snapshot.ts';

/* The room that a plan is made in, and what is asked of it. `change-room.ts` alone writes it. */

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
  readonly holds: Resources;
  /** By environment. */
  readonly milliVcpus: ReadonlyMap<number, number>;
}

/** What was found once: see `remembered.ts`. */
export interface Remembered {
  /** Until anything changes. */
  idle: Idle | undefined;
  /** What tasks asked for that found no room, by environment: until something becomes free. */
  readonly tooMuch: Map<number, readonly Resources[]>;
}

/** The pool, the environments and their instances while a plan is made. */
export interface Room {
  readonly pool: Resources;
  /** Of the pool, less what is reserved. */
  readonly free: Resources;
  /** Of the pool. */
  readonly reserved: Resources;
  /** What is to be left by Spot for who waits for capacity on demand in queues that are served later. */
  readonly claimed: {
    readonly reservations: readonly Reservation[];
    /** Those that they wait for, or have room on. */
    readonly instances: ReadonlySet<string>;
  };
  readonly environments: ReadonlyMap<number, EnvironmentView>;
  /** vCPUs that count towards each environment's maximum. */
  readonly used: ReadonlyMap<number, number>;
  /** Those of `used` that go, and are not replaced, once reservations get what they wait for. */
  readonly going: ReadonlyMap<number, number>;
  /** How many reservations are to launch instances there. */
  readonly launching: ReadonlyMap<number, number>;
  readonly instances: ReadonlyMap<string, PlannedInstance>;
  readonly spotPrice: number;
  readonly remembered: Remembered;
}

/** What it holds of the pool: the machine's own instance nothing, each task on it does. */
export const holdOf = (room: Pick<Room, 'pool'>, instance: Pick<InstanceView, 'type' | 'size'>): Resources =>
  instance.type === HOST ? NOTHING : takes(instance.size, room.pool);

/** What has to be free for an instance that holds `needs`: Spot is what work on demand leaves (E-168). */
export const roomFor = (room: Room, { seq }: EnvironmentView, needs: Resources): Resources =>
  isSpot(room, { environment: seq })
    ? beside(needs, sum(room.claimed.reservations.map((r) => lackOf(room, r))))
    : needs;

/** What a reservation is to have of the pool, less what those hold that it waits for. */
export const lackOf = (room: Room, { pool, victims }: Reservation): Resources => {
  const there = victims.filter(({ instance }) => room.instances.has(instance));
  return positive(there.reduce((left, { holds }) => minus(left, holds), pool));
};

/** What a task takes of its instance. */
export const takesOf = (room: Room, instance: PlannedInstance, asks: Resources): Resources =>
  instance.type === HOST ? takes(asks, room.pool) : asks;

/** What tasks on the machine's own instance hold of the pool. */
export const heldOnHost = (instance: PlannedInstance): Resources =>
  instance.type === HOST ? minus(minus(instance.size, instance.reserved), instance.free) : NOTHING;

/** A queue's environments in its order. */
export const environmentsOf = (
  { environments }: Pick<Room, 'environments'>,
  queue: QueueView,
): EnvironmentView[] => queue.environments.map((seq) => environments.get(seq)).filter((e) => e !== undefined);

/** The environment's instances that take tasks. */
export const openInstances = (room: Room, environment: number): PlannedInstance[] => {
  const open: PlannedInstance[] = [];
  for (const instance of room.instances.values()) {
    if (instance.environment === environment && !instance.draining && !instance.closed) open.push(instance);
  }
  return open;
};

export const isSpot = (room: Room, instance: Pick<InstanceView, 'environment'>): boolean => {
  const supply = room.environments.get(instance.environment)?.supply;
  return supply !== undefined && supply.kind !== 'own' && supply.market.kind === 'spot';
};

/** Whether it goes with the last of its tasks, whatever waits: it drains, or is a slice that nobody takes back. */
export const goesByItself = (room: Pick<Room, 'environments'>, instance: PlannedInstance): boolean => {
  const supply = room.environments.get(instance.environment)?.supply;
  const slice = instance.type === SLICE && supply?.kind === 'slices' && supply.market.kind === 'on-demand';
  return instance.draining || slice;
};

/** Whether it may go for its room, minimums aside: it has no task, nothing on it is reserved, and it is no machine. */
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
