import type { JobRow } from './schema.ts';
import type { Tx } from './store.ts';

/** How a child ended, or where it is. */
export type ChildEnd = Pick<
  JobRow,
  'idx' | 'state' | 'exit_code' | 'container_reason' | 'status_reason' | 'started_at' | 'stopped_at'
>;

/** All children of an array, by index. Its rows follow its parent's: the key's own order, and no index. */
export const childEnds = (tx: Tx, parent: number): Promise<ChildEnd[]> =>
  tx.all<ChildEnd>(
    `SELECT c.idx, c.state, c.exit_code, c.container_reason, c.status_reason, c.started_at, c.stopped_at
     FROM jobs p CROSS JOIN jobs c ON c.seq BETWEEN p.seq + 1 AND p.seq + p.size WHERE p.seq = ? ORDER BY c.seq`,
    [parent],
  );
