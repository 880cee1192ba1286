import type { Reservations } from './reservations.ts';
import { hasRoom, isOnDemand, mayReclaim, reserveFor, reserveOnDemand, type Waiting } from './reserve.ts';
import type { Room } from './room.ts';
import type { QueueView, Reservation } from './snapshot.ts';

/* Who reserves before whom: work on demand before that of Spot, whosever queue it is of (E-168), and of equals the higher queue (E-131). */

/** Those on demand first. */
export const inRank = (room: Room, reservations: readonly Reservation[]): readonly Reservation[] => [
  ...reservations.filter((r) => isOnDemand(room, r)),
  ...reservations.filter((r) => !isOnDemand(room, r)),
];

/** Where something is reserved. */
export interface Ranks {
  readonly room: Room;
  readonly reservations: Reservations;
  /** Is set false once Spot has left something. */
  readonly made: { spotOpen: boolean };
}

/** Does something as if nothing were reserved of Spot, and reserves that again as far as it is there then. */
export const beforeSpot = <T>({ room, reservations, made }: Ranks, act: () => T): T => {
  const spot = reservations.spot();
  for (const { queue } of spot) reservations.release(queue);
  const done = act();
  for (const reservation of spot) {
    if (reservations.of(reservation.queue)) continue; // it has reserved anew meanwhile
    if (hasRoom(room, reservation)) reservations.reserve(reservation);
    else made.spotOpen = false;
  }
  return done;
};

/** Reserves what there is for a job that waits; false where that is nothing. */
export const reserveIn = (ranks: Ranks, waiting: Waiting): boolean => {
  const { room, reservations } = ranks;
  const isReserved = (made: Reservation | undefined): boolean => {
    if (made) reservations.reserve(made);
    return made !== undefined;
  };
  return (
    beforeSpot(ranks, () => isReserved(reserveOnDemand(room, waiting))) ||
    isReserved(reserveFor(room, waiting))
  );
};

/**
 * Reserves on demand as if lower ones of these queues had reserved nothing there, which they do again as far as it is there then: they
 * have taken the Spot room that it would wait for, and on demand no lower queue comes before.
 */
export const reserveBefore = (ranks: Ranks, waiting: Waiting, queues: readonly QueueView[]): void => {
  const environments = waiting.environments.filter(mayReclaim);
  if (environments.length === 0) return;
  const { room, reservations } = ranks;
  const lower = new Set(queues.filter((q) => q.priority < waiting.queue.priority).map(({ seq }) => seq));
  beforeSpot(ranks, () => {
    const others = reservations.all().filter(({ queue }) => lower.has(queue));
    const made = reservations.without(
      others,
      () => reserveFor(room, { ...waiting, environments }),
      (found) => found !== undefined,
    );
    if (!made) return;
    reservations.reserve(made);
    for (const other of others) if (hasRoom(room, other)) reservations.reserve(other);
  });
};
