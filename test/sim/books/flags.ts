import type { Job } from './model.ts';

/** Somebody's stop is in force: what was said first is shown, unless a terminate follows a cancel. */
export const barred = (job: Job, terminate: boolean, reason: string): void => {
  const first = job.stops.length === 0;
  job.stops.push(reason);
  if (terminate) {
    if (first || job.cancelled) {
      job.terminated = true;
      job.cancelled = false;
    }
    if (job.size === 0) job.barred = true;
  } else if (first) job.cancelled = true;
};
