import type { Resources } from '../domain/container.ts';
import { HOST, SLICE } from '../domain/instance.ts';
import type { Offer } from '../domain/instance-offers.ts';
import { fits, sum, takes, times } from './amounts.ts';
import { addInstance, adopt, copyOf, occupy } from './change-room.ts';
import { ranked } from './choose-type.ts';
import { couldMake, makeRoom } from './make-room.ts';
import { isTooMuch, noteTooMuch } from './remembered.ts';
import {
  isSpot,
  mayPass,
  openInstances,
  type PlannedInstance,
  type Room,
  roomFor,
  takesOf,
  usedBy,
} from './room.ts';
import type { EnvironmentView, Launch, Market, TaskGroup } from './snapshot.ts';

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
  environment: EnvironmentView,
  groups: readonly TaskGroup[],
  waiting: number,
  newRef: NewRef,
): Steps | undefined => {
  if (exceedsMaximum(environment, groups) || !takesGroups(environment, groups)) return undefined;
  const total = sum(groups.map(({ asks, count }) => times(asks, count)));
  if (groups.length === 1 && groups[0]!.count === 1) {
    if (isTooMuch(room, environment.seq, total)) return undefined;
    const steps: Steps = { launches: [], retires: [], instances: [] };
    if (placeTask(room, environment, total, waiting, newRef, steps)) return steps;
    noteTooMuch(room, environment.seq, total);
    return undefined;
  }
  return (
    placeTasks(room, environment, groups, waiting, newRef) ??
    placeTogether(room, environment, groups, total, newRef)
  );
};

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

/** All tasks on one new instance that is large enough: where the pool has not the vCPUs for several. */
const placeTogether = (
  room: Room,
  environment: EnvironmentView,
  groups: readonly TaskGroup[],
  total: Resources,
  newRef: NewRef,
): Steps | undefined => {
  const { supply } = environment;
  if (supply.kind !== 'launched') return undefined;
  const trial = copyOf(room);
  const steps: Steps = { launches: [], retires: [], instances: [] };
  const purpose: Purpose = { asks: total, waiting: 1, mayRetire: 'replaced' };
  if (!launch(trial, environment, supply, purpose, newRef, steps)) return undefined;
  const placed = placeTasks(trial, environment, groups, 1, newRef, steps);
  if (placed) adopt(room, trial);
  return placed;
};

/** Rule E-172: a job with more vCPUs than the maximum never runs, though an instance may pass it. */
export const exceedsMaximum = ({ supply }: EnvironmentView, groups: readonly TaskGroup[]): boolean =>
  supply.kind !== 'own' &&
  groups.reduce((sum, { asks, count }) => sum + asks.milliVcpus * count, 0) > supply.maxMilliVcpus;

/** Rule J-294: a queue's environments may have changed since a multi-node job was submitted. */
export const takesGroups = ({ supply }: EnvironmentView, groups: readonly TaskGroup[]): boolean =>
  groups[0]!.nodes === undefined || (supply.kind === 'launched' && supply.market.kind === 'on-demand');

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
  const { supply } = environment;
  const instance =
    supply.kind === 'slices'
      ? cut(room, environment, supply, asks, newRef, steps)
      : (fullest(room, environment.seq, asks) ??
        (supply.kind === 'launched'
          ? launch(room, environment, supply, { asks, waiting, mayRetire: 'replaced' }, newRef, steps)
          : cleared(room, environment.seq, asks, steps)));
  if (!instance) return false;
  occupy(room, instance.id, asks);
  steps.instances.push(instance.id);
  return true;
};

/** Rule E-166: of the instances that run, the one it leaves the least of; GPUs only to who has no other (E-163). */
const fullest = (room: Room, environment: number, asks: Resources): PlannedInstance | undefined => {
  let best: PlannedInstance | undefined;
  for (const instance of openInstances(room, environment)) {
    if (instance.type === SLICE || isLeftBySpot(room, instance)) continue;
    const taken = takesOf(room, instance, asks);
    if (!fits(taken, instance.free) || (instance.type === HOST && !fits(taken, room.free))) continue;
    if (!best || isBefore(instance, best, asks)) best = instance;
  }
  return best;
};

