import { stateCode } from '../domain/job-state.ts';
import { FOUND, type FoundJob } from './job-rows.ts';
import type { Tx } from './store.ts';

/*
 * An array's children by their states. The index leaves out the two states that most children are in, so that a start and an end
 * write no page of it for them: of these the array's rows are walked, which follow each other and are 10,000 at the most.
 */
const RUNNABLE = stateCode('RUNNABLE');
const SUCCEEDED = stateCode('SUCCEEDED');
const isWalked = (state: number): boolean => state === RUNNABLE || state === SUCCEEDED;

/** As the index has it, for SQLite chooses a partial index by the text of its condition. */
export const CHILD = 'parent > 0 AND state NOT IN (2, 5)';

/** The rows of an array's children, or a multi-node job's nodes, behind the seq `after`. Both are given as SQL. */
export const partsOfSql = (parent: string, after = parent): string =>
  `seq BETWEEN ${after} + 1 AND ${parent} + (SELECT max(size, nodes) FROM jobs WHERE seq = ${parent})`;

/** The seqs of the children of `:parent` in one state, behind the seq `after`; to be ordered by it. */
export const childSeqsSql = (state: number, after = ':parent'): string =>
  isWalked(state)
    ? `SELECT seq FROM jobs WHERE ${partsOfSql(':parent', after)} AND state = ${state}`
    : `SELECT seq FROM jobs WHERE parent = :parent AND ${CHILD} AND state = ${state} AND seq > ${after}`;

const COUNT = `SELECT state, count(*) AS n FROM jobs WHERE parent = ? AND ${CHILD} AND state < 5 GROUP BY state`;
const PARENT = 'SELECT size, live, failed FROM jobs WHERE seq = ?';

/** How many children of an array are in each state: those that ended it counts itself. */
export const childrenByState = async (tx: Tx, parent: number): Promise<Map<number, number>> => {
  const [sums] = await tx.all<{ size: number; live: number; failed: number }>(PARENT, [parent]);
  if (!sums) return new Map();
  const rows = await tx.all<{ state: number; n: number }>(COUNT, [parent]);
  const { size, live, failed } = sums;
  const some = new Map(rows.map(({ state, n }) => [state, n]));
  some.set(RUNNABLE, live - rows.reduce((sum, { n }) => sum + n, 0));
  some.set(SUCCEEDED, size - live - failed);
  some.set(stateCode('FAILED'), failed);
  return new Map([...some].filter(([, n]) => n > 0));
};

/** Of these states. */
export const childrenSql = (states: readonly number[]): string =>
  `SELECT ${FOUND} WHERE j.seq IN (SELECT seq FROM (${states
    .map((state) => childSeqsSql(state, 'max(:parent, :after)'))
    .join(' UNION ALL ')} ORDER BY seq LIMIT :limit)) ORDER BY j.seq`;

/** A page of an array's children in any of these states, by index. */
export const listChildren = (
  tx: Tx,
  parent: number,
  states: readonly number[],
  after: number,
  limit: number,
): Promise<FoundJob[]> => tx.all<FoundJob>(childrenSql(states), { parent, after, limit });

const WAITING = `${childSeqsSql(stateCode('PENDING'))} UNION ALL ${childSeqsSql(RUNNABLE)} LIMIT :limit`;

/** Children of an array that have not reached STARTING. */
export const waitingChildren = async (tx: Tx, parent: number, limit: number): Promise<number[]> =>
  seqs(await tx.all(WAITING, { parent, limit }));

const DOOMED = `${childSeqsSql(stateCode('PENDING'))} AND unmet < 0 LIMIT :limit`;

/** Children that can never run: what they waited for, index by index, had failed before. */
export const doomedChildren = async (tx: Tx, parent: number, limit: number): Promise<number[]> =>
  seqs(await tx.all(DOOMED, { parent, limit }));

const seqs = (rows: readonly { seq: number }[]): number[] => rows.map(({ seq }) => seq);
