import { taggedCode } from '../domain/tags.ts';
import type { Tx } from './store.ts';

/** A plain job, an array or a multi-node job, as its record tells of it. */
export interface SubmittedRow {
  readonly seq: number;
  readonly id: string;
  readonly name: string;
  readonly queue: number;
  readonly spec: number;
  readonly created_at: number;
  readonly size: number;
  readonly depends_on: string | null;
  readonly submitter: number;
}

/* Rows of children follow their array's, and are passed over: 10,000 at the most. */
const NEXT = `
  SELECT seq, id, name, queue, spec, created_at, size, depends_on, submitter FROM jobs
  WHERE seq > ? AND seq <= ? AND parent = 0 ORDER BY seq LIMIT ?`;

/** Jobs behind the seq `after`, up to the seq `last`, in the order of their submission. */
export const submittedBehind = (
  tx: Tx,
  after: number,
  last: number,
  limit: number,
): Promise<SubmittedRow[]> => tx.all<SubmittedRow>(NEXT, [after, last, limit]);

/** Up to which seq jobs have their records; undefined where nobody keeps any. */
export const toldUpTo = async (tx: Tx): Promise<number | undefined> =>
  (await tx.all<{ up_to: number }>('SELECT up_to FROM told_jobs'))[0]?.up_to;

export const setToldUpTo = async (tx: Tx, seq: number): Promise<void> => {
  if ((await tx.run('UPDATE told_jobs SET up_to = ?', [seq])) === 0)
    await tx.run('INSERT INTO told_jobs (up_to) VALUES (?)', [seq]);
};

/** The seq of the last job that was ever made; 0 before the first. */
export const lastSeq = async (tx: Tx): Promise<number> =>
  (await tx.all<{ seq: number }>(`SELECT seq FROM sqlite_sequence WHERE name = 'jobs'`))[0]?.seq ?? 0;

/** What its submissions asked, as JSON; and its definition. */
export const askedBy = async (
  tx: Tx,
  spec: number,
): Promise<{ asked: string; definition: string } | undefined> =>
  (
    await tx.all<{ asked: string; definition: string }>(
      `SELECT asked, doc ->> '$.jobDefinition' AS definition FROM specs WHERE id = ?`,
      [spec],
    )
  )[0];

const KEEP = `
  INSERT OR IGNORE INTO submitted_tags (job, tags)
  SELECT :job, (SELECT json_group_object(key, value) FROM tags WHERE kind = :kind AND owner = :job)
  FROM told_jobs WHERE up_to < :job`;

/** Call it before the tags of a job change: its record says which it was submitted with, if that is still to be made. */
export const keepSubmittedTags = (tx: Tx, job: number): Promise<number> =>
  tx.run(KEEP, { job, kind: taggedCode('job') });

const SUBMITTED = `
  SELECT owner AS job, json_group_object(key, value) AS tags FROM tags
  WHERE kind = :kind AND owner > :after AND owner <= :last AND owner NOT IN (SELECT job FROM submitted_tags) GROUP BY owner
  UNION ALL SELECT job, tags FROM submitted_tags WHERE job > :after AND job <= :last AND tags <> '{}'`;

/** JSON of the tags that jobs behind the seq `after`, up to the seq `last`, were submitted with; those without any are not among them. */
export const submittedTags = async (
  tx: Tx,
  after: number,
  last: number,
): Promise<ReadonlyMap<number, string>> => {
  const given = { kind: taggedCode('job'), after, last };
  const rows = await tx.all<{ job: number; tags: string }>(SUBMITTED, given);
  return new Map(rows.map(({ job, tags }) => [job, tags]));
};

export const forgetSubmittedTags = (tx: Tx, upTo: number): Promise<number> =>
  tx.run('DELETE FROM submitted_tags WHERE job <= ?', [upTo]);
