import { UsageError } from './config.ts';

/** Rule K-066. */
export const USUAL_LOST_SECONDS = 300;

/** Less would tell jobs lost for a host that is restarted. */
const LEAST_LOST_SECONDS = 10;

/** How long a host may be silent before its jobs are lost, in seconds. Throws UsageError. */
export const lostAfter = (text: string): number | 'never' => {
  if (text === 'never') return text;
  const seconds = Number(/^\d{1,9}$/.exec(text)?.[0]);
  if (seconds >= LEAST_LOST_SECONDS) return seconds;
  throw new UsageError(
    `--host-lost-after takes a whole number of seconds, ${LEAST_LOST_SECONDS} at least, or never, got '${text}'`,
  );
};
