import { stateCode } from '../domain/job-state.ts';
import type { ShareRow } from './schema.ts';
import type { Tx } from './store.ts';

/* Shares of queues: made by the first job of each, whose group is the share's seq. */

export const shareNamed = async (tx: Tx, queue: number, name: string): Promise<number | undefined> =>
  (await tx.all<ShareRow>('SELECT * FROM shares WHERE queue = ? AND name = ?', [queue, name]))[0]?.seq;

/** The share of that name; made when it is not there. */
export const shareFor = async (tx: Tx, queue: number, name: string): Promise<number> =>
  (await shareNamed(tx, queue, name)) ??
  tx.insert('INSERT INTO shares (queue, name) VALUES (?, ?)', [queue, name]);

export const shareName = async (tx: Tx, seq: number): Promise<string | undefined> =>
  (await tx.all<ShareRow>('SELECT * FROM shares WHERE seq = ?', [seq]))[0]?.name;

const HAS_UNFINISHED = `EXISTS (
  SELECT 1 FROM jobs j WHERE j.queue = s.queue AND j.job_group = s.seq AND j.job_group > 0 AND j.parent = 0
    AND j.state < ${stateCode('SUCCEEDED')})`;

/** Which of a queue's shares have jobs that have not ended? A search for each. */
export const WHICH_SHARES_ARE_BUSY = `SELECT s.* FROM shares s WHERE s.queue = ? AND ${HAS_UNFINISHED}`;

export const busyShares = (tx: Tx, queue: number): Promise<ShareRow[]> =>
  tx.all<ShareRow>(WHICH_SHARES_ARE_BUSY, [queue]);

/** How many there ever were, counted no further than `limit`. */
export const countShares = async (tx: Tx, queue: number, limit: number): Promise<number> =>
  (
    await tx.all<{ n: number }>('SELECT count(*) AS n FROM (SELECT 1 FROM shares WHERE queue = ? LIMIT ?)', [
      queue,
      limit,
    ])
  )[0]!.n;
