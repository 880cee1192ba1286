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

/** What the transactions of one group have read of principals: it stands as it was until all of them are done. */
const ofGroups = new WeakMap<object, Map<string, number>>();

/** Those of this transaction's group are among them. `submitterBySeq`: who submitted, by the seq of the row. */
export const unfinishedOf = async (
  tx: Tx,
  userId: string,
  submitterBySeq: (seq: number) => Promise<{ readonly userId: string } | undefined>,
): Promise<number> => {
  const principal = principalOf(userId);
  const read = readIn(tx);
  const before = read.get(principal) ?? (await jobsOf(tx, principal));
  if (before === undefined) return 0;
  read.set(principal, before);
  let jobs = before;
  for (const [seq, change] of tx.owned()) {
    const submitter = await submitterBySeq(seq);
    if (submitter && principalOf(submitter.userId) === principal) jobs += change;
  }
  return jobs;
};

/** As in `CommittedCache`: nothing is remembered where one may be undone alone. */
const readIn = ({ group }: Tx): Map<string, number> => {
  const known = group && ofGroups.get(group);
  if (known) return known;
  const read = new Map<string, number>();
  if (group) ofGroups.set(group, read);
  return read;
};

const jobsOf = async (tx: Tx, principal: string): Promise<number | undefined> =>
  (await tx.all<{ jobs: number }>('SELECT jobs FROM unfinished_jobs WHERE principal = ?', [principal]))[0]
    ?.jobs;

/** Removes the rows of those who have submitted nothing that is known. */
export const forgetPrincipals = (tx: Tx): Promise<number> =>
  tx.run(
    `DELETE FROM unfinished_jobs WHERE jobs = 0
      AND NOT EXISTS (SELECT 1 FROM submitters s WHERE s.principal = unfinished_jobs.principal)`,
  );
