import { stateCode } from '../../domain/job-state.ts';
import { isNode } from '../../domain/node-roles.ts';
import { isStopped, stopOf } from '../../domain/stop-kinds.ts';
import { taskStateOf } from '../../domain/task-state.ts';
import type { Service } from '../../service/service.ts';
import { setRecalled } from '../../store/job-moves.ts';
import { jobBySeq, setStop } from '../../store/job-rows.ts';
import type { TaskRow } from '../../store/schema.ts';
import type { Tx } from '../../store/store.ts';
import { deleteTask, taskById } from '../../store/task-rows.ts';
import { undoTokens } from '../../store/token-rows.ts';
import { handOnRoom } from '../shares/note-use.ts';
import { Endings } from './endings.ts';
import { recallNode } from './nodes.ts';

/** Notes which tasks the engine was made to give back, none of which has begun or will: in the order given, of a line the last first. */
export const noteRecalled = async (service: Service, tx: Tx, ids: readonly string[]): Promise<void> => {
  for (const id of ids) {
    const task = await taskById(tx, id);
    if (!task || taskStateOf(task.state) !== 'intended') continue;
    if (isNode((await jobBySeq(tx, task.job))!)) await recallNode(service, tx, task);
    else await unplaceTask(service, tx, task);
  }
};

/**
 * The job is in line again and the attempt does not count. One that was told to stop meanwhile, or whose array was, ends
 * here: it would wait for ever.
 */
export const unplaceTask = async (service: Service, tx: Tx, task: TaskRow): Promise<void> => {
  const job = (await jobBySeq(tx, task.job))!;
  await handOnRoom(service, tx, task);
  await deleteTask(tx, task);
  if ((await setRecalled(tx, job, task.attempt - 1)) === 0) return;
  await undoTokens(tx, job);
  const kind = isStopped(job) ? job.stop_kind : job.parent_stop_kind;
  if (stopOf(kind) === 'none') return;
  const reason = job.stop_reason ?? job.parent_stop_reason ?? '';
  await setStop(tx, job.seq, kind, reason);
  const endings = new Endings(tx, service);
  // by a stop of its own from now on: it had not been shown as ended
  const recalled = { state: stateCode('RUNNABLE'), attempt: task.attempt - 1 };
  const waiting = { ...job, ...recalled, stop_kind: kind, stop_reason: reason };
  await endings.withdraw(waiting, service.clock.wall(), reason);
  await endings.finish();
};
