import type { Resources } from '../domain/container.ts';
import { HOST, SLICE } from '../domain/instance.ts';
import { isWithin, minus, NOTHING, plus, positive, takes } from './amounts.ts';
import type { EnvironmentView, InstanceView, QueueView, Reservation, Snapshot } from './snapshot.ts';

/** An instance while a plan is made. */
export interface Berth {
  readonly id: string;
  readonly environment: number;
  readonly type: string;
  readonly size: Resources;
  readonly draining: boolean;
  readonly hasDeadline: boolean;
  readonly graceOver: boolean;
  /** Launched by this plan. */
  readonly fresh: boolean;
  /** What its tasks leave, less what is kept on it for others. */
  free: Resources;
  /** What is kept on it for others. */
  kept: Resources;
  tasks: number;
  /** It is to be empty for a job that waits: nobody else comes on it. */
  closed: boolean;
  /** Those with less are tried, or given up, before: only while somebody looks what could be kept for a job. */
  weight: number;
}

/** The pool, the environments and their instances while a plan is made. */
export interface Room {
  readonly pool: Resources;
  /** Of the pool, less what is kept for others. */
  free: Resources;
  /** What is kept of the pool for others. */
  kept: Resources;
  readonly environments: ReadonlyMap<number, EnvironmentView>;
  /** vCPUs that count towards each environment's maximum. */
  readonly used: Map<number, number>;
  /** Those of `used` that go, and are not replaced, once reservations get what they wait for. */
  readonly going: Map<number, number>;
  /** How many reservations are to launch instances there. */
  readonly reserved: Map<number, number>;
  readonly berths: Map<string, Berth>;
  spotPrice: number;
  /** See `idleIn`; undefined once something has changed. */
  idle: Idle | undefined;
  /** See `isTooMuch`; by environment. */
  refused: Map<number, Resources[]>;
}

/** What instances hold that might be ended for their room, minimums left aside. */
export interface Idle {
  readonly holds: Resources;
  /** By environment. */
  readonly milliVcpus: ReadonlyMap<number, number>;
}

/** The machine's own instance holds nothing of the pool: each task on it does. */
export const holds = (room: Pick<Room, 'pool'>, berth: Pick<Berth, 'type' | 'size'>): Resources =>
  berth.type === HOST ? NOTHING : takes(berth.size, room.pool);

/** What a task takes of its instance. */
const takesOf = (room: Room, berth: Berth, asks: Resources): Resources =>
  berth.type === HOST ? takes(asks, room.pool) : asks;

export const roomOf = (snapshot: Snapshot): Room => {
  const room: Room = {
    pool: snapshot.pool,
    free: snapshot.pool,
    kept: NOTHING,
    environments: new Map(snapshot.environments.map((e) => [e.seq, e])),
    used: new Map(),
    going: new Map(),
    reserved: new Map(),
    berths: new Map(),
    spotPrice: 0,
    idle: undefined,
    refused: new Map(),
  };
  for (const instance of snapshot.instances) addBerth(room, { ...instance, fresh: false });
  for (const task of snapshot.running) {
    const berth = room.berths.get(task.instance);
    if (berth) occupy(room, berth, task.asks);
    else room.free = minus(room.free, takes(task.asks, room.pool));
  }
  return room;
};

/** A queue's environments in its order. */
export const environmentsOf = (
  { environments }: Pick<Room, 'environments'>,
  queue: QueueView,
): EnvironmentView[] => queue.environments.map((seq) => environments.get(seq)).filter((e) => e !== undefined);

type NewBerth = InstanceView & Pick<Berth, 'fresh'>;

export const addBerth = (room: Room, made: NewBerth): Berth => {
  const berth = { ...made, free: made.size, kept: NOTHING, tasks: 0, closed: false, weight: 0 };
  room.idle = undefined;
  room.refused = new Map();
  room.berths.set(berth.id, berth);
  room.free = minus(room.free, holds(room, berth));
  count(room, berth.environment, berth.size.milliVcpus);
  return berth;
};

export const removeBerth = (room: Room, berth: Berth): void => {
  room.idle = undefined;
  room.refused = new Map();
  room.berths.delete(berth.id);
  room.free = plus(room.free, holds(room, berth));
  count(room, berth.environment, -berth.size.milliVcpus);
};

