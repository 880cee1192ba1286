/** The seven states of a job, in the order of the API reference (p. 95). */
export const JOB_STATES = [
  'SUBMITTED',
  'PENDING',
  'RUNNABLE',
  'STARTING',
  'RUNNING',
  'SUCCEEDED',
  'FAILED',
] as const;

export type JobState = (typeof JOB_STATES)[number];

/** How a state is stored: its place in the list. */
export const stateCode = (state: JobState): number => JOB_STATES.indexOf(state);
export const stateOf = (code: number): JobState => JOB_STATES[code]!;

export const isFinal = (state: JobState): boolean => state === 'SUCCEEDED' || state === 'FAILED';

/** Others have to end first, or nobody has looked yet whether they have. */
export const isBeforeRunnable = (state: JobState): boolean => state === 'SUBMITTED' || state === 'PENDING';

/** It has no room yet. */
export const isWaiting = (state: JobState): boolean => isBeforeRunnable(state) || state === 'RUNNABLE';
