import type { Resources } from '../domain/container.ts';
import type { HostView } from '../domain/host.ts';
import type { Offer } from '../domain/instance-offers.ts';
import { neverWins } from '../domain/spot-price.ts';
import { BOUNDLESS, fits, isNothing, NOTHING, sum } from './amounts.ts';
import { roomOf, setSpotPrice, unbound } from './change-room.ts';
import { fitsHost, typesFor } from './choose-type.ts';
import { couldEver, exceedsMaximum, isBeyondTypes, placeJobIn, takesGroups } from './place.ts';
import { hostOf, maximumOf, type PlannedHost, plannedHost, type Room } from './room.ts';
import { countOpen, hostsFor, ofHosts, roomiest } from './roomiest-host.ts';
import type { EnvironmentView, TaskGroup, Verdict } from './snapshot.ts';

/** Why an environment can never run such a job as things are, however much ends; undefined when it may. */
export type Never = (environment: EnvironmentView, groups: readonly TaskGroup[]) => Verdict | undefined;

/**
 * Why an environment can't run it as hosts are now: of those that take tasks, and of what others leave of them, none is
 * large enough, however much of ours ends.
 */
export const notNowOf = (room: Room, never: Never): Never => {
  const { now, isAsEver } = groundOf(room);
  const asNow = found(() => ({ ...room, hosts: now }));
  return (environment, groups) =>
    isAsEver && unlistedOf(room, environment) === undefined
      ? never(environment, groups)
      : asNow(environment, groups);
};

/** What hosts are like when nothing of ours runs there. */
interface Ground {
  /** As if they were all open and ours alone; those that were never met as large as can be. */
  readonly ever: ReadonlyMap<string, PlannedHost>;
  /** Those that are open. */
  readonly now: ReadonlyMap<string, PlannedHost>;
  /** They are all there, open, and ours alone. */
  readonly isAsEver: boolean;
}

const grounds = new WeakMap<readonly HostView[], Ground>();

/** The same for the same list: no start and no end of a task changes it. */
const groundOf = ({ listed }: Room): Ground => {
  const known = grounds.get(listed);
  if (known) return known;
  const ground = {
    ever: byId(
      listed.map((host) => ({
        ...plannedHost({ ...host, foreign: NOTHING }),
        ...(host.isUnmet && ENDLESS),
      })),
    ),
    now: byId(listed.filter((host) => host.open).map(plannedHost)),
    isAsEver: listed.every((host) => host.open && isNothing(host.foreign) && !host.isToCome),
  };
  grounds.set(listed, ground);
  return ground;
};

const byId = (hosts: readonly PlannedHost[]) => new Map(hosts.map((host) => [host.id, host]));

/**
 * Of hosts as if they were all open and ours alone, and those that are not listed, or were never met, as large as can be: they may come.
 * No start and no end of a task changes it.
 */
export const neverOf = (room: Room): Never => {
  const { ever: hosts } = groundOf(room);
  // once they are there they are hosts as all others
  const ever = { ...room, hosts, grows: false };
  return found((environment) => {
    const unlisted = unlistedOf(room, environment);
    return unlisted === undefined ? ever : { ...ever, hosts: byId([...hosts.values(), boundless(unlisted)]) };
  });
};

/** A host that an environment may have, and that is not there now. */
const unlistedOf = ({ hosts }: Room, { supply }: EnvironmentView): string | undefined => {
  const some = supply.kind === 'launched' ? undefined : supply.hosts;
  return some ? [...some].find((id) => !hosts.has(id)) : hosts.size > 0 ? undefined : 'any';
};

const ENDLESS = {
  size: BOUNDLESS,
  slots: Number.POSITIVE_INFINITY,
  free: BOUNDLESS,
  slotsLeft: Number.POSITIVE_INFINITY,
};

const boundless = (id: string): PlannedHost => ({
  ...hostOf({ hosts: new Map() }, id),
  ...ENDLESS,
});

/** Each shape is looked at once. */
const found = (roomFor: (environment: EnvironmentView) => Room): Never => {
  const verdicts = new Map<readonly TaskGroup[], Map<EnvironmentView, Verdict | undefined>>();
  return (environment, groups) => {
    const known = verdicts.get(groups) ?? new Map<EnvironmentView, Verdict | undefined>();
    verdicts.set(groups, known);
    if (!known.has(environment)) known.set(environment, neverIn(roomFor(environment), environment, groups));
    return known.get(environment);
  };
};

