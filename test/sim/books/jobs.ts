import type { Eyes, Fate, JobSeen, TaskSeen } from './eyes.ts';
import {
  FAILED,
  hadFailedTarget,
  haltOf,
  isFinal,
  isMet,
  type Job,
  must,
  PENDING,
  type Queue,
  RUNNABLE,
  RUNNING,
  STARTING,
  STATES,
  SUBMITTED,
  SUCCEEDED,
} from './model.ts';
import { NODE_PATHS, nodeChanged, nodesAreOver, nodesRun, nodesStart, noNodeIsLeft } from './nodes.ts';
import type { Ledger, Request } from './requests.ts';
import { deserves } from './retry.ts';
import { keepTimes } from './times.ts';

/** The paths of the reference; a change that no client could see in between is one step. */
export const PATHS: ReadonlySet<string> = new Set(
  [
    [SUBMITTED, PENDING],
    [SUBMITTED, RUNNABLE],
    [SUBMITTED, FAILED],
    [PENDING, RUNNABLE],
    [PENDING, FAILED],
    [RUNNABLE, STARTING],
    [RUNNABLE, FAILED],
    [STARTING, RUNNING],
    [STARTING, RUNNABLE],
    [STARTING, FAILED],
    [STARTING, SUCCEEDED],
    [RUNNING, SUCCEEDED],
    [RUNNING, RUNNABLE],
    [RUNNING, FAILED],
    // only when somebody asks: see `rerun.ts`
    [FAILED, RUNNABLE],
    [FAILED, PENDING],
  ].map(([from, to]) => `${from}>${to}`),
);
export const PARENT_PATHS: ReadonlySet<string> = new Set(
  [
    [SUBMITTED, PENDING],
    [PENDING, SUCCEEDED],
    [PENDING, FAILED],
    [FAILED, PENDING],
  ].map(([from, to]) => `${from}>${to}`),
);

const kindOf = (job: Job): string => {
  if (job.role !== 'none') return 'node ';
  return job.nodes > 0 ? 'multi-node ' : job.size > 0 ? 'parent ' : '';
};

export const nameOf = (job: Job): string => `${job.id} (${job.name})`;

/** A row appeared. Plain jobs and parents belong to the request under way. */
export const jobInserted = (
  ledger: Ledger,
  eyes: Eyes,
  seen: JobSeen,
  state: number,
  request: Request | undefined,
): void => {
  const queue = ledger.queueBySeq.get(seen.queue)!;
  const parent = seen.parent > 0 ? ledger.jobBySeq.get(seen.parent)! : undefined;
  must(
    request?.operation === 'SubmitJob',
    'jobs come from SubmitJob',
    () => `row ${seen.seq} came from nowhere`,
  );
  must(parent ? state === PENDING || state === RUNNABLE : state === SUBMITTED, 'legal paths', () => {
    return `row ${seen.seq} begins as ${STATES[state]}`;
  });
  must(
    !parent?.nodes || state === RUNNABLE,
    'legal paths',
    () => `node ${seen.seq} begins as ${STATES[state]}`,
  );
  must(seen.created_at === (parent?.createdAt ?? eyes.wall()), 'times are true', () => {
    return `row ${seen.seq} was created at ${seen.created_at}, the clock says ${eyes.wall()}`;
  });
  const job = newJob(seen, state, queue, parent);
  job.since = { at: eyes.now(), boot: eyes.boot(), serial: ledger.serial };
  ledger.jobs.set(job.id, job);
  ledger.jobBySeq.set(job.seq, job);
  if (parent) {
    must(job.index === parent.children.length, 'an array has its children', () => nameOf(job));
    parent.children.push(job);
    parent.summary[state]!++;
    return;
  }
  must(request!.input.jobName === seen.name, 'a job is as submitted', () => `${seen.name}`);
  ledger.inserted.set(request!.id, job);
  ledger.submitted.push(job);
  queue.open++;
};

