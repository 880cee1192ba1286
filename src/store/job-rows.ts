import type { JobId } from '../domain/job-id.ts';
import { childSeq } from '../domain/job-seq.ts';
import type { Flag, JobRow } from './schema.ts';
import type { Tx } from './store.ts';

/** What is shown of a job, and what its id and name are made from. */
export interface ShownJob extends Omit<JobRow, 'watched' | 'ended_age' | 'consumes' | 'submitter'> {
  /** The parent's id; null unless it is a child. */
  parent_id: string | null;
  /** The parent's name, for a child. */
  parent_name: string | null;
  /** A stop asked of the whole array. */
  parent_stop_kind: number;
  parent_nodes: number;
  /** -1 for a job without a parent. */
  parent_state: number;
  /** The seq of its share, of a node its job's; 0 in a queue that is not shared. */
  share: number;
}

/** A job's row with what of its parent's is its own. */
export interface FoundJob extends JobRow, ShownJob {
  parent_stop_reason: string | null;
  parent_size: number;
  parent_watched: number;
  /** Whether it asks for tokens, a child for itself; 0 of a node, for which its job does. */
  asks_tokens: Flag;
  /** The seq of who submitted it, a child or node with its parent; 0: not known. */
  submitted_by: number;
}

const OF_PARENT = `
  p.id AS parent_id, p.name AS parent_name, coalesce(p.stop_kind, 0) AS parent_stop_kind,
  coalesce(p.nodes, 0) AS parent_nodes, coalesce(p.state, -1) AS parent_state,
  coalesce(nullif(j.job_group, 0), p.job_group, 0) AS share`;
const WITH_PARENT = `FROM jobs j LEFT JOIN jobs p ON p.seq = j.parent AND j.parent > 0`;

/** What a row costs goes by its columns, and a hundred are read at a time: those that are shown. */
const SHOWN = `
  j.seq, j.rank, j.job_group, j.id, j.name, j.parent, j.idx, j.size, j.queue, j.spec, j.shape, j.state, j.unmet, j.attempt,
  j.created_at, j.started_at, j.stopped_at, j.exit_code, j.container_reason, j.status_reason, j.stop_kind, j.stop_reason,
  j.live, j.failed, j.depends_on, j.nodes, j.role, ${OF_PARENT}
  ${WITH_PARENT}`;

export const FOUND = `
  j.*, ${OF_PARENT}, p.size AS parent_size, p.stop_reason AS parent_stop_reason,
  coalesce(p.watched, 0) AS parent_watched,
  CASE j.role WHEN 0 THEN coalesce(p.consumes, j.consumes) ELSE 0 END AS asks_tokens,
  coalesce(p.submitter, j.submitter) AS submitted_by
  ${WITH_PARENT}`;

const BY_ID = `SELECT ${FOUND} WHERE j.id = ?`;
const CHILD_SEARCH = `SELECT seq, nodes FROM jobs WHERE id = ?`;
const BY_SEQ = `SELECT ${FOUND} WHERE j.seq = ?`;
const JOBS_OF = `SELECT ${FOUND} WHERE j.seq IN (SELECT value FROM json_each(?))`;

export const findJob = async (tx: Tx, id: JobId): Promise<FoundJob | undefined> => {
  const number = id.index ?? id.node;
  if (number === undefined) return (await tx.all<FoundJob>(BY_ID, [id.uuid]))[0];
  const [parent] = await tx.all<{ seq: number; nodes: number }>(CHILD_SEARCH, [id.uuid]);
  if (!parent || parent.nodes > 0 !== (id.node !== undefined)) return undefined;
  const child = await jobBySeq(tx, childSeq(parent.seq, number));
  return child?.parent === parent.seq ? child : undefined;
};

export const jobBySeq = async (tx: Tx, seq: number): Promise<FoundJob | undefined> =>
  (await tx.all<FoundJob>(BY_SEQ, [seq]))[0];

const BY_IDS = `SELECT ${SHOWN} WHERE j.id IN (SELECT value FROM json_each(?))`;

/** Jobs in the order of their ids, without those that are not there: two reads, however many they are. */
export const findJobs = async (tx: Tx, ids: readonly JobId[]): Promise<ShownJob[]> => {
  const uuids = [...new Set(ids.map(({ uuid }) => uuid))];
  const wholes = new Map(
    (await tx.all<ShownJob>(BY_IDS, [JSON.stringify(uuids)])).map((job) => [job.id, job]),
  );
  const seqs = ids.map((id) => seqIn(wholes.get(id.uuid), id));
  const asked = seqs.filter((seq) => seq !== undefined);
  const parts = new Map((asked.length > 0 ? await jobsOf(tx, asked) : []).map((job) => [job.seq, job]));
  return ids.flatMap((id, at) => {
    const whole = wholes.get(id.uuid);
    const seq = seqs[at];
    if (seq === undefined) return whole && isWhole(id) ? [whole] : [];
    const part = parts.get(seq);
    return part?.parent === whole!.seq ? [part] : [];
  });
};

