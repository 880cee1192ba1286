import { attemptEnd, type EndReport } from '../../domain/attempt-end.ts';
import { ranBefore } from '../../domain/deadline.ts';
import { hostGone, hostTerminated } from '../../domain/host-gone.ts';
import { nextState } from '../../domain/job-life.ts';
import { stateOf } from '../../domain/job-state.ts';
import { containerLogId } from '../../domain/log-stream.ts';
import { isNode, MAIN, OTHER } from '../../domain/node-roles.ts';
import { MOST_OF_POD } from '../../domain/pods/pod-rules.ts';
import { stopOf } from '../../domain/stop-kinds.ts';
import { taskStateOf } from '../../domain/task-state.ts';
import type { TaskReport } from '../../engines/engine.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Service } from '../../service/service.ts';
import { instanceById } from '../../store/instance-rows.ts';
import { setRetried, setRunning } from '../../store/job-moves.ts';
import { type FoundJob, jobBySeq, setParentStarted } from '../../store/job-rows.ts';
import { isSet, type TaskRow } from '../../store/schema.ts';
import type { Tx } from '../../store/store.ts';
import { setTaskPod, setTaskRunning, setTaskStopped, taskById } from '../../store/task-rows.ts';
import { moveTask } from '../instances/move-task.ts';
import { noteUse } from '../shares/note-use.ts';
import { tellRetry, tellStart, tellStartOfNodes, tellUnstarted } from './activity.ts';
import type { Endings } from './endings.ts';
import { jobEnd, lastAttempt } from './last-attempt.ts';
import { endNode, isStranded } from './nodes.ts';
import { noteRecalled } from './recall.ts';

/** What a batch of reports came to, for whoever acts after the commit. */
export interface ReportsOutcome {
  /** Tasks whose end the store has now (or that nobody knows): the engine may forget them. */
  readonly over: string[];
  /** Tasks that ended. */
  readonly ran: TaskRun[];
}

/** How long a task of a spec ran, in milliseconds: tells short jobs from long ones. */
export interface TaskRun {
  readonly spec: number;
  readonly milliseconds: number;
}

/**
 * Applies what the engine says to tasks and jobs. A report of an attempt that is over, or of a task that is not
 * ours, changes nothing.
 */
export const applyReports = async (
  service: Service,
  tx: Tx,
  reports: readonly TaskReport[],
  endings: Endings,
): Promise<ReportsOutcome> => {
  const outcome: ReportsOutcome = { over: [], ran: [] };
  for (const report of lastOfEach(reports)) {
    const task = await taskById(tx, report.taskId);
    if (!task || taskStateOf(task.state) === 'over') {
      if (!isEnd(report)) continue;
      outcome.over.push(report.taskId);
      if (!task) tx.onCommit(() => removeOutput(service, report));
      continue;
    }
    const job = (await jobBySeq(tx, task.job))!;
    await applyOne(service, tx, { task, job, report, outcome, endings });
  }
  return outcome;
};

/** A task that began and ended in one batch needs its end alone, if that says when it began. */
const lastOfEach = (reports: readonly TaskReport[]): TaskReport[] => {
  const last = new Map<string, TaskReport>();
  const begins: TaskReport[] = [];
  for (const report of reports) {
    const before = last.get(report.taskId);
    if (before && isEnd(before)) continue;
    if (before?.kind === 'running' && report.kind === 'waiting') continue;
    if (before?.kind === 'running' && isEnd(report) && !tellsBegin(report)) begins.push(before);
    last.set(report.taskId, report);
  }
  return [...begins, ...last.values()];
};

const tellsBegin = (report: TaskReport): boolean => 'startedAt' in report && report.startedAt !== undefined;

const isEnd = (report: TaskReport): boolean => report.kind !== 'waiting' && report.kind !== 'running';

/**
 * Its job was removed, and its output with it. What the engine still had of it, for it could not let it go before the server
 * died, the next server read again.
 */
const removeOutput = ({ output }: Service, { taskId }: TaskReport): void => {
  for (let place = 0; place < MOST_OF_POD; place++) output.remove(containerLogId(taskId, place));
};

interface Case {
  readonly task: TaskRow;
  readonly job: FoundJob;
  readonly report: TaskReport;
  readonly outcome: ReportsOutcome;
  readonly endings: Endings;
}

const applyOne = async (service: Service, tx: Tx, told: Case): Promise<void> => {
  const c = await withHost(service, tx, told);
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
    case 'unstarted':
      return takeBack(service, tx, c, report.reason);
  }
};

/** Where the task has come to is noted before what became of it there. */
const withHost = async (service: Service, tx: Tx, c: Case): Promise<Case> => {
  const host = 'host' in c.report ? c.report.host : undefined;
  return host === undefined ? c : { ...c, task: await moveTask(service, tx, c.task, host) };
};

/** One that is known to have begun is lost, whatever is said of it now; so is one that has its place on a host that is gone. */
const takeBack = async (service: Service, tx: Tx, c: Case, reason: string): Promise<void> => {
  const { task, job, outcome } = c;
  const { id: taskId, attempt } = task;
  if (taskStateOf(task.state) === 'running' || (await isStranded(service, tx, job, task)))
    return finish(service, tx, c, { taskId, kind: 'lost', stoppedAt: service.clock.wall(), reason });
  await noteRecalled(service, tx, [taskId]);
  tellUnstarted(tx, service.log, job, attempt, reason);
  outcome.over.push(taskId);
};