const newJob = (seen: JobSeen, state: number, queue: Queue, parent: Job | undefined): Job => ({
  id: seen.id ?? `${parent!.id}${parent!.nodes > 0 ? '#' : ':'}${seen.idx}`,
  name: seen.name ?? parent!.name,
  seq: seen.seq,
  queue,
  size: seen.size,
  nodes: seen.nodes,
  role: (['none', 'main', 'other'] as const)[seen.role]!,
  parent,
  index: seen.idx,
  children: [],
  spec: parent?.spec as Job['spec'],
  share: undefined,
  asks: [],
  holds: false,
  took: false,
  setSince: new Set(),
  priority: 0,
  nodesShown: undefined,
  dependencies: [],
  sentDependsOn: [],
  tags: {},
  placed: [],
  state,
  stops: [],
  barred: false,
  cancelled: false,
  terminated: false,
  told: undefined,
  failedFor: undefined,
  over: 0,
  attempts: [],
  createdAt: seen.created_at,
  startedAt: undefined,
  stoppedAt: undefined,
  since: { at: 0, boot: '', serial: 0 },
  task: '',
  lastTask: '',
  halted: undefined,
  returned: false,
  hasFailed: false,
  passing: false,
  again: false,
  recalled: false,
  broken: false,
  summary: [0, 0, 0, 0, 0, 0, 0],
  changed: 0,
  gone: false,
  ended: 0,
  endedFrom: 0,
});

/** A child's first state can only be judged when what it waits for is known: at the end of its request. */
export const checkBegin = (job: Job): void => {
  if (job.size === 0 && job.state === RUNNABLE) checkMet(job);
  for (const child of job.children) checkBegin(child);
};

const checkMet = (job: Job): void =>
  must(isMet(job), 'a dependent never starts early', () => `${nameOf(job)} is RUNNABLE`);

/** A job went from one state to another. */
export const jobChanged = (ledger: Ledger, eyes: Eyes, job: Job, before: number, after: number): void => {
  must(job.state === before, 'the history is whole', () => `${nameOf(job)} was ${STATES[job.state]}`);
  if (before === after) {
    must(!isFinal(before), 'an end is an end', () => `${nameOf(job)} changed after its end`);
    return;
  }
  const paths = job.role !== 'none' ? NODE_PATHS : job.size > 0 ? PARENT_PATHS : PATHS;
  must(paths.has(`${before}>${after}`), 'legal paths', () => {
    return `${nameOf(job)} went from ${STATES[before]} to ${STATES[after]}`;
  });
  ledger.count('transition', `${kindOf(job)}${STATES[before]} > ${STATES[after]}`);
  job.state = after;
  job.hasFailed ||= after === FAILED;
  // for those who look it had ended with its stop
  if (!haltOf(job, before)) job.changed = ledger.serial;
  if (before >= STARTING && after === RUNNABLE) job.returned = true;
  if (isFinal(after)) {
    job.ended = eyes.now();
    job.endedFrom = before;
  }
  if (after === RUNNABLE) job.since = { at: eyes.now(), boot: eyes.boot(), serial: ledger.serial };
  if (job.parent) {
    job.parent.summary[before]!--;
    job.parent.summary[after]!++;
  } else if (isFinal(after)) job.queue.open--;
  else if (isFinal(before)) job.queue.open++;
  keepTimes(eyes, job, before);
  if (job.role !== 'none') {
    nodeChanged(eyes, job, before);
    return;
  }
  if (after === RUNNABLE) becameRunnable(eyes, job, before);
  if (after === STARTING) becameStarting(ledger, job);
  if (after === RUNNING && job.nodes > 0) nodesRun(ledger, job);
  if (after === SUCCEEDED) succeeded(eyes, job);
  if (after === FAILED) failed(eyes, job, before);
};

const becameRunnable = (eyes: Eyes, job: Job, before: number): void => {
  if (before < RUNNABLE || before === FAILED) checkMet(job);
  if (before === FAILED) return;
  const again = before > RUNNABLE && !job.recalled;
  if (job.nodes > 0 && job.recalled) noNodeIsLeft(job);
  job.recalled = false;
  if (!again) return;
  const seen = eyes.task(job.lastTask)!;
  if (job.nodes > 0) nodesAreOver(job, seen.attempt);
  const bars = barsOn(job);
  must(!bars, 'a stopped job never runs again', () => `${nameOf(job)} is RUNNABLE again`);
  must(deserves(job.spec.strategy, seen.attempt, failureOf(seen)), 'retries', () => {
    return `${nameOf(job)} has another attempt after ${seen.attempt}: ${JSON.stringify(failureOf(seen))}`;
  });
};

