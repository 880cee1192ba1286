import type { AttemptEnding } from '../domain/attempt-end.ts';
import type { Began } from '../domain/deadline.ts';
import { MACHINE } from '../domain/host.ts';
import type { PodReport } from '../domain/pods/pod-report.ts';
import { deleteContainerStreams } from './container-streams.ts';
import type { Flag, TaskRow } from './schema.ts';
import type { Tx } from './store.ts';

/** An attempt that gets a place to run. Resources in the units of `TaskRow`. */
export interface NewTask {
  readonly id: string;
  readonly job: number;
  readonly attempt: number;
  readonly environment: number;
  readonly milliVcpus: number;
  readonly memoryMiB: number;
  readonly gpus: number;
  readonly logStream: string;
  readonly createdAt: number;
  readonly after: string | null;
  readonly instance: string;
  /** See `TaskRow`. */
  readonly held: Flag;
  readonly share: number;
  readonly placedAge: number | null;
  /** When it was created, by the other clock. */
  readonly steady: number;
  readonly bootId: string;
}

// OR FAIL, here and below: of a statement that writes one row there is nothing to undo, and SQLite keeps no journal for it and its triggers
const INSERT = `
  INSERT OR FAIL INTO tasks (id, job, attempt, environment, state, milli_vcpus, memory_mib, gpus, log_stream, created_at, after,
    instance, held, share, placed_age, started_steady, started_boot)
  VALUES (?, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

export const insertTask = (tx: Tx, t: NewTask): Promise<number> =>
  tx.run(INSERT, [
    t.id,
    t.job,
    t.attempt,
    t.environment,
    t.milliVcpus,
    t.memoryMiB,
    t.gpus,
    t.logStream,
    t.createdAt,
    t.after,
    t.instance,
    t.held,
    t.share,
    t.placedAge,
    t.steady,
    t.bootId,
  ]);

/** When each of these jobs, by their seqs, last got a place to run; those that never did are not in it. */
export const placedAt = async (tx: Tx, jobs: readonly number[]): Promise<ReadonlyMap<number, number>> => {
  if (jobs.length === 0) return new Map();
  // of the last attempt: the clock may have been set since the one before
  const rows = await tx.all<{ job: number; at: number }>(
    `SELECT job, created_at AS at, max(attempt) FROM tasks WHERE job IN (SELECT value FROM json_each(?)) GROUP BY job`,
    [JSON.stringify(jobs)],
  );
  return new Map(rows.map(({ job, at }) => [job, at]));
};

export const taskById = async (tx: Tx, id: string): Promise<TaskRow | undefined> =>
  (await tx.all<TaskRow>('SELECT * FROM tasks WHERE id = ?', [id]))[0];

/** One that stood in a line takes the room of the one ahead until the end of that is heard of: it stays behind it. */
export const setTaskRunning = (
  tx: Tx,
  id: string,
  startedAt: number,
  { wall, steady, bootId }: Began,
): Promise<number> =>
  tx.run(
    `UPDATE OR FAIL tasks SET state = 1, started_at = ?, started_wall = ?, started_steady = ?, started_boot = ?
      WHERE id = ?`,
    [startedAt, wall, steady, bootId, id],
  );

/** It has come to another instance than it was placed on. */
export const setTaskInstance = (tx: Tx, id: string, instance: string): Promise<number> =>
  tx.run('UPDATE tasks SET instance = ? WHERE id = ?', [instance, id]);

/** The task of a share that gets the room of this one, which has its room, once it ends. */
export const sharedBehind = async (
  tx: Tx,
  { id, after }: Pick<TaskRow, 'id' | 'after'>,
): Promise<string | undefined> => {
  if (after !== null) return undefined;
  const behind = 'SELECT id FROM tasks WHERE after = ? AND placed_age IS NOT NULL';
  return (await tx.all<{ id: string }>(behind, [id]))[0]?.id;
};

/** The host of a job's task that has not begun, or of one of its nodes'; undefined without one. */
export const hostOfIntended = async (tx: Tx, job: number, nodes: number): Promise<string | undefined> =>
  (
    await tx.all<{ host: string }>(
      `SELECT i.host FROM tasks t JOIN instances i ON i.id = t.instance
       WHERE t.job BETWEEN ? AND ? AND t.state = 0 LIMIT 1`,
      [job, job + nodes],
    )
  )[0]?.host;

/** The job whose room this one's next task takes once it ends, by seq; undefined where it stands in no line. */
export const standsBehind = async (tx: Tx, job: number): Promise<number | undefined> =>
  (
    await tx.all<{ job: number }>(
      'SELECT a.job FROM tasks t JOIN tasks a ON a.id = t.after WHERE t.job = ? AND t.state = 0',
      [job],
    )
  )[0]?.job;

/** What jobs of a queue hold that have their room, by shares; 0 of those without one. As many tasks as run are read. */
export const heldByShares = (
  tx: Tx,
  queue: number,
): Promise<{ readonly share: number; readonly milliVcpus: number }[]> =>
  tx.all(
    `SELECT t.share, sum(t.milli_vcpus) AS milliVcpus FROM tasks t CROSS JOIN jobs j ON j.seq = t.job
     WHERE t.state < 2 AND t.after IS NULL AND j.queue = ? GROUP BY t.share`,
    [queue],
  );

export const setPlacedAge = (tx: Tx, id: string, age: number): Promise<number> =>
  tx.run('UPDATE tasks SET placed_age = ? WHERE id = ?', [age, id]);

/**
 * Ends a task and gives its room to the one that waits for it; one that never had room hands on what it waited for. It is
 * held no longer: what is held is recalled without a trace when its job's main node goes.
 */
export const setTaskStopped = async (tx: Tx, id: string, end: AttemptEnding): Promise<void> => {
  await tx.run(
    'UPDATE OR FAIL tasks SET after = (SELECT t.after FROM tasks t WHERE t.id = ?) WHERE after = ?',
    [id, id],
  );
  await tx.run(
    `UPDATE OR FAIL tasks SET state = 2, started_at = ?, stopped_at = ?, exit_code = ?, reason = ?, status_reason = ?,
     after = NULL, held = 0 WHERE id = ?`,
    [end.startedAt, end.stoppedAt, end.exitCode, end.reason, end.statusReason, id],
  );
};

/** What a pod told of itself last. */
export const setTaskPod = (tx: Tx, id: string, pod: PodReport): Promise<number> =>
  tx.run('UPDATE OR FAIL tasks SET pod = ? WHERE id = ?', [JSON.stringify(pod), id]);

/** Recalls a task that never ran: it leaves no trace; the one behind it moves up. */
export const deleteTask = async (tx: Tx, task: TaskRow): Promise<void> => {
  await tx.run('UPDATE OR FAIL tasks SET after = ? WHERE after = ?', [task.after, task.id]);
  await deleteContainerStreams(tx, [task.id]);
  await tx.run('DELETE FROM tasks WHERE id = ?', [task.id]);
};

/** A task with the instance it is or was on. */
export interface PlacedTask extends TaskRow {
  /** 32 hex digits. */
  readonly container_instance: string;
  readonly instance_type: string;
}

/** Finished attempts of a job, oldest first; the current one comes last when it is not over. */
export const attemptsOf = async (tx: Tx, job: number): Promise<readonly PlacedTask[]> =>
  (await attemptsOfAll(tx, [job])).get(job) ?? [];

/** The same of several jobs, by their seqs; those without any are not in it. */
export const attemptsOfAll = async (
  tx: Tx,
  jobs: readonly number[],
): Promise<ReadonlyMap<number, readonly PlacedTask[]>> => {
  if (jobs.length === 0) return new Map();
  const tasks = await tx.all<PlacedTask>(
    `SELECT t.*, i.container_instance, i.type AS instance_type
     FROM json_each(?) k CROSS JOIN tasks t ON t.job = k.value CROSS JOIN instances i ON i.id = t.instance
     ORDER BY t.job, t.attempt`,
    // a multi-node job has its main node's, which may be asked for, too
    [JSON.stringify([...new Set(jobs)])],
  );
  return Map.groupBy(tasks, ({ job }) => job);
};

/** Tasks that are intended or running, with the job's stop. Bounded by what is active. */
export interface ActiveTask extends TaskRow {
  readonly stop_kind: number;
  readonly stop_reason: string | null;
  readonly spec: number;
  /** Of a node: its multi-node job, and what it is in it. */
  readonly parent: number;
  readonly role: number;
  /** Of its instance. */
  readonly host: string;
}

/** Of a task `t`, its job `j` and its instance `i`; what it has of jobs is what `running-changes.ts` follows. */
export const ACTIVE_TASK = `
  SELECT t.*, j.stop_kind, j.stop_reason, j.spec, j.parent, j.role, coalesce(i.host, '${MACHINE}') AS host`;

export const ACTIVE = `${ACTIVE_TASK}
  FROM tasks t CROSS JOIN jobs j ON j.seq = t.job LEFT JOIN instances i ON i.id = t.instance WHERE t.state < 2`;

export const activeTasks = (tx: Tx): Promise<ActiveTask[]> => tx.all<ActiveTask>(ACTIVE);
