import type { GroupHead } from '../domain/group-choice.ts';
import { END, isAlive, pastOf, RUNNABLE } from './runnable.ts';
import type { Tx } from './store.ts';

/*
 * The same reads where a queue's jobs are of several groups: they hop along the index jobs_grouped (queue, job_group, rank),
 * which has no row of a queue whose jobs are all of one group.
 */

/** The job that is next in the queue and group of the row `at`, behind its rank `past`. */
const nextOfGroup = (at: string): string => `(
  SELECT n.seq FROM jobs n
  WHERE n.queue = ${at}.queue AND n.job_group = ${at}.job_group AND n.job_group > 0 AND n.state = ${RUNNABLE}
    AND n.rank > ${at}.past
  ORDER BY n.rank LIMIT 1)`;

/** The first job of the next group behind that of the row `at`. */
const nextGroup = (at: string): string => `(
  SELECT n.seq FROM jobs n
  WHERE n.queue = ${at}.queue AND n.job_group > ${at}.job_group AND n.job_group > 0 AND n.state = ${RUNNABLE}
  ORDER BY n.job_group, n.rank LIMIT 1)`;

/** Who is the first of each group? As `walk` from shape to shape, from group to group. */
export const WHO_HEADS_THE_GROUPS = `
  WITH RECURSIVE walk (queue, job_group, past, seq, rank, shape) AS (
    SELECT :queue, 0, ${END}, 0, 0, 0
    UNION ALL
    SELECT w.queue, j.job_group, ${pastOf('j', END)}, j.seq, j.rank, j.shape
    FROM walk w CROSS JOIN jobs j ON j.seq = coalesce(${nextOfGroup('w')}, ${nextGroup('w')}))
  SELECT w.job_group AS "group", w.seq, w.rank, w.shape, h.milli_vcpus AS milliVcpus
  FROM walk w CROSS JOIN shapes h ON h.id = w.shape WHERE w.past = ${END} AND w.seq > 0`;

export interface HeadRow extends GroupHead {
  readonly shape: number;
}

/** The first RUNNABLE job of each of a queue's groups; none where all jobs are of one group. */
export const groupHeads = (tx: Tx, queue: number): Promise<HeadRow[]> =>
  tx.all<HeadRow>(WHO_HEADS_THE_GROUPS, { queue });

/** Who is next in a group? */
export const WHO_IS_NEXT_IN_GROUP = `
  WITH RECURSIVE walk (queue, job_group, past, seq, rank, shape, alive) AS (
    SELECT :queue, :group, :after, 0, 0, 0, 0
    UNION ALL
    SELECT w.queue, w.job_group, ${pastOf('j', 'j.rank')}, j.seq, j.rank, j.shape, ${isAlive('j')}
    FROM walk w CROSS JOIN jobs j ON j.seq = ${nextOfGroup('w')})
  SELECT w.job_group AS "group", w.seq, w.rank, h.milli_vcpus AS milliVcpus
  FROM walk w CROSS JOIN shapes h ON h.id = w.shape WHERE w.alive LIMIT :limit`;

/** The next `limit` RUNNABLE jobs of a group behind a rank, in their queue's order. */
export const nextInGroup = (
  tx: Tx,
  queue: number,
  group: number,
  after: number,
  limit: number,
): Promise<GroupHead[]> => tx.all<GroupHead>(WHO_IS_NEXT_IN_GROUP, { queue, group, after, limit });
