import type { Tx } from './store.ts';

/* How many jobs of a principal have not finished, an array's children each: a row for each principal that is counted. */

/** A role's sessions are one. */
export const principalOf = (userId: string): string => userId.split(':', 1)[0]!;

/** From now on it is counted. */
export const countPrincipal = (tx: Tx, principal: string): Promise<number> =>
  tx.run('INSERT INTO unfinished_jobs (principal, jobs) VALUES (?, 0) ON CONFLICT DO NOTHING', [principal]);

/** Parameters: by how many, and the seq of who submitted. Root's are not counted. */
export const CHANGE_UNFINISHED = `
  UPDATE unfinished_jobs SET jobs = jobs + ? WHERE principal = (SELECT principal FROM submitters WHERE seq = ?)`;

/** Those of this transaction's group are among them. `submitterBySeq`: who submitted, by the seq of the row. */
export const unfinishedOf = async (
  tx: Tx,
  userId: string,
  submitterBySeq: (seq: number) => Promise<{ readonly userId: string } | undefined>,
): Promise<number> => {
  const principal = principalOf(userId);
  let jobs = await jobsOf(tx, principal);
  for (const [seq, change] of tx.owned()) {
    const submitter = await submitterBySeq(seq);
    if (submitter && principalOf(submitter.userId) === principal) jobs += change;
  }
  return jobs;
};

const jobsOf = async (tx: Tx, principal: string): Promise<number> =>
  (await tx.all<{ jobs: number }>('SELECT jobs FROM unfinished_jobs WHERE principal = ?', [principal]))[0]
    ?.jobs ?? 0;

/** Removes the rows of those who have submitted nothing that is known. */
export const forgetPrincipals = (tx: Tx): Promise<number> =>
  tx.run(
    `DELETE FROM unfinished_jobs WHERE jobs = 0
      AND NOT EXISTS (SELECT 1 FROM submitters s WHERE s.principal = unfinished_jobs.principal)`,
  );
