import type { Clock } from '../lib/clock.ts';

/** When something began, by both clocks. */
export interface Began {
  readonly wall: number;
  readonly steady: number;
  readonly bootId: string;
}

/**
 * Milliseconds since then. Within one boot by the steady clock; after another boot by the wall, never below 0 and
 * never above `bound` (the deadline's own length), so that a clock that was set ends nothing early by more.
 */
export const elapsedSince = (clock: Clock, began: Began, bound: number): number =>
  began.bootId === clock.bootId
    ? clock.steady() - began.steady
    : Math.min(bound, Math.max(0, clock.wall() - began.wall));
