import type { Resources } from '../domain/container.ts';
import type { EnvironmentView, RunningView, Snapshot } from './snapshot.ts';

/** The room of the host and of each environment while a plan is made. */
export interface Room {
  /** Free on the host, after reservations. */
  free: Resources;
  readonly total: Resources;
  readonly used: Map<number, number>;
}

/** What a job takes of the host: no more vCPUs than there are, for CPU is a weight. */
export const takes = (asks: Resources, total: Resources): Resources => ({
  ...asks,
  milliVcpus: Math.min(asks.milliVcpus, total.milliVcpus),
});

export const fits = (asks: Resources, free: Resources): boolean =>
  asks.milliVcpus <= free.milliVcpus && asks.memoryMiB <= free.memoryMiB && asks.gpus <= free.gpus;

export const minus = (a: Resources, b: Resources): Resources => ({
  milliVcpus: a.milliVcpus - b.milliVcpus,
  memoryMiB: a.memoryMiB - b.memoryMiB,
  gpus: a.gpus - b.gpus,
});

/** What is left for others when somebody reserves: nothing below zero. */
export const reserve = (free: Resources, need: Resources): Resources => ({
  milliVcpus: Math.max(0, free.milliVcpus - need.milliVcpus),
  memoryMiB: Math.max(0, free.memoryMiB - need.memoryMiB),
  gpus: Math.max(0, free.gpus - need.gpus),
});

export const roomOf = (snapshot: Snapshot): Room => {
  const room: Room = { free: snapshot.pool, total: snapshot.pool, used: new Map() };
  for (const task of snapshot.running) occupy(room, task.environment, task.asks);
  return room;
};

export const occupy = (room: Room, environment: number, asks: Resources): void => {
  room.free = minus(room.free, takes(asks, room.total));
  room.used.set(environment, (room.used.get(environment) ?? 0) + asks.milliVcpus);
};

export type Verdict = 'fits' | 'full' | 'limited' | 'never';

/** Whether an environment can take a job now, later, or never. */
export const verdict = (room: Room, environment: EnvironmentView, asks: Resources): Verdict => {
  const max = environment.maxMilliVcpus;
  if (max !== undefined && asks.milliVcpus > max) return 'never';
  if (!fits(takes(asks, room.total), room.total)) return 'never';
  if (max !== undefined && (room.used.get(environment.seq) ?? 0) + asks.milliVcpus > max) return 'limited';
  return fits(takes(asks, room.total), room.free) ? 'fits' : 'full';
};

/** Tasks that a job of these needs may be lined up behind: the same room, in an environment it may use. */
export const precedes = (task: RunningView, environments: readonly number[], asks: Resources): boolean =>
  task.mayPrecede > 0 &&
  environments.includes(task.environment) &&
  task.asks.milliVcpus === asks.milliVcpus &&
  task.asks.memoryMiB === asks.memoryMiB &&
  task.asks.gpus === asks.gpus;
