import type { Resources } from '../domain/container.ts';
import { takes } from '../domain/host.ts';
import { HOST, SLICE } from '../domain/instance.ts';
import type { Offer } from '../domain/instance-offers.ts';
import { fits, sum, times } from './amounts.ts';
import { apartIn, isTighter } from './apart.ts';
import { addInstance, adopt, copyOf, occupy, removeInstance } from './change-room.ts';
import { fitsHost, ranked } from './choose-type.ts';
import { isTooMuch, noteTooMuch } from './found-once.ts';
import { fullest } from './fullest.ts';
import { onGrowth, onThose } from './growth.ts';
import { couldMakeAnywhere, makeRoom } from './make-room.ts';
import {
  holdOf,
  hostOf,
  isOpenTo,
  maximumOf,
  mayGo,
  mayPass,
  openInstances,
  type PlannedHost,
  type PlannedInstance,
  type Room,
  takesOf,
  usedBy,
} from './room.ts';
import type { Bounds, EnvironmentView, Launch, Market, TaskGroup } from './snapshot.ts';

/** What placing a job came to. */
export interface Steps {
  readonly launches: Launch[];
  /** Idle instances that go for their room. */
  readonly retires: string[];
  /** For each task, group by group. */
  readonly instances: string[];
}

/** Gives each launch of a plan its own name. */
export type NewRef = () => string;

/**
 * Places all tasks of a job in one environment, or none (E-141); undefined when they do not all fit. `waiting` jobs
 * of this shape are there: so much may be launched for.
 */
export const placeJobIn = (
  room: Room,
  asked: EnvironmentView,
  groups: readonly TaskGroup[],
  waiting: number,
  newRef: NewRef,
): Steps | undefined => {
  const environment = room.grows && groups[0]!.nodes ? onThose(room, asked) : asked;
  if (exceedsMaximum(environment, groups) || !takesGroups(environment, groups)) return undefined;
  const apart = environment.only === undefined && groups[0]!.nodes ? apartIn(room) : [];
  if (apart.length > 0) return placeOnOneOf(apart, room, environment, groups, waiting, newRef);
  if (groups.length === 1 && groups[0]!.count === 1) {
    const { asks } = groups[0]!;
    if (isTooMuch(room, environment, asks)) return undefined;
    const steps: Steps = { launches: [], retires: [], instances: [] };
    if (placeTask(room, environment, asks, waiting, newRef, steps)) return steps;
    noteTooMuch(room, environment, asks);
    return undefined;
  }
  return (
    placeAll(room, environment, groups, waiting, newRef) ??
    placeAnew(room, environment, groups, waiting, newRef)
  );
};

/** All nodes on the first of these hosts that takes them. */
const placeOnOneOf = (
  hosts: readonly string[],
  room: Room,
  environment: EnvironmentView,
  groups: readonly TaskGroup[],
  waiting: number,
  newRef: NewRef,
): Steps | undefined => {
  for (const only of hosts) {
    const steps = placeJobIn(room, { ...environment, only }, groups, waiting, newRef);
    if (steps) return steps;
  }
  return undefined;
};

const placeAll = (
  room: Room,
  environment: EnvironmentView,
  groups: readonly TaskGroup[],
  waiting: number,
  newRef: NewRef,
): Steps | undefined =>
  placeTasks(room, environment, groups, waiting, newRef) ?? placeTogether(room, environment, groups, newRef);

/** As if all idle instances had gone: one that is used where it is may leave the other tasks no room. */
const placeAnew = (
  room: Room,
  environment: EnvironmentView,
  groups: readonly TaskGroup[],
  waiting: number,
  newRef: NewRef,
): Steps | undefined => {
  const trial = copyOf(room);
  const gone = [...room.instances.values()].filter((instance) => {
    const goes = mayGo(trial, instance);
    if (goes) removeInstance(trial, instance.id);
    return goes;
  });
  const steps = gone.length > 0 ? placeAll(trial, environment, groups, waiting, newRef) : undefined;
  if (!steps) return undefined;
  for (const instance of gone) {
    if (mayStay(trial, environment, instance)) addInstance(trial, instance, false);
    else steps.retires.push(instance.id);
  }
  adopt(room, trial);
  return steps;
};

