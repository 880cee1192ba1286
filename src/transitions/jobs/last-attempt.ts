import type { JobEnd, LastAttempt } from '../../store/job-moves.ts';
import type { TaskEnd } from '../../store/tasks.ts';

/** What a job's row keeps of an attempt that is over. */
export const lastAttempt = (end: TaskEnd): LastAttempt => ({
  stoppedAt: end.stoppedAt,
  startedAt: end.startedAt,
  exitCode: end.exitCode,
  containerReason: end.reason,
});

/** A job's end with its attempt's. */
export const jobEnd = (end: TaskEnd, well: boolean): JobEnd => ({
  ...lastAttempt(end),
  event: well ? 'attempt-succeeded' : 'attempt-failed',
  statusReason: end.statusReason,
});
