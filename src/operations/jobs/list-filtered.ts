import {
  EVERY_STATE,
  hasNameWith,
  isOfDefinitions,
  type JobCondition,
  madeBetween,
  namedSeqs,
  namesWith,
  seqsOfNames,
  seqsOfSpecs,
  specsOf,
} from '../../store/job-filters.ts';
import { FOUND, type FoundJob, jobsOf, listSeqsOf } from '../../store/job-rows.ts';
import type { Tx } from '../../store/store.ts';
import type { Filter } from './list-filters.ts';

/** What one page found, newest first. */
export interface Filtered {
  readonly rows: readonly FoundJob[];
  /** The oldest job that was looked at, by its seq; undefined when there is none beyond. */
  readonly lookedTo: number | undefined;
}

/** How many jobs, names or specs one page may look at: reads share the connection with everybody else's work. */
export const LOOKED_AT = 10_000;
/** How many jobs are looked at together: a page that is full early has read no more than it needs. */
const SLICE = 1000;

/**
 * At most `limit` jobs of a queue that the filter lets through, below the seq `before`. What begins with a text may have so many
 * names that merging their lists would take too long: then the newest jobs are looked at one by one, of which many match.
 */
export const listFiltered = async (
  tx: Tx,
  queue: number,
  filter: Filter,
  before: number,
  limit: number,
): Promise<Filtered> => {
  const look = (condition: JobCondition) => lookThrough(tx, queue, EVERY_STATE, condition, before, limit);
  switch (filter.kind) {
    case 'created':
      return whole(tx, await madeBetween(tx, queue, filter.after, filter.until, before, limit));
    case 'name':
      return whole(tx, await namedSeqs(tx, queue, filter.name, before, limit));
    case 'names': {
      const names = await namesWith(tx, queue, filter.prefix, LOOKED_AT + 1);
      if (names.length > LOOKED_AT) return look(hasNameWith(filter.prefix));
      return whole(tx, await seqsOfNames(tx, queue, names, before, limit));
    }
    case 'definitions': {
      const specs = await specsOf(tx, filter.named, LOOKED_AT + 1);
      if (specs.length > LOOKED_AT) return look(isOfDefinitions(filter.named));
      return whole(tx, await seqsOfSpecs(tx, queue, specs, before, limit));
    }
  }
};

/** By an index that has nothing else: as many rows are read as are shown. */
const whole = async (tx: Tx, seqs: readonly number[]): Promise<Filtered> => ({
  rows: await jobsOf(tx, seqs),
  lookedTo: undefined,
});

/** Jobs in these states that the condition lets through among the next `LOOKED_AT` below `before`, at most `limit`. */
export const lookThrough = async (
  tx: Tx,
  queue: number,
  states: readonly number[],
  condition: JobCondition,
  before: number,
  limit: number,
): Promise<Filtered> => {
  const rows: FoundJob[] = [];
  let lookedTo = before;
  for (let looked = 0; looked < LOOKED_AT && rows.length < limit; looked += SLICE) {
    const seqs = await listSeqsOf(tx, queue, states, lookedTo, SLICE);
    rows.push(...(await matching(tx, seqs, condition, limit - rows.length)));
    if (seqs.length < SLICE) return { rows, lookedTo: undefined };
    lookedTo = seqs.at(-1)!;
  }
  return { rows, lookedTo };
};

const matching = (
  tx: Tx,
  seqs: readonly number[],
  { where, params }: JobCondition,
  limit: number,
): Promise<FoundJob[]> =>
  tx.all<FoundJob>(
    `SELECT ${FOUND} WHERE j.seq IN (SELECT value FROM json_each(?)) AND ${where} ORDER BY j.seq DESC LIMIT ?`,
    [JSON.stringify(seqs), ...params, limit],
  );