/** Whether there is room for it still, beside a job of this environment. */
const mayStay = (room: Room, { seq, supply }: EnvironmentView, instance: PlannedInstance): boolean =>
  fits(holdOf(room, instance), hostOf(room, instance.host).free) &&
  (instance.environment !== seq ||
    supply.kind === 'own' ||
    usedBy(room, seq) + instance.size.milliVcpus <= supply.maxMilliVcpus);

/** Each task where it fits best. */
const placeTasks = (
  room: Room,
  environment: EnvironmentView,
  groups: readonly TaskGroup[],
  waiting: number,
  newRef: NewRef,
  steps: Steps = { launches: [], retires: [], instances: [] },
): Steps | undefined => {
  const trial = copyOf(room);
  for (const { asks, count } of groups) {
    for (let left = count; left > 0; left--) {
      if (!placeTask(trial, environment, asks, waiting * left, newRef, steps)) return undefined;
    }
  }
  adopt(room, trial);
  return steps;
};

/** All tasks on one new instance that is large enough, of a host that takes them all: where there is no room for several. */
const placeTogether = (
  room: Room,
  environment: EnvironmentView,
  groups: readonly TaskGroup[],
  newRef: NewRef,
): Steps | undefined => {
  const { supply } = environment;
  if (supply.kind !== 'launched') return undefined;
  const total = askedBy(groups);
  const trial = copyOf(room);
  const steps: Steps = { launches: [], retires: [], instances: [] };
  const tasks = groups.reduce((sum, { count }) => sum + count, 0);
  const purpose: Purpose = { asks: total, tasks, waiting: 1, mayRetire: 'replaced' };
  if (!launch(trial, environment, supply, purpose, newRef, steps)) return undefined;
  const placed = placeTasks(trial, environment, groups, 1, newRef, steps);
  if (placed) adopt(room, trial);
  return placed;
};

/** All tasks of a job together. */
export const askedBy = (groups: readonly TaskGroup[]): Resources =>
  sum(groups.map(({ asks, count }) => times(asks, count)));

/** Rule E-172: a job with more vCPUs than the maximum never runs, though an instance may pass it. */
export const exceedsMaximum = ({ supply }: EnvironmentView, groups: readonly TaskGroup[]): boolean =>
  askedBy(groups).milliVcpus > (maximumOf(supply) ?? Number.POSITIVE_INFINITY);

/** Rule J-294: a queue's environments may have changed since a multi-node job was submitted. */
export const takesGroups = ({ supply }: EnvironmentView, groups: readonly TaskGroup[]): boolean =>
  groups[0]!.nodes === undefined ||
  (supply.kind === 'launched' && supply.market.kind === 'on-demand') ||
  (supply.kind === 'own' && supply.bounds?.takesNodes === true);

/**
 * Those of a queue's usable environments that may take such a job: for a multi-node job the first that takes nodes is
 * the only one, be it full or too small (E-141).
 */
export const openTo = (
  usable: readonly EnvironmentView[],
  groups: readonly TaskGroup[],
): readonly EnvironmentView[] =>
  groups[0]!.nodes === undefined
    ? usable
    : usable.filter((environment) => takesGroups(environment, groups)).slice(0, 1);

