import type { Eyes, TaskSeen } from './eyes.ts';
import { isOwnEnd, lostReason, nameOf, timedOut } from './jobs.ts';
import {
  FAILED,
  isFinal,
  type Job,
  must,
  PENDING,
  RUNNABLE,
  RUNNING,
  STARTING,
  STATES,
  SUCCEEDED,
  type Task,
} from './model.ts';
import type { Ledger } from './requests.ts';
import { mainOf } from './times.ts';

/* Multi-node jobs: nodes start together or not at all, the main one first, whose exit decides. */

/** A node's paths; a retry of its job takes it back to the line, when it ends or, if it had ended before, with its job. */
export const NODE_PATHS: ReadonlySet<string> = new Set(
  [
    [RUNNABLE, STARTING],
    [RUNNABLE, FAILED],
    [STARTING, RUNNING],
    [STARTING, RUNNABLE],
    [STARTING, SUCCEEDED],
    [STARTING, FAILED],
    [RUNNING, RUNNABLE],
    [RUNNING, SUCCEEDED],
    [RUNNING, FAILED],
    [SUCCEEDED, RUNNABLE],
    [FAILED, RUNNABLE],
  ].map(([from, to]) => `${from}>${to}`),
);

/** The attempt begins: each node has its room, all of them in one environment. */
export const nodesStart = (ledger: Ledger, job: Job): void => {
  const tasks = job.children.map((node) => ledger.floor.live.get(node.task));
  const all = tasks.length === job.nodes && tasks.every((task) => task !== undefined);
  const tell = () => `${nameOf(job)}: ${tasks.map((task) => `${task?.environment} ${task?.attempt}`)}`;
  must(all, 'nodes start together', tell);
  // what was recalled before anybody looked is known by its id alone
  const seen = tasks.filter((task): task is Task => (task?.environment ?? 0) > 0);
  must(new Set(seen.map((task) => task.environment)).size <= 1, 'nodes start together', tell);
  must(
    seen.every((task) => task.attempt === job.over + 1),
    'attempts count up',
    tell,
  );
  job.broken = false;
};

/** The job runs when its main node does. */
export const nodesRun = (ledger: Ledger, job: Job): void => {
  const main = mainOf(job);
  const runs = ledger.floor.live.get(main.task)?.state === 1;
  must(runs, 'the main node starts first', () => `${nameOf(job)} runs, its main node has ${main.task}`);
};

/** A node has a task while its job's attempt is under way, or its end has just overtaken that. */
export const checkBegun = (node: Job): void => {
  const { state } = node.parent!;
  must(node.task === '' || state >= STARTING, 'nodes start together', () => {
    return `${nameOf(node)} has a task, its job is ${STATES[state]}`;
  });
};

/** A node's task may start now. */
export const checkLetGo = (node: Job): void => {
  const { state } = node.parent!;
  const may = node.role === 'main' ? state === STARTING : state === RUNNING;
  must(may, 'the main node starts first', () => `${nameOf(node)} starts, its job is ${STATES[state]}`);
};

/** An attempt is counted once, by its main node's task. */
export const nodeEnded = (eyes: Eyes, node: Job, seen: TaskSeen): void => {
  const job = node.parent!;
  node.over++;
  if (node.role === 'main') {
    must(seen.attempt === job.over + 1, 'attempts count up', () => `${nameOf(node)}: ${seen.attempt}`);
    job.over = seen.attempt;
    job.lastTask = seen.id;
  } else if (seen.status_reason === lostReason(eyes, seen.instance) && job.over < seen.attempt)
    job.broken = true;
};

export const noNodeIsLeft = (job: Job): void => {
  const left = job.children.filter((node) => node.task !== '');
  must(left.length === 0, 'a retry restarts all nodes', () => `${left.map(nameOf)} still run`);
};

/** A job that is tried again has no node left of the attempt before, and lost none. */
export const nodesAreOver = (job: Job, attempt: number): void => {
  noNodeIsLeft(job);
  must(job.over === attempt, 'attempts count up', () => `${nameOf(job)}: ${attempt}`);
  must(!job.broken, 'a lost node fails its job', () => `${nameOf(job)} is RUNNABLE again`);
};

