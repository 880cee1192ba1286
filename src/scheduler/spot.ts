import type { Resources } from '../domain/container.ts';
import { takes } from '../domain/host.ts';
import { HOST, SLICE } from '../domain/instance.ts';
import { LEAST_SPOT_PRICE as LEAST } from '../domain/spot-price.ts';
import { minus, NOTHING, plus } from './amounts.ts';
import { removeInstance, warn } from './change-room.ts';
import { fitsHost } from './choose-type.ts';
import type { Never } from './never.ts';
import { openTo } from './place.ts';
import { holdOf, isSpot, isSpotThere, type Room, totalOf, usedBy } from './room.ts';
import { roomiest } from './roomiest-host.ts';
import type { EnvironmentView, Plan, QueueView } from './snapshot.ts';

/**
 * The price of Spot capacity in percent of on-demand, which follows the pool's use: 10, as the service's deepest
 * discounts, while on-demand work has and wants nothing, 100 once that is the whole pool.
 */
export const priceOf = (pool: Resources, onDemand: Resources): number => {
  const share = Math.max(
    onDemand.milliVcpus / Math.max(1, pool.milliVcpus),
    onDemand.memoryMiB / Math.max(1, pool.memoryMiB),
  );
  return Math.round(LEAST + (100 - LEAST) * Math.min(1, share));
};

/** Undefined where no environment is of it. */
export const spotPrice = (room: Room, queues: readonly QueueView[], never: Never): number | undefined =>
  [...room.environments.values()].some((e) => e.supply.kind !== 'own' && e.supply.market.kind === 'spot')
    ? priceOf(totalOf(room), plus(inUse(room), wanted(room, queues, never)))
    : undefined;

/** What on-demand instances with tasks hold, and the tasks of the machine's own. */
const inUse = (room: Room): Resources => {
  let used = NOTHING;
  for (const instance of room.instances.values()) {
    if (instance.tasks === 0 || isSpot(room, instance)) continue;
    used = plus(used, instance.type === HOST ? minus(instance.size, instance.free) : holdOf(room, instance));
  }
  return used;
};

/** What waits for on-demand capacity, as far as its environments may still grow. */
const wanted = (room: Room, queues: readonly QueueView[], never: Never): Resources => {
  const hosts = [...room.hosts.values()];
  let total = NOTHING;
  for (const queue of queues) {
    const usable = usableOf(room, queue);
    const growing = usable.filter((environment) => growthOf(room, environment) > 0);
    let left = growing.reduce((sum, environment) => sum + growthOf(room, environment), 0);
    for (const { groups, waiting } of queue.shapes) {
      if (left <= 0) break;
      const open = openTo(usable, groups).filter((environment) => growing.includes(environment));
      if (!open.some((environment) => never(environment, groups) === undefined)) continue;
      for (const { asks, count } of groups) {
        if (left <= 0 || !fitsHost(asks, hosts)) continue;
        const each = takes(
          asks,
          roomiest(hosts, asks, ({ size }) => size),
        );
        const many = Math.min(waiting * count, Math.ceil(left / Math.max(1, each.milliVcpus)));
        left -= many * each.milliVcpus;
        total = plus(total, {
          milliVcpus: each.milliVcpus * many,
          memoryMiB: each.memoryMiB * many,
          gpus: each.gpus * many,
        });
      }
    }
  }
  return total;
};

const usableOf = (room: Room, queue: QueueView): EnvironmentView[] =>
  queue.environments
    .map((seq) => room.environments.get(seq))
    .filter((environment) => environment !== undefined)
    .filter(({ enabled, valid }) => enabled && valid);

/** vCPUs that an environment on demand may still add. */
const growthOf = (room: Room, { seq, supply }: EnvironmentView): number => {
  if (supply.kind === 'own') return totalOf(room).milliVcpus;
  if (supply.market.kind === 'spot') return 0;
  return Math.max(0, supply.maxMilliVcpus - usedBy(room, seq));
};

/** Instances that cost what their environment's bid does, or more: those with tasks are warned, the others go. */
export const tooDear = (room: Room): Pick<Plan, 'drains' | 'retires'> => {
  const drains: { instance: string; reason: 'price' }[] = [];
  const retires: { instance: string; reason: 'price' }[] = [];
  if (!isSpotThere(room)) return { drains, retires };
  for (const { id, environment, type, tasks, draining, hasDeadline } of [...room.instances.values()]) {
    const supply = room.environments.get(environment)?.supply;
    if (hasDeadline || supply === undefined || supply.kind === 'own') continue;
    if (supply.market.kind === 'on-demand' || room.spotPrice < supply.market.bidPercentage) continue;
    // what is done anyway
    if (tasks === 0 && (type === SLICE || draining)) continue;
    if (tasks > 0) {
      warn(room, id);
      drains.push({ instance: id, reason: 'price' });
    } else {
      removeInstance(room, id);
      retires.push({ instance: id, reason: 'price' });
    }
  }
  return { drains, retires };
};