const neverIn = (
  room: Room,
  environment: EnvironmentView,
  groups: readonly TaskGroup[],
): Verdict | undefined => {
  const { supply } = environment;
  if (!takesGroups(environment, groups)) return { kind: 'never-nodes' };
  if (supply.kind !== 'own' && supply.market.kind === 'spot' && neverWins(supply.market.bidPercentage)) {
    return { kind: 'never-bid', bid: supply.market.bidPercentage };
  }
  const total = sum(groups.flatMap(({ asks, count }) => Array.from({ length: count }, () => asks)));
  if (exceedsMaximum(environment, groups)) {
    return { kind: 'never-maximum', maxMilliVcpus: maximumOf(supply)! };
  }
  for (const { asks } of groups) {
    if (supply.kind !== 'launched') {
      const bounds = supply.kind === 'own' ? supply.bounds : undefined;
      if (bounds && isBeyondTypes(bounds, asks)) return neverType(bounds.offers);
      if (!fitsHost(asks, hostsFor(room, environment)))
        return { kind: 'never-pool', needs: asks, ...sizeOf(room, environment, asks) };
      continue;
    }
    const large = supply.offers.filter((offer) => fits(asks, offer.size));
    if (large.length === 0) return neverType(supply.offers);
    if (large.some((offer) => couldEver(room, offer, supply))) continue;
    const hosts = hostsFor(room, environment);
    const [smallest] = typesFor(large, asks, hosts).sort((a, b) => a.size.milliVcpus - b.size.milliVcpus);
    if (smallest) {
      return { kind: 'never-maximum', maxMilliVcpus: supply.maxMilliVcpus, type: smallest.type };
    }
    const { type, size } = large.reduce((a, b) => (b.size.memoryMiB < a.size.memoryMiB ? b : a));
    return { kind: 'never-pool', needs: size, type, ...sizeOf(room, environment, size) };
  }
  // an instance of a type that could ever be had holds one task
  const isKnown = supply.kind !== 'own' && groups.length === 1 && groups[0]!.count === 1;
  if (isKnown || alone(room, environment, groups, 'real')) return undefined;
  return supply.kind === 'own' || alone(room, environment, groups, 'boundless')
    ? { kind: 'never-pool', needs: total, ...sizeOf(room, environment, total) }
    : { kind: 'never-maximum', maxMilliVcpus: supply.maxMilliVcpus };
};

const neverType = (offers: readonly Offer[]): Verdict => ({
  kind: 'never-type',
  largest: largest(offers.map(({ size }) => size)),
});

/** The size of the host that comes nearest. */
const sizeOf = (room: Room, environment: EnvironmentView, needs: Resources) => {
  const hosts = hostsFor(room, environment);
  const host = roomiest(hosts, needs, ({ size }) => size);
  return { pool: host.size, ...ofHosts(room, countOpen(hosts), host) };
};

const largest = (sizes: readonly Resources[]): Resources => ({
  milliVcpus: Math.max(0, ...sizes.map((size) => size.milliVcpus)),
  memoryMiB: Math.max(0, ...sizes.map((size) => size.memoryMiB)),
  gpus: Math.max(0, ...sizes.map((size) => size.gpus)),
});

/** Whether it fits when it has the hosts to itself, or some without end, whatever Spot costs. */
const alone = (
  room: Room,
  environment: EnvironmentView,
  groups: readonly TaskGroup[],
  size: 'real' | 'boundless',
): boolean => {
  const own = [...room.instances.values()].filter((b) => b.environment === environment.seq && !b.draining);
  const hosts = [...room.hosts.values()].map((host) => ({ ...host, open: true }));
  const made = roomOf({
    hosts,
    environments: [environment],
    instances: environment.supply.kind === 'own' ? own : [],
    running: [],
  });
  const empty = { ...made, grows: room.grows };
  setSpotPrice(empty, -1);
  if (size === 'boundless') unbound(empty);
  let count = 0;
  return placeJobIn(empty, environment, groups, 1, () => `?${count++}`) !== undefined;
};