/** A node went from one state to another; its job's rows change in the same turn. */
export const nodeChanged = (eyes: Eyes, node: Job, before: number): void => {
  const job = node.parent!;
  const tell = () => `${nameOf(node)} is ${STATES[node.state]}, its job ${STATES[job.state]}`;
  switch (node.state) {
    case RUNNABLE:
      // another node's own end is shown until its job is tried again
      must(
        !isFinal(before) ||
          (job.state === RUNNABLE && node.role === 'other') ||
          // or asked for again: behind another it waits
          (job.again && (job.state === RUNNABLE || job.state === PENDING)),
        'an end is an end',
        tell,
      );
      return;
    case STARTING:
      must(node.task !== '', 'every attempt has a task', tell);
      must(job.state === STARTING || job.state === RUNNING, 'nodes start together', tell);
      must(!job.barred, 'a stopped job never runs again', tell);
      return;
    case SUCCEEDED: {
      const fate = eyes.fate(node.lastTask);
      must(fate?.wronged || (fate?.kind === 'exited' && fate.exitCode === 0), 'ends are true', () => {
        return `${nameOf(node)} SUCCEEDED, its task ${JSON.stringify(fate)}`;
      });
      return;
    }
    case FAILED: {
      if (before >= STARTING && node.role === 'other')
        must(isFinal(job.state) || isBarred(job) || mainOf(job).task !== '', 'an end is an end', tell);
      if (node.passing) return;
      const wrong = wrongEnd(eyes, node, before);
      must(wrong === undefined, 'reasons are true', () => `${nameOf(node)} FAILED: ${wrong}`);
    }
  }
};

/** It is not tried again, whatever its strategy says. */
const isBarred = (job: Job): boolean => job.barred || job.queue.halted !== undefined;

/** What speaks against a node's failure; undefined when nothing does. */
const wrongEnd = (eyes: Eyes, node: Job, before: number): string | undefined => {
  const job = node.parent!;
  const row = eyes.job(node.seq);
  if (before === RUNNABLE && isFinal(job.state)) return wrongWithJob(eyes, node, row?.status_reason ?? '');
  const seen = eyes.task(node.lastTask);
  // a retry has cleared it since, or has ended as well
  const reason = row?.state === FAILED && row.stopped_at === seen?.stopped_at ? row.status_reason : undefined;
  if (reason && seen && reason !== seen.status_reason)
    return `it says ${reason}, its attempt ${seen.status_reason}`;
  const told = reason ?? seen?.status_reason ?? '';
  if (before === RUNNABLE)
    return seen && told === lostReason(eyes, seen.instance) ? undefined : 'it never ran, and its job goes on';
  return isTrue(eyes, node, told) ? undefined : `nobody said ${told}`;
};

const MAIN_ENDED = 'Main node ended';
const QUEUE_DELETED = 'JobQueue deleted';

/** A node that did not run ends with its job: for the same reason, or since the attempt is over. */
const wrongWithJob = (eyes: Eyes, node: Job, told: string): string | undefined => {
  const job = node.parent!;
  const reason = eyes.job(job.seq)?.status_reason;
  if (job.endedFrom < STARTING) return told === reason ? undefined : `it says ${told}, its job ${reason}`;
  // a task that was stopped because another node's host went, and recalled before it began, leaves that reason
  const isStopped = (told === TIMED_OUT || isLost(eyes, node, told)) && told === reason;
  const ended = told === MAIN_ENDED || isStopped;
  const isDeleted = told === QUEUE_DELETED && job.queue.halted !== undefined;
  const right = node.told === undefined ? ended || isDeleted : told === node.told;
  return right ? undefined : `it says ${told}, its job ${reason}`;
};

/** Whether what an attempt says of its end is so; who was terminated says that and nothing else. */
const isTrue = (eyes: Eyes, node: Job, told: string): boolean => {
  const job = node.parent!;
  if (node.told !== undefined) return told === node.told;
  if (told === QUEUE_DELETED) return job.queue.halted !== undefined;
  const isMain = node.role === 'main';
  if (told === MAIN_ENDED) return !isMain && (isFinal(job.state) || mainOf(job).task === '');
  // the limit is the main node's, and all are stopped for it
  if (told === TIMED_OUT) return timedOut(eyes, mainOf(job));
  return isOwnEnd(eyes.fate(node.lastTask), told) || isLost(eyes, node, told);
};

const TIMED_OUT = 'Job attempt duration exceeded timeout';

/** A node's host went, for which all are stopped. */
const isLost = (eyes: Eyes, node: Job, told: string): boolean =>
  node.parent!.children.some(({ lastTask }) => {
    const seen = eyes.task(lastTask);
    return seen !== undefined && told === lostReason(eyes, seen.instance);
  });
