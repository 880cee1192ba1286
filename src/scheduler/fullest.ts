import type { Resources } from '../domain/container.ts';
import { HOST } from '../domain/instance.ts';
import { fits } from './amounts.ts';
import { hostOf, isOpenIn, isOpenTo, looseIn, type PlannedInstance, type Room, takesOf } from './room.ts';
import type { EnvironmentView } from './snapshot.ts';

/** Rule E-166: of the instances that run, the one it leaves the least of; GPUs only to who has no other (E-163). */
export const fullest = (
  room: Room,
  environment: EnvironmentView,
  asks: Resources,
): PlannedInstance | undefined => {
  if (environment.supply.kind === 'slices') return undefined;
  let best: PlannedInstance | undefined;
  const some = asks.milliVcpus > 0 ? looseIn(room) : room.instances.values();
  for (const instance of some) {
    // what costs the least to ask bars the most, of thousands
    if (!isOpenIn(environment.seq, instance)) continue;
    if (instance.type !== HOST && !fits(asks, instance.free)) continue;
    if (best && !isBefore(room, instance, best, asks)) continue;
    if (mayTake(room, environment, instance, asks)) best = instance;
  }
  return best;
};

const mayTake = (
  room: Room,
  environment: EnvironmentView,
  instance: PlannedInstance,
  asks: Resources,
): boolean => {
  const host = hostOf(room, instance.host);
  const needs = takesOf(room, instance, asks);
  if (!isOpenTo(environment, host) || !fits(needs, instance.free)) return false;
  return instance.type !== HOST || fits(needs, host.free);
};

const isBefore = (room: Room, a: PlannedInstance, b: PlannedInstance, asks: Resources): boolean => {
  if (a.ended !== b.ended) return a.ended < b.ended;
  const gpus = asks.gpus === 0 ? Math.sign(a.size.gpus) - Math.sign(b.size.gpus) : 0;
  if (gpus !== 0) return gpus < 0;
  const left = leftOn(room, a);
  const other = leftOn(room, b);
  const by = left.milliVcpus - other.milliVcpus || left.memoryMiB - other.memoryMiB;
  return by < 0 || (by === 0 && a.id < b.id);
};

/** An instance that is a host itself has what all that is there leaves of it. */
const leftOn = (room: Room, { type, host, free }: PlannedInstance): Resources =>
  type === HOST ? hostOf(room, host).free : free;
