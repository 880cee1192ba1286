import { taskStateOf } from '../domain/task-state.ts';
import type { TaskReport } from '../engines/engine.ts';

/** A task that the store holds as live, as it is stored. */
export interface StoredTask {
  readonly id: string;
  /** Place in `TASK_STATES`. */
  readonly state: number;
  /** Of its instance. */
  readonly host: string;
  /** JSON of what its pod told of itself last. */
  readonly pod: string | null;
}

export interface Commands {
  /** What the engine knows of our tasks and the store does not, as if it had been reported just now. */
  readonly reports: readonly TaskReport[];
  /** Tasks that run as the store has it. */
  readonly runOn: readonly string[];
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
  const ours = new Map(stored.map((task) => [task.id, task]));
  const seen = new Map<string, TaskReport>();
  const commands = { reports: [], runOn: [], orders: [], absent: [], strays: [] } as Writable;
  for (const report of observed) {
    const { taskId, kind } = report;
    const task = ours.get(taskId);
    seen.set(taskId, report);
    if (task && isKnown(task, report)) commands.runOn.push(taskId);
    else if (kind !== 'waiting' || report.host !== undefined) commands.reports.push(report);
    if (!task && (kind === 'running' || kind === 'waiting')) commands.strays.push(taskId);
  }
  for (const { id, state } of stored) {
    const report = seen.get(id);
    const hasBegun = report && report.kind !== 'waiting';
    switch (taskStateOf(state)) {
      case 'intended':
        if (!report) commands.absent.push(id);
        else if (!hasBegun) commands.orders.push(id);
        break;
      case 'running':
        if (!hasBegun) commands.reports.push({ taskId: id, kind: 'lost', stoppedAt: at });
        break;
      case 'over':
        break;
    }
  }
  return commands;
};

type Writable = { -readonly [K in keyof Commands]: Commands[K] extends readonly (infer T)[] ? T[] : never };

const isKnown = ({ state, host, pod }: StoredTask, report: TaskReport): boolean =>
  report.kind === 'running' &&
  taskStateOf(state) === 'running' &&
  (report.host ?? host) === host &&
  (report.pod === undefined || JSON.stringify(report.pod) === pod);
