import type { Timers } from '../../lib/clock.ts';

const PAUSE_MILLISECONDS = 500;
const LONGEST_PAUSE_MILLISECONDS = 5000;

/** Before the daemon is asked the same thing again; longer each time. */
export const backOff = (timers: Timers, times: number): Promise<void> => {
  const length = Math.min(PAUSE_MILLISECONDS * 2 ** times, LONGEST_PAUSE_MILLISECONDS);
  return new Promise((resolve) => void timers.after(length, resolve));
};
