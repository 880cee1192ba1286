import { type ShareView, UNKNOWN_RUN } from './choice.ts';
import { decayedSpan, decayedUse, meanRun, type ShareUse } from './use.ts';

/** A task of a share that runs, or stands in a line. */
export interface SharedTask {
  readonly milliVcpus: number;
  /** How long it has had its room, in milliseconds; undefined for one that waits for it in a line: that has nothing yet. */
  readonly age: number | undefined;
}

/** How a share stands: what has ended, and what runs, which counts until its expected end. Times as in `use.ts`. */
export const shareNow = (
  use: ShareUse,
  tasks: readonly SharedTask[],
  now: number,
  window: number,
): Omit<ShareView, 'identifier' | 'weight'> => {
  const mean = meanRun(use, now, window) ?? UNKNOWN_RUN;
  let [used, expected, heldMilliVcpus] = [0, 0, 0];
  for (const { milliVcpus, age = 0, age: held } of tasks) {
    used += decayedSpan(milliVcpus, age, window);
    expected += milliVcpus * Math.max(0, mean - age);
    if (held !== undefined) heldMilliVcpus += milliVcpus;
  }
  return { used: decayedUse(use, now, window) + used, expected, heldMilliVcpus, meanRun: mean };
};
