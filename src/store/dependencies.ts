import { stateCode } from '../domain/job-state.ts';
import { move } from './moves.ts';
import { countMove } from './queue-counts.ts';
import type { SettledRow } from './schema.ts';
import type { Tx } from './store.ts';

/** How a dependent waits: for the whole of its target, child by child, or its own children in turn. */
export const WHOLE = 0;
export const PAIRWISE = 1;
export const SEQUENTIAL = 2;

/** The bit that an edge of each kind sets in its target's `watched`. */
const BIT = [1, 2, 4] as const;
export const watchedBit = (kind: 0 | 1 | 2): number => BIT[kind];

/** Whether somebody waits for a job, in whatever way; `watched`: see `JobRow`. */
export const isWatched = (watched: number): boolean => watched !== 0;
export const isWatchedAsWhole = (watched: number): boolean => (watched & BIT[WHOLE]) !== 0;
/** For its children, one by one. */
export const isWatchedByChild = (watched: number): boolean =>
  (watched & (BIT[PAIRWISE] | BIT[SEQUENTIAL])) !== 0;

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

/** How far the work on an end is. `after`: the seq of the last dependent that was told. */
export type SettledPlace =
  /** Those are told that wait child by child, for a child. */
  | { readonly kind: 'children'; readonly after: number }
  /** Those that wait for the whole of the job. */
  | { readonly kind: 'whole'; readonly after: number }
  /** Of those an array, of whose children so many were told. */
  | { readonly kind: 'array'; readonly dependent: number; readonly done: number }
  /** All are told: its edges go. */
  | { readonly kind: 'edges' };

/** See `SettledRow` for the numbers. */
export const placeOf = ({ phase, cursor_dependent, cursor_child }: SettledRow): SettledPlace => {
  if (phase === 0) return { kind: 'children', after: cursor_dependent };
  if (phase === 2) return { kind: 'edges' };
  return cursor_child > 0
    ? { kind: 'array', dependent: cursor_dependent, done: cursor_child }
    : { kind: 'whole', after: cursor_dependent };
};

const cursorsOf = (place: SettledPlace): [phase: number, dependent: number, child: number] => {
  switch (place.kind) {
    case 'children':
      return [0, place.after, 0];
    case 'whole':
      return [1, place.after, 0];
    case 'array':
      return [1, place.dependent, place.done];
    case 'edges':
      return [2, 0, 0];
  }
};

export const moveSettled = (tx: Tx, seq: number, to: SettledPlace): Promise<number> =>
  tx.run('UPDATE settled SET phase = ?, cursor_dependent = ?, cursor_child = ? WHERE seq = ?', [
    ...cursorsOf(to),
    seq,
  ]);

export const deleteSettled = (tx: Tx, seq: number): Promise<number> =>
  tx.run('DELETE FROM settled WHERE seq = ?', [seq]);

/** Who waits, and of an array how many children. */
export interface Waiter {
  readonly dependent: number;
  readonly size: number;
}

/** Who waits for `target` in the way of `kind`, of those with a seq above `after` and below `before`. */
export const waitersOn = (
  tx: Tx,
  target: number,
  kind: 0 | 1 | 2,
  after: number,
  before: number,
  limit: number,
): Promise<Waiter[]> =>
  tx.all<Waiter>(
    `SELECT e.dependent, coalesce(j.size, 0) AS size FROM edges e LEFT JOIN jobs j ON j.seq = e.dependent
     WHERE e.target = ? AND e.dependent > ? AND e.dependent < ? AND e.kind = ? ORDER BY e.dependent LIMIT ?`,
    [target, after, before, kind, limit],
  );

const DELETE_EDGES = `
  DELETE FROM edges WHERE (target, dependent, kind) IN (
    SELECT target, dependent, kind FROM edges WHERE target = ? AND dependent < ? LIMIT ?)`;

/** The whole job is over and worked off: nobody asks for its edges again. Resolves to how many went. */
export const deleteEdgesOn = (tx: Tx, target: number, before: number, limit: number): Promise<number> =>
  tx.run(DELETE_EDGES, [target, before, limit]);

/**
 * The first jobs that one waits for and that are not over. `dependent` is the job, or a child's parent; `idx` the child's
 * index, -1 for a plain job: of a paired array that is the child of the same index, of its own the one before.
 */
export const waitsFor = (tx: Tx, dependent: number, idx: number, limit: number): Promise<WaitedFor[]> =>
  tx.all<WaitedFor>(
    `SELECT e.kind, w.seq FROM edges e
     JOIN jobs w ON w.seq = e.target + CASE e.kind WHEN ${WHOLE} THEN 0 WHEN ${PAIRWISE} THEN 1 + ? ELSE ? END
     WHERE e.dependent = ? AND w.state < 5 AND NOT (e.kind = ${SEQUENTIAL} AND ? = 0) ORDER BY e.target LIMIT ?`,
    [idx, idx, dependent, idx, limit],
  );

export interface WaitedFor {
  readonly kind: number;
  readonly seq: number;
}

const MET = move('dependencies-met');
const MET_FROM = stateCode('PENDING');
const MEET = `
  UPDATE jobs SET unmet = unmet - 1,
    state = CASE WHEN unmet = 1 AND ${MET.from} AND size = 0 THEN ${MET.to} ELSE state END
  WHERE seq IN (SELECT value FROM json_each(?)) AND state < 2 AND unmet > 0
  RETURNING queue, state`;

/** One dependency of each of these jobs is met; the last one met makes it RUNNABLE (J-134). */
export const meetDependency = async (tx: Tx, jobs: readonly number[]): Promise<void> => {
  const met = await tx.all<{ queue: number; state: number }>(MEET, [JSON.stringify(jobs)]);
  for (const { queue, state } of met)
    if (state === MET.to) countMove(tx, { queue, state: MET_FROM, size: 0, role: 0 }, state);
};
