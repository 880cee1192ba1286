import { asksForGone, GONE } from './consumables.ts';
import { asksOf, containerOf } from './containers.ts';
import { nameOf } from './jobs.ts';
import {
  FAILED,
  isFinal,
  type Job,
  must,
  type Spec,
  STATES,
  SUCCEEDED,
  targetsOf,
  type Wire,
} from './model.ts';
import type { Expected, Ledger, Request } from './requests.ts';
import { jobOf } from './submit.ts';

/* RetryJobs: FAILED jobs go back in line under the ids they have, changed or not, and with them those that failed for them. */

/** What a request may run again as it begins, or why nothing. */
export type Chosen =
  | {
      readonly jobs: ReadonlySet<Job>;
      readonly left: readonly Job[];
      /** Those that failed for these; `perhaps`: or for something else, for nobody saw why. */
      readonly dependents: ReadonlySet<Job>;
      readonly perhaps: ReadonlySet<Job>;
    }
  | { readonly refusal: RegExp };

export const chooseRerun = (ledger: Ledger, { input }: Request): Chosen => {
  const job = jobOf(ledger, input.jobId ?? '');
  if (!job) return { refusal: /not found/ };
  if (job.role !== 'none') return { refusal: /is a node/ };
  if (isGoing(ledger, job)) return { refusal: /was in a queue that is deleted/ };
  const array = job.size > 0 ? job : job.parent;
  if (array?.halted && !isFinal(array.state)) return { refusal: /is being stopped/ };
  const chosen = job.size === 0 ? chooseOne(job, input.indices) : chooseChildren(job, input.indices);
  if ('refusal' in chosen) return chosen;
  if (input.changes && job.nodes > 0) return { refusal: /^changes are for jobs of one container/ };
  if (input.changes && [...chosen.jobs].some(({ spec }) => !changed(spec, input.changes)))
    return { refusal: /^Unable to substitute value/ };
  const behind = (seen: (reason: string | undefined) => boolean) =>
    input.withDependents ? dependentsOf(ledger, chosen.jobs, seen) : new Set<Job>();
  const dependents = behind((reason) => reason === DEPENDENCY);
  if (asksForGone([...chosen.jobs, ...dependents])) return { refusal: GONE };
  return {
    ...chosen,
    dependents,
    perhaps: behind((reason) => reason === DEPENDENCY || reason === undefined),
  };
};

const isGoing = (ledger: Ledger, { queue }: Job): boolean =>
  queue.halted !== undefined || queue.status === 'DELETING' || ledger.queues.get(queue.name) !== queue;

type Asked =
  | { readonly jobs: ReadonlySet<Job>; readonly left: readonly Job[] }
  | { readonly refusal: RegExp };

const chooseOne = (job: Job, indices: unknown): Asked => {
  if (indices) return { refusal: /is not an array job/ };
  if (job.state !== FAILED) return { refusal: new RegExp(`is ${STATES[job.state]}: only FAILED`) };
  if (job.children.some((node) => node.task !== '')) return { refusal: /has nodes that have not ended/ };
  if (!isReady(job)) return { refusal: /have not SUCCEEDED/ };
  return { jobs: new Set([job]), left: [] };
};

const chooseChildren = (array: Job, indices: readonly number[] | undefined): Asked => {
  const named = indices ? [...new Set(indices)].map((index) => array.children[index]) : array.children;
  if (indices && named.some((child) => child?.state !== FAILED)) return { refusal: /not found|only FAILED/ };
  const failed = (named as Job[]).filter(({ state }) => state === FAILED);
  const ready = failed.filter(isReady);
  return ready.length === 0
    ? { refusal: /has no FAILED child/ }
    : { jobs: new Set(ready), left: failed.filter((job) => !isReady(job)) };
};

/** What has had an attempt waited for nobody then; what is not kept any more cannot be asked. */
const isReady = (job: Job): boolean =>
  job.over > 0 || targetsOf(job).every(({ state, gone }) => state === SUCCEEDED && !gone);

