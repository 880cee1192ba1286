import { FIRST_STATE, type LifeEvent } from '../domain/job-life.ts';
import { stateCode } from '../domain/job-state.ts';
import type { FoundJob } from './job-rows.ts';
import { move } from './moves.ts';
import { type Counted, countMove, countMoves } from './queue-counts.ts';
import type { JobRow } from './schema.ts';
import type { Tx } from './store.ts';
import { keepTokens } from './token-rows.ts';

/*
 * Rows of plain jobs, children and parents as their state changes, and the counts of their queues with them. `job`: as it was
 * read in this transaction.
 */

/** Counts what the statement changed: a job that is not where the event concerns it stays. */
const counted = async (tx: Tx, job: Counted, to: number, changed: Promise<number>): Promise<number> => {
  const changes = await changed;
  if (changes > 0) countMove(tx, job, to);
  return changes;
};

type MovingJob = Counted & Pick<JobRow, 'seq'>;

const ADMITTED = move('admitted');
const WAITING = move('admitted-waiting');

/** A SUBMITTED job; `unmet`: `DOOMED` when one of its dependencies had failed before. */
export interface SubmittedJob {
  readonly seq: number;
  readonly unmet: number;
  readonly queue: number;
  readonly size: number;
}

/** The oldest SUBMITTED jobs. */
export const submittedJobs = (tx: Tx, limit: number): Promise<SubmittedJob[]> =>
  tx.all<SubmittedJob>('SELECT seq, unmet, queue, size FROM jobs WHERE state = 0 ORDER BY seq LIMIT ?', [
    limit,
  ]);

const FIRST = stateCode(FIRST_STATE);
const ADMIT = `
  UPDATE jobs SET state = CASE WHEN unmet <> 0 OR size > 0 THEN ${WAITING.to} ELSE ${ADMITTED.to} END
  WHERE ${ADMITTED.from} AND seq <= ?`;

/** Moves the oldest SUBMITTED jobs, all up to the last of these, to PENDING or RUNNABLE (J-131, J-132). */
export const admitJobs = (tx: Tx, submitted: readonly SubmittedJob[]): Promise<number> => {
  for (const { queue, size, unmet } of submitted)
    countMove(tx, { queue, size, state: FIRST, role: 0 }, unmet !== 0 ? WAITING.to : ADMITTED.to);
  return tx.run(ADMIT, [submitted.at(-1)!.seq]);
};

const ADMIT_PARENT = `UPDATE jobs SET state = ${WAITING.to} WHERE seq = ? AND ${WAITING.from}`;

/** For a parent whose children ended before its turn came. */
export const admitParent = (tx: Tx, seq: number): Promise<number> => tx.run(ADMIT_PARENT, [seq]);

const PLACED = move('placed');
const PLACE = `UPDATE jobs SET state = ${PLACED.to}, attempt = ? WHERE seq = ? AND ${PLACED.from}`;

export const setStarting = (tx: Tx, job: MovingJob, attempt: number): Promise<number> =>
  counted(tx, job, PLACED.to, tx.run(PLACE, [attempt, job.seq]));

const STARTED = move('started');
const START = `
  UPDATE jobs SET state = ${STARTED.to}, started_at = ?, stopped_at = NULL, exit_code = NULL, container_reason = NULL
  WHERE seq = ? AND ${STARTED.from}`;

export const setRunning = (tx: Tx, job: MovingJob, startedAt: number): Promise<number> =>
  counted(tx, job, STARTED.to, tx.run(START, [startedAt, job.seq]));

const RECALLED = move('recalled');
const RECALL = `UPDATE jobs SET state = ${RECALLED.to}, attempt = ? WHERE seq = ? AND ${RECALLED.from}`;

/** Back in line without the attempt that was recalled; `attempt`: the one before. */
export const setRecalled = (tx: Tx, job: MovingJob, attempt: number): Promise<number> =>
  counted(tx, job, RECALLED.to, tx.run(RECALL, [attempt, job.seq]));