const failureOf = (seen: TaskSeen) => ({
  statusReason: seen.status_reason ?? '',
  reason: seen.reason ?? '',
  exitCode: seen.exit_code ?? undefined,
});

const barsOn = (job: Job): boolean => job.barred || (job.parent?.stops.length ?? 0) > 0;

const becameStarting = (ledger: Ledger, job: Job): void => {
  checkMet(job);
  job.again = false;
  must(!barsOn(job), 'a stopped job never runs again', () => `${nameOf(job)} is STARTING`);
  if (job.nodes > 0) nodesStart(ledger, job);
  else must(job.task !== '', 'every attempt has a task', () => nameOf(job));
};

const succeeded = (eyes: Eyes, job: Job): void => {
  if (job.size > 0) {
    must(job.summary[SUCCEEDED] === job.size, 'an array ends with its last child', () => {
      return `${nameOf(job)} SUCCEEDED with ${job.summary}`;
    });
    return;
  }
  const fate = eyes.fate(job.lastTask);
  must(fate?.wronged || (fate?.kind === 'exited' && fate.exitCode === 0), 'ends are true', () => {
    return `${nameOf(job)} SUCCEEDED, its task ${JSON.stringify(fate)}`;
  });
  must(!job.barred && job.told === undefined, 'a terminated job fails', () => `${nameOf(job)} SUCCEEDED`);
  must(!job.broken, 'a lost node fails its job', () => `${nameOf(job)} SUCCEEDED`);
};

/** What a lost attempt says; the world has no slices of Spot. */
export const lostReason = (eyes: Eyes, instance: string): string =>
  eyes.instance(instance).type === 'fargate'
    ? 'ECS is performing maintenance on the underlying infrastructure hosting the task'
    : `Host EC2 (instance ${instance}) terminated.`;

const failed = (eyes: Eyes, job: Job, before: number): void => {
  job.failedFor = undefined;
  if (job.passing) return;
  const { status_reason: reason } = eyes.job(job.seq)!;
  job.failedFor = reason ?? undefined;
  must(!!reason, 'FAILED has a reason', () => nameOf(job));
  const halt = haltOf(job, before);
  // one that comes back in line under a stop of its own ends by that
  if (halt && !job.returned)
    must(reason === halt.reason, 'reasons are true', () => `${nameOf(job)} FAILED: ${reason}`);
  // a child that is recalled before it began ends as those of its array that waited
  if (before === RUNNABLE && job.parent?.cancelled && !job.told) job.cancelled = true;
  if (job.told !== undefined)
    must(reason === job.told, 'reasons are true', () => `${nameOf(job)} FAILED: ${reason}, told ${job.told}`);
  if (job.size > 0) parentFailed(job, reason!);
  else if (job.told === undefined && (before >= STARTING || !isAsked(job, reason!))) {
    const wrong = wrongReason(eyes, job, before, reason!);
    must(wrong === undefined, 'reasons are true', () => {
      return `${nameOf(job)} FAILED from ${STATES[before]}: ${reason}: ${wrong}`;
    });
  }
};

/** Somebody asked for it, of the job or of its array. */
const isAsked = (job: Job, reason: string): boolean =>
  job.stops.includes(reason) || (job.parent?.stops.includes(reason) ?? false);