const count = (room: Room, environment: number, milliVcpus: number): void =>
  add(room.used, environment, milliVcpus);

const add = (to: Map<number, number>, environment: number, milliVcpus: number): void => {
  to.set(environment, (to.get(environment) ?? 0) + milliVcpus);
};

export const usedBy = (room: Room, environment: number): number => room.used.get(environment) ?? 0;

export const occupy = (room: Room, berth: Berth, asks: Resources): void => {
  const taken = takesOf(room, berth, asks);
  room.idle = undefined;
  berth.free = minus(berth.free, taken);
  berth.tasks++;
  if (berth.type === HOST) room.free = minus(room.free, taken);
};

/** Whether one more instance may pass its maximum (E-150): not while others wait for one there, who would find it passed. */
export const mayPass = (room: Room, environment: number, supply: EnvironmentView['supply']): boolean =>
  supply.kind === 'launched' && supply.mayPassMaximum && !room.reserved.get(environment);

/** A copy to try things on. */
export const copyOf = (room: Room): Room => ({
  ...room,
  idle: undefined,
  refused: new Map(),
  used: new Map(room.used),
  going: new Map(room.going),
  reserved: new Map(room.reserved),
  berths: new Map([...room.berths].map(([id, berth]) => [id, { ...berth }])),
});

/** Makes `room` what the copy has become. */
export const adopt = (room: Room, copy: Room): void => {
  room.free = copy.free;
  room.idle = undefined;
  room.refused = new Map();
  room.used.clear();
  for (const [environment, milliVcpus] of copy.used) room.used.set(environment, milliVcpus);
  room.berths.clear();
  for (const [id, berth] of copy.berths) room.berths.set(id, berth);
};

/** The environment's instances that take tasks. */
export const openBerths = (room: Room, environment: number): Berth[] => {
  const open: Berth[] = [];
  for (const berth of room.berths.values()) {
    if (berth.environment === environment && !berth.draining && !berth.closed) open.push(berth);
  }
  return open;
};

/**
 * Whether an instance without a task may go for its room: never one that its environment's minimum needs, of whose
 * vCPUs `leaving` are about to go already, besides those that a reservation waits for.
 */
export const mayGo = (room: Room, berth: Berth, leaving = 0): boolean => {
  if (!isIdle(berth)) return false;
  const supply = room.environments.get(berth.environment)?.supply;
  const minimum = supply?.kind === 'launched' ? supply.minMilliVcpus : 0;
  return staying(room, berth.environment) - leaving - berth.size.milliVcpus >= minimum;
};

/** Whether it may go for its room, minimums aside: it has no task, nothing on it is kept, and it is no machine. */
export const isIdle = (berth: Berth): boolean =>
  berth.tasks === 0 &&
  !berth.draining &&
  !berth.closed &&
  !berth.fresh &&
  berth.type !== HOST &&
  berth.kept === NOTHING;

export const isSpot = (room: Room, berth: Pick<Berth, 'environment'>): boolean => {
  const supply = room.environments.get(berth.environment)?.supply;
  return supply !== undefined && supply.kind !== 'own' && supply.market.kind === 'spot';
};

/** Nobody finds more room than this by ending instances: found once for all who ask while nothing changes. */
export const idleIn = (room: Room): Idle => {
  if (room.idle) return room.idle;
  let held = NOTHING;
  const milliVcpus = new Map<number, number>();
  for (const berth of room.berths.values()) {
    if (!isIdle(berth)) continue;
    held = plus(held, holds(room, berth));
    add(milliVcpus, berth.environment, berth.size.milliVcpus);
  }
  room.idle = { holds: held, milliVcpus };
  return room.idle;
};

/** So many are compared with; more than that are seldom smaller than none of the others. */
const MOST_REFUSED = 8;

/** Whether a task that asks for no more of anything found no room there, and nothing has become free since. */
export const isTooMuch = (room: Room, environment: number, asks: Resources): boolean =>
  room.refused.get(environment)?.some((less) => isWithin(less, asks)) ?? false;

/** Remembers that a task found no room. */
export const noteRefused = (room: Room, environment: number, asks: Resources): void => {
  const others = (room.refused.get(environment) ?? []).filter((more) => !isWithin(asks, more));
  room.refused.set(environment, [...others, asks].slice(-MOST_REFUSED));
};

