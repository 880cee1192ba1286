import { isFinal, JOB_STATES } from '../domain/job-state.ts';
import { childSeqsSql } from './child-rows.ts';
import { FOUND, type FoundJob } from './job-rows.ts';
import type { Tx } from './store.ts';

const UNFINISHED = JOB_STATES.flatMap((state, code) => (isFinal(state) ? [] : [code]));

/** Of the arrays among these, the children that have not ended: the newest of each state come first, by the index. */
const CHILDREN = UNFINISHED.map(
  (state) => `SELECT * FROM (
    ${childSeqsSql(state)} AND seq < :before
    ORDER BY seq DESC LIMIT :limit)`,
).join(' UNION ALL ');

/** Jobs that ask for some of a resource, older than `before`, newest first; of an array also its children that have not ended. */
export const consumers = async (
  tx: Tx,
  consumable: number,
  before: number,
  limit: number,
): Promise<FoundJob[]> => {
  const owners = await tx.all<{ seq: number; size: number }>(
    `SELECT j.seq, j.size FROM demands d CROSS JOIN jobs j ON j.seq = d.job
     WHERE d.consumable = ? AND d.job < ? ORDER BY d.job DESC LIMIT ?`,
    [consumable, before, limit],
  );
  const seqs: number[] = [];
  for (const { seq, size } of owners) {
    if (seqs.length >= limit) break;
    if (size > 0) {
      const children = await tx.all<{ seq: number }>(`${CHILDREN} ORDER BY seq DESC LIMIT :limit`, {
        parent: seq,
        before,
        limit,
      });
      seqs.push(...children.map((child) => child.seq));
    }
    seqs.push(seq);
  }
  return tx.all<FoundJob>(
    `SELECT ${FOUND} WHERE j.seq IN (SELECT value FROM json_each(?)) ORDER BY j.seq DESC LIMIT ?`,
    [JSON.stringify(seqs), limit],
  );
};
