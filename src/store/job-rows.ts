import type { JobId } from '../domain/job-id.ts';
import { FIRST_STATE } from '../domain/job-life.ts';
import { childSeq } from '../domain/job-seq.ts';
import { stateCode } from '../domain/job-state.ts';
import { move } from './moves.ts';
import { countRows } from './queue-counts.ts';
import type { Flag, JobRow } from './schema.ts';
import type { SqlValue, Tx } from './store.ts';

/** A job's row with what its id and name are made from. */
export interface FoundJob extends JobRow {
  /** The parent's id; null unless it is a child. */
  parent_id: string | null;
  /** The parent's name, for a child. */
  parent_name: string | null;
  /** A stop asked of the whole array. */
  parent_stop_kind: number;
  parent_stop_reason: string | null;
  parent_size: number;
  parent_nodes: number;
  /** -1 for a job without a parent. */
  parent_state: number;
  parent_watched: number;
  /** The seq of its share, of a node its job's; 0 in a queue that is not shared. */
  share: number;
  /** Whether it asks for tokens, a child for itself; 0 of a node, for which its job does. */
  asks_tokens: Flag;
}

export const FOUND = `
  j.*, p.id AS parent_id, p.name AS parent_name, p.size AS parent_size,
  coalesce(p.nodes, 0) AS parent_nodes, coalesce(p.state, -1) AS parent_state,
  coalesce(p.stop_kind, 0) AS parent_stop_kind, p.stop_reason AS parent_stop_reason,
  coalesce(p.watched, 0) AS parent_watched, coalesce(nullif(j.job_group, 0), p.job_group, 0) AS share,
  CASE j.role WHEN 0 THEN coalesce(p.consumes, j.consumes) ELSE 0 END AS asks_tokens
  FROM jobs j LEFT JOIN jobs p ON p.seq = j.parent AND j.parent > 0`;

const BY_ID = `SELECT ${FOUND} WHERE j.id = ?`;
const CHILD_SEARCH = `SELECT seq, nodes FROM jobs WHERE id = ?`;
const BY_SEQ = `SELECT ${FOUND} WHERE j.seq = ?`;
const JOBS_OF = `SELECT ${FOUND} WHERE j.seq IN (SELECT value FROM json_each(?))`;

export const findJob = async (tx: Tx, id: JobId): Promise<FoundJob | undefined> => {
  const number = id.index ?? id.node;
  if (number === undefined) return (await tx.all<FoundJob>(BY_ID, [id.uuid]))[0];
  const [parent] = await tx.all<{ seq: number; nodes: number }>(CHILD_SEARCH, [id.uuid]);
  if (!parent || parent.nodes > 0 !== (id.node !== undefined)) return undefined;
  const child = await jobBySeq(tx, childSeq(parent.seq, number));
  return child?.parent === parent.seq ? child : undefined;
};

export const jobBySeq = async (tx: Tx, seq: number): Promise<FoundJob | undefined> =>
  (await tx.all<FoundJob>(BY_SEQ, [seq]))[0];

const BY_IDS = `SELECT ${FOUND} WHERE j.id IN (SELECT value FROM json_each(?))`;

/** Jobs in the order of their ids, without those that are not there: two reads, however many they are. */
export const findJobs = async (tx: Tx, ids: readonly JobId[]): Promise<FoundJob[]> => {
  const uuids = [...new Set(ids.map(({ uuid }) => uuid))];
  const wholes = new Map(
    (await tx.all<FoundJob>(BY_IDS, [JSON.stringify(uuids)])).map((job) => [job.id, job]),
  );
  const seqs = ids.map((id) => seqIn(wholes.get(id.uuid), id));
  const asked = seqs.filter((seq) => seq !== undefined);
  const parts = new Map((asked.length > 0 ? await jobsOf(tx, asked) : []).map((job) => [job.seq, job]));
  return ids.flatMap((id, at) => {
    const whole = wholes.get(id.uuid);
    const seq = seqs[at];
    if (seq === undefined) return whole && isWhole(id) ? [whole] : [];
    const part = parts.get(seq);
    return part?.parent === whole!.seq ? [part] : [];
  });
};