/** Rule E-168: no more comes on an instance that somebody waits for on demand. */
const isLeftBySpot = (room: Room, instance: PlannedInstance): boolean =>
  room.claimed.instances.has(instance.id) && isSpot(room, instance);

/** The machine itself, once instances that are idle have given the pool its room back. */
const cleared = (
  room: Room,
  environment: number,
  asks: Resources,
  steps: Steps,
): PlannedInstance | undefined => {
  const needs = takes(asks, room.pool);
  const machine = openInstances(room, environment).find((b) => b.type === HOST && fits(needs, b.free));
  return machine && makeRoom(room, environment, needs, 0, steps.retires) ? machine : undefined;
};

const isBefore = (a: PlannedInstance, b: PlannedInstance, asks: Resources): boolean => {
  const wasted = (instance: PlannedInstance) => (asks.gpus === 0 && instance.size.gpus > 0 ? 1 : 0);
  const by =
    a.ended - b.ended ||
    wasted(a) - wasted(b) ||
    a.free.milliVcpus - b.free.milliVcpus ||
    a.free.memoryMiB - b.free.memoryMiB;
  return by < 0 || (by === 0 && a.id < b.id);
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
  const over = usedBy(room, seq) + asks.milliVcpus - supply.maxMilliVcpus;
  const needs = roomFor(room, environment, takes(asks, room.pool));
  if (over > 0 || !makeRoom(room, seq, needs, 0, steps.retires)) return undefined;
  return add(room, seq, SLICE, asks, newRef, steps);
};

const add = (
  room: Room,
  environment: number,
  type: string,
  size: Resources,
  newRef: NewRef,
  steps: Steps,
): PlannedInstance => {
  const ref = newRef();
  steps.launches.push({ ref, environment, type, size });
  const view = { id: ref, environment, type, size, draining: false, hasDeadline: false, graceOver: false };
  return addInstance(room, view, true);
};

type Launched = Extract<EnvironmentView['supply'], { kind: 'launched' }>;

/** What an instance is launched for. */
export interface Purpose {
  readonly asks: Resources;
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
  { asks, waiting, mayRetire }: Purpose,
  newRef: NewRef,
  steps: Steps,
): PlannedInstance | undefined => {
  if (!isAffordable(room, supply.market)) return undefined;
  const { seq } = environment;
  const needsOf = (offer: Offer) => roomFor(room, environment, takes(offer.size, room.pool));
  const possible = supply.offers.filter(
    (offer) =>
      couldEver(room, offer, supply) &&
      couldMake(room, seq, needsOf(offer), overMaximum(room, seq, supply, offer)),
  );
  for (const offer of ranked(possible, asks, waiting, room.pool)) {
    const over = overMaximum(room, seq, supply, offer);
    const needs = needsOf(offer);
    if (mayRetire === 'none' && (over > 0 || !fits(needs, room.free))) continue;
    const comes = mayRetire === 'replaced' ? offer.size.milliVcpus : 0;
    if (!makeRoom(room, seq, needs, over, steps.retires, comes)) continue;
    return add(room, seq, offer.type, offer.size, newRef, steps);
  }
  return undefined;
};

/** Looks at what bounds it from above first: an instance that is larger than all that could be freed is none. */
export const couldEver = (room: Pick<Room, 'pool'>, offer: Offer, supply: Launched): boolean =>
  fits(takes(offer.size, room.pool), room.pool) &&
  (supply.mayPassMaximum || offer.size.milliVcpus <= supply.maxMilliVcpus);

/** By how many thousandths of a vCPU one more would pass what the environment may have; 0 or less when it may (E-150). */
const overMaximum = (room: Room, environment: number, supply: Launched, offer: Offer): number => {
  const over = usedBy(room, environment) - supply.maxMilliVcpus;
  if (mayPass(room, environment, supply)) return over < 0 ? 0 : over + 1;
  return over + offer.size.milliVcpus;
};
