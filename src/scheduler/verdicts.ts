import type { Resources } from '../domain/container.ts';
import { HOST } from '../domain/instance.ts';
import { neverWins } from '../domain/spot-price.ts';
import { fits, minus, NOTHING, plus, sum, takes } from './amounts.ts';
import { holders } from './choose-type.ts';
import { couldEver, exceedsMaximum, isAffordable, openTo, placeJobIn, takesGroups } from './place.ts';
import { copyOf, environmentsOf, holds, idleIn, mayGo, openBerths, type Room, roomOf } from './room.ts';
import type { EnvironmentView, Market, QueueView, TaskGroup, Verdict, WaitReason } from './snapshot.ts';

/** Whether an environment can never run such a job as things are, however much ends; undefined when it may. */
export const neverIn = (
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
    const [smallest] = holders(large, asks, pool).sort((a, b) => a.size.milliVcpus - b.size.milliVcpus);
    if (smallest) {
      return { kind: 'never-maximum', maxMilliVcpus: supply.maxMilliVcpus, type: smallest.type };
    }
    const { type, size } = large.reduce((a, b) => (b.size.memoryMiB < a.size.memoryMiB ? b : a));
    return { kind: 'never-pool', needs: size, type, pool };
  }
  // an instance of a type that could ever be had holds one task
  const isKnown = supply.kind !== 'own' && groups.length === 1 && groups[0]!.count === 1;
  if (isKnown || alone(room, environment, groups, pool)) return undefined;
  return supply.kind === 'own' || alone(room, environment, groups, BOUNDLESS)
    ? { kind: 'never-pool', needs: total, pool }
    : { kind: 'never-maximum', maxMilliVcpus: supply.maxMilliVcpus };
};

const BOUNDLESS: Resources = { milliVcpus: Infinity, memoryMiB: Infinity, gpus: Infinity };

const largest = (sizes: readonly Resources[]): Resources => ({
  milliVcpus: Math.max(0, ...sizes.map((size) => size.milliVcpus)),
  memoryMiB: Math.max(0, ...sizes.map((size) => size.memoryMiB)),
  gpus: Math.max(0, ...sizes.map((size) => size.gpus)),
});

/** Whether it fits when it has so much of the pool to itself, whatever Spot costs. */
const alone = (
  room: Room,
  environment: EnvironmentView,
  groups: readonly TaskGroup[],
  free: Resources,
): boolean => {
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
  empty.free = free;
  let count = 0;
  return placeJobIn(empty, environment, groups, 1, () => `?${count++}`) !== undefined;
};

/** As `neverIn`, known once for a plan. */
export type Never = (environment: EnvironmentView, groups: readonly TaskGroup[]) => Verdict | undefined;

/** What is known besides the room. */
export interface Known {
  readonly never: Never;
  /** Whether reservations alone bar it there. */
  readonly kept: (environment: EnvironmentView, groups: readonly TaskGroup[]) => boolean;
  /** What counts towards an environment's maximum, what is kept for others included. */
  readonly used: (environment: number) => number;
}

/** Why it is not there now: it may run there some day, or did not fit. */
const verdictOf = (
  room: Room,
  environment: EnvironmentView,
  groups: readonly TaskGroup[],
  known: Known,
): Verdict => {
  const never = known.never(environment, groups);
  if (!environment.valid) return { kind: 'invalid', ...(never && { never: true }) };
  if (never) return never;
  if (!environment.enabled) return { kind: 'disabled' };
  if (known.kept(environment, groups)) return { kind: 'kept' };
  const { supply, seq } = environment;
  if (supply.kind !== 'own' && supply.market.kind === 'spot' && !isAffordable(room, supply.market)) {
    return { kind: 'price', price: room.spotPrice, bid: supply.market.bidPercentage };
  }
  const { asks } = groups[0]!;
  const launchable = supply.kind === 'launched' ? holders(supply.offers, asks, room.pool) : [];
  if (supply.kind !== 'own' && isAtMaximum(room, { ...environment, supply }, groups, known.used(seq))) {
    const free = openBerths(room, seq).reduce((total, b) => total + b.free.milliVcpus + b.kept.milliVcpus, 0);
    const unused = supply.kind === 'slices' ? supply.maxMilliVcpus - known.used(seq) : free;
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

type Bounded = EnvironmentView & { readonly supply: Extract<EnvironmentView['supply'], { market: Market }> };

/**
 * Whether it could not come there however much of the pool were free. `used`: thousandths of a vCPU that count towards the
 * maximum.
 */
const isAtMaximum = (
  room: Room,
  environment: Bounded,
  groups: readonly TaskGroup[],
  used: number,
): boolean => {
  const { seq, supply } = environment;
  const [{ asks, count }] = groups as [TaskGroup];
  if (groups.length === 1 && count === 1) {
    const sizes = supply.kind === 'launched' ? holders(supply.offers, asks, room.pool) : [{ size: asks }];
    const busy = used - (idleIn(room).milliVcpus.get(seq) ?? 0);
    return mayGrow(supply, busy) < Math.min(...sizes.map(({ size }) => size.milliVcpus));
  }
  const freed = copyOf(room);
  freed.free = BOUNDLESS;
  freed.used.set(seq, used);
  let refs = 0;
  return placeJobIn(freed, environment, groups, 1, () => `?${refs++}`) === undefined;
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

/** Why none of its queue's environments takes it now; `room` is as if nothing were kept. */
export const reasonOf = (
  room: Room,
  { queue, usable }: { readonly queue: QueueView; readonly usable: readonly EnvironmentView[] },
  groups: readonly TaskGroup[],
  known: Known,
): WaitReason => {
  const environments = environmentsOf(room, queue);
  const asked = askedOf(environments, usable, groups).length;
  const verdicts = environments.map((environment, at) => ({
    environment: environment.name,
    ...(at < asked ? verdictOf(room, environment, groups, known) : { kind: 'never-later' as const }),
  }));
  return { groups, verdicts };
};

/** Of a queue's environments those that come before a multi-node job's only one, and that; all for other jobs. */
const askedOf = (
  environments: readonly EnvironmentView[],
  usable: readonly EnvironmentView[],
  groups: readonly TaskGroup[],
): readonly EnvironmentView[] => {
  const [only] = groups[0]!.nodes ? openTo(usable, groups) : [];
  return only ? environments.slice(0, environments.indexOf(only) + 1) : environments;
};

/** Whether it may run some day: what can't reserves nothing. */
export const mayRun = (
  room: Room,
  { queue, usable }: { readonly queue: QueueView; readonly usable: readonly EnvironmentView[] },
  groups: readonly TaskGroup[],
  never: Never,
): boolean =>
  askedOf(environmentsOf(room, queue), usable, groups).some(
    (environment) => environment.valid && never(environment, groups) === undefined,
  );
