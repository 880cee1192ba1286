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

/** What the transactions of one group have read: it stands as it was until all of them are done. */
interface Read {
  readonly jobs: Map<string, number>;
  /** Of those who submitted, by their seqs. */
  readonly principals: Map<number, string>;
}

const ofGroups = new WeakMap<object, Read>();

/** Those of this transaction's group are among them. */
export const unfinishedOf = async (tx: Tx, userId: string): Promise<number> => {
  const principal = principalOf(userId);
  const read = readFor(tx);
  const before = read.jobs.get(principal) ?? (await jobsOf(tx, principal));
  if (before === undefined) return 0;
  read.jobs.set(principal, before);
  const changes = tx.owned();
  await readPrincipals(tx, [...changes.keys()], read.principals);
  let jobs = before;
  for (const [seq, change] of changes) if (read.principals.get(seq) === principal) jobs += change;
  return jobs;
};

/** As in `CommittedCache`: nothing is remembered where one may be undone alone. */
const readFor = ({ group }: Tx): Read => {
  const known = group && ofGroups.get(group);
  if (known) return known;
  const read = { jobs: new Map(), principals: new Map() };
  if (group) ofGroups.set(group, read);
  return read;
};

const jobsOf = async (tx: Tx, principal: string): Promise<number | undefined> =>
  (await tx.all<{ jobs: number }>('SELECT jobs FROM unfinished_jobs WHERE principal = ?', [principal]))[0]
    ?.jobs;

const readPrincipals = async (tx: Tx, seqs: readonly number[], known: Read['principals']): Promise<void> => {
  const missing = seqs.filter((seq) => !known.has(seq));
  if (missing.length === 0) return;
  const rows = await tx.all<{ seq: number; principal: string }>(
    'SELECT seq, principal FROM submitters WHERE seq IN (SELECT value FROM json_each(?))',
    [JSON.stringify(missing)],
  );
  for (const { seq, principal } of rows) known.set(seq, principal);
};

/** Removes the rows of those who have submitted nothing that is known. */
export const forgetPrincipals = (tx: Tx): Promise<number> =>
  tx.run(
    `DELETE FROM unfinished_jobs WHERE jobs = 0
      AND NOT EXISTS (SELECT 1 FROM submitters s WHERE s.principal = unfinished_jobs.principal)`,
  );
