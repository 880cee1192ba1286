import type { Resources } from '../domain/container.ts';
import { minus, plus, positive, sum } from './amounts.ts';
import { warn } from './change-room.ts';
import { mayReclaim } from './reserve.ts';
import { holdOf, isSpot, type PlannedInstance, type Room } from './room.ts';
import type { Plan, Reservation } from './snapshot.ts';

/**
 * Rule E-168: busy Spot instances whose room is reserved for work on demand are warned: those that a reservation waits for,
 * and those that drain for as long as their tasks like, as far as their room is lacking.
 */
export const reclaim = (room: Room, reservations: readonly Reservation[]): Plan['drains'] => {
  const warned: string[] = [];
  const warnOf = ({ id }: PlannedInstance): void => {
    warn(room, id);
    warned.push(id);
  };
  let free = plus(plus(room.free, room.reserved), leaving(room));
  for (const reservation of reservations) {
    const victims = reservation.victims.flatMap(({ instance }) => room.instances.get(instance) ?? []);
    const needs = minus(reservation.pool, sum(victims.map((instance) => holdOf(room, instance))));
    const environment = room.environments.get(reservation.environment);
    if (environment && mayReclaim(environment)) {
      for (const instance of victims) if (mayWarn(room, instance)) warnOf(instance);
      for (const instance of formers(room)) {
        const held = holdOf(room, instance);
        if (!helps(held, needs, free)) continue;
        warnOf(instance);
        free = plus(free, held);
      }
    }
    free = minus(free, positive(needs));
  }
  return warned.map((instance) => ({ instance, reason: 'reclaimed' }));
};

/** One of this plan is not there to be warned yet. */
const mayWarn = (room: Room, instance: PlannedInstance): boolean =>
  !instance.hasDeadline && !instance.fresh && instance.tasks > 0 && isSpot(room, instance);

/** What instances hold that go at a deadline and that no reservation names. */
const leaving = (room: Room): Resources =>
  sum([...room.instances.values()].filter((b) => b.hasDeadline && !b.closed).map((b) => holdOf(room, b)));

/** Of a setup that was changed: a reservation finds their room as if they had gone, and names none of them. */
const formers = (room: Room): PlannedInstance[] =>
  [...room.instances.values()]
    .filter((instance) => instance.draining && !instance.closed && mayWarn(room, instance))
    .sort((a, b) => a.tasks - b.tasks || (a.id < b.id ? -1 : 1));

const helps = (held: Resources, needs: Resources, free: Resources): boolean =>
  (['milliVcpus', 'memoryMiB', 'gpus'] as const).some(
    (amount) => needs[amount] > 0 && needs[amount] > free[amount] && held[amount] > 0,
  );
