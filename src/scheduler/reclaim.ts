import type { Resources } from '../domain/container.ts';
import { NOTHING, plus, positive, times } from './amounts.ts';
import { warn } from './change-room.ts';
import { isOnDemand } from './reserve.ts';
import { holdOf, isSpot, isSpotThere, lacksOf, type PlannedInstance, type Room } from './room.ts';
import type { Plan, Reservation } from './snapshot.ts';

/**
 * Rule E-168: busy Spot instances whose room is reserved for work on demand are warned: those that a reservation waits for,
 * and those that drain for as long as their tasks like, as far as their room is lacking.
 */
export const reclaim = (room: Room, reservations: readonly Reservation[]): Plan['drains'] => {
  if (!isSpotThere(room)) return [];
  const warned: string[] = [];
  const warnOf = ({ id }: PlannedInstance): void => {
    warn(room, id);
    warned.push(id);
  };
  const free = leaving(room);
  const give = (host: string, amount: Resources): void => {
    free.set(host, plus(free.get(host) ?? NOTHING, amount));
  };
  for (const { id, free: left, reserved } of room.hosts.values()) give(id, plus(left, reserved));
  for (const reservation of reservations) {
    const isOwed = isOnDemand(room, reservation);
    if (isOwed) {
      for (const { instance: id } of reservation.victims) {
        const victim = room.instances.get(id);
        if (victim && mayWarn(room, victim)) warnOf(victim);
      }
    }
    for (const { host, asks: needs } of lacksOf(room, reservation)) {
      for (const instance of isOwed ? formers(room, host) : []) {
        const held = holdOf(room, instance);
        if (!helps(held, needs, free.get(host) ?? NOTHING)) continue;
        warnOf(instance);
        give(host, held);
      }
      give(host, times(positive(needs), -1));
    }
  }
  return warned.map((instance) => ({ instance, reason: 'reclaimed' }));
};

/** One of this plan is not there to be warned yet. */
const mayWarn = (room: Room, instance: PlannedInstance): boolean =>
  !instance.hasDeadline && !instance.fresh && instance.tasks > 0 && isSpot(room, instance);

/** What instances hold that go at a deadline and that no reservation names, by host. */
const leaving = (room: Room): Map<string, Resources> => {
  const held = new Map<string, Resources>();
  for (const instance of room.instances.values()) {
    if (!instance.hasDeadline || instance.closed) continue;
    held.set(instance.host, plus(held.get(instance.host) ?? NOTHING, holdOf(room, instance)));
  }
  return held;
};

/** Of a setup that was changed: a reservation finds their room as if they had gone, and names none of them. */
const formers = (room: Room, host: string): PlannedInstance[] =>
  [...room.instances.values()]
    .filter((instance) => instance.draining && instance.host === host && !instance.closed)
    .filter((instance) => mayWarn(room, instance))
    .sort((a, b) => a.tasks - b.tasks || (a.id < b.id ? -1 : 1));

const helps = (held: Resources, needs: Resources, free: Resources): boolean =>
  (['milliVcpus', 'memoryMiB', 'gpus'] as const).some(
    (amount) => needs[amount] > 0 && needs[amount] > free[amount] && held[amount] > 0,
  );