const DEPENDENCY = 'Dependent Job failed';

/** One after the other until no more is found: each failed before it began, and all it waits for is there or runs again. */
const dependentsOf = (
  ledger: Ledger,
  asked: ReadonlySet<Job>,
  failedForIt: (reason: string | undefined) => boolean,
): Set<Job> => {
  const again = new Set([...asked].flatMap((job) => (job.parent ? [job, job.parent] : [job])));
  const found = new Set<Job>();
  const candidates = [...ledger.jobs.values()].filter(
    (job) =>
      job.state === FAILED &&
      job.size === 0 &&
      job.role === 'none' &&
      job.over === 0 &&
      !job.gone &&
      failedForIt(job.failedFor) &&
      !isGoing(ledger, job) &&
      !(job.parent?.halted && !isFinal(job.parent.state)),
  );
  for (let before = -1; before < found.size; ) {
    before = found.size;
    for (const job of candidates) {
      if (again.has(job)) continue;
      const targets = targetsOf(job);
      const waitsForIt = targets.some((target) => again.has(target));
      if (
        !waitsForIt ||
        targets.some((target) => target.gone || (target.state === FAILED && !again.has(target)))
      )
        continue;
      found.add(job);
      again.add(job);
      if (job.parent) again.add(job.parent);
    }
  }
  return found;
};

/** A job that had FAILED changes: only in the turn of who asks for it, and what it was told is forgotten. */
export const jobAgain = (job: Job, request: Request | undefined): void => {
  const { chosen } = request ?? {};
  const jobs = chosen && 'jobs' in chosen ? new Set([...chosen.jobs, ...chosen.perhaps]) : new Set<Job>();
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

const WITH_DEPENDENTS = /has just ended: ask again in a moment|^ConsumableResource \S+ not found/;

export const retryJobs = (_ledger: Ledger, request: Request): Expected => {
  const chosen = request.chosen!;
  const { input } = request;
  // of the two, the one that is looked at first
  if ('refusal' in chosen)
    return { refusal: input.withDependents && chosen.refusal === GONE ? WITH_DEPENDENTS : chosen.refusal };
  return {
    ...(input.withDependents && { may: WITH_DEPENDENTS }),
    apply: (answer) => {
      const { jobs, left, dependents, perhaps } = chosen;
      const all = [...jobs, ...dependents];
      const behind = all.filter(({ state }) => state === FAILED);
      // nobody heard whether it was refused
      if (!answer && input.withDependents && behind.length === all.length) return;
      must(behind.length === 0, 'what is asked for again runs again', () => `${behind.map(nameOf)} stay`);
      if (input.changes) for (const job of jobs) job.spec = changed(job.spec, input.changes)!;
      if (!answer) return;
      const gone = [...perhaps].filter(({ state }) => state !== FAILED);
      const stay = left.filter((job) => !gone.includes(job));
      const isRight = answer.jobs === jobs.size && answer.left === stay.length;
      must(isRight && (answer.dependents ?? 0) === gone.length, 'answer', () => JSON.stringify(answer));
    },
  };
};

/** A job as it is from its next attempt on; undefined when a parameter of its command is missing. */
const changed = (spec: Spec, { vcpus, memory, gpus, timeoutSeconds, ...over }: Wire): Spec | undefined => {
  const asked = { VCPU: vcpus, MEMORY: memory, GPU: gpus };
  const resourceRequirements = Object.entries(asked).flatMap(([type, value]) =>
    value === undefined ? [] : [{ type, value: String(value) }],
  );
  const container = containerOf(spec.container, { ...over, resourceRequirements }, spec.shown.parameters);
  if (!container) return undefined;
  const timeout = timeoutSeconds === undefined ? undefined : { attemptDurationSeconds: timeoutSeconds };
  return {
    ...spec,
    container,
    ...asksOf(container),
    ...(timeout && { timeout: timeoutSeconds, shown: { ...spec.shown, timeout } }),
  };
};
