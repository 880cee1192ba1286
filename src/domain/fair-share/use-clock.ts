import type { Clock } from '../../lib/clock.ts';

/**
 * By which the use of shares is told: milliseconds that the machine was up, from the first use on. A clock that is set does not
 * change it, nor does a restart of the server; while the machine is off it stands.
 */
export interface UseClock {
  readonly age: number;
  readonly steady: number;
  /** Empty before the first use. */
  readonly boot: string;
}

/** What it shows now, where it showed `mark.age` at a moment before. */
export const useAge = (clock: Clock, mark: UseClock): number =>
  mark.boot === clock.bootId ? mark.age + Math.max(0, clock.steady() - mark.steady) : mark.age;
