import type { Tx } from './store.ts';

/* Who submitted jobs, whole ones or parts, which are their parents' submitters'. */

const OWNERS = `
  SELECT j.seq, s.user_id AS userId FROM json_each(?) one JOIN jobs j ON j.seq = one.value
  LEFT JOIN jobs p ON p.seq = j.parent AND j.parent > 0
  JOIN submitters s ON s.seq = coalesce(p.submitter, j.submitter)`;

/** The unique ids of those who submitted jobs, by the jobs' seqs; without those of an earlier version. */
export const ownersOf = async (tx: Tx, seqs: readonly number[]): Promise<ReadonlyMap<number, string>> => {
  const rows = await tx.all<{ seq: number; userId: string }>(OWNERS, [JSON.stringify(seqs)]);
  return new Map(rows.map(({ seq, userId }) => [seq, userId]));
};

/** A principal whose jobs are counted, and how many of some jobs are its own. */
export interface CountedOwner {
  /** The user's or role's unique id. */
  readonly principal: string;
  readonly arn: string;
  readonly jobs: number;
  /** How many of its jobs may be unfinished, where it has a limit of its own. */
  readonly most: number | null;
}

const COUNTED = `
  SELECT s.principal, min(s.arn) AS arn, count(*) AS jobs,
    coalesce(
      (SELECT most_jobs FROM users WHERE id = s.principal), (SELECT most_jobs FROM roles WHERE id = s.principal)
    ) AS most
  FROM json_each(?) one JOIN jobs j ON j.seq = one.value
  LEFT JOIN jobs p ON p.seq = j.parent AND j.parent > 0
  JOIN submitters s ON s.seq = coalesce(p.submitter, j.submitter)
  JOIN unfinished_jobs u ON u.principal = s.principal
  GROUP BY s.principal ORDER BY s.principal`;

/** Root is not among them. */
export const countedOwners = (tx: Tx, seqs: readonly number[]): Promise<CountedOwner[]> =>
  tx.all<CountedOwner>(COUNTED, [JSON.stringify(seqs)]);