/** Changes the room only when it succeeds. */
const placeTask = (
  room: Room,
  environment: EnvironmentView,
  asks: Resources,
  waiting: number,
  newRef: NewRef,
  steps: Steps,
): boolean => {
  if (isBeyondBounds(room, environment, asks)) return false;
  const find = (where: EnvironmentView): PlannedInstance | undefined =>
    fullest(room, where, asks) ??
    made(room, where, { asks, tasks: 1, waiting, mayRetire: 'replaced' }, newRef, steps);
  const instance =
    room.grows && environment.growth === undefined
      ? (find(onThose(room, environment)) ?? find(onGrowth(room, environment)))
      : find(environment);
  if (!instance) return false;
  occupy(room, instance.id, asks);
  steps.instances.push(instance.id);
  return true;
};

/** Whether an environment of hosts as they are may not have such a task, or no more: others have instances for that. */
const isBeyondBounds = (room: Room, { seq, supply }: EnvironmentView, asks: Resources): boolean =>
  supply.kind === 'own' &&
  supply.bounds !== undefined &&
  (usedBy(room, seq) + asks.milliVcpus > supply.bounds.maxMilliVcpus || isBeyondTypes(supply.bounds, asks));

/** Its types bound what a job may ask, also where hosts say of no type what they are. */
export const isBeyondTypes = ({ offers }: Bounds, asks: Resources): boolean =>
  !offers.some(({ size }) => fits(asks, size));

/** An instance that comes for a task. */
const made = (
  room: Room,
  environment: EnvironmentView,
  purpose: Purpose,
  newRef: NewRef,
  steps: Steps,
): PlannedInstance | undefined => {
  const { supply } = environment;
  switch (supply.kind) {
    case 'own':
      return onHost(room, environment, purpose.asks, newRef, steps);
    case 'slices':
      return cut(room, environment, supply, purpose.asks, newRef, steps);
    case 'launched':
      return launch(room, environment, supply, purpose, newRef, steps);
  }
};

/**
 * The instance that is a host itself: a new one where the environment has none there, or the one that it has, once instances
 * that are idle have given the host its room back.
 */
const onHost = (
  room: Room,
  environment: EnvironmentView,
  asks: Resources,
  newRef: NewRef,
  steps: Steps,
): PlannedInstance | undefined => {
  const own = openInstances(room, environment.seq);
  const needsOf = (host: PlannedHost) => takes(asks, host);
  const isClear = ({ id }: PlannedHost) =>
    own.some((i) => i.host === id && fits(takesOf(room, i, asks), i.free));
  // those of a former setup drain for as long as their tasks like
  const isBounded = environment.supply.kind === 'own' && environment.supply.bounds !== undefined;
  const there = new Set<string>();
  for (const i of room.instances.values())
    if (i.environment === environment.seq && !(isBounded && i.draining)) there.add(i.host);
  const isNew = ({ id, standing }: PlannedHost) => !standing && !there.has(id);
  const host = cleared(room, environment, needsOf, steps.retires, (host) => isNew(host) || isClear(host));
  if (!host) return undefined;
  return (
    own.find((instance) => instance.host === host.id) ??
    add(room, { environment: environment.seq, host: host.id, type: HOST, size: host.size }, newRef, steps)
  );
};

/**
 * The open host with the least room that it fits; else the first that has the room once instances that are idle have
 * gone, which are added to `retires`.
 */
const cleared = (
  room: Room,
  environment: EnvironmentView,
  needsOf: (host: PlannedHost) => Resources,
  retires: string[],
  may: (host: PlannedHost) => boolean,
  { over = 0, comes = 0 } = {},
): PlannedHost | undefined => {
  let tightest: PlannedHost | undefined;
  const others: PlannedHost[] = [];
  for (const host of room.hosts.values()) {
    if (!isOpenTo(environment, host) || !may(host)) continue;
    if (!fits(needsOf(host), host.free)) others.push(host);
    else if (!tightest || isTighter(host, tightest)) tightest = host;
  }
  const hosts = tightest ? [tightest, ...others] : others;
  return hosts.find((host) =>
    makeRoom(room, environment.seq, { host: host.id, needs: needsOf(host), over, comes }, retires),
  );
};

