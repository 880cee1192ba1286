import type { AgeMark } from '../domain/retention-age.ts';
import { deleteContainerStreams } from './container-streams.ts';
import { type Counted, countRows } from './queue-counts.ts';
import type { RemovalRow } from './schema.ts';
import type { SqlValue, Tx } from './store.ts';
import { dropTags } from './tag-rows.ts';
import { deleteDemands } from './token-rows.ts';

export const readAge = async (tx: Tx): Promise<AgeMark> =>
  (await tx.all<AgeMark>('SELECT age, wall, steady, boot FROM ages'))[0]!;

export const writeAge = (tx: Tx, mark: AgeMark): Promise<number> =>
  tx.run('UPDATE ages SET age = ?, wall = ?, steady = ?, boot = ?', [
    mark.age,
    mark.wall,
    mark.steady,
    mark.boot,
  ]);

const DUE = `
  SELECT seq FROM jobs j WHERE parent = 0 AND ended_age <= ?
    AND seq <= (SELECT coalesce(min(up_to), ${Number.MAX_SAFE_INTEGER}) FROM told_jobs)
    AND NOT EXISTS (SELECT 1 FROM settled s WHERE s.job BETWEEN j.seq AND j.seq + j.size + j.nodes)
    AND NOT EXISTS (SELECT 1 FROM sweeps w WHERE w.target = j.seq AND w.kind <> 'queue')
    AND (j.nodes = 0 OR NOT EXISTS (
      SELECT 1 FROM tasks t WHERE t.state < 2 AND t.job BETWEEN j.seq + 1 AND j.seq + j.nodes))
  ORDER BY ended_age LIMIT ?`;

/**
 * Plain jobs and parents that ended at `age` or before, whose submission is recorded, and whose end nobody has still to be told of. A multi-node job
 * stays until its last node has gone.
 */
export const dueJobs = async (tx: Tx, age: number, limit: number): Promise<number[]> =>
  (await tx.all<{ seq: number }>(DUE, [age, limit])).map((row) => row.seq);

/** Takes jobs out of sight: their rows go, and with a parent's all that is reached through it; the rest is noted. */
export const hideJobs = async (tx: Tx, jobs: readonly number[]): Promise<void> => {
  const list = [JSON.stringify(jobs)];
  const these = 'IN (SELECT value FROM json_each(?))';
  await tx.run(
    `INSERT INTO removals (first, last, spec) SELECT seq, seq + size + nodes, spec FROM jobs WHERE seq ${these}`,
    list,
  );
  await tx.run(`DELETE FROM edges WHERE dependent ${these}`, list);
  await deleteCounted(tx, `seq ${these}`, list);
  await dropTags(tx, 'job', jobs);
  await deleteDemands(tx, jobs);
};

/** The counts go with the rows. Resolves to the specs that those had. */
const deleteCounted = async (tx: Tx, where: string, params: readonly SqlValue[]): Promise<Set<number>> => {
  const gone = await tx.all<Counted & { readonly spec: number }>(
    `DELETE FROM jobs WHERE ${where} RETURNING queue, state, size, role, spec`,
    params,
  );
  for (const row of gone) countRows(tx, row, -1);
  return new Set(gone.map(({ spec }) => spec));
};

/** What is being removed, oldest first. */
export const removals = (tx: Tx, limit: number): Promise<RemovalRow[]> =>
  tx.all<RemovalRow>('SELECT * FROM removals ORDER BY seq LIMIT ?', [limit]);

/** Ids of the tasks of jobs `first` to `last`. */
export const tasksBetween = async (tx: Tx, first: number, last: number, limit: number): Promise<string[]> =>
  (
    await tx.all<{ id: string }>('SELECT id FROM tasks WHERE job BETWEEN ? AND ? LIMIT ?', [
      first,
      last,
      limit,
    ])
  ).map((row) => row.id);

/** Deletes tasks, and with them terminated instances that have no other. */
export const deleteTasks = async (tx: Tx, ids: readonly string[]): Promise<void> => {
  const these = 'IN (SELECT value FROM json_each(?))';
  const rows = await tx.all<{ instance: string }>(`SELECT DISTINCT instance FROM tasks WHERE id ${these}`, [
    JSON.stringify(ids),
  ]);
  await deleteContainerStreams(tx, ids);
  await tx.run(`DELETE FROM tasks WHERE id ${these}`, [JSON.stringify(ids)]);
  await tx.run(
    `DELETE FROM instances WHERE id ${these} AND state = 2
     AND NOT EXISTS (SELECT 1 FROM tasks t WHERE t.instance = instances.id)`,
    [JSON.stringify(rows.map((row) => row.instance))],
  );
};

/** Removes what is left of jobs `first` to `last` beside their tasks; resolves to their specs. */
export const deleteJobsBetween = async (tx: Tx, first: number, last: number): Promise<Set<number>> => {
  await tx.run('DELETE FROM edges WHERE target BETWEEN ? AND ?', [first, last]);
  return deleteCounted(tx, 'seq BETWEEN ? AND ?', [first, last]);
};

export const moveRemoval = (tx: Tx, seq: number, first: number): Promise<number> =>
  tx.run('UPDATE removals SET first = ? WHERE seq = ?', [first, seq]);

export const deleteRemoval = (tx: Tx, seq: number): Promise<number> =>
  tx.run('DELETE FROM removals WHERE seq = ?', [seq]);

const DELETE_SPEC = `
  DELETE FROM specs WHERE id = ? AND NOT EXISTS (SELECT 1 FROM jobs WHERE spec = ? AND parent = 0)`;

/** Deletes a spec that no job has any more; resolves to whether it did. */
export const deleteUnusedSpec = async (tx: Tx, id: number): Promise<boolean> =>
  (await tx.run(DELETE_SPEC, [id, id])) > 0;

/** Deletes a spec that children of one array alone have had, and none of `first` to `last` has any more. */
export const deleteSpecOfChildren = (tx: Tx, id: number, first: number, last: number): Promise<number> =>
  tx.run(
    'DELETE FROM specs WHERE id = ? AND NOT EXISTS (SELECT 1 FROM jobs WHERE seq BETWEEN ? AND ? AND spec = ?)',
    [id, first, last, id],
  );

/** Deletes instances that were terminated at `age` or before and had no task; resolves to how many. */
export const deleteUnusedInstances = (tx: Tx, age: number, limit: number): Promise<number> =>
  tx.run(
    'DELETE FROM instances WHERE id IN (SELECT id FROM instances WHERE unused_age <= ? ORDER BY unused_age LIMIT ?)',
    [age, limit],
  );
