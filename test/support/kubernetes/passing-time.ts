import type { Clock, Timers } from '../../../src/lib/clock.ts';
import { realClock, realTimers } from '../process-world.ts';

export interface PassingTime {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly pass: (milliseconds: number) => void;
  /** How many timers have not come due. */
  readonly waiting: () => number;
  /** Nothing comes due any more. */
  readonly end: () => void;
}

/** A clock that a test can put forward, and timers that come due with it. */
export const passing = (): PassingTime => {
  let ahead = 0;
  const waiting = new Map<NodeJS.Timeout, { due: number; act: () => void }>();
  const now = () => realClock.steady() + ahead;
  const after = (delay: number, fn: () => void): (() => void) => {
    const timer = setTimeout(() => {
      waiting.delete(timer);
      fn();
    }, delay);
    waiting.set(timer, { due: now() + delay, act: fn });
    return () => {
      clearTimeout(timer);
      waiting.delete(timer);
    };
  };
  const pass = (milliseconds: number) => {
    ahead += milliseconds;
    for (const [timer, { due, act }] of [...waiting]) {
      if (due > now() || !waiting.delete(timer)) continue;
      clearTimeout(timer);
      act();
    }
  };
  const end = () => {
    for (const timer of waiting.keys()) clearTimeout(timer);
  };
  return {
    clock: { ...realClock, steady: now },
    timers: { after, soon: realTimers.soon },
    pass,
    waiting: () => waiting.size,
    end,
  };
};
