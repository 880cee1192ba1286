import type { Resources } from '../domain/container.ts';
import { fits, plus, sum } from './amounts.ts';
import { type Berth, holds, idleIn, isSpot, mayGo, type Room, removeBerth } from './room.ts';

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
  for (const berth of chosen) {
    removeBerth(room, berth);
    retires.push(berth.id);
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
): Berth[] | undefined => {
  const gain = (berths: readonly Berth[]): Gain => ({
    missing: lack(needs, plus(room.free, sum(berths.map((berth) => holds(room, berth))))),
    over: over - berths.reduce((n, b) => n + (b.environment === environment ? b.size.milliVcpus : 0), 0),
  });
  const all = goers(room, new Map([[environment, -comes]]));
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
  goers: readonly Berth[],
  room: Room,
  environment: number,
  comes: number,
  gain: (berths: readonly Berth[]) => Gain,
): { met: Berth[] | undefined; barred: boolean } => {
  const leaving = new Map([[environment, -comes]]);
  const chosen: Berth[] = [];
  let barred = false;
  for (const berth of goers) {
    const now = gain(chosen);
    if (isMet(now)) break;
    if (!helps(now, holds(room, berth), berth.environment === environment)) continue;
    const gone = leaving.get(berth.environment) ?? 0;
    if (!mayGo(room, berth, gone)) {
      barred = true;
      continue;
    }
    leaving.set(berth.environment, gone + berth.size.milliVcpus);
    chosen.push(berth);
  }
  for (const berth of [...chosen]) {
    if (isMet(gain(chosen.filter((other) => other !== berth)))) chosen.splice(chosen.indexOf(berth), 1);
  }
  return { met: isMet(gain(chosen)) ? chosen : undefined, barred };
};

const bySize = (a: Berth, b: Berth): number =>
  b.size.milliVcpus - a.size.milliVcpus || b.size.memoryMiB - a.size.memoryMiB || (a.id < b.id ? -1 : 1);

const isMet = ({ missing, over }: Gain): boolean =>
  missing.milliVcpus <= 0 && missing.memoryMiB <= 0 && missing.gpus <= 0 && over <= 0;

const helps = (now: Gain, held: Resources, own: boolean): boolean =>
  (now.missing.milliVcpus > 0 && held.milliVcpus > 0) ||
  (now.missing.memoryMiB > 0 && held.memoryMiB > 0) ||
  (now.missing.gpus > 0 && held.gpus > 0) ||
  (now.over > 0 && own);

/** Instances that may go, those first that are missed the least: of Spot, of the least weight, by id. */
const goers = (room: Room, leaving: ReadonlyMap<number, number>): Berth[] =>
  [...room.berths.values()]
    .filter((berth) => mayGo(room, berth, leaving.get(berth.environment)))
    .sort((a, b) => a.weight - b.weight || spotLast(room, a) - spotLast(room, b) || (a.id < b.id ? -1 : 1));

const spotLast = (room: Room, berth: Berth): number => (isSpot(room, berth) ? 0 : 1);