const isWhole = ({ index, node }: JobId): boolean => index === undefined && node === undefined;

/** Where the child or node that an id names would be; undefined for a whole job's id, and where there is none. */
const seqIn = (whole: FoundJob | undefined, { index, node }: JobId): number | undefined => {
  const number = index ?? node;
  if (!whole || number === undefined || whole.nodes > 0 !== (node !== undefined)) return undefined;
  return childSeq(whole.seq, number);
};

/** In the place of how many dependencies are unmet: one has failed, and it can never run. */
export const DOOMED = -1;
export const isDoomed = ({ unmet }: Pick<JobRow, 'unmet'>): boolean => unmet === DOOMED;

/** The columns a new job differs in; the rest begins as the schema says. */
export interface NewJob {
  /** From `nextSeq`. */
  readonly seq: number;
  /** See `JobRow`. */
  readonly rank: number;
  readonly group: number;
  readonly id: string;
  readonly name: string;
  readonly queue: number;
  readonly spec: number;
  readonly shape: number;
  /** `DOOMED`: one of its dependencies has failed already. */
  readonly unmet: number;
  readonly createdAt: number;
  readonly dependsOn: string | null;
  /** 0 for a plain job. */
  readonly size: number;
  /** Whether it asks for tokens. */
  readonly consumes: boolean;
}

const INSERT = `
  INSERT INTO jobs (
    seq, rank, job_group, id, name, queue, spec, shape, state, unmet, created_at, depends_on, size, live,
    watched, consumes)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ${stateCode(FIRST_STATE)}, ?, ?, ?, ?, ?, ?, ?)`;

/** Inserts a plain job or a parent in SUBMITTED. `watched`: see `JobRow`. */
export const insertJob = (tx: Tx, job: NewJob, watched = 0): Promise<number> => {
  const { seq, rank, group, id, name, queue, spec, shape, unmet, createdAt, dependsOn, size, consumes } = job;
  const params = [
    seq,
    rank,
    group,
    id,
    name,
    queue,
    spec,

    shape,
    unmet,
    createdAt,
    dependsOn,
    size,
    size,
    watched,
    consumes ? 1 : 0,
  ];
  countRows(tx, { queue, state: stateCode(FIRST_STATE), size, role: 0 }, 1);
  return tx.run(INSERT, params);
};

/** How an array's children wait. */
export interface ChildWaits {
  /** Unmet dependencies that are the same for each child; `DOOMED` when one has failed. */
  readonly whole: number;
  /** Each child after the one before (SEQUENTIAL). */
  readonly sequential: boolean;
  /** Parents some of whose children are over and are waited for index by index (N_TO_N). */
  readonly pairwise: readonly number[];
}

/*
 * All children in one statement, made inside the database; they are admitted with it. Of a pair that has
 * SUCCEEDED (5) nothing is waited for; one that has FAILED (6) dooms its child (-1): it counts as 1001 of the sum `s`,
 * for there are at most 20.
 */
const ADMITTED = move('admitted');
const WAITING = move('admitted-waiting');

const INSERT_CHILDREN = `
  INSERT INTO jobs (seq, rank, job_group, parent, idx, queue, spec, shape, state, unmet, created_at)
  WITH RECURSIVE n (i, size) AS (SELECT 0, ? UNION ALL SELECT i + 1, size FROM n WHERE i < size - 1),
  c (whole, sequential, parent, rank, job_group, queue, spec, shape, created_at) AS (SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?),
  w (i, u) AS (SELECT i, whole + CASE WHEN i > 0 THEN sequential ELSE 0 END FROM c CROSS JOIN n)
  SELECT parent + 1 + i, rank + 1 + i, job_group, parent, i, queue, spec, shape,
    CASE WHEN u = 0 THEN ${ADMITTED.to} ELSE ${WAITING.to} END, u, created_at
  FROM c CROSS JOIN w`;