/** Rule E-169. */
export const isAffordable = (room: Room, market: Market): boolean =>
  market.kind === 'on-demand' || room.spotPrice < market.bidPercentage;

/** Rule E-158: a slice of exactly what is asked. */
const cut = (
  room: Room,
  environment: EnvironmentView,
  supply: Extract<EnvironmentView['supply'], { kind: 'slices' }>,
  asks: Resources,
  newRef: NewRef,
  steps: Steps,
): PlannedInstance | undefined => {
  if (!isAffordable(room, supply.market)) return undefined;
  const { seq } = environment;
  if (usedBy(room, seq) + asks.milliVcpus > supply.maxMilliVcpus) return undefined;
  const needsOf = (host: PlannedHost) => takes(asks, host);
  const host = cleared(room, environment, needsOf, steps.retires, () => true);
  return host && add(room, { environment: seq, host: host.id, type: SLICE, size: asks }, newRef, steps);
};

const add = (room: Room, launch: Omit<Launch, 'ref'>, newRef: NewRef, steps: Steps): PlannedInstance => {
  const ref = newRef();
  steps.launches.push({ ref, ...launch });
  return addInstance(
    room,
    { id: ref, ...launch, draining: false, hasDeadline: false, graceOver: false },
    true,
  );
};

type Launched = Extract<EnvironmentView['supply'], { kind: 'launched' }>;

/** What an instance is launched for. */
export interface Purpose {
  readonly asks: Resources;
  /** How many tasks ask for that together. */
  readonly tasks: number;
  /** How many tasks ask the same. */
  readonly waiting: number;
  /** Which idle instances may be ended for it: those that no minimum needs, or also those whose place there it takes. */
  readonly mayRetire: 'none' | 'spare' | 'replaced';
}

/** Launches the best type that there is room for. */
export const launch = (
  room: Room,
  environment: EnvironmentView,
  supply: Launched,
  { asks, tasks, waiting, mayRetire }: Purpose,
  newRef: NewRef,
  steps: Steps,
): PlannedInstance | undefined => {
  if (!isAffordable(room, supply.market)) return undefined;
  const { seq } = environment;
  // what is larger than all that could be freed is not ranked
  const possible = supply.offers.filter(
    (offer) => couldEver(room, offer, supply) && couldMakeAnywhere(room, offer.size),
  );
  if (possible.length === 0) return undefined;
  for (const offer of ranked(possible, asks, waiting, room.hosts.values())) {
    const over = overMaximum(room, seq, supply, offer);
    const needsOf = (host: PlannedHost) => takes(offer.size, host);
    const may = (host: PlannedHost) =>
      tasks <= host.slotsLeft && (mayRetire !== 'none' || fits(needsOf(host), host.free));
    if (mayRetire === 'none' && over > 0) continue;
    const comes = mayRetire === 'replaced' ? offer.size.milliVcpus : 0;
    const host = cleared(room, environment, needsOf, steps.retires, may, { over, comes });
    if (!host) continue;
    return add(room, { environment: seq, host: host.id, type: offer.type, size: offer.size }, newRef, steps);
  }
  return undefined;
};

/** Whether a host is large enough for such an instance, and its environment's maximum. */
export const couldEver = ({ hosts }: Pick<Room, 'hosts'>, offer: Offer, supply: Launched): boolean =>
  fitsHost(offer.size, hosts.values()) &&
  (supply.mayPassMaximum || offer.size.milliVcpus <= supply.maxMilliVcpus);

/** By how many thousandths of a vCPU one more would pass what the environment may have; 0 or less when it may (E-150). */
const overMaximum = (room: Room, environment: number, supply: Launched, offer: Offer): number => {
  const over = usedBy(room, environment) - supply.maxMilliVcpus;
  if (mayPass(room, environment, supply)) return over < 0 ? 0 : over + 1;
  return over + offer.size.milliVcpus;
};