/** What speaks against the reason that a job gives for its end; undefined when nothing does. */
const wrongReason = (eyes: Eyes, job: Job, before: number, reason: string): string | undefined => {
  switch (reason) {
    case 'Dependent Job failed':
      return hadFailedTarget(job) && before < RUNNABLE ? undefined : 'none of them failed';
    case 'JobQueue deleted':
      return job.queue.status === 'DELETING' ? undefined : 'the queue is there';
    case 'Job attempt duration exceeded timeout':
      return timedOut(eyes, job) ? undefined : `it has none, never ran, or was stopped early`;
    default:
      return reason.startsWith(LIMIT)
        ? wrongLimit(eyes, job, before, reason.slice(LIMIT.length))
        : wrongAttempt(eyes, job, before, reason);
  }
};

const LIMIT = 'Canceled by JobStateTimeLimit action due to reason: ';

/** Nobody waits shorter than its queue says. Over a boot only the clock tells, which may have been set. */
const wrongLimit = (eyes: Eyes, job: Job, before: number, code: string): string | undefined => {
  const limit = job.queue.limits.find(({ reason }) => reason === code);
  if (!limit) return 'its queue has no such limit';
  if (before !== RUNNABLE) return 'it was not RUNNABLE';
  const waited = (eyes.now() - job.since.at) / 1000;
  const early = job.since.boot === eyes.boot() && waited < limit.maxTimeSeconds;
  return early ? `it waited ${waited} seconds of ${limit.maxTimeSeconds}` : undefined;
};

/** Nobody is told to stop before its limit. */
export const timedOut = (eyes: Eyes, job: Job): boolean => {
  const { timeout } = job.spec;
  const fate = eyes.fate(job.task || job.lastTask);
  if (timeout === undefined) return false;
  if (fate?.wronged) return true;
  return (fate?.began ?? false) && (fate?.askedAfter ?? Number.POSITIVE_INFINITY) >= timeout * 1000;
};

const parentFailed = (job: Job, reason: string): void => {
  const over = job.summary[SUCCEEDED]! + job.summary[FAILED]!;
  must(over === job.size && job.summary[FAILED]! > 0, 'an array ends with its last child', () => {
    return `${nameOf(job)} FAILED with ${job.summary}`;
  });
  const known = reason === 'Array Child Job failed' || job.stops.includes(reason);
  must(
    known || (reason === 'JobQueue deleted' && job.queue.status === 'DELETING'),
    'reasons are true',
    () => {
      return `${nameOf(job)} FAILED: ${reason}`;
    },
  );
};

/** The last attempt's own end must be true, and no other attempt due. */
const wrongAttempt = (eyes: Eyes, job: Job, before: number, reason: string): string | undefined => {
  const fate = eyes.fate(job.lastTask);
  const seen = eyes.task(job.lastTask);
  if (before < STARTING || !seen) return 'it had no attempt';
  if (seen.status_reason !== reason) return `its attempt ended for ${seen.status_reason}`;
  if (deserves(job.spec.strategy, seen.attempt, failureOf(seen)) && !barsOn(job) && !job.broken)
    return 'it had attempts left';
  if (isOwnEnd(fate, reason)) return undefined;
  // a multi-node job's main node is stopped for the host of any node
  const tasks = [seen, ...job.children.map((node) => eyes.task(node.lastTask))];
  const hosts = tasks.flatMap((task) => (task ? [lostReason(eyes, task.instance)] : []));
  return hosts.includes(reason) ? undefined : `really ${JSON.stringify(fate)}`;
};

/** It is what became of the task itself. */
export const isOwnEnd = (fate: Fate | undefined, reason: string): boolean => {
  if (reason === 'Essential container in task exited')
    return fate?.wronged || (fate?.kind === 'exited' && fate.exitCode !== 0);
  return reason === 'Task failed to start' && (!fate || fate.kind === 'failed' || fate.wronged);
};

/** A finished job's row went, and all that is reached through it. */
export const jobGone = (eyes: Eyes, job: Job): void => {
  if (job.gone) return;
  must(
    isFinal(job.state) && eyes.mayGo(job),
    'an accepted job is never gone',
    () => `${nameOf(job)} is gone`,
  );
  for (const node of job.nodes > 0 ? job.children : [])
    must(isFinal(node.state), 'no node outlives its job', () => `${nameOf(node)} is ${STATES[node.state]}`);
  job.gone = true;
  for (const child of job.children) child.gone = true;
};
