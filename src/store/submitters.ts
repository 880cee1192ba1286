import type { Tx } from './store.ts';

/** Who submitted jobs, as it signed: many jobs name one row. */
export interface Submitter {
  readonly arn: string;
  /** What policies know as `aws:userid`. */
  readonly userId: string;
  readonly accessKeyId: string;
  readonly sourceIp: string;
  readonly userAgent: string;
}

/** A submitter whose jobs are counted, or root. */
export interface CountedSubmitter extends Submitter {
  readonly isCounted: boolean;
}

/** No job from `until` on names it, unless that is moved. */
export interface KnownSubmitter {
  readonly seq: number;
  readonly until: number;
}

/** For so many jobs on a row is known to be needed: then the next one that names it moves that. */
const REACH = 100_000;

const FIND = `
  SELECT seq, until_seq AS until FROM submitters WHERE access_key = ? AND source_ip = ? AND arn = ? AND user_id = ?
    AND user_agent = ?`;
const INSERT = `
  INSERT INTO submitters (arn, user_id, access_key, source_ip, user_agent, until_seq, principal, unfinished)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?)`;

/** The row for a job with this seq; made when it is not there. */
export const submitterFor = async (tx: Tx, who: CountedSubmitter, job: number): Promise<KnownSubmitter> => {
  const { arn, userId, accessKeyId, sourceIp, userAgent } = who;
  const [known] = await tx.all<KnownSubmitter>(FIND, [accessKeyId, sourceIp, arn, userId, userAgent]);
  if (known && job < known.until) return known;
  const until = job + REACH;
  if (!known) {
    const unfinished = who.isCounted ? 0 : null;
    const row = [arn, userId, accessKeyId, sourceIp, userAgent, until, principalOf(userId), unfinished];
    return { seq: await tx.insert(INSERT, row), until };
  }
  await tx.run('UPDATE submitters SET until_seq = ? WHERE seq = ?', [until, known.seq]);
  return { seq: known.seq, until };
};

export const submitterBySeq = async (tx: Tx, seq: number): Promise<Submitter | undefined> =>
  (
    await tx.all<Submitter>(
      `SELECT arn, user_id AS userId, access_key AS accessKeyId, source_ip AS sourceIp, user_agent AS userAgent FROM submitters WHERE seq = ?`,
      [seq],
    )
  )[0];

/** A role's sessions are one. */
const principalOf = (userId: string): string => userId.split(':', 1)[0]!;

/** How many jobs of a principal have not finished, those of this transaction's group among them; children count each. */
export const unfinishedOf = async (tx: Tx, userId: string): Promise<number> => {
  const rows = await tx.all<{ seq: number; unfinished: number | null }>(
    'SELECT seq, unfinished FROM submitters WHERE principal = ?',
    [principalOf(userId)],
  );
  return rows.reduce((sum, { seq, unfinished }) => sum + (unfinished ?? 0) + tx.owned(seq), 0);
};

/** Parameters: by how many, seq. Root's are not counted. */
export const CHANGE_UNFINISHED =
  'UPDATE submitters SET unfinished = unfinished + ? WHERE seq = ? AND unfinished IS NOT NULL';

/** Those of that ARN, unique id or name: what an ARN ends with. */
export const submittersNamed = async (tx: Tx, name: string): Promise<number[]> =>
  (
    await tx.all<{ seq: number }>(
      `SELECT seq FROM submitters WHERE arn = :name OR user_id = :name
        OR substr(arn, -length(:name) - 1) IN ('/' || :name, ':' || :name)`,
      { name },
    )
  ).map(({ seq }) => seq);

/** Removes those that no job names any more: the oldest that is there is younger. Resolves to how many. */
export const deleteUnusedSubmitters = (tx: Tx, limit: number): Promise<number> =>
  tx.run(
    `DELETE FROM submitters WHERE seq IN (
       SELECT seq FROM submitters WHERE until_seq <= (SELECT coalesce(min(seq), 0) FROM jobs) LIMIT ?)`,
    [limit],
  );
