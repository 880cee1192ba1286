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
  INSERT INTO submitters (arn, user_id, access_key, source_ip, user_agent, until_seq) VALUES (?, ?, ?, ?, ?, ?)`;

/** The row for a job with this seq; made when it is not there. */
export const submitterFor = async (tx: Tx, who: Submitter, job: number): Promise<KnownSubmitter> => {
  const { arn, userId, accessKeyId, sourceIp, userAgent } = who;
  const [known] = await tx.all<KnownSubmitter>(FIND, [accessKeyId, sourceIp, arn, userId, userAgent]);
  if (known && job < known.until) return known;
  const until = job + REACH;
  if (!known)
    return { seq: await tx.insert(INSERT, [arn, userId, accessKeyId, sourceIp, userAgent, until]), until };
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