const INSERT_PAIRED_CHILDREN = `
  INSERT INTO jobs (seq, rank, job_group, parent, idx, queue, spec, shape, state, unmet, created_at)
  WITH RECURSIVE n (i, size) AS (SELECT 0, ? UNION ALL SELECT i + 1, size FROM n WHERE i < size - 1),
  c (whole, sequential, parent, rank, job_group, queue, spec, shape, created_at, pairs) AS (SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?),
  p (i, s) AS (
    SELECT i, (SELECT total(CASE x.state WHEN 5 THEN 0 WHEN 6 THEN 1001 ELSE 1 END)
      FROM json_each(c.pairs) t CROSS JOIN jobs x ON x.seq = t.value + 1 + n.i)
    FROM c CROSS JOIN n),
  w (i, u, f) AS (
    SELECT i, whole + CASE WHEN i > 0 THEN sequential ELSE 0 END + CAST(s AS INTEGER) % 1000, s >= 1001
    FROM c CROSS JOIN p)
  SELECT parent + 1 + i, rank + 1 + i, job_group, parent, i, queue, spec, shape,
    CASE WHEN u = 0 THEN ${ADMITTED.to} ELSE ${WAITING.to} END, CASE WHEN f OR whole < 0 THEN -1 ELSE u END, created_at
  FROM c CROSS JOIN w`;

/** Children that all wait, or none of them, or all but the first. */
const countChildrenOf = (tx: Tx, { queue, size }: NewJob, allWait: boolean, sequential: boolean): void => {
  const ready = allWait ? 0 : sequential ? 1 : size;
  tx.count(queue, ADMITTED.to, ready);
  tx.count(queue, WAITING.to, size - ready);
};

/** Inserts the children of a parent (rule J-211, J-212). Resolves to whether any is doomed. */
export const insertChildren = async (tx: Tx, job: NewJob, waits: ChildWaits): Promise<boolean> => {
  const sequential = waits.sequential && waits.whole >= 0 ? 1 : 0;
  const common: SqlValue[] = [
    job.size,
    waits.whole,
    sequential,
    job.seq,
    job.rank,
    job.group,
    job.queue,
    job.spec,
    job.shape,
    job.createdAt,
  ];
  if (waits.pairwise.length === 0) {
    await tx.run(INSERT_CHILDREN, common);
    countChildrenOf(tx, job, waits.whole !== 0, sequential === 1);
    return waits.whole < 0;
  }
  await tx.run(INSERT_PAIRED_CHILDREN, [...common, JSON.stringify(waits.pairwise)]);
  // which of them wait, the database alone knows
  for (const [state, jobs] of await childrenByState(tx, job.seq)) tx.count(job.queue, state, jobs);
  return (
    (
      await tx.all('SELECT 1 FROM jobs WHERE parent = ? AND parent > 0 AND state = 1 AND unmet < 0 LIMIT 1', [
        job.seq,
      ])
    ).length > 0
  );
};

export const setStop = (tx: Tx, seq: number, kind: number, reason: string): Promise<number> =>
  tx.run('UPDATE jobs SET stop_kind = ?, stop_reason = ? WHERE seq = ?', [kind, reason, seq]);

/* Parents. */

export interface ParentCount {
  readonly seq: number;
  readonly live: number;
  readonly failed: number;
  readonly started_at: number | null;
  readonly stop_kind: number;
  readonly stop_reason: string | null;
  readonly watched: number;
}

const COUNT_CHILDREN = `
  UPDATE jobs SET live = live - ?, failed = failed + ? WHERE seq = ?
  RETURNING seq, live, failed, started_at, stop_kind, stop_reason, watched`;

/** Takes `ended` children off the parent's count, `failed` of them FAILED; resolves to what is left. */
export const countChildren = async (
  tx: Tx,
  parent: number,
  ended: number,
  failed: number,
): Promise<ParentCount> => (await tx.all<ParentCount>(COUNT_CHILDREN, [ended, failed, parent]))[0]!;

