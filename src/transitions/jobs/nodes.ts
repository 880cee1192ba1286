import type { AttemptEnd } from '../../domain/attempt-end.ts';
import { childSeq } from '../../domain/job-seq.ts';
import type { JobSpec } from '../../domain/job-spec.ts';
import { isFinal, isWaiting, stateOf } from '../../domain/job-state.ts';
import { nodeContainer, nodeGroups } from '../../domain/node-groups.ts';
import { isNode, MAIN } from '../../domain/node-roles.ts';
import { isStopped, MAIN_ENDED_REASON, type StopKind } from '../../domain/stop-kinds.ts';
import { taskStateOf } from '../../domain/task-state.ts';
import type { StartOrder } from '../../engines/engine.ts';
import type { Log } from '../../lib/logger.ts';
import type { Placement } from '../../scheduler/snapshot.ts';
import type { Service, Surroundings } from '../../service/service.ts';
import { instanceById } from '../../store/instance-rows.ts';
import { setRecalled, setRetried, setStarting } from '../../store/job-moves.ts';
import { type FoundJob, jobBySeq } from '../../store/job-rows.ts';
import {
  intendedNodes,
  mainTask,
  nodesAreLive,
  nodesToStart,
  renewTask,
  resetNodes,
  setNodeStarting,
  setNodesRecalled,
  stopNodes,
} from '../../store/node-rows.ts';
import type { TaskRow } from '../../store/schema.ts';
import type { Tx } from '../../store/store.ts';
import { deleteTask, insertTask } from '../../store/task-rows.ts';
import { undoTokens } from '../../store/token-rows.ts';
import { handOnRoom } from '../shares/note-use.ts';
import { useNow } from '../shares/use-now.ts';
import { tellRetry } from './activity.ts';
import type { Endings } from './endings.ts';
import { jobEnd, lastAttempt } from './last-attempt.ts';
import { nameStream } from './name-stream.ts';
import { orderOf } from './start-order.ts';

/**
 * Writes the intent to run all nodes of a job, together or not at all. Each has its room from now on; none is started
 * here: see `startNodes`, and docs/decisions/multi-node.md.
 */
export const placeNodes = async (
  service: Service,
  tx: Tx,
  job: FoundJob,
  placement: Placement,
  spec: JobSpec,
): Promise<void> => {
  const attempt = job.attempt + 1;
  const placedAge = job.share > 0 ? await useNow(service, tx) : null;
  // for each task an instance, group by group
  const instances = [...placement.instances];
  for (const { asks, nodes } of nodeGroups(spec.nodes!)) {
    for (const node of nodes) {
      const id = service.ids.hex(32);
      await insertTask(tx, {
        id,
        job: childSeq(job.seq, node),
        attempt,
        environment: placement.environment,
        ...asks,
        logStream: await nameStream(service, tx, spec.definitionName, id, nodeContainer(spec.nodes!, node)),
        createdAt: service.clock.wall(),
        steady: service.clock.steady(),
        bootId: service.clock.bootId,
        after: null,
        held: 1,
        share: job.share,
        placedAge,
        instance: instances.shift()!,
      });
    }
  }
  await setStarting(tx, job, attempt);
};

/** Orders for the nodes that may start now (J-295). */
export const startNodes = async (service: Service, tx: Tx): Promise<StartOrder[]> => {
  const orders: StartOrder[] = [];
  for (const task of await nodesToStart(tx)) {
    await setNodeStarting(tx, task);
    const node = (await jobBySeq(tx, task.job))!;
    orders.push(await orderOf(service, tx, node, task));
  }
  return orders;
};

/**
 * Notes that the engine has nothing of a node's task. With the main one none has begun: all its job's nodes give up their
 * places, which may be on a host that is gone, and the attempt does not count. Else the node keeps its place.
 */
export const recallNode = async (service: Service, tx: Tx, task: TaskRow): Promise<void> => {
  const node = (await jobBySeq(tx, task.job))!;
  const parent = (await jobBySeq(tx, node.parent))!;
  if (keepsPlace(node, parent)) return renewNode(service, tx, task);
  for (const placed of await intendedNodes(tx, parent.seq, parent.nodes)) {
    await handOnRoom(service, tx, placed);
    await deleteTask(tx, placed);
  }
  await setNodesRecalled(tx, [node.seq]);
  await setRecalled(tx, parent, task.attempt - 1);
  await undoTokens(tx, parent);
};

/** One that is to stop ends as it does where it is. */
const keepsPlace = (node: FoundJob, parent: FoundJob): boolean =>
  node.role !== MAIN || isStopped(node) || isStopped(parent);

