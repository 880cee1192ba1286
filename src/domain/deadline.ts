import type { Clock } from '../lib/clock.ts';

/** When something began, by both clocks. */
export interface Began {
  readonly wall: number;
  readonly steady: number;
  readonly bootId: string;
}

/**
 * Milliseconds that an attempt had run by the wall's `startedAt` when it was heard of (J-206): it may have begun long before,
 * while the server was down or a report got lost. Told by the wall's time since it began, and by its time from the order
 * to the begin: one leap of the wall stands in one of them only, so that the lesser ends nothing early; nor does any
 * number of leaps by more than the steady time since the order. Ordered before another boot, 0: nothing there is to check the wall by.
 */
export const ranBefore = (clock: Clock, ordered: Began, startedAt: number): number => {
  if (ordered.bootId !== clock.bootId) return 0;
  const sinceOrder = clock.steady() - ordered.steady;
  const lesser = Math.min(clock.wall() - startedAt, sinceOrder - (startedAt - ordered.wall));
  return Math.max(0, Math.min(sinceOrder, lesser));
};

/**
 * Milliseconds since then. Within one boot by the steady clock; after another boot by the wall, never below 0 and
 * never above `bound` (the deadline's own length), so that a clock that was set ends nothing early by more.
 */
export const elapsedSince = (clock: Clock, began: Began, bound: number): number =>
  began.bootId === clock.bootId
    ? clock.steady() - began.steady
    : Math.min(bound, Math.max(0, clock.wall() - began.wall));
