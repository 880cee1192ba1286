import type { Resources } from '../domain/container.ts';
import { fits, plus, sum } from './amounts.ts';
import { removeInstance } from './change-room.ts';
import { idleIn } from './remembered.ts';
import { holdOf, isSpot, mayGo, type PlannedInstance, type Room } from './room.ts';

/* Which idle instances go for their room. */

/**
 * Sees to it that the pool has `needs` free and that `environment` is `over` thousandths of a vCPU below its present
 * use, by ending idle instances, and no more of them than that takes. False, and nothing is changed, when it can't be.
 * `comes`: thousandths of a vCPU that its minimum will have instead. `retires`: those that go are added.
 */
export const makeRoom = (
  room: Room,
  environment: number,
  needs: Resources,
  over: number,
  retires: string[],
  comes = 0,
): boolean => {
  if (fits(needs, room.free) && over <= 0) return true;
  if (!couldMake(room, environment, needs, over)) return false;
  const chosen = enough(room, environment, needs, over, comes);
  if (!chosen) return false;
  for (const instance of chosen) {
    removeInstance(room, instance.id);
    retires.push(instance.id);
  }
  return true;
};

/** False where all idle instances together are too little. */
export const couldMake = (room: Room, environment: number, needs: Resources, over: number): boolean => {
  const idle = idleIn(room);
  return fits(needs, plus(room.free, idle.holds)) && over <= (idle.milliVcpus.get(environment) ?? 0);
};

/** What is missing of what is asked: nothing of what is not asked. */
const lack = (needs: Resources, free: Resources): Resources => ({
  milliVcpus: needs.milliVcpus === 0 ? 0 : needs.milliVcpus - free.milliVcpus,
  memoryMiB: needs.memoryMiB === 0 ? 0 : needs.memoryMiB - free.memoryMiB,
  gpus: needs.gpus === 0 ? 0 : needs.gpus - free.gpus,
});

/** Those that are missed the least, else the largest: a minimum that keeps a small one may spare a large one instead. */
const enough = (
  room: Room,
  environment: number,
  needs: Resources,
  over: number,
  comes: number,
): PlannedInstance[] | undefined => {
  const gain = (instances: readonly PlannedInstance[]): Gain => ({
    missing: lack(needs, plus(room.free, sum(instances.map((instance) => holdOf(room, instance))))),
    over: over - instances.reduce((n, b) => n + (b.environment === environment ? b.size.milliVcpus : 0), 0),
  });
  const all = goers(room, environment, new Map([[environment, -comes]]));
  const least = takenFrom(all, room, environment, comes, gain);
  if (least.met || !least.barred) return least.met;
  return takenFrom([...all].sort(bySize), room, environment, comes, gain).met;
};

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
  comes: number,
  gain: (instances: readonly PlannedInstance[]) => Gain,
): { met: PlannedInstance[] | undefined; barred: boolean } => {
  const leaving = new Map([[environment, -comes]]);
  const chosen: PlannedInstance[] = [];
  let barred = false;
  for (const instance of goers) {
    const now = gain(chosen);
    if (isMet(now)) break;
    if (!helps(now, holdOf(room, instance), instance.environment === environment)) continue;
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
const goers = (room: Room, environment: number, leaving: ReadonlyMap<number, number>): PlannedInstance[] => {
  const claimed = isSpot(room, { environment }) ? room.claimed.instances : undefined;
  return [...room.instances.values()]
    .filter((instance) => !claimed?.has(instance.id))
    .filter((instance) => mayGo(room, instance, leaving.get(instance.environment)))
    .sort((a, b) => a.ended - b.ended || spotLast(room, a) - spotLast(room, b) || (a.id < b.id ? -1 : 1));
};

const spotLast = (room: Room, instance: PlannedInstance): number => (isSpot(room, instance) ? 0 : 1);
