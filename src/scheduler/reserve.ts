import type { Resources } from '../domain/container.ts';
import { HOST } from '../domain/instance.ts';
import { fits, minus, NOTHING, plus, takes } from './amounts.ts';
import { isAffordable, placeJobIn, type Steps } from './place.ts';
import {
  adopt,
  type Berth,
  copyOf,
  emptied,
  goesByItself,
  heldOnHost,
  holds,
  isIdle,
  isSpot,
  leavesMinimums,
  mayPass,
  type Room,
  removeBerth,
  usedBy,
} from './room.ts';
import type { EnvironmentView, QueueView, Reservation, TaskGroup } from './snapshot.ts';

/** A job that could not start, and where it might have. */
export interface Waiting {
  readonly queue: QueueView;
  readonly job: number;
  readonly groups: readonly TaskGroup[];
  /** Those it may use, in its queue's order. */
  readonly environments: readonly EnvironmentView[];
}

/**
 * What is to be kept for a job that does not fit, so that it starts at the latest when the tasks that run now have
 * ended: found by placing it as if they had. Work on demand takes back what Spot holds before it waits for its like.
 * Undefined where earlier reservations leave nothing to be kept.
 */
export const reserveFor = (room: Room, waiting: Waiting): Reservation | undefined => {
  const onDemand = waiting.environments.filter(takesBack);
  return (
    foundIn(room, waiting, onDemand, (berth) => berth.tasks > 0 && !isSpot(room, berth)) ??
    foundIn(room, waiting, waiting.environments, () => false)
  );
};

/** Whether work of this environment may take back what Spot holds. */
export const takesBack = ({ supply }: EnvironmentView): boolean =>
  supply.kind === 'own' || supply.market.kind === 'on-demand';

const foundIn = (
  room: Room,
  { queue, job, groups }: Waiting,
  environments: readonly EnvironmentView[],
  stays: (berth: Berth) => boolean,
): Reservation | undefined => {
  if (environments.length === 0) return undefined;
  const then = emptied(room, stays);
  for (const environment of environments) {
    let count = 0;
    const steps = placeJobIn(then, environment, groups, 1, () => `?${count++}`);
    if (steps) return { queue: queue.seq, job, ...reserved(room, environment.seq, groups, steps) };
  }
  return undefined;
};

type Reserved = Omit<Reservation, 'queue' | 'job'>;

const reserved = (
  room: Room,
  environment: number,
  groups: readonly TaskGroup[],
  { instances, launches, retires }: Steps,
): Reserved => {
  const asks = groups.flatMap((group) => Array.from({ length: group.count }, () => group.asks));
  const on = new Map<string, Resources>();
  let pool = NOTHING;
  instances.forEach((id, at) => {
    const berth = room.berths.get(id);
    if (!berth) return;
    on.set(id, plus(on.get(id) ?? NOTHING, asks[at]!));
    if (berth.type === HOST) pool = plus(pool, takes(asks[at]!, room.pool));
  });
  for (const { size } of launches) pool = plus(pool, takes(size, room.pool));
  const victims = retires.map((id) => {
    const berth = room.berths.get(id)!;
    const milliVcpus = berth.environment === environment ? berth.size.milliVcpus : 0;
    return { instance: id, holds: holds(room, berth), milliVcpus };
  });
  return {
    environment,
    on: [...on].map(([instance, sum]) => ({ instance, asks: sum })),
    victims,
    pool,
    milliVcpus: launches.reduce((total, { size }) => total + size.milliVcpus, 0),
  };
};

/**
 * Places a reservation's job in the room of just those instances that it waited for, once they are idle: where others are
 * looked for, a minimum may be in the way. Undefined, and nothing is changed, when it does not come about.
 */
export const asReserved = <T extends { readonly steps: Steps }>(
  room: Room,
  reservation: Reservation,
  place: () => T | undefined,
): T | undefined => {
  const victims = reservation.victims.map(({ instance }) => room.berths.get(instance));
  if (!victims.every((berth) => berth && isIdle(berth)) || !leavesMinimums(room, reservation))
    return undefined;
  const before = copyOf(room);
  for (const berth of victims) removeBerth(room, berth!);
  const found = place();
  if (found) found.steps.retires.unshift(...victims.map((berth) => berth!.id));
  else adopt(room, before);
  return found;
};

/**
 * Whether what was kept before is still worth keeping: its job is one of those that wait, its places are there, and
 * queues served earlier have left it what it needs.
 */
export const stillStands = (room: Room, r: Reservation, queue: QueueView | undefined): boolean => {
  const environment = room.environments.get(r.environment);
  return (
    environment?.enabled === true &&
    environment.valid &&
    queue?.environments.includes(r.environment) === true &&
    queue.shapes.some((shape) => shape.heads[0]?.seq === r.job) &&
    (environment.supply.kind === 'own' || isAffordable(room, environment.supply.market)) &&
    r.on.every(({ instance, asks }) => isThere(room, instance, asks)) &&
    leavesMinimums(room, r) &&
    isCovered(room, r, environment)
  );
};

const isThere = (room: Room, instance: string, asks: Resources): boolean => {
  const berth = room.berths.get(instance);
  if (!berth || berth.draining || berth.closed) return false;
  return fits(berth.type === HOST ? takes(asks, room.pool) : asks, minus(berth.size, berth.kept));
};

/** Whether it has its room once what runs has ended and the instances it waits for have gone. */
const isCovered = (room: Room, r: Reservation, { supply }: EnvironmentView): boolean => {
  if (r.milliVcpus === 0 && fits(r.pool, NOTHING)) return true;
  const waitedFor = new Set(r.victims.map(({ instance }) => instance));
  let free = room.free;
  let used = usedBy(room, r.environment);
  for (const berth of room.berths.values()) {
    if (berth.closed && waitedFor.has(berth.id)) return false;
    if (berth.closed) continue;
    free = plus(free, heldOnHost(berth));
    if (!waitedFor.has(berth.id) && !goesByItself(room, berth)) continue;
    free = plus(free, holds(room, berth));
    if (berth.environment === r.environment) used -= berth.size.milliVcpus;
  }
  if (!fits(r.pool, free)) return false;
  if (supply.kind === 'own' || r.milliVcpus === 0) return true;
  return mayPass(room, r.environment, supply)
    ? used < supply.maxMilliVcpus
    : used + r.milliVcpus <= supply.maxMilliVcpus;
};

/** Reservations with launched instances under the ids they have got since. */
export const renamed = (
  reservations: readonly Reservation[],
  idOf: (ref: string) => string,
): readonly Reservation[] =>
  reservations.map((r) => ({
    ...r,
    on: r.on.map(({ instance, asks }) => ({ instance: idOf(instance), asks })),
    victims: r.victims.map((victim) => ({ ...victim, instance: idOf(victim.instance) })),
  }));
