import type { BlockedHeadRow } from './side-tables.ts';
import type { Tx } from './store.ts';

export const blockedHeads = (tx: Tx): Promise<BlockedHeadRow[]> =>
  tx.all<BlockedHeadRow>('SELECT * FROM blocked_heads ORDER BY job');

/** Begins to count for a job, anew when it waited for another reason before. */
export const insertBlockedHead = (tx: Tx, row: BlockedHeadRow): Promise<number> =>
  tx.run(
    `INSERT OR REPLACE INTO blocked_heads (job, queue, reason, since_at, since_steady, since_boot)
     VALUES (?, ?, ?, ?, ?, ?)`,
    [row.job, row.queue, row.reason, row.since_at, row.since_steady, row.since_boot],
  );

export const deleteBlockedHeads = (tx: Tx, jobs: readonly number[]): Promise<number> =>
  tx.run('DELETE FROM blocked_heads WHERE job IN (SELECT value FROM json_each(?))', [JSON.stringify(jobs)]);
