import type { AttemptEnding } from '../../domain/attempt-end.ts';
import type { JobEnd, LastAttempt } from '../../store/job-moves.ts';

/** What a job's row keeps of an attempt that is over. */
export const lastAttempt = (ending: AttemptEnding): LastAttempt => ({
  stoppedAt: ending.stoppedAt,
  startedAt: ending.startedAt,
  exitCode: ending.exitCode,
  containerReason: ending.reason,
});

/** A job's end with its attempt's. */
export const jobEnd = (ending: AttemptEnding, well: boolean): JobEnd => ({
  ...lastAttempt(ending),
  event: well ? 'attempt-succeeded' : 'attempt-failed',
  statusReason: ending.statusReason,
});
