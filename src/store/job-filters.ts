import { JOB_STATES } from '../domain/job-state.ts';
import { stretchesMade } from './clock-turns.ts';
import { listSeqsOf } from './job-rows.ts';
import type { SqlValue, Tx } from './store.ts';

/*
 * Plain jobs and parents of a queue by a filter of ListJobs, newest first: their seqs, read along the indexes jobs_named and
 * jobs_spec, or found by halving, so that a page costs what it shows and not what stands between. Where a filter lets through
 * jobs of several names or specs their lists are merged: SQLite's ORDER BY in a recursion takes the newest of all next. What
 * has an index, and why not all: docs/decisions/filtered-lists.md.
 */

/** Behind each name that begins with a text: names have letters, digits, `-` and `_` alone. */
const END = '~';

/** Who has this name? */
export const WHO_IS_NAMED = `
  SELECT seq FROM jobs
  WHERE queue = :queue AND name = :name COLLATE NOCASE AND parent = 0 AND seq < :before ORDER BY seq DESC LIMIT :limit`;

/** Jobs of a name, in whatever case, below the seq `before`. */
export const namedSeqs = (tx: Tx, queue: number, name: string, before: number, limit: number) =>
  seqs(tx, WHO_IS_NAMED, { queue, name, before, limit });

const nextName = (after: string): string => `(
  SELECT n.name FROM jobs n
  WHERE n.queue = :queue AND n.parent = 0 AND n.name ${after} COLLATE NOCASE AND n.name < :end COLLATE NOCASE
  ORDER BY n.name COLLATE NOCASE LIMIT 1)`;

/** Which names begin so? From one to the next behind it. */
export const WHICH_NAMES_BEGIN_SO = `
  WITH RECURSIVE walk (name) AS (
    SELECT ${nextName('>= :prefix')}
    UNION ALL
    SELECT ${nextName('> w.name')} FROM walk w WHERE w.name IS NOT NULL)
  SELECT name FROM walk WHERE name IS NOT NULL LIMIT :limit`;

/** The first `limit` names that jobs of the queue have and that begin so, in whatever case; each in one case. */
export const namesWith = async (tx: Tx, queue: number, prefix: string, limit: number): Promise<string[]> => {
  const params = { queue, prefix, end: prefix + END, limit };
  return (await tx.all<{ name: string }>(WHICH_NAMES_BEGIN_SO, params)).map(({ name }) => name);
};

/** Of the jobs that `match` finds by a key, the newest below a seq. */
const newest = (match: string, below: string): string => `(
  SELECT j.seq FROM jobs j WHERE j.queue = :queue AND ${match} AND j.parent = 0 AND j.seq < ${below}
  ORDER BY j.seq DESC LIMIT 1)`;

/** Jobs in whatever state. */
export const EVERY_STATE: readonly number[] = JOB_STATES.map((_, code) => code);

const merged = (match: string): string => `
  WITH RECURSIVE
  keys (key) AS (SELECT value FROM json_each(:keys)),
  lists (key, seq) AS (
    SELECT k.key, ${newest(match, ':before')} FROM keys k
    UNION ALL
    SELECT k.key, ${newest(match, 'k.seq')} FROM lists k WHERE k.seq IS NOT NULL
    ORDER BY 2 DESC)
  SELECT seq FROM lists WHERE seq IS NOT NULL LIMIT :limit`;

export const WHO_HAS_THESE_NAMES = merged('j.name = k.key COLLATE NOCASE');
export const WHO_IS_OF_THESE_SPECS = merged('j.spec = k.key');

/** Jobs of any of these names. */
export const seqsOfNames = (tx: Tx, queue: number, names: readonly string[], before: number, limit: number) =>
  seqs(tx, WHO_HAS_THESE_NAMES, { queue, keys: JSON.stringify(names), before, limit });

/** Jobs of any of these specs. */
export const seqsOfSpecs = (tx: Tx, queue: number, specs: readonly number[], before: number, limit: number) =>
  seqs(tx, WHO_IS_OF_THESE_SPECS, { queue, keys: JSON.stringify(specs), before, limit });

/** Which definitions are asked for. */
export type DefinitionsNamed =
  | { readonly kind: 'revision'; readonly name: string; readonly revision: number }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'prefix'; readonly prefix: string };

/** The first `limit` specs that were made of these definitions. */
export const specsOf = async (tx: Tx, named: DefinitionsNamed, limit: number): Promise<number[]> => {
  const { where, params } = whichDefinitions(named);
  const rows = await tx.all<{ id: number }>(
    `SELECT s.id FROM definitions d CROSS JOIN specs s ON s.definition = d.seq WHERE ${where} LIMIT ?`,
    [...params, limit],
  );
  return rows.map(({ id }) => id);
};

/** A condition on a row `d` of definitions. */
const whichDefinitions = (named: DefinitionsNamed): JobCondition => {
  switch (named.kind) {
    case 'revision':
      return { where: 'd.name = ? AND d.revision = ?', params: [named.name, named.revision] };
    case 'name':
      return { where: 'd.name = ?', params: [named.name] };
    case 'prefix':
      return { where: 'd.name >= ? AND d.name < ?', params: [named.prefix, named.prefix + END] };
  }
};

/** A condition on a job's row `j`, for those that are looked at one by one. */
export interface JobCondition {
  readonly where: string;
  readonly params: readonly SqlValue[];
}

export const hasNameWith = (prefix: string): JobCondition => ({
  where: 'j.name >= ? COLLATE NOCASE AND j.name < ? COLLATE NOCASE',
  params: [prefix, prefix + END],
});

export const isOfDefinitions = (named: DefinitionsNamed): JobCondition => {
  const { where, params } = whichDefinitions(named);
  const made = 'SELECT 1 FROM specs s CROSS JOIN definitions d ON d.seq = s.definition';
  return { where: `EXISTS (${made} WHERE s.id = j.spec AND ${where})`, params };
};

/** Jobs made after one moment and before another, below the seq `before`. */
export const madeBetween = async (
  tx: Tx,
  queue: number,
  after: number,
  until: number,
  before: number,
  limit: number,
): Promise<number[]> => {
  const found: number[] = [];
  for await (const { from, to } of stretchesMade(tx, after, until, before)) {
    if (from >= to) continue;
    const newest = await listSeqsOf(tx, queue, EVERY_STATE, to, limit - found.length);
    found.push(...newest.filter((seq) => seq >= from));
    if (found.length === limit) break;
  }
  return found;
};

const seqs = async (
  tx: Tx,
  sql: string,
  params: Readonly<Record<string, string | number>>,
): Promise<number[]> => (await tx.all<{ seq: number }>(sql, params)).map(({ seq }) => seq);
