import { ranBefore } from '../../domain/deadline.ts';
import { hostGone, hostTerminated } from '../../domain/instance.ts';
import type { JobSpec } from '../../domain/job-spec.ts';
import { stateOf } from '../../domain/job-state.ts';
import { nextState } from '../../domain/life.ts';
import { runsAgain } from '../../domain/retry.ts';
import { type StopKind, stopOf } from '../../domain/stop-kinds.ts';
import type { TaskReport } from '../../engines/engine.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Service } from '../../service/service.ts';
import { instanceById } from '../../store/instances.ts';
import { setRetried, setRunning } from '../../store/job-moves.ts';
import { type FoundJob, jobBySeq, setParentStarted } from '../../store/job-rows.ts';
import { MAIN } from '../../store/node-rows.ts';
import type { TaskRow } from '../../store/schema.ts';
import type { Tx } from '../../store/store.ts';
import { setTaskRunning, setTaskStopped, type TaskEnd, taskById } from '../../store/tasks.ts';
import { tellRetry, tellStart } from './activity.ts';
import type { Endings } from './endings.ts';
import { jobEnd, lastAttempt } from './last-attempt.ts';
import { endNode } from './nodes.ts';

/** What a batch of reports came to, for whoever acts after the commit. */
export interface Heard {
  /** Tasks whose end the store has now (or that nobody knows): the engine may forget them. */
  readonly over: string[];
  /** Tasks that ended, with how long each ran, in milliseconds: tells short jobs from long ones. */
  readonly ran: { readonly spec: number; readonly milliseconds: number }[];
}

/**
 * Applies what the engine says to tasks and jobs. A report of an attempt that is over, or of a task that is not
 * ours, changes nothing (design: events name their attempt).
 */
export const applyReports = async (
  service: Service,
  tx: Tx,
  reports: readonly TaskReport[],
  endings: Endings,
  specOf: (tx: Tx, id: number) => Promise<JobSpec>,
): Promise<Heard> => {
  const heard: Heard = { over: [], ran: [] };
  for (const report of lastOfEach(reports)) {
    const task = await taskById(tx, report.taskId);
    if (!task || task.state === 2) {
      if (report.kind !== 'waiting' && report.kind !== 'running') heard.over.push(report.taskId);
      continue;
    }
    const job = (await jobBySeq(tx, task.job))!;
    await applyOne(service, tx, { task, job, report, heard, endings, specOf });
  }
  return heard;
};

/** A task that began and ended in one batch needs its end alone. */
const lastOfEach = (reports: readonly TaskReport[]): TaskReport[] => {
  const last = new Map<string, TaskReport>();
  for (const report of reports) {
    const before = last.get(report.taskId);
    if (before && isEnd(before)) continue;
    if (before?.kind === 'running' && report.kind === 'waiting') continue;
    last.set(report.taskId, report);
  }
  return [...last.values()];
};

const isEnd = (report: TaskReport): boolean => report.kind !== 'waiting' && report.kind !== 'running';

interface Case {
  readonly task: TaskRow;
  readonly job: FoundJob;
  readonly report: TaskReport;
  readonly heard: Heard;
  readonly endings: Endings;
  readonly specOf: (tx: Tx, id: number) => Promise<JobSpec>;
}

const applyOne = async (service: Service, tx: Tx, c: Case): Promise<void> => {
  const { report } = c;
  switch (report.kind) {
    case 'waiting':
      return;
    case 'running':
      return begin(service, tx, c, report.startedAt);
    case 'exited':
    case 'failed':
    case 'lost':
      return finish(service, tx, c, report);
  }
};

const begin = async (service: Service, tx: Tx, { task, job }: Case, startedAt: number): Promise<void> => {
  // one that an earlier server started is looked at again, too
  if (task.state === 1) return tx.onCommit(() => service.output.follow(task.id));
  if (task.state !== 0 || nextState(stateOf(job.state), 'started') === undefined) return;
  const { clock } = service;
  const began = clock.steady() - ranUnheard(clock, task, startedAt);
  await setTaskRunning(tx, task.id, startedAt, began, clock.bootId);
  await setRunning(tx, job, startedAt);
  tellStart(tx, service.log, job, task.attempt);
  if (job.role === MAIN) {
    await setRunning(tx, (await jobBySeq(tx, job.parent))!, startedAt);
    tellStart(tx, service.log, asParent(job), task.attempt);
  }
  tx.onCommit(() => service.output.follow(task.id));
  if (job.parent > 0 && job.role === 0) await setParentStarted(tx, job.parent, startedAt);
};

