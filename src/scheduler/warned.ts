import { isSpot, type Room } from './room.ts';
import type { Plan, QueueView, Reservation, WaitReason } from './snapshot.ts';

/** The reasons, with how many Spot instances have been warned for the sake of a head that waits (E-168). */
export const withWarnings = (
  room: Room,
  waits: Plan['waits'],
  reservations: readonly Reservation[],
  queues: readonly QueueView[],
): Plan['waits'] =>
  reservations.reduce((told, reservation) => {
    const warned = warnedFor(room, reservation);
    const shape = warned > 0 ? shapeOf(queues, reservation) : undefined;
    const name = room.environments.get(reservation.environment)?.name;
    return told.map((wait) =>
      wait.queue === reservation.queue && wait.shape === shape
        ? { ...wait, reason: warnedIn(wait.reason, name, warned) }
        : wait,
    );
  }, waits);

const warnedFor = (room: Room, { victims }: Reservation): number =>
  victims.filter((victim) => {
    const instance = room.instances.get(victim.instance);
    return instance?.hasDeadline === true && isSpot(room, instance);
  }).length;

const shapeOf = (queues: readonly QueueView[], { queue, job }: Reservation): number | undefined =>
  queues.find(({ seq }) => seq === queue)?.shapes.find(({ heads }) => heads.some((head) => head.seq === job))
    ?.id;

const warnedIn = (reason: WaitReason, name: string | undefined, warned: number): WaitReason => ({
  ...reason,
  verdicts: reason.verdicts.map((verdict) =>
    verdict.kind === 'room' && verdict.environment === name ? { ...verdict, warned } : verdict,
  ),
});
