import { stateCode } from '../domain/job-state.ts';
import { MAIN, OTHER } from '../domain/node-roles.ts';
import { overruledBy, type StopKind, stopCode } from '../domain/stop-kinds.ts';
import { partsOfSql } from './child-rows.ts';
import { deleteContainerStreams } from './container-streams.ts';
import { move } from './moves.ts';
import type { JobRow, TaskRow } from './schema.ts';
import type { Tx } from './store.ts';

/*
 * A node's row is there from the submission on, admitted with it and with shape 0, which the scheduler does not look for:
 * it is placed with its job, never by itself. What it shows while its job waits is its job's business.
 */
const ADMITTED = move('admitted');
const INSERT_NODES = `
  INSERT INTO jobs (seq, rank, parent, idx, queue, spec, shape, state, role, created_at)
  WITH RECURSIVE n (i, size) AS (SELECT 0, ? UNION ALL SELECT i + 1, size FROM n WHERE i < size - 1)
  SELECT j.seq + 1 + i, j.rank + 1 + i, j.seq, i, j.queue, j.spec, 0, ${ADMITTED.to}, CASE WHEN i = ? THEN ${MAIN} ELSE ${OTHER} END, j.created_at
  FROM jobs j CROSS JOIN n WHERE j.seq = ?`;

/** Inserts the nodes of the job at `seq`: node i at seq + 1 + i. */
export const insertNodes = async (tx: Tx, seq: number, numNodes: number, mainNode: number): Promise<void> => {
  await tx.run('UPDATE jobs SET nodes = ? WHERE seq = ?', [numNodes, seq]);
  await tx.run(INSERT_NODES, [numNodes, mainNode, seq]);
};

/** Nodes that are to start now: a main node at once, the others once it runs (J-295). */
export const nodesToStart = (tx: Tx): Promise<TaskRow[]> =>
  tx.all<TaskRow>(
    `SELECT t.* FROM tasks t JOIN jobs n ON n.seq = t.job JOIN jobs p ON p.seq = n.parent
     WHERE t.held = 1 AND (n.role = ${MAIN} OR p.state = ${stateCode('RUNNING')}) ORDER BY t.job`,
  );

const PLACED = move('placed');
const PLACE = `UPDATE jobs SET state = ${PLACED.to}, attempt = ? WHERE seq = ? AND ${PLACED.from}`;

/** The node's task may start: it is held no longer. A node whose task got another id is STARTING already. */
export const setNodeStarting = async (tx: Tx, task: TaskRow): Promise<void> => {
  await tx.run('UPDATE tasks SET held = 0 WHERE id = ?', [task.id]);
  await tx.run(PLACE, [task.attempt, task.job]);
};

/** A task that an engine has nothing of is held again under another id: the old one may never start. */
export const renewTask = async (tx: Tx, id: string, newId: string, logStream: string): Promise<void> => {
  await deleteContainerStreams(tx, [id]);
  await tx.run('UPDATE tasks SET id = ?, log_stream = ?, held = 1 WHERE id = ?', [newId, logStream, id]);
};

const HELD_OTHERS = `SELECT seq FROM jobs WHERE ${partsOfSql(':parent')} AND role = ${OTHER}
  AND EXISTS (SELECT 1 FROM tasks t WHERE t.job = jobs.seq AND t.held = 1)`;

const RECALLED = move('recalled');
/* Without the attempt that it has no part in now. */
const RECALL = `
  UPDATE jobs SET state = ${RECALLED.to},
    attempt = (SELECT coalesce(max(t.attempt), 0) FROM tasks t WHERE t.job = jobs.seq AND t.state = 2)
  WHERE seq IN (SELECT value FROM json_each(?)) AND ${RECALLED.from}`;

export const setNodesRecalled = (tx: Tx, nodes: readonly number[]): Promise<number> =>
  tx.run(RECALL, [JSON.stringify(nodes)]);

