import { listChildren } from './child-rows.ts';
import { FOUND, type FoundJob, listSeqsOf, type SeqOrder } from './job-rows.ts';
import type { SqlValue, Tx } from './store.ts';
import { jobsTagged } from './tag-rows.ts';

/** A condition on a job's row `j` and its spec `s`. */
export interface JobCondition {
  readonly where: string;
  readonly params: readonly SqlValue[];
}

/** How many jobs one call looks at, at most: reads share the connection with everybody else's work. */
export const MOST_LOOKED_AT = 10_000;
/** How many are looked at together: a page that is full early has read no more than it needs. */
const SLICE = 1000;

/** What a search found, in the order of its source. */
export interface Searched {
  readonly rows: readonly FoundJob[];
  readonly looked: number;
  /** The last that was looked at, by its seq; undefined when there is none beyond. */
  readonly lookedTo: number | undefined;
}

/**
 * Where the jobs come from, in slices: their seqs, from behind `after` on in the source's order, at most `limit`; fewer when
 * there are no more.
 */
export type Source = (after: number | undefined, limit: number) => Promise<number[]>;

/** Plain jobs and parents of several queues in these states: each queue's index is read as far as need be. */
export const queuesSource =
  (tx: Tx, queues: readonly number[], states: readonly number[], order: SeqOrder): Source =>
  async (after = beginningOf(order), limit) => {
    const all: number[] = [];
    for (const queue of queues) all.push(...(await listSeqsOf(tx, queue, states, after, limit, order)));
    return inOrder(all, order).slice(0, limit);
  };

/** Before the first job. */
const beginningOf = (order: SeqOrder): number => (order === 'newest' ? Number.MAX_SAFE_INTEGER : 0);

const inOrder = (seqs: readonly number[], order: SeqOrder): number[] =>
  [...seqs].sort((a, b) => (order === 'newest' ? b - a : a - b));

/** A source with some jobs more, which are all known. */
export const withJobs =
  (source: Source, more: readonly number[], order: SeqOrder): Source =>
  async (after = beginningOf(order), limit) => {
    const isBehind = (seq: number) => (order === 'newest' ? seq < after : seq > after);
    return inOrder([...(await source(after, limit)), ...more.filter(isBehind)], order).slice(0, limit);
  };

/** Plain jobs and parents with a tag: its index is read as far as need be. */
export const taggedSource =
  (tx: Tx, key: string, value: string, order: SeqOrder): Source =>
  (after = beginningOf(order), limit) =>
    jobsTagged(tx, key, value, after, limit, order);

/** An array's children in these states, by index. */
export const childrenSource =
  (tx: Tx, parent: number, states: readonly number[]): Source =>
  async (after = 0, limit) =>
    (await listChildren(tx, parent, states, after, limit)).map(({ seq }) => seq);

/** Children that have room: as many as have it are read. */
export const placedChildren = async (tx: Tx, states: readonly number[]): Promise<number[]> =>
  (
    await tx.all<{ seq: number }>(
      `SELECT j.seq FROM tasks t CROSS JOIN jobs j ON j.seq = t.job
       WHERE t.state < 2 AND j.parent > 0 AND j.role = 0 AND j.state IN (SELECT value FROM json_each(?))`,
      [JSON.stringify(states)],
    )
  ).map(({ seq }) => seq);

/** Plain jobs and parents whose id begins so; few. */
export const jobsWithPrefix = async (tx: Tx, prefix: string, limit: number): Promise<number[]> =>
  (
    await tx.all<{ seq: number }>(
      'SELECT seq FROM jobs WHERE id IS NOT NULL AND id >= ? AND id < ? ORDER BY id LIMIT ?',
      [prefix, `${prefix}~`, limit],
    )
  ).map(({ seq }) => seq);

/** Jobs of the source that the condition lets through, from behind `after`, at most `limit`. */
export const searchJobs = async (
  tx: Tx,
  source: Source,
  condition: JobCondition,
  after: number | undefined,
  limit: number,
): Promise<Searched> => {
  const rows: FoundJob[] = [];
  let looked = 0;
  let lookedTo = after;
  while (looked < MOST_LOOKED_AT && rows.length < limit) {
    const seqs = await source(lookedTo, SLICE);
    looked += seqs.length;
    const found = await matching(tx, seqs, condition);
    const taken = found.slice(0, limit - rows.length);
    rows.push(...taken);
    if (taken.length < found.length) return { rows, looked, lookedTo: taken.at(-1)?.seq ?? lookedTo };
    if (seqs.length < SLICE) return { rows, looked, lookedTo: undefined };
    lookedTo = seqs.at(-1)!;
  }
  return { rows, looked, lookedTo };
};

/** In the order of `seqs`. */
const matching = async (tx: Tx, seqs: readonly number[], { where, params }: JobCondition) => {
  const rows = await tx.all<FoundJob>(
    `SELECT ${FOUND} JOIN specs s ON s.id = j.spec
     WHERE j.seq IN (SELECT value FROM json_each(?)) AND ${where}`,
    [JSON.stringify(seqs), ...params],
  );
  const bySeq = new Map(rows.map((row) => [row.seq, row]));
  return seqs.flatMap((seq) => bySeq.get(seq) ?? []);
};