const begin = async (service: Service, tx: Tx, c: Case, startedAt: number): Promise<void> => {
  const { task, job } = c;
  if (taskStateOf(task.state) === 'running') return goOn(service, tx, c);
  if (nextState(stateOf(job.state), 'started') === undefined) return;
  const { clock, engine } = service;
  const { bootId } = clock;
  const began = engine.timesAreElsewhere
    ? { wall: clock.wall(), steady: clock.steady(), bootId }
    : { wall: startedAt, steady: clock.steady() - ranUnheard(clock, task, startedAt), bootId };
  await setTaskRunning(tx, task.id, startedAt, began);
  if (c.report.pod) await setTaskPod(tx, task.id, c.report.pod);
  await setRunning(tx, job, startedAt);
  noteStart(service, tx, c, startedAt);
  if (job.role === MAIN) await setRunning(tx, (await jobBySeq(tx, job.parent))!, startedAt);
  tx.onCommit(() => service.output.follow(task.id));
  await noteParentStarted(tx, job, startedAt);
};

/** Its pod has something else to show (T-374), or an earlier server started it, whose output is looked at again. */
const goOn = async (service: Service, tx: Tx, { task, report }: Case): Promise<void> => {
  if (report.pod) await setTaskPod(tx, task.id, report.pod);
  tx.onCommit(() => service.output.follow(task.id));
};

const noteStart = (service: Service, tx: Tx, { task, job }: Case, startedAt: number): void => {
  tellStart(tx, service, job, task.attempt, startedAt);
  if (job.role === MAIN) tellStartOfNodes(tx, service, job, task.attempt, startedAt);
};

/** Milliseconds. What an earlier version ordered does not say when, by the steady clock. */
const ranUnheard = (clock: Clock, task: TaskRow, startedAt: number): number => {
  const { created_at: wall, started_steady: steady, started_boot: bootId } = task;
  return steady === null || bootId === null ? 0 : ranBefore(clock, { wall, steady, bootId }, startedAt);
};

/** An array begins with its first child. */
const noteParentStarted = async (tx: Tx, job: FoundJob, startedAt: number): Promise<void> => {
  if (job.parent > 0 && !isNode(job)) await setParentStarted(tx, job.parent, startedAt);
};

type Ended = Extract<TaskReport, { kind: 'exited' | 'failed' | 'lost' }>;

/** The task's end is written first: what follows asks which tasks are live. */
const finish = async (service: Service, tx: Tx, c: Case, reported: Ended): Promise<void> => {
  const { task, job, outcome, endings } = c;
  const report = await endReport(tx, task, reported);
  const { retryStrategy, container } = await service.specs.of(tx, job.spec);
  const stop = { kind: stopOf(job.stop_kind), reason: job.stop_reason ?? '' };
  const end = attemptEnd({
    report,
    startedAt: task.started_at,
    attempt: task.attempt,
    stop,
    isBarred: stopOf(job.parent_stop_kind) !== 'none',
    isOtherNode: job.role === OTHER,
    isPod: container.podProperties !== undefined,
    strategy: retryStrategy,
  });
  const { ending } = end;
  await noteUse(service, tx, task, job.queue, ending);
  await setTaskStopped(tx, task.id, ending);
  if (reported.pod) await setTaskPod(tx, task.id, reported.pod);
  outcome.over.push(task.id);
  if (taskStateOf(task.state) === 'running') tx.onCommit(() => service.output.ended(task.id));
  // its begin and its end came as one report
  else if (ending.startedAt !== null) noteStart(service, tx, c, ending.startedAt);
  if (ending.startedAt !== null) {
    outcome.ran.push({ spec: job.spec, milliseconds: ending.stoppedAt - ending.startedAt });
    await noteParentStarted(tx, job, ending.startedAt);
  }
  if (isNode(job))
    await endNode(service, tx, {
      node: job,
      task,
      end,
      stop: stop.kind,
      endings,
      isLost: report.kind === 'lost',
    });
  else if (end.next === 'again') {
    await setRetried(tx, job, task.attempt, lastAttempt(ending));
    tellRetry(tx, service.log, job, task.attempt, ending);
  } else await endings.end(job, jobEnd(ending, end.next === 'succeeded'));
};

/** However a task ends whose instance was taken away, its host is gone. */
const endReport = async (tx: Tx, task: TaskRow, reported: Ended): Promise<EndReport> => {
  if (reported.kind !== 'lost' && !isSet(task.lost)) return reported;
  const { stoppedAt } = reported;
  const reason = reported.kind === 'lost' ? reported.reason : undefined;
  const startedAt = reported.kind === 'failed' ? undefined : reported.startedAt;
  const instance = await instanceById(tx, task.instance);
  const hostReason = instance ? hostGone(instance) : hostTerminated(task.instance);
  return {
    kind: 'lost',
    stoppedAt,
    hostReason,
    ...(startedAt !== undefined && { startedAt }),
    ...(reason !== undefined && { reason }),
  };
};