/** Rule J-221: the parent's start is its first child's. */
export const setParentStarted = (tx: Tx, parent: number, at: number): Promise<number> =>
  tx.run('UPDATE jobs SET started_at = ? WHERE seq = ? AND started_at IS NULL', [at, parent]);

/** How many children of a parent are in each state. */
export const childrenByState = async (tx: Tx, parent: number): Promise<Map<number, number>> => {
  const rows = await tx.all<{ state: number; n: number }>(
    'SELECT state, count(*) AS n FROM jobs WHERE parent = ? AND parent > 0 GROUP BY state',
    [parent],
  );
  return new Map(rows.map((row) => [row.state, row.n]));
};

/** A page of a queue's plain jobs and parents in one state, newest first. */
export const listJobsOf = (
  tx: Tx,
  queue: number,
  state: number,
  before: number,
  limit: number,
): Promise<FoundJob[]> =>
  tx.all<FoundJob>(
    `SELECT ${FOUND} WHERE j.queue = ? AND j.state = ? AND j.parent = 0 AND j.seq < ? ORDER BY j.seq DESC LIMIT ?`,
    [queue, state, before, limit],
  );

/** The same of one share. */
export const SHARE_LIST = `SELECT ${FOUND}
  WHERE j.queue = ? AND j.job_group = ? AND j.job_group > 0 AND j.state = ? AND j.parent = 0 AND j.seq < ?
  ORDER BY j.seq DESC LIMIT ?`;

export const listJobsOfShare = (
  tx: Tx,
  queue: number,
  share: number,
  state: number,
  before: number,
  limit: number,
): Promise<FoundJob[]> => tx.all<FoundJob>(SHARE_LIST, [queue, share, state, before, limit]);

/*
 * The index has a queue's jobs by their states: as many walks of it side by side are one in the order of seq, and reads no
 * row.
 */
export const seqsSql = (states: readonly number[], order: SeqOrder = 'newest'): string => {
  const [beyond, direction] = order === 'newest' ? ['<', 'DESC'] : ['>', 'ASC'];
  return `${states
    .map(
      (state) =>
        `SELECT seq FROM jobs WHERE queue = ? AND state = ${state} AND parent = 0 AND seq ${beyond} ?`,
    )
    .join(' UNION ALL ')} ORDER BY seq ${direction} LIMIT ?`;
};

/** Jobs by their seqs, in the order of these. */
export const jobsOf = async (tx: Tx, seqs: readonly number[]): Promise<FoundJob[]> => {
  const rows = await tx.all<FoundJob>(JOBS_OF, [JSON.stringify(seqs)]);
  const bySeq = new Map(rows.map((row) => [row.seq, row]));
  return seqs.flatMap((seq) => bySeq.get(seq) ?? []);
};

/** Which of the jobs come first. */
export type SeqOrder = 'newest' | 'oldest';

/** Plain jobs and parents of a queue in any of these states, from behind the seq `after` on: their seqs. */
export const listSeqsOf = async (
  tx: Tx,
  queue: number,
  states: readonly number[],
  after: number,
  limit: number,
  order: SeqOrder = 'newest',
): Promise<number[]> =>
  (
    await tx.all<{ seq: number }>(seqsSql(states, order), [...states.flatMap(() => [queue, after]), limit])
  ).map(({ seq }) => seq);

const CHILDREN = 'SELECT seq FROM jobs WHERE parent = ? AND parent > 0 AND state = ? AND seq > ?';
/** For so many states. */
export const childrenSql = (states: number): string =>
  `SELECT ${FOUND} WHERE j.seq IN (SELECT seq FROM (${Array.from({ length: states }, () => CHILDREN).join(
    ' UNION ALL ',
  )} ORDER BY seq LIMIT ?)) ORDER BY j.seq`;

/** A page of an array's children in any of these states, by index. */
export const listChildren = (
  tx: Tx,
  parent: number,
  states: readonly number[],
  after: number,
  limit: number,
): Promise<FoundJob[]> =>
  tx.all<FoundJob>(childrenSql(states.length), [...states.flatMap((state) => [parent, state, after]), limit]);
