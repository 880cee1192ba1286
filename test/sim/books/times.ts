import type { Eyes, Fate, TaskSeen } from './eyes.ts';
import { lostReason, nameOf } from './jobs.ts';
import { type Attempt, haltOf, isFinal, type Job, must, RUNNABLE, RUNNING } from './model.ts';

/* When jobs started and stopped, and how their attempts ended: by what the machine said, and the clock where nothing ran. */

/** An attempt is over: what is kept of it is what the machine said. */
export const attemptEnded = (eyes: Eyes, job: Job, seen: TaskSeen): void => {
  const fate = eyes.fate(seen.id);
  const tell = () => `${nameOf(job)}, ${JSON.stringify(seen)}, really ${JSON.stringify(fate)}`;
  const isHeard = fate !== undefined && !fate.wronged && isOver(fate.kind);
  if (isHeard) {
    must(seen.stopped_at === fate.stoppedAt, 'times are true', tell);
    must((seen.started_at ?? undefined) === fate.startedAt, 'times are true', tell);
  }
  if (!mayHaveReason(eyes, seen, fate)) must(seen.reason === null, 'attempts are true', tell);
  // a node that is stopped for another's host says of its own what is said of that
  else if (isHeard && !(fate.kind === 'lost' && job.role !== 'none' && seen.reason === null))
    must((seen.reason ?? undefined) === fate.reason?.slice(0, 255), 'attempts are true', tell);
  const { type, container_instance } = eyes.instance(seen.instance);
  job.attempts.push({
    task: seen.id,
    exitCode: seen.exit_code ?? undefined,
    reason: seen.reason ?? undefined,
    statusReason: seen.status_reason!,
    startedAt: seen.started_at ?? undefined,
    stoppedAt: seen.stopped_at!,
    containerInstance: type === 'fargate' ? undefined : container_instance,
  });
  if (job.parent && job.role === 'none') job.parent.startedAt ??= seen.started_at ?? undefined;
};

/** It ended by itself, or was lost, and nobody had stopped it. */
const mayHaveReason = (eyes: Eyes, seen: TaskSeen, fate: Fate | undefined): boolean =>
  /^(Essential container in task exited|Task failed to start)$/.test(seen.status_reason ?? '') ||
  ((fate?.kind === 'lost' || fate?.kind === 'unstarted') &&
    seen.status_reason === lostReason(eyes, seen.instance));

const isOver = (kind: string): boolean => kind === 'exited' || kind === 'failed' || kind === 'lost';

/** A job's own times, at each change of its state. */
export const keepTimes = (eyes: Eyes, job: Job, before: number): void => {
  const { state } = job;
  if (state === RUNNABLE) {
    if (before > RUNNABLE) job.startedAt = undefined;
    job.stoppedAt = undefined;
  }
  if (state === RUNNING) {
    job.startedAt = job.nodes > 0 ? mainOf(job).startedAt : startOf(eyes, job.task);
    if (job.parent && job.role === 'none') job.parent.startedAt ??= job.startedAt;
  }
  if (!isFinal(state)) return;
  // one that waited for its next attempt ends with the last one's
  const last = lastOf(job);
  if (last) job.startedAt = last.startedAt;
  const seen = eyes.job(job.seq);
  // a node that never ran ends with its job
  job.stoppedAt =
    last?.stoppedAt ??
    (job.role === 'none' ? neverRan(eyes, job, before, seen?.stopped_at) : job.parent!.stoppedAt);
  // it may wait again by now
  if (seen?.state !== state || job.passing) return;
  const isRight = seen.stopped_at === job.stoppedAt && (seen.started_at ?? undefined) === job.startedAt;
  must(isRight, 'times are true', () => {
    return `${nameOf(job)}: ${JSON.stringify(seen)}, really ${job.startedAt} to ${job.stoppedAt}`;
  });
};

/** What was said of a task that was forgotten may be heard when it has been ordered again. */
const startOf = (eyes: Eyes, task: string): number | undefined => {
  const fate = eyes.fate(task);
  return fate?.wronged ? (eyes.task(task)?.started_at ?? undefined) : fate?.startedAt;
};

/** Now, or with the stop that is in force; one that came back in line under a stop of its own, either. */
const neverRan = (eyes: Eyes, job: Job, before: number, seen: number | null | undefined): number => {
  const halt = haltOf(job, before);
  if (!halt) return eyes.wall();
  return job.returned && seen === eyes.wall() ? eyes.wall() : halt.at;
};

export const mainOf = (job: Job): Job => job.children.find((node) => node.role === 'main')!;

/** The attempt that a job which has ended shows, if it had one. */
export const lastOf = (job: Job): Attempt | undefined =>
  job.size === 0 ? attemptsOf(job).at(-1) : undefined;

/** Of a multi-node job its main node's are shown. */
export const attemptsOf = (job: Job) => (job.nodes > 0 ? mainOf(job) : job).attempts;
