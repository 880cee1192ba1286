import type { Resources } from '../domain/container.ts';
import { HOST } from '../domain/instance.ts';
import { fits, minus, NOTHING, plus, sum, takes } from './amounts.ts';
import { holders } from './choose-type.ts';
import { exceedsMaximum, isAffordable, openTo, placeJobIn, takesGroups } from './place.ts';
import { environmentsOf, holds, mayGo, openBerths, type Room, roomOf, usedBy } from './room.ts';
import type { EnvironmentView, QueueView, TaskGroup, Verdict, WaitReason } from './snapshot.ts';

/** Whether an environment can never run such a job as things are, however much ends; undefined when it may. */
export const neverIn = (
  room: Room,
  environment: EnvironmentView,
  groups: readonly TaskGroup[],
): Verdict | undefined => {
  const { supply } = environment;
  const { pool } = room;
  if (!takesGroups(environment, groups)) return { kind: 'never-nodes' };
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
    if (holders(large, asks, pool).length > 0) continue;
    const { type, size } = large.reduce((a, b) => (b.size.memoryMiB < a.size.memoryMiB ? b : a));
    return { kind: 'never-pool', needs: size, type, pool };
  }
  return alone(room, environment, groups) ? undefined : { kind: 'never-pool', needs: total, pool };
};

const largest = (sizes: readonly Resources[]): Resources => ({
  milliVcpus: Math.max(0, ...sizes.map((size) => size.milliVcpus)),
  memoryMiB: Math.max(0, ...sizes.map((size) => size.memoryMiB)),
  gpus: Math.max(0, ...sizes.map((size) => size.gpus)),
});

/** Whether it fits when it has the pool to itself, whatever Spot costs. */
const alone = (room: Room, environment: EnvironmentView, groups: readonly TaskGroup[]): boolean => {
  const own = [...room.berths.values()].filter((b) => b.environment === environment.seq && !b.draining);
  const empty = roomOf({
    pool: room.pool,
    environments: [environment],
    instances: environment.supply.kind === 'own' ? own : [],
    queues: [],
    running: [],
    reservations: [],
  });
  empty.spotPrice = -1;
  let count = 0;
  return placeJobIn(empty, environment, groups, 1, () => `?${count++}`) !== undefined;
};

/** Why it is not there now: it may run there some day, or did not fit. `kept` tells whether others' reservations bar it. */
const verdictOf = (
  room: Room,
  environment: EnvironmentView,
  groups: readonly TaskGroup[],
  kept: () => boolean,
): Verdict => {
  if (!environment.valid) return { kind: 'invalid' };
  const never = neverIn(room, environment, groups);
  if (never) return never;
  if (!environment.enabled) return { kind: 'disabled' };
  if (kept()) return { kind: 'kept' };
  const { supply, seq } = environment;
  if (supply.kind !== 'own' && supply.market.kind === 'spot' && !isAffordable(room, supply.market)) {
    return { kind: 'price', price: room.spotPrice, bid: supply.market.bidPercentage };
  }
  const { asks } = groups[0]!;
  const launchable = supply.kind === 'launched' ? holders(supply.offers, asks, room.pool) : [];
  const smallest =
    supply.kind === 'launched'
      ? Math.min(...launchable.map((offer) => offer.size.milliVcpus))
      : asks.milliVcpus;
  if (supply.kind !== 'own' && mayGrow(supply, usedBy(room, seq)) < smallest) {
    const free = openBerths(room, seq).reduce((total, b) => total + b.free.milliVcpus + b.kept.milliVcpus, 0);
    const unused = supply.kind === 'slices' ? supply.maxMilliVcpus - usedBy(room, seq) : free;
    return { kind: 'maximum', freeMilliVcpus: Math.max(0, unused), maxMilliVcpus: supply.maxMilliVcpus };
  }
  const type = launchable.sort((a, b) => a.size.milliVcpus - b.size.milliVcpus || a.price - b.price)[0]?.type;
  const busy = openBerths(room, seq).filter(({ type, size }) =>
    fits(type === HOST ? takes(asks, room.pool) : asks, size),
  ).length;
  const free = plus(room.free, room.kept);
  const needs = supply.kind === 'launched' ? leastOf(launchable.map(({ size }) => size)) : asks;
  const minimums = keptIdle(room, minus(takes(needs, room.pool), free));
  return {
    kind: 'room',
    free,
    pool: room.pool,
    busy,
    ...(type !== undefined && { type }),
    ...(minimums.length > 0 && { minimums }),
  };
};

/** The least of each that one of them has. */
const leastOf = (sizes: readonly Resources[]): Resources => ({
  milliVcpus: Math.min(...sizes.map((size) => size.milliVcpus)),
  memoryMiB: Math.min(...sizes.map((size) => size.memoryMiB)),
  gpus: Math.min(...sizes.map((size) => size.gpus)),
});

/** What instances without a task hold because their environment's minimum keeps them, where it is of what is lacking. */
const keptIdle = (
  room: Room,
  lacking: Resources,
): Extract<Verdict, { kind: 'room' }>['minimums'] & object => {
  const found = new Map<number, { environment: string; holds: Resources }>();
  for (const berth of room.berths.values()) {
    const environment = room.environments.get(berth.environment);
    if (environment?.supply.kind !== 'launched' || environment.supply.minMilliVcpus === 0) continue;
    if (berth.tasks > 0 || berth.draining || berth.kept !== NOTHING || mayGo(room, berth)) continue;
    const held = holds(room, berth);
    if (!isOfUse(held, lacking)) continue;
    const before = found.get(environment.seq)?.holds ?? NOTHING;
    found.set(environment.seq, { environment: environment.name, holds: plus(before, held) });
  }
  return [...found.values()];
};

const isOfUse = (held: Resources, lacking: Resources): boolean =>
  (held.milliVcpus > 0 && lacking.milliVcpus > 0) ||
  (held.memoryMiB > 0 && lacking.memoryMiB > 0) ||
  (held.gpus > 0 && lacking.gpus > 0);

const mayGrow = (
  supply: Extract<EnvironmentView['supply'], { maxMilliVcpus: number }>,
  used: number,
): number => {
  const left = supply.maxMilliVcpus - used;
  return supply.kind === 'launched' && supply.mayPassMaximum && left > 0 ? Infinity : left;
};

/** Why none of its queue's environments takes it now. `kept` tells whether others' reservations alone bar it there. */
export const reasonOf = (
  room: Room,
  { queue, usable }: { readonly queue: QueueView; readonly usable: readonly EnvironmentView[] },
  groups: readonly TaskGroup[],
  kept: (environment: EnvironmentView) => boolean,
): WaitReason => {
  const environments = environmentsOf(room, queue);
  const [only] = groups[0]!.nodes ? openTo(usable, groups) : [];
  const last = only ? environments.indexOf(only) : environments.length;
  const verdicts = environments.map((environment, at) => ({
    environment: environment.name,
    ...(at > last
      ? { kind: 'never-later' as const }
      : verdictOf(room, environment, groups, () => kept(environment))),
  }));
  return { groups, verdicts };
};

/** What can never run reserves nothing, and says so first. */
export const neverRuns = ({ verdicts }: WaitReason): boolean =>
  verdicts.length === 0 || verdicts.every(({ kind }) => kind === 'invalid' || kind.startsWith('never-'));
