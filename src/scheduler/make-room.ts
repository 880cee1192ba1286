import type { Resources } from '../domain/container.ts';
import { fits, NOTHING, plus, sum } from './amounts.ts';
import { removeInstance } from './change-room.ts';
import { idleIn } from './found-once.ts';
import { holdOf, hostOf, isSpot, mayGo, type PlannedInstance, type Room } from './room.ts';

/* Which idle instances go for their room. */

/** What is to be there. */
export interface Lack {
  readonly host: string;
  /** Of the host, free. */
  readonly needs: Resources;
  /** By so many thousandths of a vCPU the environment is to be below its present use. */
  readonly over: number;
  /** Thousandths of a vCPU that its minimum will have instead. */
  readonly comes: number;
}

/**
 * Sees to it by ending idle instances, and no more of them than that takes. False, and nothing is changed, when it can't
 * be. `retires`: those that go are added.
 */
export const makeRoom = (room: Room, environment: number, lack: Lack, retires: string[]): boolean => {
  if (fits(lack.needs, hostOf(room, lack.host).free) && lack.over <= 0) return true;
  if (!couldMake(room, environment, lack)) return false;
  const chosen = enough(room, environment, lack);
  if (!chosen) return false;
  for (const instance of chosen) {
    removeInstance(room, instance.id);
    retires.push(instance.id);
  }
  return true;
};

/** False where all idle instances together are too little. */
const couldMake = (room: Room, environment: number, { host, needs, over }: Lack): boolean => {
  const idle = idleIn(room);
  return (
    over <= (idle.milliVcpus.get(environment) ?? 0) &&
    fits(needs, plus(hostOf(room, host).free, idle.holds.get(host) ?? NOTHING))
  );
};

/** The same of any host, roughly: false where even the most that hosts have of each is too little. */
export const couldMakeAnywhere = (room: Room, size: Resources): boolean => {
  const { ceiling, needlessVcpus } = idleIn(room);
  return fits({ ...size, milliVcpus: Math.min(size.milliVcpus, needlessVcpus) }, ceiling);
};

/** What is missing of what is asked: nothing of what is not asked. */
const missing = (needs: Resources, free: Resources): Resources => ({
  milliVcpus: needs.milliVcpus === 0 ? 0 : needs.milliVcpus - free.milliVcpus,
  memoryMiB: needs.memoryMiB === 0 ? 0 : needs.memoryMiB - free.memoryMiB,
  gpus: needs.gpus === 0 ? 0 : needs.gpus - free.gpus,
});

/** Those that are missed the least, else the largest: a minimum that keeps a small one may spare a large one instead. */
const enough = (room: Room, environment: number, lack: Lack): PlannedInstance[] | undefined => {
  const { free } = hostOf(room, lack.host);
  const gain = (instances: readonly PlannedInstance[]): Gain => ({
    missing: missing(lack.needs, plus(free, sum(instances.map((instance) => heldOf(room, instance, lack))))),
    over:
      lack.over - instances.reduce((n, b) => n + (b.environment === environment ? b.size.milliVcpus : 0), 0),
  });
  const all = goers(room, new Map([[environment, -lack.comes]]));
  const least = takenFrom(all, room, environment, lack, gain);
  if (least.met || !least.barred) return least.met;
  return takenFrom([...all].sort(bySize), room, environment, lack, gain).met;
};

/** What an instance holds of the host that is lacking. */
const heldOf = (room: Room, instance: PlannedInstance, { host }: Lack): Resources =>
  instance.host === host ? holdOf(room, instance) : NOTHING;

/** What is missing still. */
interface Gain {
  readonly missing: Resources;
  readonly over: number;
}

/** One after the other until it is enough, less those that were not needed after all; `barred` when a minimum kept one. */
const takenFrom = (
  goers: readonly PlannedInstance[],
  room: Room,
  environment: number,
  lack: Lack,
  gain: (instances: readonly PlannedInstance[]) => Gain,
): { met: PlannedInstance[] | undefined; barred: boolean } => {
  const leaving = new Map([[environment, -lack.comes]]);
  const chosen: PlannedInstance[] = [];
  let barred = false;
  for (const instance of goers) {
    const now = gain(chosen);
    if (isMet(now)) break;
    if (!helps(now, heldOf(room, instance, lack), instance.environment === environment)) continue;
    const gone = leaving.get(instance.environment) ?? 0;
    if (!mayGo(room, instance, gone)) {
      barred = true;
      continue;
    }
    leaving.set(instance.environment, gone + instance.size.milliVcpus);
    chosen.push(instance);
  }
  for (const instance of [...chosen]) {
    if (isMet(gain(chosen.filter((other) => other !== instance)))) chosen.splice(chosen.indexOf(instance), 1);
  }
  return { met: isMet(gain(chosen)) ? chosen : undefined, barred };
};

const bySize = (a: PlannedInstance, b: PlannedInstance): number =>
  b.size.milliVcpus - a.size.milliVcpus || b.size.memoryMiB - a.size.memoryMiB || (a.id < b.id ? -1 : 1);

const isMet = ({ missing, over }: Gain): boolean =>
  missing.milliVcpus <= 0 && missing.memoryMiB <= 0 && missing.gpus <= 0 && over <= 0;

const helps = (now: Gain, held: Resources, own: boolean): boolean =>
  (now.missing.milliVcpus > 0 && held.milliVcpus > 0) ||
  (now.missing.memoryMiB > 0 && held.memoryMiB > 0) ||
  (now.missing.gpus > 0 && held.gpus > 0) ||
  (now.over > 0 && own);

/** Instances that may go, those first that are missed the least: of Spot, of the fewest tasks, by id. */
const goers = (room: Room, leaving: ReadonlyMap<number, number>): PlannedInstance[] => {
  return [...room.instances.values()]
    .filter((instance) => mayGo(room, instance, leaving.get(instance.environment)))
    .sort((a, b) => a.ended - b.ended || spotLast(room, a) - spotLast(room, b) || (a.id < b.id ? -1 : 1));
};

const spotLast = (room: Room, instance: PlannedInstance): number => (isSpot(room, instance) ? 0 : 1);
