import { SLICE } from '../domain/instance.ts';
import { isNothing, NOTHING } from './amounts.ts';
import { removeInstance } from './change-room.ts';
import type { Left } from './left.ts';
import { isAffordable, launch, type NewRef, type Steps } from './place.ts';
import {
  countedOf,
  hostOf,
  isOpenIn,
  looseIn,
  mayGo,
  type PlannedInstance,
  type Room,
  totalOf,
  usedBy,
} from './room.ts';
import type { EnvironmentView, Plan, QueueView } from './snapshot.ts';

type Launched = Extract<EnvironmentView['supply'], { kind: 'launched' }>;
type Retire = Plan['retires'][number];

/** Instances that have done their work: drained ones, slices whose task is over, those whose host is lost. */
export const retireDone = (room: Room): Retire[] =>
  retireWhere(room, ({ draining, type, host }) => {
    if (draining) return 'drained';
    if (type === SLICE) return 'idle';
    return hostOf(room, host).isLost ? 'host' : undefined;
  });

/** Instances that have nothing to do: for their whole grace, or above a lowered maximum. */
export const retireIdle = (room: Room): Retire[] =>
  retireWhere(room, (instance) => whyRetire(room, instance));

const retireWhere = (
  room: Room,
  why: (instance: PlannedInstance) => Retire['reason'] | undefined,
): Retire[] => {
  const retired: Retire[] = [];
  if (!isAnyEmpty(room)) return retired;
  for (const instance of room.instances.values()) {
    const reason = instance.tasks > 0 || instance.fresh ? undefined : why(instance);
    if (reason === undefined) continue;
    removeInstance(room, instance.id);
    retired.push({ instance: instance.id, reason });
  }
  return retired;
};

/** Asked first: mostly none is, of thousands. */
const isAnyEmpty = (room: Room): boolean => {
  for (const { tasks } of looseIn(room)) if (tasks === 0) return true;
  return false;
};

/** A host has been without a task for the whole grace, and is none that stands without. */
const isDoneHost = (room: Room, { graceOver, closed, reserved, host }: PlannedInstance): boolean =>
  graceOver && !closed && isNothing(reserved) && !hostOf(room, host).standing;

const whyRetire = (room: Room, instance: PlannedInstance): Retire['reason'] | undefined => {
  const supply = room.environments.get(instance.environment)?.supply;
  if (supply?.kind === 'own') return isDoneHost(room, instance) ? 'idle' : undefined;
  if (supply?.kind !== 'launched' || !mayGo(room, instance)) return undefined;
  const used = usedBy(room, instance.environment);
  const { maxMilliVcpus: max } = supply;
  if (supply.mayPassMaximum ? used - instance.size.milliVcpus >= max : used > max) return 'maximum';
  const isSpare = used - instance.size.milliVcpus >= wishNow(room, instance.environment);
  return instance.graceOver && isSpare ? 'idle' : undefined;
};

/**
 * Rules E-154, E-156: launches what minimums and wishes lack; a minimum also in place of idle instances elsewhere, a
 * wish only where there is room, and once: it ends no other's instances, and keeps none of its own.
 */
export const fill = (room: Room, newRef: NewRef): Steps => {
  const steps: Steps = { launches: [], retires: [], instances: [] };
  for (const environment of room.environments.values()) {
    const { seq, enabled, valid, supply } = environment;
    if (!enabled || !valid || supply.kind !== 'launched') continue;
    const more = (mayRetire: 'none' | 'spare') =>
      launch(room, environment, supply, { asks: NOTHING, tasks: 0, waiting: 1, mayRetire }, newRef, steps) !==
      undefined;
    while (usedBy(room, seq) < supply.minMilliVcpus) if (!more('spare')) break;
    while (usedBy(room, seq) < supply.wishedMilliVcpus) if (!more('none')) break;
  }
  return steps;
};

/** What an environment is to have now by its wish, in thousandths of a vCPU; 0 while it may launch nothing. */
const wishNow = (room: Room, seq: number): number => {
  const environment = room.environments.get(seq);
  if (environment?.supply.kind !== 'launched' || !environment.enabled || !environment.valid) return 0;
  const { market, wishedMilliVcpus } = environment.supply;
  return isAffordable(room, market) ? wishedMilliVcpus : 0;
};

