import type { Resources } from '../domain/container.ts';
import { minus, plus, positive, sum } from './amounts.ts';
import { takesBack } from './reserve.ts';
import { type Berth, holds, isSpot, type Room } from './room.ts';
import type { Plan, Reservation } from './snapshot.ts';

/**
 * Rule E-168: busy Spot instances whose room is kept for work on demand are warned: those that a reservation waits for,
 * and those that drain for as long as their tasks like, as far as their room is lacking.
 */
export const takeBack = (room: Room, reservations: readonly Reservation[]): Plan['drains'] => {
  const warned: Berth[] = [];
  const warn = (berth: Berth): void => {
    room.berths.set(berth.id, { ...berth, draining: true, hasDeadline: true });
    warned.push(berth);
  };
  let free = plus(plus(room.free, room.kept), leaving(room));
  for (const reservation of reservations) {
    const victims = reservation.victims.flatMap(({ instance }) => room.berths.get(instance) ?? []);
    const needs = minus(reservation.pool, sum(victims.map((berth) => holds(room, berth))));
    const environment = room.environments.get(reservation.environment);
    if (environment && takesBack(environment)) {
      for (const berth of victims) if (mayWarn(room, berth)) warn(berth);
      for (const berth of formers(room)) {
        const held = holds(room, berth);
        if (!helps(held, needs, free)) continue;
        warn(berth);
        free = plus(free, held);
      }
    }
    free = minus(free, positive(needs));
  }
  return warned.map(({ id }) => ({ instance: id, reason: 'reclaimed' }));
};

/** One of this plan is not there to be warned yet. */
const mayWarn = (room: Room, berth: Berth): boolean =>
  !berth.hasDeadline && !berth.fresh && berth.tasks > 0 && isSpot(room, berth);

/** What instances hold that go at a deadline and that no reservation names. */
const leaving = (room: Room): Resources =>
  sum([...room.berths.values()].filter((b) => b.hasDeadline && !b.closed).map((b) => holds(room, b)));

/** Of a setup that was changed: a reservation finds their room as if they had gone, and names none of them. */
const formers = (room: Room): Berth[] =>
  [...room.berths.values()]
    .filter((berth) => berth.draining && !berth.closed && mayWarn(room, berth))
    .sort((a, b) => a.tasks - b.tasks || (a.id < b.id ? -1 : 1));

const helps = (held: Resources, needs: Resources, free: Resources): boolean =>
  (['milliVcpus', 'memoryMiB', 'gpus'] as const).some(
    (amount) => needs[amount] > 0 && needs[amount] > free[amount] && held[amount] > 0,
  );
