import { FIRST_STATE } from '../domain/job-life.ts';
import { stateCode } from '../domain/job-state.ts';
import { childrenByState, doomedChildren } from './child-rows.ts';
import { move } from './moves.ts';
import { countRows } from './queue-counts.ts';
import type { SqlValue, Tx } from './store.ts';

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
  /** The seq of who submits it. */
  readonly submitter: number;
}

const INSERT = `
  INSERT INTO jobs (
    seq, rank, job_group, id, name, queue, spec, shape, state, unmet, created_at, depends_on, size, live,
    watched, consumes, submitter)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ${stateCode(FIRST_STATE)}, ?, ?, ?, ?, ?, ?, ?, ?)`;

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
    job.submitter,
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
  return (await doomedChildren(tx, job.seq, 1)).length > 0;
};
