import { taskStateOf } from '../domain/task-state.ts';
import type { TaskReport } from '../engines/engine.ts';

/** A task that the store holds as live; `state` as it is stored. */
export interface StoredTask {
  readonly id: string;
  /** Place in `TASK_STATES`. */
  readonly state: number;
}

export interface Commands {
  /** What the engine knows of our tasks, as if it had reported it just now. */
  readonly reports: readonly TaskReport[];
  /** Intended tasks that the engine says wait to begin: it took their orders, but may not have carried them out. */
  readonly orders: readonly string[];
  /**
   * Intended tasks that the engine has nothing of: the order never came, or was recalled when the server died before
   * it could note so. Such a task may never start: it is recalled, and its job gets another.
   */
  readonly absent: readonly string[];
  /** Tasks that run although the store has no use for them. */
  readonly strays: readonly string[];
}

/**
 * Compares what is stored with what is observed. `stored` must have been read before `observed` was: then a
 * running task that the engine does not know, or has only an order for, is lost indeed, for nothing is forgotten before its end is stored.
 * `at`: wall milliseconds, the time of what is found lost.
 */
export const reconcile = (
  stored: readonly StoredTask[],
  observed: readonly TaskReport[],
  at: number,
): Commands => {
  const seen = new Map(observed.map((report) => [report.taskId, report]));
  const ours = new Set(stored.map((task) => task.id));
  const reports: TaskReport[] = observed.filter(
    (report) => report.kind !== 'waiting' || report.host !== undefined,
  );
  const orders: string[] = [];
  const absent: string[] = [];
  for (const task of stored) {
    const report = seen.get(task.id);
    const hasBegun = report && report.kind !== 'waiting';
    switch (taskStateOf(task.state)) {
      case 'intended':
        if (!report) absent.push(task.id);
        else if (!hasBegun) orders.push(task.id);
        break;
      case 'running':
        if (!hasBegun) reports.push({ taskId: task.id, kind: 'lost', stoppedAt: at });
        break;
      case 'over':
        break;
    }
  }
  const strays = observed
    .filter((report) => !ours.has(report.taskId) && (report.kind === 'running' || report.kind === 'waiting'))
    .map((report) => report.taskId);
  return { reports, orders, absent, strays };
};
