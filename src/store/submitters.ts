import type { Tx } from './store.ts';
import { countPrincipal, principalOf } from './unfinished.ts';

/** Who submitted jobs, as it signed: many jobs name one row. */
export interface Submitter {
  readonly arn: string;
  /** What policies know as `aws:userid`. */
  readonly userId: string;
  readonly accessKeyId: string;
  readonly sourceIp: string;
  readonly userAgent: string;
  /** Of a role's session: whose. */
  readonly roleArn?: string;
  /** Of temporary keys, in wall milliseconds. */
  readonly sessionSince?: number;
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
  INSERT INTO submitters (
    arn, user_id, access_key, source_ip, user_agent, until_seq, principal, role_arn, session_since
  ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`;

/** The row for a job with this seq; made when it is not there. */
export const submitterFor = async (tx: Tx, who: CountedSubmitter, job: number): Promise<KnownSubmitter> => {
  const { arn, userId, accessKeyId, sourceIp, userAgent, roleArn = null, sessionSince = null } = who;
  const [known] = await tx.all<KnownSubmitter>(FIND, [accessKeyId, sourceIp, arn, userId, userAgent]);
  if (known && job < known.until) return known;
  const until = job + REACH;
  if (!known) {
    const principal = principalOf(userId);
    if (who.isCounted) await countPrincipal(tx, principal);
    const row = [arn, userId, accessKeyId, sourceIp, userAgent, until, principal];
    return { seq: await tx.insert(INSERT, [...row, roleArn, sessionSince]), until };
  }
  await tx.run('UPDATE submitters SET until_seq = ? WHERE seq = ?', [until, known.seq]);
  return { seq: known.seq, until };
};

const BY_SEQ = `
  SELECT arn, user_id AS userId, access_key AS accessKeyId, source_ip AS sourceIp, user_agent AS userAgent, role_arn,
    session_since FROM submitters WHERE seq = ?`;

export const submitterBySeq = async (tx: Tx, seq: number): Promise<Submitter | undefined> => {
  const [row] = await tx.all<Submitter & { role_arn: string | null; session_since: number | null }>(BY_SEQ, [
    seq,
  ]);
  if (!row) return undefined;
  const { role_arn, session_since, ...who } = row;
  return {
    ...who,
    ...(role_arn !== null && { roleArn: role_arn }),
    ...(session_since !== null && { sessionSince: session_since }),
  };
};

/* Whoever assumes a role chooses its session's name, which alone names nobody. */
const NAMED = `
  SELECT seq FROM submitters WHERE arn = :name OR user_id = :name OR CASE instr(arn, :users)
    WHEN 0 THEN substr(arn, -length(:itself)) = :itself OR substr(arn, -length(:session)) = :session
    ELSE substr(arn, -length(:user)) = :user END`;

/** Those of that ARN, unique id or name: `root`, a user's, or `ROLE/SESSION`. */
export const submittersNamed = async (tx: Tx, name: string): Promise<number[]> => {
  const ends = { itself: `:${name}`, session: `:assumed-role/${name}`, user: `/${name}` };
  const rows = await tx.all<{ seq: number }>(NAMED, { name, users: ':user/', ...ends });
  return rows.map(({ seq }) => seq);
};

/** Removes those that no job names any more: the oldest that is there is younger. Resolves to how many. */
export const deleteUnusedSubmitters = (tx: Tx, limit: number): Promise<number> =>
  tx.run(
    `DELETE FROM submitters WHERE seq IN (
       SELECT seq FROM submitters WHERE until_seq <= (SELECT coalesce(min(seq), 0) FROM jobs) LIMIT ?)`,
    [limit],
  );
