import type { EdgeRow, SettledRow } from './schema.ts';
import type { Tx } from './store.ts';

/** How a dependent waits: for the whole of its target, child by child, or its own children in turn. */
export const WHOLE = 0;
export const PAIRWISE = 1;
export const SEQUENTIAL = 2;

/** The bit that an edge of each kind sets in its target's `watched`. */
const BIT = [1, 2, 4] as const;
export const watchedBit = (kind: 0 | 1 | 2): number => BIT[kind];

export const insertEdge = async (
  tx: Tx,
  target: number,
  dependent: number,
  kind: 0 | 1 | 2,
): Promise<void> => {
  await tx.run('INSERT OR IGNORE INTO edges (target, dependent, kind) VALUES (?, ?, ?)', [
    target,
    dependent,
    kind,
  ]);
  await tx.run('UPDATE jobs SET watched = watched | ? WHERE seq = ?', [BIT[kind], target]);
};

/** Records that a job ended, for its dependents that exist by now. */
export const insertSettled = (tx: Tx, job: number, ok: boolean): Promise<number> =>
  tx.run('INSERT INTO settled (job, ok, before_seq) SELECT ?, ?, coalesce(max(seq), 0) + 1 FROM jobs', [
    job,
    ok ? 1 : 0,
  ]);

/** The same for many failed children at once. */
export const insertManySettled = (tx: Tx, jobs: readonly number[]): Promise<number> =>
  tx.run(
    `INSERT INTO settled (job, ok, before_seq)
     SELECT value, 0, (SELECT coalesce(max(seq), 0) + 1 FROM jobs) FROM json_each(?)`,
    [JSON.stringify(jobs)],
  );

export const firstSettled = async (tx: Tx): Promise<SettledRow | undefined> =>
  (await tx.all<SettledRow>('SELECT * FROM settled ORDER BY seq LIMIT 1'))[0];

export const moveSettled = (tx: Tx, seq: number, dependent: number, child: number): Promise<number> =>
  tx.run('UPDATE settled SET cursor_dependent = ?, cursor_child = ? WHERE seq = ?', [dependent, child, seq]);

export const deleteSettled = (tx: Tx, seq: number): Promise<number> =>
  tx.run('DELETE FROM settled WHERE seq = ?', [seq]);

/** Edges on `target` of one kind, of dependents with a seq above `after` and below `before`. */
export const edgesOn = (
  tx: Tx,
  target: number,
  kind: 0 | 1 | 2,
  after: number,
  before: number,
  limit: number,
): Promise<EdgeRow[]> =>
  tx.all<EdgeRow>(
    `SELECT target, dependent, kind FROM edges
     WHERE target = ? AND dependent > ? AND dependent < ? AND kind = ? ORDER BY dependent LIMIT ?`,
    [target, after, before, kind, limit],
  );

/** The whole job is over and worked off: nobody asks for its edges again. */
export const deleteEdgesOn = (tx: Tx, target: number, before: number): Promise<number> =>
  tx.run('DELETE FROM edges WHERE target = ? AND dependent < ?', [target, before]);

/** What a job still waits for, oldest first: for telling people why. */
export const waitsFor = (tx: Tx, dependent: number, limit: number): Promise<WaitedFor[]> =>
  tx.all<WaitedFor>(
    `SELECT e.kind, t.state, t.idx, coalesce(t.id, p.id) AS id FROM edges e
     JOIN jobs t ON t.seq = e.target LEFT JOIN jobs p ON p.seq = t.parent AND t.parent > 0
     WHERE e.dependent = ? AND t.state < 5 ORDER BY e.target LIMIT ?`,
    [dependent, limit],
  );

export interface WaitedFor {
  readonly kind: number;
  readonly state: number;
  readonly idx: number;
  readonly id: string;
}

const MEET = `
  UPDATE jobs SET unmet = unmet - 1, state = CASE WHEN unmet = 1 AND state = 1 AND size = 0 THEN 2 ELSE state END
  WHERE seq IN (SELECT value FROM json_each(?)) AND state < 2 AND unmet > 0`;

/** One dependency of each of these jobs is met; the last one met makes it RUNNABLE (J-134). */
export const meetDependency = (tx: Tx, jobs: readonly number[]): Promise<number> =>
  tx.run(MEET, [JSON.stringify(jobs)]);