/** A node that keeps its place, on a host that is not there any more: it can never start. */
export const isStranded = async (
  { capacity }: Service,
  tx: Tx,
  node: FoundJob,
  { instance }: TaskRow,
): Promise<boolean> => {
  if (!isNode(node) || !keepsPlace(node, (await jobBySeq(tx, node.parent))!)) return false;
  const host = (await instanceById(tx, instance))?.host;
  return !capacity.hosts.some(({ id, isLost }) => id === host && !isLost);
};

/** A node's task that the engine has nothing of gets another id, and starts with that: its place is kept. */
export const renewNode = async (service: Service, tx: Tx, task: TaskRow): Promise<void> => {
  const node = (await jobBySeq(tx, task.job))!;
  const id = service.ids.hex(32);
  const { definitionName, nodes } = await service.specs.of(tx, node.spec);
  const stream = await nameStream(service, tx, definitionName, id, nodeContainer(nodes!, node.idx));
  await renewTask(tx, task.id, id, stream);
};

interface EndedNode {
  readonly node: FoundJob;
  readonly task: TaskRow;
  readonly end: AttemptEnd;
  readonly stop: StopKind;
  readonly endings: Endings;
  /** Its host is gone. */
  readonly isLost: boolean;
}

/**
 * A node's end is its own (J-298); a main node's decides its job's attempt, and the others are stopped (J-296). A job
 * that is tried again waits for the last of them: the next attempt starts all nodes anew (J-297).
 */
export const endNode = async ({ log }: Surroundings, tx: Tx, e: EndedNode): Promise<void> => {
  const parent = (await jobBySeq(tx, e.node.parent))!;
  return e.node.role === MAIN ? endMain(log, tx, e, parent) : endOther(log, tx, e, parent);
};

/** The node leaves before others are stopped, and they before the job: each asks what is left of the attempt. */
const endMain = async (log: Log, tx: Tx, e: EndedNode, parent: FoundJob): Promise<void> => {
  const { ending, next } = e.end;
  await leave(log, tx, e, next === 'again');
  await stopNodes(tx, parent.seq, 'main-ended', MAIN_ENDED_REASON, true);
  if (next === 'again') return restartIfOver(log, tx, parent, e.endings);
  await e.endings.end(parent, jobEnd(ending, next === 'succeeded' && !isStopped(parent)));
};

const endOther = async (log: Log, tx: Tx, e: EndedNode, parent: FoundJob): Promise<void> => {
  await leave(log, tx, e, await isTriedAgain(tx, parent));
  // losing any node fails the job (E-170): its main node is stopped, with what became of the other's host
  if (e.isLost && e.stop === 'none')
    await stopNodes(tx, parent.seq, 'main-ended', e.end.ending.statusReason, false);
  return restartIfOver(log, tx, parent, e.endings);
};

/** FAILED is final (J-144): a node that is to run again is in line already, though its job waits for the last one. */
const leave = async (log: Log, tx: Tx, e: EndedNode, again: boolean): Promise<void> => {
  const { ending, next } = e.end;
  if (again) {
    await setRetried(tx, e.node, e.task.attempt, lastAttempt(ending));
    tellRetry(tx, log, e.node, e.task.attempt, ending);
  }
  // its host went before its turn to start came
  else if (isWaiting(stateOf(e.node.state)))
    await e.endings.end(e.node, { ...jobEnd(ending, false), event: 'withdrawn' });
  else await e.endings.end(e.node, jobEnd(ending, next === 'succeeded'));
};

/** Its main node is gone, and it neither ended with that nor was told to stop. */
const isTriedAgain = async (tx: Tx, parent: FoundJob): Promise<boolean> => {
  if (isFinal(stateOf(parent.state)) || isStopped(parent)) return false;
  return isOver(await mainTask(tx, parent.seq, parent.attempt));
};

const isOver = (task: TaskRow | undefined): task is TaskRow =>
  task !== undefined && taskStateOf(task.state) === 'over';

/** Once no node of the attempt is left: the job is in line again, or FAILED when it was told to stop meanwhile. */
const restartIfOver = async (log: Log, tx: Tx, parent: FoundJob, endings: Endings): Promise<void> => {
  if (isFinal(stateOf(parent.state)) || stateOf(parent.state) === 'RUNNABLE') return;
  const main = await mainTask(tx, parent.seq, parent.attempt);
  if (!isOver(main) || (await nodesAreLive(tx, parent.seq, parent.nodes))) return;
  const last = {
    stoppedAt: main.stopped_at!,
    startedAt: main.started_at,
    exitCode: main.exit_code,
    containerReason: main.reason,
  };
  if (isStopped(parent))
    return endings.end(parent, { ...last, event: 'attempt-failed', statusReason: parent.stop_reason });
  await setRetried(tx, parent, parent.attempt, last);
  const { exit_code: exitCode, status_reason: statusReason, reason } = main;
  tellRetry(tx, log, parent, parent.attempt, { exitCode, statusReason, reason });
  await resetNodes(tx, parent.seq);
};