/** Those whose wish has had what there is, and what was shown of one that the hosts have grown to. */
export const wishesOver = (room: Room): Plan['wishesOver'] =>
  [...room.environments.values()].flatMap(({ seq, supply }) => {
    if (supply.kind === 'own' && supply.bounds?.hasWish) return [{ environment: seq, shown: false }];
    if (supply.kind !== 'launched') return [];
    const now = wishNow(room, seq);
    if (now > 0) return [{ environment: seq, shown: staysShown(room, seq, now) }];
    const isGrown = supply.shownMilliVcpus > 0 && !exceedsHosts(room, supply.shownMilliVcpus);
    return isGrown ? [{ environment: seq, shown: false }] : [];
  });

/** What the hosts could never grant is shown as it was sent (S-040). */
const staysShown = (room: Room, environment: number, wished: number): boolean =>
  exceedsHosts(room, wished) && usedBy(room, environment) < wished;

const exceedsHosts = (room: Room, milliVcpus: number): boolean => milliVcpus > totalOf(room).milliVcpus;

/**
 * Rule E-149: what each environment wants. Its instances with tasks, those its minimum keeps, and what waits for it as
 * far as its maximum goes, its minimum and its wish at least; a job counts where it would come first.
 */
export const desiredOf = (
  room: Room,
  queues: readonly QueueView[],
  left: (queue: QueueView) => readonly Left[],
): Plan['desired'] => {
  const desired = new Map<number, number>();
  for (const { seq, supply } of room.environments.values()) {
    if (supply.kind === 'launched') desired.set(seq, atWork(room, seq, supply));
    if (supply.kind === 'own' && supply.bounds) desired.set(seq, tasksOf(room, seq));
  }
  for (const queue of queues) {
    for (const { milliVcpus, environments } of left(queue)) spread(desired, milliVcpus, environments);
  }
  return [...desired].map(([environment, milliVcpus]) => ({
    environment,
    milliVcpus: Math.max(milliVcpus, leastOf(room, environment)),
  }));
};

/** What is wanted without any job. */
const leastOf = (room: Room, environment: number): number => {
  const supply = room.environments.get(environment)?.supply;
  if (supply?.kind === 'own') return supply.bounds?.minMilliVcpus ?? 0;
  if (supply?.kind !== 'launched') return 0;
  return Math.max(
    supply.minMilliVcpus,
    wishOf(room, environment, supply),
    supply.shownMilliVcpus > 0 && exceedsHosts(room, supply.shownMilliVcpus) ? supply.shownMilliVcpus : 0,
  );
};

/** As much of a wish as has come of it, unless it waits for its time or is to be shown as it was sent. */
const wishOf = (room: Room, environment: number, { wishedMilliVcpus: wished }: Launched): number =>
  wishNow(room, environment) === 0 || staysShown(room, environment, wished)
    ? wished
    : Math.min(wished, usedBy(room, environment));

const atWork = (room: Room, environment: number, supply: Launched): number => {
  if (room.working && supply.minMilliVcpus === 0) return room.working.get(environment) ?? 0;
  let milliVcpus = 0;
  for (const instance of room.instances.values()) {
    if (!isOpenIn(environment, instance)) continue;
    if (instance.tasks > 0 || (supply.minMilliVcpus > 0 && !mayGo(room, { ...instance, fresh: false }))) {
      milliVcpus += instance.size.milliVcpus;
    }
  }
  return milliVcpus;
};

/** Rule K-146: what its tasks ask. */
const tasksOf = (room: Room, environment: number): number => {
  let milliVcpus = 0;
  for (const instance of room.instances.values())
    if (instance.environment === environment) milliVcpus += countedOf(instance);
  return milliVcpus;
};

const spread = (
  desired: Map<number, number>,
  milliVcpus: number,
  environments: readonly EnvironmentView[],
): void => {
  let left = milliVcpus;
  for (const { seq, supply } of environments) {
    if (supply.kind !== 'launched' || left <= 0) continue;
    const wanted = desired.get(seq) ?? 0;
    const more = Math.min(left, Math.max(0, supply.maxMilliVcpus - wanted));
    desired.set(seq, wanted + more);
    left -= more;
  }
};