/** What a job's row keeps of its last attempt, times in wall milliseconds; what is shown of it: `shownOf`. */
export interface LastAttempt {
  readonly stoppedAt: number;
  readonly startedAt: number | null;
  readonly exitCode: number | null;
  readonly containerReason: string | null;
}

const RETRIED = move('attempt-retried');
const RETRY = `
  UPDATE jobs SET state = ${RETRIED.to}, attempt = ?, stopped_at = ?, started_at = ?, exit_code = ?,
  container_reason = ? WHERE seq = ? AND ${RETRIED.from}`;

type RetriedJob = MovingJob & Pick<FoundJob, 'shape' | 'parent' | 'asks_tokens'>;

/**
 * Back in line for the next attempt, with the tokens that it holds; what is kept of the last one is what the job ends with when
 * it has no other.
 */
export const setRetried = async (
  tx: Tx,
  job: RetriedJob,
  attempt: number,
  last: LastAttempt,
): Promise<number> => {
  await keepTokens(tx, job);
  const { stoppedAt, startedAt, exitCode, containerReason } = last;
  const params = [attempt, stoppedAt, startedAt, exitCode, containerReason, job.seq];
  return counted(tx, job, RETRIED.to, tx.run(RETRY, params));
};

/** How a job ended. */
export interface JobEnd extends LastAttempt {
  readonly event: keyof typeof ENDS;
  readonly statusReason: string | null;
}

const end = (event: LifeEvent) => {
  const { from, to } = move(event);
  return {
    to,
    sql: `
  UPDATE jobs SET state = ${to}, stopped_at = ?, started_at = ?, status_reason = ?, exit_code = ?,
  container_reason = ?, ended_age = ? WHERE seq = ? AND ${from}`,
  };
};
const ENDS = {
  withdrawn: end('withdrawn'),
  'attempt-succeeded': end('attempt-succeeded'),
  'attempt-failed': end('attempt-failed'),
  'children-succeeded': end('children-succeeded'),
  'children-failed': end('children-failed'),
};

/** `age`: the store's when it ended (see `AgeMark`). Resolves to 0 when the job is not in a state that may end so. */
export const setEnded = (tx: Tx, job: MovingJob, end: JobEnd, age: number): Promise<number> => {
  const { stoppedAt, startedAt, statusReason, exitCode, containerReason } = end;
  const params = [stoppedAt, startedAt, statusReason, exitCode, containerReason, age, job.seq];
  const { sql, to } = ENDS[end.event];
  return counted(tx, job, to, tx.run(sql, params));
};

/* Many at once. */

const WITHDRAWN = move('withdrawn');
const WAITING_OF = `
  SELECT state, count(*) AS n FROM jobs WHERE seq IN (SELECT value FROM json_each(?)) AND ${WITHDRAWN.from} GROUP BY state`;
const FAIL_WAITING = `
  UPDATE jobs SET state = ${WITHDRAWN.to}, stopped_at = coalesce(stopped_at, ?), status_reason = ?, ended_age = ?
  WHERE seq IN (SELECT value FROM json_each(?)) AND ${WITHDRAWN.from}`;

/**
 * Ends children of one array that have not reached STARTING (J-133, J-135, J-137), at `at` or with the attempt they had
 * (J-152); `age`: see `setEnded`. Resolves to how many.
 */
export const failWaiting = async (
  tx: Tx,
  queue: number,
  seqs: readonly number[],
  at: number,
  reason: string,
  age: number,
): Promise<number> => {
  const list = JSON.stringify(seqs);
  const waiting = await tx.all<{ state: number; n: number }>(WAITING_OF, [list]);
  countMoves(tx, queue, new Map(waiting.map(({ state, n }) => [state, n])), WITHDRAWN.to);
  return tx.run(FAIL_WAITING, [at, reason, age, list]);
};
