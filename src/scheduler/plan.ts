import { inOrderOfSubmission, type QueueOrder } from '../domain/queue-order.ts';
import { roomOf, setSpotPrice } from './change-room.ts';
import { leftOf } from './left.ts';
import { lineUp } from './line-up.ts';
import { neverOf, notNowOf } from './never.ts';
import { reclaim } from './reclaim.ts';
import type { Room } from './room.ts';
import { desiredOf, fill, retireDone, retireIdle, wishesOver } from './scale.ts';
import { serve } from './serve.ts';
import type { Plan, Snapshot } from './snapshot.ts';
import { spotPrice, tooDear } from './spot.ts';
import { withWarnings } from './warned.ts';

/**
 * Which jobs start now, where, and why the others do not; which instances come and go. Pure: the same snapshot gives
 * the same plan.
 *
 * 1. Spot capacity has its price: where that reaches the bid, instances are warned (E-169).
 * 2. Instances that have done their work go.
 * 3. Queues are served by priority, those of equal priority in turns (E-131, E-132), each by its order (E-136): a job
 *    goes to the first of its queue's environments that has room for all of it or can launch it (E-133);
 *    a multi-node job waits for the first that takes nodes (E-141).
 *    The first of each queue that may run and has no room reserves what it needs (E-137): those behind it and in queues
 *    served later use what that leaves. What can never run, or not while Spot costs what it does or an environment is
 *    DISABLED, reserves nothing.
 * 4. Room on demand that is reserved is reclaimed from Spot (E-168).
 * 5. Instances go when they have had nothing to do, and come for minimums and wishes (E-154 to E-156).
 * 6. A job that would be the next to start may be lined up behind a task that is about to end.
 * 7. Environments say what they want, and jobs why they wait.
 */
export const plan = (snapshot: Snapshot, order: QueueOrder = inOrderOfSubmission): Plan =>
  planIn(roomOf(snapshot), snapshot, order);

/** What is asked of a room. `running`: those tasks at the least that others may line up behind. */
export type Asked = Pick<Snapshot, 'queues' | 'consumables' | 'running' | 'reservations' | 'claims'>;

/** The same in a room that is there already; it is the plan's from then on. */
export const planIn = (room: Room, asked: Asked, order: QueueOrder): Plan => {
  const never = neverOf(room);
  const notNow = notNowOf(room, never);
  const newRef = refs();
  // 1
  const price = spotPrice(room, asked.queues, never);
  setSpotPrice(room, price ?? 0);
  const dear = tooDear(room);
  // 2
  const done = retireDone(room);
  // 3
  const served = serve(room, asked.reservations, {
    queues: asked.queues,
    consumables: asked.consumables ?? [],
    claims: asked.claims ?? [],
    order,
    never,
    notNow,
    newRef,
  });
  const reservations = served.reservations.all();
  // 4
  const reclaimed = reclaim(room, reservations);
  // 5
  const idle = retireIdle(room);
  const filled = fill(room, newRef);
  // 6
  const lined = lineUp(room, served.heads, asked.running, served.reservations);
  // 7
  const placements = [...served.placements, ...lined];
  const left = leftOf(room, served.waits, placements);
  return {
    launches: [...served.launches, ...filled.launches],
    placements,
    retires: [
      ...[...served.retires, ...filled.retires].map((instance) => ({ instance, reason: 'room' as const })),
      ...dear.retires,
      ...done,
      ...idle,
    ],
    drains: [...dear.drains, ...reclaimed],
    desired: desiredOf(room, asked.queues, left),
    wishesOver: wishesOver(room),
    waits: withWarnings(room, served.waits, reservations, asked.queues),
    reservations,
    claims: served.claims,
    spotPrice: price,
  };
};

/** Gives each launch of a plan its own name. */
const refs = (): (() => string) => {
  let count = 0;
  return () => `+${count++}`;
};