/** Tasks of a job's nodes that have not begun. */
export const intendedNodes = (tx: Tx, parent: number, numNodes: number): Promise<TaskRow[]> =>
  tx.all<TaskRow>('SELECT * FROM tasks WHERE job BETWEEN ? AND ? AND state = 0 ORDER BY job', [
    parent + 1,
    parent + numNodes,
  ]);

/** Stops the nodes of a job, its main node too unless `others`; what has not been started never will be. */
export const stopNodes = async (
  tx: Tx,
  parent: number,
  kind: StopKind,
  reason: string,
  others: boolean,
): Promise<void> => {
  const held = (await tx.all<{ seq: number }>(HELD_OTHERS, { parent })).map((row) => row.seq);
  if (held.length > 0) {
    await tx.run('DELETE FROM tasks WHERE held = 1 AND job IN (SELECT value FROM json_each(?))', [
      JSON.stringify(held),
    ]);
    await setNodesRecalled(tx, held);
  }
  // what somebody asked for is shown from then on, by a node that waits too (J-265)
  const first = stateCode(kind === 'terminate' ? 'RUNNABLE' : 'STARTING');
  await tx.run(
    `UPDATE jobs SET stop_kind = :kind, stop_reason = :reason
      WHERE ${partsOfSql(':parent')} AND state BETWEEN :first AND 4 AND role >= :role
      AND stop_kind IN (SELECT value FROM json_each(:overruled))`,
    {
      kind: stopCode(kind),
      reason,
      parent,
      first,
      role: others ? OTHER : MAIN,
      overruled: JSON.stringify(overruledBy(kind)),
    },
  );
};

const WITHDRAWN = move('withdrawn');
const END_WAITING = `
  UPDATE jobs SET state = ${WITHDRAWN.to}, stopped_at = coalesce(stopped_at, :at), stop_kind = coalesce(:kind, stop_kind),
    stop_reason = coalesce(:told, stop_reason), status_reason = coalesce(:told, stop_reason, :reason)
  WHERE ${partsOfSql(':parent')} AND ${WITHDRAWN.from}`;

/** Nodes that wait end with their job: by its stop, if it has one (J-265, J-268), or else for this reason. */
export const endWaitingNodes = (
  tx: Tx,
  job: Pick<JobRow, 'seq' | 'stop_kind' | 'stop_reason'>,
  at: number,
  reason: string,
): Promise<number> => {
  const [kind, told] = job.stop_kind > 0 ? [job.stop_kind, job.stop_reason] : [null, null];
  return tx.run(END_WAITING, { at, kind, told, reason, parent: job.seq });
};

const RETRIED = move('job-retried');
const RESET = `
  UPDATE jobs SET state = ${RETRIED.to}, status_reason = NULL, stop_kind = 0, stop_reason = NULL, ended_age = NULL,
    stopped_at = CASE attempt WHEN 0 THEN NULL ELSE stopped_at END
  WHERE ${partsOfSql(':parent')} AND ${RETRIED.from}`;

/** All nodes wait again: the next attempt restarts them all (J-297). What is kept of their last one: see `LastAttempt`. */
export const resetNodes = (tx: Tx, parent: number): Promise<number> => tx.run(RESET, { parent });

/** Whether a node of the job has a task that is not over. */
export const nodesAreLive = async (tx: Tx, parent: number, numNodes: number): Promise<boolean> =>
  (
    await tx.all('SELECT 1 FROM tasks WHERE job BETWEEN ? AND ? AND state < 2 LIMIT 1', [
      parent + 1,
      parent + numNodes,
    ])
  ).length > 0;

/** The main node's task of an attempt. */
export const mainTask = async (tx: Tx, parent: number, attempt: number): Promise<TaskRow | undefined> =>
  (
    await tx.all<TaskRow>(
      `SELECT * FROM tasks WHERE attempt = :attempt
       AND job = (SELECT seq FROM jobs WHERE ${partsOfSql(':parent')} AND role = ${MAIN})`,
      { parent, attempt },
    )
  )[0];
