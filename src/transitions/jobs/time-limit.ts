import { elapsedSince } from '../../domain/deadline.ts';
import { MAIN, OTHER } from '../../domain/node-roles.ts';
import { isStopped, stopCode, TIMEOUT_REASON } from '../../domain/stop-kinds.ts';
import { taskStateOf } from '../../domain/task-state.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Service } from '../../service/service.ts';
import { setStop } from '../../store/job-rows.ts';
import { stopNodes } from '../../store/node-rows.ts';
import type { Tx } from '../../store/store.ts';
import type { ActiveTask } from '../../store/task-rows.ts';

/**
 * Marks the jobs whose attempt has run for longer than it may (J-206, J-207), by the steady clock from the attempt's
 * start. Resolves to the tasks that are to stop.
 */
export const enforceTimeouts = async (
  { clock, specs }: Service,
  tx: Tx,
  active: Iterable<ActiveTask>,
): Promise<string[]> => {
  const late: string[] = [];
  for (const task of active) {
    if (!mayTimeOut(task)) continue;
    const seconds = (await specs.of(tx, task.spec)).timeout?.attemptDurationSeconds;
    if (seconds === undefined || !isOver(clock, task, seconds * 1000)) continue;
    await setStop(tx, task.job, stopCode('timeout'), TIMEOUT_REASON);
    if (task.role === MAIN) {
      await setStop(tx, task.parent, stopCode('timeout'), TIMEOUT_REASON);
      await stopNodes(tx, task.parent, 'timeout', TIMEOUT_REASON, true);
    }
    late.push(task.id);
  }
  return late;
};

/** One that runs and was not told to stop; a multi-node job's limit is its main node's (J-208). */
export const mayTimeOut = (task: ActiveTask): boolean =>
  taskStateOf(task.state) === 'running' && !isStopped(task) && task.role !== OTHER;

const isOver = (clock: Clock, task: ActiveTask, milliseconds: number): boolean => {
  const wall = task.started_wall ?? task.started_at!;
  const began = { wall, steady: task.started_steady!, bootId: task.started_boot! };
  return elapsedSince(clock, began, milliseconds) >= milliseconds;
};
