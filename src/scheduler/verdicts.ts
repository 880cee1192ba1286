import type { Resources } from '../domain/container.ts';
import { takes } from '../domain/host.ts';
import { isNothing, minus, NOTHING, plus } from './amounts.ts';
import { copyOf, setUsed, unbound } from './change-room.ts';
import { isAsLarge, typesFor } from './choose-type.ts';
import { idleIn } from './found-once.ts';
import { groupsLeft, whyNone } from './growth.ts';
import type { Never } from './never.ts';
import { askedBy, isAffordable, openTo, placeJobIn } from './place.ts';
import {
  countLarge,
  environmentsOf,
  holdOf,
  maximumOf,
  mayGo,
  openInstances,
  type PlannedHost,
  type Room,
} from './room.ts';
import { countOpen, hostsFor, ofHosts, roomiest } from './roomiest-host.ts';
import type { EnvironmentView, QueueView, TaskGroup, Verdict, WaitReason } from './snapshot.ts';

/** What is known besides the room. */
export interface Known {
  readonly never: Never;
  readonly notNow: Never;
  /** Whether what is reserved alone bars it there. */
  readonly isReserved: (environment: EnvironmentView, groups: readonly TaskGroup[]) => boolean;
  /** What counts towards an environment's maximum, what is reserved for others included. */
  readonly used: (environment: number) => number;
}

/** Why one environment has no place for a job now. */
const verdictOf = (
  room: Room,
  environment: EnvironmentView,
  groups: readonly TaskGroup[],
  known: Known,
): Verdict => {
  const never = known.never(environment, groups);
  const { fault } = environment;
  if (!environment.valid)
    return { kind: 'invalid', ...(never && { never: true }), ...(fault !== undefined && { fault }) };
  if (never) return never;
  if (!environment.enabled) return { kind: 'disabled' };
  const all = hostsFor(room, environment);
  const hosts = all.filter(({ open }) => open);
  const open = room.grows ? countOpen(hosts) : hosts.length;
  const why = room.grows ? whyNone(all, groups as [TaskGroup]) : undefined;
  const growth = why !== undefined && { growth: why };
  if (known.notNow(environment, groups)) return { kind: 'closed', open, ...growth };
  if (known.isReserved(environment, groups)) return { kind: 'reserved' };
  const { supply, seq } = environment;
  if (supply.kind !== 'own' && supply.market.kind === 'spot' && !isAffordable(room, supply.market)) {
    return { kind: 'price', price: room.spotPrice, bid: supply.market.bidPercentage };
  }
  const { asks } = groups[0]!;
  const launchable = supply.kind === 'launched' ? typesFor(supply.offers, asks, hosts) : [];
  const maxMilliVcpus = maximumOf(supply);
  if (maxMilliVcpus !== undefined && isAtMaximum(room, environment, groups, known.used(seq))) {
    const free = openInstances(room, seq).reduce(
      (total, b) => total + b.free.milliVcpus + b.reserved.milliVcpus,
      0,
    );
    const unused = supply.kind === 'launched' ? free : maxMilliVcpus - known.used(seq);
    return { kind: 'maximum', freeMilliVcpus: Math.max(0, unused), maxMilliVcpus };
  }
  const type = launchable.sort((a, b) => a.size.milliVcpus - b.size.milliVcpus || a.price - b.price)[0]?.type;
  const busy = countLarge(room, seq, asks);
  const sizes = supply.kind === 'launched' ? launchable.map(({ size }) => size) : [asks];
  const needs = leastOf(sizes);
  const able = thereOf(hosts.filter((host) => sizes.some((size) => isAsLarge(host, size))));
  const host = roomiest(able, needs, freeOf);
  const free = freeOf(host);
  const minimums = keptIdle(room, host, minus(takes(needs, host), free));
  return {
    kind: 'room',
    free,
    pool: host.size,
    ...ofHosts(room, open, host),
    ...(room.grows && { left: groupsLeft(all) }),
    busy,
    ...(type !== undefined && { type }),
    ...(minimums.length > 0 && { minimums }),
    ...growth,
  };
};

/** Those that are there, where some are: of others there is little to tell. */
const thereOf = (hosts: readonly PlannedHost[]): readonly PlannedHost[] => {
  const there = hosts.filter(({ isToCome }) => !isToCome);
  return there.length > 0 ? there : hosts;
};

/** What is left of it when nothing is reserved. */
const freeOf = ({ free, reserved }: PlannedHost): Resources => plus(free, reserved);

/**
 * Whether it could not come there however much of the pool were free. `used`: thousandths of a vCPU that count towards the
 * maximum.
 */
const isAtMaximum = (
  room: Room,
  environment: EnvironmentView,
  groups: readonly TaskGroup[],
  used: number,
): boolean => {
  const { seq, supply } = environment;
  const [{ asks, count }] = groups as [TaskGroup];
  if (supply.kind === 'own') return mayGrow(supply, used) < askedBy(groups).milliVcpus;
  if (groups.length === 1 && count === 1) {
    const sizes =
      supply.kind === 'launched' ? typesFor(supply.offers, asks, room.hosts.values()) : [{ size: asks }];
    const busy = used - (idleIn(room).milliVcpus.get(seq) ?? 0);
    return mayGrow(supply, busy) < Math.min(...sizes.map(({ size }) => size.milliVcpus));
  }
  const freed = copyOf(room);
  unbound(freed);
  setUsed(freed, seq, used);
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
  host: PlannedHost,
  lacking: Resources,
): Extract<Verdict, { kind: 'room' }>['minimums'] & object => {
  const found = new Map<number, { environment: string; holds: Resources }>();
  for (const instance of hasMinimums(room) ? room.instances.values() : []) {
    if (instance.tasks > 0 || instance.host !== host.id) continue;
    const environment = room.environments.get(instance.environment);
    if (environment?.supply.kind !== 'launched' || environment.supply.minMilliVcpus === 0) continue;
    if (instance.draining || !isNothing(instance.reserved) || mayGo(room, instance)) continue;
    const held = holdOf(room, instance);
    if (!isOfUse(held, lacking)) continue;
    const others = found.get(environment.seq)?.holds ?? NOTHING;
    found.set(environment.seq, { environment: environment.name, holds: plus(others, held) });
  }
  return [...found.values()];
};

const hasMinimums = ({ environments }: Room): boolean => {
  for (const { supply } of environments.values())
    if (supply.kind === 'launched' && supply.minMilliVcpus > 0) return true;
  return false;
};

const isOfUse = (held: Resources, lacking: Resources): boolean =>
  (held.milliVcpus > 0 && lacking.milliVcpus > 0) ||
  (held.memoryMiB > 0 && lacking.memoryMiB > 0) ||
  (held.gpus > 0 && lacking.gpus > 0);

const mayGrow = (supply: EnvironmentView['supply'], used: number): number => {
  const left = (maximumOf(supply) ?? Infinity) - used;
  return supply.kind === 'launched' && supply.mayPassMaximum && left > 0 ? Infinity : left;
};

/** Why none of its queue's environments takes it now; `room` is as if nothing were reserved. */
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
