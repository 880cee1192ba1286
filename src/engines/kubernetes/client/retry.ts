import { ApiRefusal, NoAnswer } from './answers.ts';

const PAUSE_MILLISECONDS = 250;
const LONGEST_PAUSE_MILLISECONDS = 15_000;
const LONGEST_ASKED_SECONDS = 60;
/** With these nothing is said of what was asked. */
const PASSING = new Set([408, 429, 500, 502, 503, 504]);
const ASKING = new Set([429, 503]);

/** Whether the same thing may be asked again: the answer says nothing of it, or there was none. */
export const mayPass = (error: unknown): boolean =>
  error instanceof NoAnswer || (error instanceof ApiRefusal && PASSING.has(error.status));

/**
 * Milliseconds before the same is asked again after the `tries`th answer of its kind (0 the first). Rule K-093: as long as
 * the server asks, a minute at most, else from a quarter of a second on twice as long each time. `chance`: 0 to 1, so that
 * not all come back at once.
 */
export const pauseAfter = (error: unknown, tries: number, chance: number): number => {
  if (error instanceof ApiRefusal && ASKING.has(error.status) && error.retryAfterSeconds !== undefined)
    return Math.min(error.retryAfterSeconds, LONGEST_ASKED_SECONDS) * 1000;
  const longest = Math.min(PAUSE_MILLISECONDS * 2 ** Math.min(tries, 16), LONGEST_PAUSE_MILLISECONDS);
  return Math.round(longest * (0.5 + chance / 2));
};
