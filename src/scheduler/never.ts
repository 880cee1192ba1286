import type { Resources } from '../domain/container.ts';
import { neverWins } from '../domain/spot-price.ts';
import { fits, sum, takes } from './amounts.ts';
import { roomOf, setSpotPrice, unbound } from './change-room.ts';
import { typesFor } from './choose-type.ts';
import { couldEver, exceedsMaximum, placeJobIn, takesGroups } from './place.ts';
import type { Room } from './room.ts';
import type { EnvironmentView, TaskGroup, Verdict } from './snapshot.ts';

/** Why an environment can never run such a job as things are, however much ends; undefined when it may. */
export type Never = (environment: EnvironmentView, groups: readonly TaskGroup[]) => Verdict | undefined;

/** No start and no end of a task changes it, so each shape is looked at once. */
export const neverOf = (room: Room): Never => {
  const found = new Map<readonly TaskGroup[], Map<EnvironmentView, Verdict | undefined>>();
  return (environment, groups) => {
    const known = found.get(groups) ?? new Map<EnvironmentView, Verdict | undefined>();
    found.set(groups, known);
    if (!known.has(environment)) known.set(environment, neverIn(room, environment, groups));
    return known.get(environment);
  };
};

const neverIn = (
  room: Room,
  environment: EnvironmentView,
  groups: readonly TaskGroup[],
): Verdict | undefined => {
  const { supply } = environment;
  const { pool } = room;
  if (!takesGroups(environment, groups)) return { kind: 'never-nodes' };
  if (supply.kind !== 'own' && supply.market.kind === 'spot' && neverWins(supply.market.bidPercentage)) {
    return { kind: 'never-bid', bid: supply.market.bidPercentage };
  }
  const total = sum(groups.flatMap(({ asks, count }) => Array.from({ length: count }, () => asks)));
  if (supply.kind !== 'own' && exceedsMaximum(environment, groups)) {
    return { kind: 'never-maximum', maxMilliVcpus: supply.maxMilliVcpus };
  }
  for (const { asks } of groups) {
    if (supply.kind !== 'launched') {
      if (!fits(takes(asks, pool), pool)) return { kind: 'never-pool', needs: asks, pool };
      continue;
    }
    const large = supply.offers.filter((offer) => fits(asks, offer.size));
    if (large.length === 0) return { kind: 'never-type', largest: largest(supply.offers.map((o) => o.size)) };
    if (large.some((offer) => couldEver(room, offer, supply))) continue;
    const [smallest] = typesFor(large, asks, pool).sort((a, b) => a.size.milliVcpus - b.size.milliVcpus);
    if (smallest) {
      return { kind: 'never-maximum', maxMilliVcpus: supply.maxMilliVcpus, type: smallest.type };
    }
    const { type, size } = large.reduce((a, b) => (b.size.memoryMiB < a.size.memoryMiB ? b : a));
    return { kind: 'never-pool', needs: size, type, pool };
  }
  // an instance of a type that could ever be had holds one task
  const isKnown = supply.kind !== 'own' && groups.length === 1 && groups[0]!.count === 1;
  if (isKnown || alone(room, environment, groups, 'pool')) return undefined;
  return supply.kind === 'own' || alone(room, environment, groups, 'boundless')
    ? { kind: 'never-pool', needs: total, pool }
    : { kind: 'never-maximum', maxMilliVcpus: supply.maxMilliVcpus };
};

const largest = (sizes: readonly Resources[]): Resources => ({
  milliVcpus: Math.max(0, ...sizes.map((size) => size.milliVcpus)),
  memoryMiB: Math.max(0, ...sizes.map((size) => size.memoryMiB)),
  gpus: Math.max(0, ...sizes.map((size) => size.gpus)),
});

/** Whether it fits when it has the pool to itself, or one without end, whatever Spot costs. */
const alone = (
  room: Room,
  environment: EnvironmentView,
  groups: readonly TaskGroup[],
  pool: 'pool' | 'boundless',
): boolean => {
  const own = [...room.instances.values()].filter((b) => b.environment === environment.seq && !b.draining);
  const empty = roomOf({
    pool: room.pool,
    environments: [environment],
    instances: environment.supply.kind === 'own' ? own : [],
    running: [],
  });
  setSpotPrice(empty, -1);
  if (pool === 'boundless') unbound(empty);
  let count = 0;
  return placeJobIn(empty, environment, groups, 1, () => `?${count++}`) !== undefined;
};
