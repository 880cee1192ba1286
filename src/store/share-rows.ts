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

export const shareBySeq = async (tx: Tx, seq: number): Promise<ShareRow | undefined> =>
  (await tx.all<ShareRow>('SELECT * FROM shares WHERE seq = ?', [seq]))[0];

const HAS_UNFINISHED = `EXISTS (
  SELECT 1 FROM jobs j WHERE j.queue = s.queue AND j.job_group = s.seq AND j.job_group > 0 AND j.parent = 0
    AND j.state < ${stateCode('SUCCEEDED')})`;

/** Which of a queue's shares have jobs that have not ended, or used something after `since`? A search or two for each. */
export const WHICH_SHARES_ARE_ACTIVE = `
  SELECT s.seq FROM shares s WHERE s.queue = :queue AND (${HAS_UNFINISHED}
    OR EXISTS (SELECT 1 FROM share_uses u WHERE u.share = s.seq AND u.start > :since - u.width))`;

/** Their seqs. `since`: by the shares' clock. */
export const activeShares = async (tx: Tx, queue: number, since: number): Promise<number[]> =>
  (await tx.all<{ seq: number }>(WHICH_SHARES_ARE_ACTIVE, { queue, since })).map(({ seq }) => seq);

/** How many there ever were, counted no further than `limit`. */
export const countShares = async (tx: Tx, queue: number, limit: number): Promise<number> =>
  (
    await tx.all<{ n: number }>('SELECT count(*) AS n FROM (SELECT 1 FROM shares WHERE queue = ? LIMIT ?)', [
      queue,
      limit,
    ])
  )[0]!.n;

/** Removes shares, at most so many, that no job and no use is of. Resolves to how many. */
export const deleteUnusedShares = (tx: Tx, limit: number): Promise<number> =>
  tx.run(
    `DELETE FROM shares WHERE seq IN (
       SELECT s.seq FROM shares s
       WHERE NOT EXISTS (
           SELECT 1 FROM jobs j
           WHERE j.queue = s.queue AND j.job_group = s.seq AND j.job_group > 0 AND j.parent = 0)
         AND NOT EXISTS (SELECT 1 FROM share_uses u WHERE u.share = s.seq)
       LIMIT ?)`,
    [limit],
  );
