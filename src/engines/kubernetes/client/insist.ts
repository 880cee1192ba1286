import type { Timers } from '../../../lib/clock.ts';
import { mayPass, pauseAfter } from './retry.ts';

export interface Insistence {
  readonly timers: Timers;
  /** 0 to 1, another each time. */
  readonly chance: () => number;
  /** Nobody wants it any more: then the last error is the answer. */
  readonly isVoid: () => boolean;
  /** Each time that it did not work and is asked again. */
  readonly failed?: (error: Error) => void;
}

/** Asks until there is an answer, or a no that will not pass (K-006, K-093). */
export const insist = async <T>(
  { timers, chance, isVoid, failed }: Insistence,
  ask: (tries: number) => Promise<T>,
): Promise<T> => {
  for (let tries = 0; ; tries++) {
    try {
      return await ask(tries);
    } catch (error) {
      if (isVoid() || !mayPass(error)) throw error;
      failed?.(error as Error);
      await new Promise<void>((resolve) => void timers.after(pauseAfter(error, tries, chance()), resolve));
    }
  }
};
