import { stateCode } from '../domain/job-state.ts';
import { move } from './moves.ts';
import { countMoves } from './queue-counts.ts';
import type { JobRow } from './schema.ts';
import type { Tx } from './store.ts';

const RERUN = move('rerun');
const FAILED = stateCode('FAILED');

/*
 * What is kept is the attempts and the last one's times, as between two attempts; of one that never began, nothing. What an
 * earlier version ended has no rank: it stands by its submission.
 */
const RERUN_JOBS = `
  UPDATE jobs SET state = ${RERUN.to}, unmet = 0, status_reason = NULL, stop_kind = 0, stop_reason = NULL, ended_age = NULL,
    stopped_at = CASE attempt WHEN 0 THEN NULL ELSE stopped_at END, rank = CASE rank WHEN 0 THEN seq ELSE rank END
  WHERE seq IN (SELECT value FROM json_each(?)) AND ${RERUN.from}`;

/** Puts FAILED jobs of one queue back in line, for one more attempt; resolves to how many. Their nodes: `resetNodes`. */
export const rerunRows = async (tx: Tx, queue: number, seqs: readonly number[]): Promise<number> => {
  const jobs = await tx.run(RERUN_JOBS, [JSON.stringify(seqs)]);
  countMoves(tx, queue, new Map([[FAILED, jobs]]), RERUN.to);
  return jobs;
};

const WAITS_AGAIN = move('rerun-waiting');
const WAIT_AGAIN = `
  UPDATE jobs SET state = ${WAITS_AGAIN.to}, unmet = ?, status_reason = NULL, stop_kind = 0, stop_reason = NULL,
    ended_age = NULL, stopped_at = NULL, rank = CASE rank WHEN 0 THEN seq ELSE rank END
  WHERE seq IN (SELECT value FROM json_each(?)) AND ${WAITS_AGAIN.from}`;

/** Jobs of one queue that FAILED before they began wait again, each for so many. Their nodes: `resetNodes`. */
export const waitAgainRows = async (
  tx: Tx,
  queue: number,
  unmet: number,
  seqs: readonly number[],
): Promise<number> => {
  const jobs = await tx.run(WAIT_AGAIN, [unmet, JSON.stringify(seqs)]);
  countMoves(tx, queue, new Map([[FAILED, jobs]]), WAITS_AGAIN.to);
  return jobs;
};

const REOPENED = move('children-rerun');
const reset = (column: string, to: string): string =>
  `${column} = CASE WHEN ${REOPENED.from} THEN ${to} ELSE ${column} END`;
const REOPEN = `
  UPDATE jobs SET live = live + ?, failed = failed - ?, ${reset('state', String(REOPENED.to))},
    ${reset('stopped_at', 'NULL')}, ${reset('status_reason', 'NULL')}, ${reset('ended_age', 'NULL')},
    ${reset('stop_kind', '0')}, ${reset('stop_reason', 'NULL')}
  WHERE seq = ? RETURNING submitter`;
/* A stop that has ended all there was has nothing left to do. */
const END_SWEEPS = `
  DELETE FROM sweeps WHERE target = ? AND kind <> 'queue'
    AND EXISTS (SELECT 1 FROM jobs WHERE seq = ? AND ${REOPENED.from})`;

/** So many FAILED children of an array run again: it counts them as live, and waits for them again if it had ended. */
export const reopenParent = async (tx: Tx, parent: number, children: number): Promise<void> => {
  await tx.run(END_SWEEPS, [parent, parent]);
  const [row] = await tx.all<{ submitter: number }>(REOPEN, [children, children, parent]);
  tx.own(row!.submitter, children);
};

export const jobRow = async (tx: Tx, seq: number): Promise<JobRow | undefined> =>
  (await tx.all<JobRow>('SELECT * FROM jobs WHERE seq = ?', [seq]))[0];

/** All children of an array, by index: as many as it has. */
export const partsOf = (tx: Tx, parent: number, size: number): Promise<JobRow[]> =>
  tx.all<JobRow>('SELECT * FROM jobs WHERE seq BETWEEN ? AND ? ORDER BY seq', [parent + 1, parent + size]);

/** One of these jobs whose end some dependents have still to be told of; the notes of such ends are few and short-lived. */
export const isBeingTold = async (tx: Tx, seqs: readonly number[]): Promise<number | undefined> =>
  (
    await tx.all<{ job: number }>(
      'SELECT job FROM settled WHERE job IN (SELECT value FROM json_each(?)) LIMIT 1',
      [JSON.stringify(seqs)],
    )
  )[0]?.job;

/** These jobs are of another spec from their next attempt on. */
export const setSpec = (tx: Tx, seqs: readonly number[], spec: number, shape: number): Promise<number> =>
  tx.run('UPDATE jobs SET spec = ?, shape = ? WHERE seq IN (SELECT value FROM json_each(?))', [
    spec,
    shape,
    JSON.stringify(seqs),
  ]);
