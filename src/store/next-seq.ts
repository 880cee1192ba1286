import type { Tx } from './store.ts';

const LAST = `SELECT seq FROM sqlite_sequence WHERE name = 'jobs'`;

/** The last seq that each group of transactions has given out: read once, and gone with the group. */
const given = new WeakMap<object, number>();

/** The seq of the next job to be inserted, with so many children or nodes behind it: above all that there were. */
export const nextSeq = async (tx: Tx, parts: number): Promise<number> => {
  const known = tx.group && given.get(tx.group);
  const seq = (known ?? (await tx.all<{ seq: number }>(LAST))[0]?.seq ?? 0) + 1;
  if (tx.group) given.set(tx.group, seq + parts);
  return seq;
};
