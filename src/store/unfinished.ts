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

/** Without the sign the index of principals would be taken, and all of a principal's rows looked at. */
const OF_GROUP =
  'SELECT seq FROM submitters WHERE seq IN (SELECT value FROM json_each(?)) AND +principal = ?';

/** Those of this transaction's group are among them. */
export const unfinishedOf = async (tx: Tx, userId: string): Promise<number> => {
  const principal = principalOf(userId);
  const [row] = await tx.all<{ jobs: number }>('SELECT jobs FROM unfinished_jobs WHERE principal = ?', [
    principal,
  ]);
  if (!row) return 0;
  const changes = tx.owned();
  if (changes.size === 0) return row.jobs;
  const own = await tx.all<{ seq: number }>(OF_GROUP, [JSON.stringify([...changes.keys()]), principal]);
  return own.reduce((sum, { seq }) => sum + changes.get(seq)!, row.jobs);
};

/** Removes the rows of those who have submitted nothing that is known. */
export const forgetPrincipals = (tx: Tx): Promise<number> =>
  tx.run(
    `DELETE FROM unfinished_jobs WHERE jobs = 0
      AND NOT EXISTS (SELECT 1 FROM submitters s WHERE s.principal = unfinished_jobs.principal)`,
  );