/** A node's multi-node job, as the activity log names it. */
const asParent = ({ parent_id, parent_name, idx }: FoundJob) => ({
  id: parent_id,
  name: parent_name,
  parent_id: null,
  parent_name: null,
  idx,
  role: 0,
});

/** Milliseconds. What an earlier version ordered does not say when, by the steady clock. */
const ranUnheard = (clock: Clock, task: TaskRow, startedAt: number): number => {
  const { created_at: wall, started_steady: steady, started_boot: bootId } = task;
  return steady === null || bootId === null ? 0 : ranBefore(clock, { wall, steady, bootId }, startedAt);
};

type Ended = Extract<TaskReport, { kind: 'exited' | 'failed' | 'lost' }>;

const finish = async (service: Service, tx: Tx, c: Case, heard: Ended): Promise<void> => {
  const { task, job } = c;
  const report = task.lost === 1 ? lostInstead(heard) : heard;
  const stop = { kind: stopOf(job.stop_kind), reason: job.stop_reason ?? '' };
  const end = attemptEnd(
    task,
    report,
    stop.kind === 'none' ? undefined : stop.reason,
    report.kind === 'lost' ? await lostReason(tx, task) : '',
  );
  await setTaskStopped(tx, task.id, end);
  c.heard.over.push(task.id);
  if (task.state === 1) tx.onCommit(() => service.output.ended(task.id));
  // its begin and its end came as one report
  else if (end.startedAt !== null) tellStart(tx, service.log, job, task.attempt);
  if (end.startedAt !== null)
    c.heard.ran.push({ spec: job.spec, milliseconds: end.stoppedAt - end.startedAt });
  if (end.startedAt !== null && job.parent > 0 && job.role === 0)
    await setParentStarted(tx, job.parent, end.startedAt);
  if (job.role === 0) return endAttempt(service, tx, c, end, stop.kind);
  const spec = await c.specOf(tx, job.spec);
  await endNode(tx, {
    node: job,
    task,
    end,
    stop: stop.kind,
    endings: c.endings,
    spec,
    lost: report.kind === 'lost',
  });
};

const REASON_LIMIT = 255;

/** However a task ends whose instance was taken away. */
const lostInstead = (report: Ended): Ended => {
  const { taskId, stoppedAt } = report;
  const startedAt = report.kind === 'failed' ? undefined : report.startedAt;
  return { taskId, kind: 'lost', stoppedAt, ...(startedAt !== undefined && { startedAt }) };
};

/** What is said of an attempt that was lost. */
const lostReason = async (tx: Tx, task: TaskRow): Promise<string> => {
  const instance = await instanceById(tx, task.instance);
  return instance ? hostGone(instance) : hostTerminated(task.instance);
};

const attemptEnd = (
  task: TaskRow,
  report: Ended,
  stopReason: string | undefined,
  lostReason: string,
): TaskEnd => {
  const common = { stoppedAt: report.stoppedAt };
  const cut = (reason: string | undefined) => reason?.slice(0, REASON_LIMIT) ?? null;
  switch (report.kind) {
    case 'exited':
      return {
        ...common,
        startedAt: report.startedAt,
        exitCode: report.exitCode,
        reason: stopReason === undefined ? cut(report.reason) : null,
        statusReason: stopReason ?? 'Essential container in task exited',
      };
    case 'failed':
      return {
        ...common,
        startedAt: task.started_at,
        exitCode: report.exitCode ?? null,
        reason: stopReason === undefined ? cut(report.reason) : null,
        statusReason: stopReason ?? 'Task failed to start',
      };
    case 'lost':
      return {
        ...common,
        startedAt: report.startedAt ?? task.started_at,
        exitCode: null,
        reason: null,
        statusReason: stopReason ?? lostReason,
      };
  }
};

/** A job that was told to stop never runs again; one whose array was, neither (J-187, J-262). */
const endAttempt = async (service: Service, tx: Tx, c: Case, end: TaskEnd, stop: StopKind): Promise<void> => {
  const { job, task } = c;
  const succeeded = end.exitCode === 0 && stop === 'none';
  const failure = {
    statusReason: end.statusReason,
    ...(end.reason !== null && { reason: end.reason }),
    ...(end.exitCode !== null && { exitCode: end.exitCode }),
  };
  const barred = stop !== 'none' || job.parent_stop_kind > 0;
  const again =
    !succeeded && !barred && runsAgain((await c.specOf(tx, job.spec)).retryStrategy, task.attempt, failure);
  if (again) {
    await setRetried(tx, job, task.attempt, lastAttempt(end));
    tellRetry(tx, service.log, job, task.attempt, end);
  } else await c.endings.end(job, jobEnd(end, succeeded));
};
