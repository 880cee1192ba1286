import { type Halt, haltOf, isFinal, type Job, STARTING } from './model.ts';
import type { Ledger } from './requests.ts';

/** Somebody's stop is in force. The first cancel is shown, and of terminates the last, whatever else was said. */
export const barred = (ledger: Ledger, job: Job, terminate: boolean, reason: string): void => {
  if (job.size > 0 && !job.halted) {
    if (!job.queue.halted) endWaiting(job, terminate);
    markHalted(ledger, job.children);
    job.halted = job.queue.halted ?? { reason, at: ledger.wall() };
  }
  job.stops.push(reason);
  if (!terminate) {
    if (job.stops.length === 1 && !job.queue.halted) job.cancelled = true;
    return;
  }
  job.cancelled = false;
  if (job.size === 0) job.barred = true;
  const reached = job.children.filter(({ state }) => !isFinal(state) && (job.nodes > 0 || state >= STARTING));
  for (const one of [job, ...reached]) {
    one.terminated = true;
    one.told = reason;
  }
};

/** Children that wait end by the stop of their array, and show it. */
const endWaiting = (array: Job, terminate: boolean): void => {
  for (const child of array.children) {
    if (child.state >= STARTING) continue;
    if (terminate) child.terminated = true;
    else child.cancelled = true;
  }
};

/** What has not begun is over for everybody who looks from now on. Call it before the stop is written down. */
const markHalted = (ledger: Ledger, jobs: readonly Job[]): void => {
  for (const job of jobs) if (job.state < 3 && job.size === 0 && !haltOf(job)) job.changed = ledger.serial;
};

/** A queue that still has jobs is being deleted. */
export const queueHalted = (ledger: Ledger, of: (job: Job) => boolean): Halt => {
  markHalted(ledger, [...ledger.jobs.values()].filter(of));
  return { reason: 'JobQueue deleted', at: ledger.wall() };
};