const staying = (room: Room, environment: number): number =>
  usedBy(room, environment) - (room.going.get(environment) ?? 0);

/** By how much each environment shrinks, by its own vCPUs, once a reservation gets what it waits for. */
const leavingFor = (room: Room, { environment, milliVcpus, victims }: Reservation): Map<number, number> => {
  const leaving = new Map([[environment, -milliVcpus]]);
  for (const { instance } of victims) {
    const berth = room.berths.get(instance);
    if (berth) add(leaving, berth.environment, berth.size.milliVcpus);
  }
  return leaving;
};

/** Whether no environment shrinks below its minimum by it. */
export const leavesMinimums = (room: Room, r: Reservation): boolean =>
  [...leavingFor(room, r)].every(([environment, leaving]) => {
    const supply = room.environments.get(environment)?.supply;
    return (
      supply?.kind !== 'launched' ||
      leaving <= 0 ||
      staying(room, environment) - leaving >= supply.minMilliVcpus
    );
  });

/** Keeps a reservation's room from everybody; the result gives it back. */
export const keep = (room: Room, r: Reservation): (() => void) => {
  const waitedFor = r.victims.filter((v) => room.berths.has(v.instance));
  let pool = r.pool;
  let milliVcpus = r.milliVcpus;
  const leaving = leavingFor(room, r);
  for (const victim of waitedFor) {
    room.berths.get(victim.instance)!.closed = true;
    pool = minus(pool, victim.holds);
    milliVcpus -= victim.milliVcpus;
  }
  const kept = positive(pool);
  room.idle = undefined;
  const counted = Math.max(0, milliVcpus);
  room.free = minus(room.free, kept);
  room.kept = plus(room.kept, kept);
  count(room, r.environment, counted);
  const launching = r.milliVcpus > 0 ? 1 : 0;
  add(room.reserved, r.environment, launching);
  for (const [environment, leave] of leaving) add(room.going, environment, Math.max(0, leave));
  for (const { instance, asks } of r.on) change(room, instance, asks, minus);
  return () => {
    room.idle = undefined;
    room.refused = new Map();
    for (const victim of waitedFor) {
      const berth = room.berths.get(victim.instance);
      if (berth) berth.closed = false;
    }
    room.free = plus(room.free, kept);
    room.kept = minus(room.kept, kept);
    count(room, r.environment, -counted);
    add(room.reserved, r.environment, -launching);
    for (const [environment, leave] of leaving) add(room.going, environment, -Math.max(0, leave));
    for (const { instance, asks } of r.on) change(room, instance, asks, plus);
  };
};

const change = (room: Room, id: string, asks: Resources, by: typeof minus): void => {
  const berth = room.berths.get(id);
  if (!berth) return;
  const taken = takesOf(room, berth, asks);
  berth.free = by(berth.free, taken);
  const kept = by === minus ? plus(berth.kept, taken) : minus(berth.kept, taken);
  berth.kept = kept.milliVcpus === 0 && kept.memoryMiB === 0 && kept.gpus === 0 ? NOTHING : kept;
};

/** The room as it would be if what runs had ended, but for instances that `stays` tells to be as they are. */
export const emptied = (room: Room, stays: (berth: Berth) => boolean): Room => {
  const copy = copyOf(room);
  for (const was of [...copy.berths.values()]) {
    if (was.closed || stays(was)) continue;
    const berth = { ...was, fresh: false };
    copy.berths.set(berth.id, berth);
    copy.free = plus(copy.free, heldOnHost(berth));
    if (goesByItself(copy, berth)) {
      removeBerth(copy, berth);
      continue;
    }
    berth.weight = berth.tasks;
    berth.tasks = 0;
    berth.free = minus(berth.size, berth.kept);
  }
  return copy;
};

/** Whether it goes with the last of its tasks, whatever waits: it drains, or is a slice that nobody takes back. */
export const goesByItself = (room: Pick<Room, 'environments'>, berth: Berth): boolean => {
  const supply = room.environments.get(berth.environment)?.supply;
  const slice = berth.type === SLICE && supply?.kind === 'slices' && supply.market.kind === 'on-demand';
  return berth.draining || slice;
};

/** What tasks on the machine's own instance hold of the pool. */
export const heldOnHost = (berth: Berth): Resources =>
  berth.type === HOST ? minus(minus(berth.size, berth.kept), berth.free) : NOTHING;
