import { isAffordable } from './place.ts';
import { hasItFromSpot, hasRoom, isOnDemand, reserveFromSpot, type Waiting } from './reserve.ts';
import { isSpotThere, type Room } from './room.ts';
import type { Reservation } from './snapshot.ts';

/**
 * What is reserved now for the job of an earlier reservation; undefined when that is worth nothing any more. Where it waits
 * for its like on demand, or for Spot, it is made anew once the job may have what it lacks on demand of what is free or Spot
 * holds (E-168). `waiting`: its job, which still waits, and where it may run now.
 */
export const standing = (room: Room, r: Reservation, waiting: Waiting): Reservation | undefined => {
  if (!stillStands(room, r, waiting)) return undefined;
  if (isOnDemand(room, r) && (!isSpotThere(room) || hasItFromSpot(room, r))) return r;
  return reserveFromSpot(room, waiting) ?? r;
};

/** Whether its places are there, and queues served earlier have left it what it needs. */
const stillStands = (room: Room, r: Reservation, { environments }: Waiting): boolean => {
  const environment = environments.find(({ seq }) => seq === r.environment);
  if (!environment) return false;
  const { supply } = environment;
  return (supply.kind === 'own' || isAffordable(room, supply.market)) && hasRoom(room, r);
};
