import type { Resources } from '../domain/container.ts';
import { NOTHING, plus, positive, times } from './amounts.ts';
import { warn } from './change-room.ts';
import { isOnDemand } from './reserve.ts';
import { holdOf, isSpot, isSpotThere, lacksOf, type PlannedInstance, type Room } from './room.ts';
import type { Plan, Reservation } from './snapshot.ts';

/**
 * Rule E-168: busy Spot instances whose room is reserved for work on demand are warned: those that a reservation waits for,
 * those that drain for as long as their tasks like, as far as their room is lacking, and those with the fewest tasks where
 * a host has no slots left.
 */
export const reclaim = (room: Room, reservations: readonly Reservation[]): Plan['drains'] => {
  if (!isSpotThere(room)) return [];
  const warned: string[] = [];
  const left = leaving(room, reservations);
  const warnOf = ({ id }: PlannedInstance): void => {
    warn(room, id);
    warned.push(id);
  };
  for (const reservation of reservations) {
    const isOwed = isOnDemand(room, reservation);
    if (isOwed) {
      for (const { instance: id } of reservation.victims) {
        const victim = room.instances.get(id);
        if (!victim || !mayWarn(room, victim)) continue;
        warnOf(victim);
        left.give(victim.host, NOTHING, victim.tasks);
      }
    }
    for (const { host, asks, tasks } of lacksOf(room, reservation)) {
      for (const instance of isOwed ? onHost(room, host) : []) {
        const held = instance.draining && !instance.closed ? holdOf(room, instance) : NOTHING;
        if (!helps(held, asks, left.free(host)) && tasks <= left.slots(host)) continue;
        warnOf(instance);
        left.give(host, held, instance.tasks);
      }
      left.give(host, times(positive(asks), -1), -tasks);
    }
  }
  return warned.map((instance) => ({ instance, reason: 'reclaimed' }));
};

/** One of this plan is not there to be warned yet. */
const mayWarn = (room: Room, instance: PlannedInstance): boolean =>
  !instance.hasDeadline && !instance.fresh && instance.tasks > 0 && isSpot(room, instance);

/** What hosts have left, nothing reserved, once instances have gone that go at a deadline. */
const leaving = (room: Room, reservations: readonly Reservation[]) => {
  const free = new Map<string, Resources>();
  const slots = new Map<string, number>();
  const left = {
    free: (host: string) => free.get(host) ?? NOTHING,
    slots: (host: string) => slots.get(host) ?? 0,
    give: (host: string, amount: Resources, tasks: number): void => {
      free.set(host, plus(left.free(host), amount));
      slots.set(host, left.slots(host) + tasks);
    },
  };
  for (const host of room.hosts.values()) left.give(host.id, plus(host.free, host.reserved), host.slotsLeft);
  for (const { host, tasks } of reservations.flatMap(({ portions }) => portions))
    left.give(host, NOTHING, tasks);
  for (const instance of room.instances.values()) {
    if (!instance.hasDeadline) continue;
    // what a reservation waits for is none of what it lacks
    left.give(instance.host, instance.closed ? NOTHING : holdOf(room, instance), instance.tasks);
  }
  return left;
};

/** Those of a host that may be warned, first those of a setup that was changed: a reservation finds their room as if they had gone. */
const onHost = (room: Room, host: string): PlannedInstance[] =>
  [...room.instances.values()]
    .filter((instance) => instance.host === host && mayWarn(room, instance))
    .sort((a, b) => Number(b.draining) - Number(a.draining) || a.tasks - b.tasks || (a.id < b.id ? -1 : 1));

const helps = (held: Resources, needs: Resources, free: Resources): boolean =>
  (['milliVcpus', 'memoryMiB', 'gpus'] as const).some(
    (amount) => needs[amount] > 0 && needs[amount] > free[amount] && held[amount] > 0,
  );
