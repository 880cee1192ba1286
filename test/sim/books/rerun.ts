import { nameOf } from './jobs.ts';
import { FAILED, isFinal, type Job, must, STATES, SUCCEEDED, targetsOf } from './model.ts';
import type { Expected, Ledger, Request } from './requests.ts';
import { jobOf } from './submit.ts';

/* RetryJobs: FAILED jobs go back in line under the ids they have. */

/** What a request may run again as it begins, or why nothing. */
export type Chosen =
  | { readonly jobs: ReadonlySet<Job>; readonly left: number }
  | { readonly refusal: RegExp };

export const chooseRerun = (ledger: Ledger, { input }: Request): Chosen => {
  const job = jobOf(ledger, input.jobId ?? '');
  if (!job) return { refusal: /not found/ };
  if (job.role !== 'none') return { refusal: /is a node/ };
  const { queue } = job;
  const isGoing = queue.halted || queue.status === 'DELETING' || ledger.queues.get(queue.name) !== queue;
  if (isGoing) return { refusal: /was in a queue that is deleted/ };
  const array = job.size > 0 ? job : job.parent;
  if (array?.halted && !isFinal(array.state)) return { refusal: /is being stopped/ };
  if (job.size === 0) return chooseOne(job, input.indices);
  return chooseChildren(job, input.indices);
};

const chooseOne = (job: Job, indices: unknown): Chosen => {
  if (indices) return { refusal: /is not an array job/ };
  if (job.state !== FAILED) return { refusal: new RegExp(`is ${STATES[job.state]}: only FAILED`) };
  if (job.children.some((node) => node.task !== '')) return { refusal: /has nodes that have not ended/ };
  if (!isReady(job)) return { refusal: /have not SUCCEEDED/ };
  return { jobs: new Set([job]), left: 0 };
};

const chooseChildren = (array: Job, indices: readonly number[] | undefined): Chosen => {
  const named = indices ? [...new Set(indices)].map((index) => array.children[index]) : array.children;
  if (indices && named.some((child) => child?.state !== FAILED)) return { refusal: /not found|only FAILED/ };
  const failed = (named as Job[]).filter(({ state }) => state === FAILED);
  const ready = failed.filter(isReady);
  return ready.length === 0
    ? { refusal: /has no FAILED child/ }
    : { jobs: new Set(ready), left: failed.length - ready.length };
};

/** What has had an attempt waited for nobody then; what is not kept any more cannot be asked. */
const isReady = (job: Job): boolean =>
  job.over > 0 || targetsOf(job).every(({ state, gone }) => state === SUCCEEDED && !gone);

/** A job that had FAILED changes: only in the turn of who asks for it, and what it was told is forgotten. */
export const jobAgain = (job: Job, request: Request | undefined): void => {
  const { chosen } = request ?? {};
  const jobs = chosen && 'jobs' in chosen ? chosen.jobs : new Set<Job>();
  const isAsked = jobs.has(job) || job.children.some((child) => jobs.has(child));
  must(isAsked, 'an end is an end', () => {
    return `${nameOf(job)} goes on after its end, asked by ${JSON.stringify(request?.input)}: ${String(chosen && 'refusal' in chosen ? chosen.refusal : jobs.size)}`;
  });
  for (const one of job.nodes > 0 ? [job, ...job.children] : [job]) {
    one.stops.length = 0;
    one.barred = false;
    one.cancelled = false;
    one.terminated = false;
    one.told = undefined;
    one.returned = false;
    one.recalled = false;
    one.broken = false;
  }
  job.halted = undefined;
  job.stoppedAt = undefined;
  job.again = true;
};

export const retryJobs = (_ledger: Ledger, request: Request): Expected => {
  const chosen = request.chosen!;
  if ('refusal' in chosen) return { refusal: chosen.refusal };
  return {
    apply: (answer) => {
      const { jobs, left } = chosen;
      const behind = [...jobs].filter(({ state }) => state === FAILED);
      must(behind.length === 0, 'what is asked for again runs again', () => `${behind.map(nameOf)} stay`);
      if (!answer) return;
      must(answer.jobs === jobs.size && answer.left === left, 'answer', () => JSON.stringify(answer));
    },
  };
};