const isWhole = ({ index, node }: JobId): boolean => index === undefined && node === undefined;

/** Where the child or node that an id names would be; undefined for a whole job's id, and where there is none. */
const seqIn = (whole: ShownJob | undefined, { index, node }: JobId): number | undefined => {
  const number = index ?? node;
  if (!whole || number === undefined || whole.nodes > 0 !== (node !== undefined)) return undefined;
  return childSeq(whole.seq, number);
};

/** In the place of how many dependencies are unmet: one has failed, and it can never run. */
export const DOOMED = -1;
export const isDoomed = ({ unmet }: Pick<JobRow, 'unmet'>): boolean => unmet === DOOMED;

export const setStop = (tx: Tx, seq: number, kind: number, reason: string): Promise<number> =>
  tx.run('UPDATE jobs SET stop_kind = ?, stop_reason = ? WHERE seq = ?', [kind, reason, seq]);

/* Parents. */

export interface ParentCount {
  readonly seq: number;
  readonly live: number;
  readonly failed: number;
  readonly started_at: number | null;
  readonly stop_kind: number;
  readonly stop_reason: string | null;
  readonly watched: number;
  readonly submitter: number;
}

const COUNT_CHILDREN = `
  UPDATE jobs SET live = live - ?, failed = failed + ? WHERE seq = ?
  RETURNING seq, live, failed, started_at, stop_kind, stop_reason, watched, submitter`;

/** Takes `ended` children off the parent's count, `failed` of them FAILED; resolves to what is left. */
export const countChildren = async (
  tx: Tx,
  parent: number,
  ended: number,
  failed: number,
): Promise<ParentCount> => (await tx.all<ParentCount>(COUNT_CHILDREN, [ended, failed, parent]))[0]!;

/** Rule J-221: the parent's start is its first child's. */
export const setParentStarted = (tx: Tx, parent: number, at: number): Promise<number> =>
  tx.run('UPDATE jobs SET started_at = ? WHERE seq = ? AND started_at IS NULL', [at, parent]);

/** A page of a queue's plain jobs and parents in one state, newest first. */
export const listJobsOf = (
  tx: Tx,
  queue: number,
  state: number,
  before: number,
  limit: number,
): Promise<FoundJob[]> =>
  tx.all<FoundJob>(
    `SELECT ${FOUND} WHERE j.queue = ? AND j.state = ? AND j.parent = 0 AND j.seq < ? ORDER BY j.seq DESC LIMIT ?`,
    [queue, state, before, limit],
  );

/** The same of one share. */
export const SHARE_LIST = `SELECT ${FOUND}
  WHERE j.queue = ? AND j.job_group = ? AND j.job_group > 0 AND j.state = ? AND j.parent = 0 AND j.seq < ?
  ORDER BY j.seq DESC LIMIT ?`;

export const listJobsOfShare = (
  tx: Tx,
  queue: number,
  share: number,
  state: number,
  before: number,
  limit: number,
): Promise<FoundJob[]> => tx.all<FoundJob>(SHARE_LIST, [queue, share, state, before, limit]);

/*
 * The index has a queue's jobs by their states: as many walks of it side by side are one in the order of seq, and reads no
 * row.
 */
export const seqsSql = (states: readonly number[], order: SeqOrder = 'newest'): string => {
  const [beyond, direction] = order === 'newest' ? ['<', 'DESC'] : ['>', 'ASC'];
  return `${states
    .map(
      (state) =>
        `SELECT seq FROM jobs WHERE queue = ? AND state = ${state} AND parent = 0 AND seq ${beyond} ?`,
    )
    .join(' UNION ALL ')} ORDER BY seq ${direction} LIMIT ?`;
};

/** Jobs by their seqs, in the order of these. */
export const jobsOf = async (tx: Tx, seqs: readonly number[]): Promise<FoundJob[]> => {
  const rows = await tx.all<FoundJob>(JOBS_OF, [JSON.stringify(seqs)]);
  const bySeq = new Map(rows.map((row) => [row.seq, row]));
  return seqs.flatMap((seq) => bySeq.get(seq) ?? []);
};

/** Which of the jobs come first. */
export type SeqOrder = 'newest' | 'oldest';

/** Plain jobs and parents of a queue in any of these states, from behind the seq `after` on: their seqs. */
export const listSeqsOf = async (
  tx: Tx,
  queue: number,
  states: readonly number[],
  after: number,
  limit: number,
  order: SeqOrder = 'newest',
): Promise<number[]> =>
  (
    await tx.all<{ seq: number }>(seqsSql(states, order), [...states.flatMap(() => [queue, after]), limit])
  ).map(({ seq }) => seq);
