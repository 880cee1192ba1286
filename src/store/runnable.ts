import { stateCode } from '../domain/job-state.ts';
import type { Flag } from './schema.ts';
import type { Tx } from './store.ts';

/*
 * The scheduler's reads. None costs more for a queue of a million jobs than for one of a thousand: all hop along the
 * index jobs_runnable (queue, shape, rank), from shape to shape, and past the children of an array that was stopped, which
 * stand side by side. What is left of such an array is one hop, however large it is. What a hop costs, and why a plan does
 * not look at all shapes of a crowded queue: docs/decisions/many-shapes.md.
 */

/** Above each rank. */
export const END = '9007199254740991';
export const RUNNABLE = stateCode('RUNNABLE');

/** The array of the job `job`, when it was stopped: its children only wait for their rows to say so. */
const stoppedArray = (job: string, column: string): string =>
  `SELECT ${column} FROM jobs p WHERE p.seq = ${job}.parent AND p.stop_kind > 0`;

export const isAlive = (job: string): string => `NOT EXISTS (${stoppedArray(job, '1')})`;

/** The rank to go on behind `job`: that of its array's last child when that was stopped, else `otherwise`. */
export const pastOf = (job: string, otherwise: string): string =>
  `coalesce((${stoppedArray(job, 'p.rank + p.size')}), ${otherwise})`;

/** The job that is next in the queue and shape of the row `at`, behind its rank `past`. */
const nextOfShape = (at: string): string => `(
  SELECT n.seq FROM jobs n
  WHERE n.queue = ${at}.queue AND n.shape = ${at}.shape AND n.state = ${RUNNABLE} AND n.rank > ${at}.past
  ORDER BY n.rank LIMIT 1)`;

/** The first job of the next shape behind that of the row `at`. */
const nextShape = (at: string): string => `(
  SELECT n.seq FROM jobs n WHERE n.queue = ${at}.queue AND n.shape > ${at}.shape AND n.state = ${RUNNABLE}
  ORDER BY n.shape, n.rank LIMIT 1)`;

/*
 * `walk`: from shape to shape of the queue `:queue`, those with an id above `after`, and past stopped arrays. Of these six
 * jobs, 20 is an array of two that was stopped:
 *
 *   shape  7   7   7   7   9   9
 *   rank  21  22  30  40   5  31
 *   array 20  20
 *
 *   step  job  shape  past  because
 *   0       -      0   END  where it begins: no job of shape 0 is behind END, so on to the next shape
 *   1      21      7    22  its array was stopped: on to the first of shape 7 behind the array's last child
 *   2      30      7   END  it lives, and so is the first of shape 7: on to the next shape
 *   3       5      9   END  it lives, and so is the first of shape 9: there is no other shape
 *
 * The rows that stand at END, but for the first, are the first job of each shape: `IS_FIRST`.
 */
const walkFrom = (after: '0' | ':after'): string => `
  walk (queue, shape, past, seq, rank) AS (
    SELECT :queue, ${after}, ${END}, 0, 0
    UNION ALL
    SELECT w.queue, j.shape, ${pastOf('j', END)}, j.seq, j.rank
    FROM walk w CROSS JOIN jobs j ON j.seq = coalesce(${nextOfShape('w')}, ${nextShape('w')}))`;

const IS_FIRST = `past = ${END} AND seq > 0`;

/** `firsts`: the first job of each shape. Shape 0, the nodes of multi-node jobs, is not in the queue's order. */
const FIRSTS = `${walkFrom('0')},
  firsts (queue, shape, seq, rank) AS MATERIALIZED (SELECT queue, shape, seq, rank FROM walk WHERE ${IS_FIRST})`;

/** How many steps does it take to find them? */
export const HOW_MANY_STEPS_TO_SHAPES = `WITH RECURSIVE ${FIRSTS} SELECT count(*) AS n FROM walk`;

/** Of a shape `h` and its first job `f`. */
const WAITING_SHAPE = `
  h.id, h.milli_vcpus, h.memory_mib, h.gpus, h.node_groups, h.job_group, h.tokens, f.seq AS first, f.rank,
  EXISTS (
    SELECT 1 FROM jobs n
    WHERE n.queue = f.queue AND n.shape = f.shape AND n.state = ${RUNNABLE} AND n.rank > f.rank) AS has_more`;

/** Which shapes wait: those that stand first, some with these ids, the one that room is reserved for, some others in turn? */
export const WHICH_SHAPES_WAIT = `
  WITH RECURSIVE ${FIRSTS},
  oldest (shape) AS (SELECT shape FROM firsts ORDER BY rank LIMIT :oldest),
  rotating (shape) AS (
    SELECT shape FROM firsts WHERE shape NOT IN oldest AND shape NOT IN (SELECT value FROM json_each(:heads))
    ORDER BY shape <= :after, shape LIMIT :rotating)
  SELECT ${WAITING_SHAPE}, f.shape IN rotating AS is_rotating, (SELECT count(*) FROM firsts) AS shapes
  FROM firsts f CROSS JOIN shapes h ON h.id = f.shape
  WHERE f.shape IN oldest OR f.shape IN rotating OR f.shape IN (SELECT value FROM json_each(:heads)) OR f.seq = :reserved
  ORDER BY f.rank`;

/** Which shapes wait, all of them, where they are not more than `:limit`? A quarter of the work of choosing among many. */
export const WHICH_FEW_SHAPES_WAIT = `
  WITH RECURSIVE ${walkFrom('0')}
  SELECT ${WAITING_SHAPE} FROM (SELECT queue, shape, seq, rank FROM walk WHERE ${IS_FIRST} LIMIT :limit) f
  CROSS JOIN shapes h ON h.id = f.shape ORDER BY f.rank`;

/** Which of these shapes wait? A search for each, and past stopped arrays. */
export const WHICH_OF_THESE_WAIT = `
  WITH RECURSIVE named (queue, shape, past, seq, rank) AS (
    SELECT :queue, value, 0, 0, 0 FROM json_each(:ids)
    UNION ALL
    SELECT w.queue, w.shape, ${pastOf('j', END)}, j.seq, j.rank
    FROM named w CROSS JOIN jobs j ON j.seq = ${nextOfShape('w')})
  SELECT ${WAITING_SHAPE} FROM named f CROSS JOIN shapes h ON h.id = f.shape WHERE ${IS_FIRST} ORDER BY f.rank`;

/** Which shapes come behind the id `:after`, but for some? The walk ends with the last that is asked for. */
export const WHICH_SHAPES_COME_NEXT = `
  WITH RECURSIVE ${walkFrom(':after')},
  others (queue, shape, seq, rank) AS (
    SELECT queue, shape, seq, rank FROM walk
    WHERE ${IS_FIRST} AND shape NOT IN (SELECT value FROM json_each(:except)) LIMIT :limit)
  SELECT ${WAITING_SHAPE} FROM others f CROSS JOIN shapes h ON h.id = f.shape`;

/** A shape of a queue's RUNNABLE jobs. */
export interface WaitingShape {
  readonly id: number;
  readonly milli_vcpus: number;
  readonly memory_mib: number;
  readonly gpus: number;
  /** See `ShapeRow`. */
  readonly node_groups: string;
  readonly job_group: number;
  readonly tokens: string;
  /** The seq of its first job, and that one's rank. */
  readonly first: number;
  readonly rank: number;
  /** Whether there are others behind that one. */
  readonly has_more: Flag;
}

export interface LookedAtShape extends WaitingShape {
  /** One of those that do not stand first. */
  readonly is_rotating: Flag;
  /** How many shapes wait in the queue. */
  readonly shapes: number;
}

/** Which of a queue's shapes are read. */
export interface ShapesWanted {
  /** So many, by their first job. */
  readonly oldest: number;
  /** So many of the others, those with an id above `after` first, then from the beginning. */
  readonly rotating: number;
  readonly after: number;
  /** The shape whose first job this is, too; 0 for none. */
  readonly reserved: number;
  /** The shapes with these ids, too. */
  readonly heads: readonly number[];
}

/** Shapes of a queue's RUNNABLE jobs, in the order of the first of each. */
export const waitingShapes = (tx: Tx, queue: number, wanted: ShapesWanted): Promise<LookedAtShape[]> =>
  tx.all<LookedAtShape>(WHICH_SHAPES_WAIT, { queue, ...wanted, heads: JSON.stringify(wanted.heads) });

/** Shapes of a queue's RUNNABLE jobs, in the order of the first of each: all, or as many as `limit` and not the oldest. */
export const fewShapes = (tx: Tx, queue: number, limit: number): Promise<WaitingShape[]> =>
  tx.all<WaitingShape>(WHICH_FEW_SHAPES_WAIT, { queue, limit });

/** Those of the shapes with these ids that wait, in the order of the first of each. */
export const namedShapes = (tx: Tx, queue: number, ids: readonly number[]): Promise<WaitingShape[]> =>
  tx.all<WaitingShape>(WHICH_OF_THESE_WAIT, { queue, ids: JSON.stringify(ids) });

/** All shapes of a queue's RUNNABLE jobs. */
export const allShapes = (tx: Tx, queue: number): Promise<WaitingShape[]> =>
  tx.all<WaitingShape>(WHICH_SHAPES_COME_NEXT, { queue, after: 0, except: '[]', limit: -1 });

/** The `limit` shapes with the next ids above `after`, but for those in `except`. */
export const nextShapes = (
  tx: Tx,
  queue: number,
  after: number,
  except: readonly number[],
  limit: number,
): Promise<WaitingShape[]> =>
  tx.all<WaitingShape>(WHICH_SHAPES_COME_NEXT, { queue, after, except: JSON.stringify(except), limit });

/** How many shapes wait, but for more than so many? */
const HOW_MANY_SHAPES = `
  WITH RECURSIVE ${walkFrom('0')}
  SELECT count(*) AS n FROM (SELECT 1 FROM walk WHERE ${IS_FIRST} LIMIT :limit)`;

/** How many shapes of a queue's RUNNABLE jobs there are, counted no further than `limit`. */
export const countShapes = async (tx: Tx, queue: number, limit: number): Promise<number> =>
  (await tx.all<{ n: number }>(HOW_MANY_SHAPES, { queue, limit }))[0]!.n;

const SHAPE_WALK = `
  WITH RECURSIVE walk (queue, shape, past, seq, rank, alive) AS (
    SELECT :queue, :shape, 0, 0, 0, 0
    UNION ALL
    SELECT w.queue, w.shape, ${pastOf('j', 'j.rank')}, j.seq, j.rank, ${isAlive('j')}
    FROM walk w CROSS JOIN jobs j ON j.seq = ${nextOfShape('w')})`;

/** How many steps does it take to find all of a shape? */
export const HOW_MANY_STEPS_TO_HEADS = `${SHAPE_WALK} SELECT count(*) AS n FROM walk`;

/** Who stands first of a shape? */
export const WHO_IS_FIRST_OF_SHAPE = `${SHAPE_WALK} SELECT seq, rank FROM walk WHERE alive LIMIT :limit`;

/** A RUNNABLE job. */
export interface RunnableJob {
  readonly seq: number;
  readonly rank: number;
}

/** The first `limit` RUNNABLE jobs of a shape, in their queue's order. */
export const headsOf = (tx: Tx, queue: number, shape: number, limit: number): Promise<RunnableJob[]> =>
  tx.all<RunnableJob>(WHO_IS_FIRST_OF_SHAPE, { queue, shape, limit });

/** How many of a shape wait? What is left of a stopped array is what its sweep has not come to: on behind it. */
export const HOW_MANY_WAIT = `
  WITH stopped (first, last) AS (
    SELECT p.rank, p.rank + p.size FROM sweeps w CROSS JOIN jobs p ON p.seq = w.target
    WHERE w.kind = 'array' AND p.queue = :queue),
  gaps (low, high) AS (
    SELECT 0, coalesce((SELECT min(first) FROM stopped), ${END})
    UNION ALL
    SELECT last, lead(first, 1, ${END}) OVER (ORDER BY first) FROM stopped)
  SELECT count(*) AS n FROM (
    SELECT 1 FROM gaps b CROSS JOIN jobs n
    WHERE n.queue = :queue AND n.shape = :shape AND n.state = ${RUNNABLE} AND n.rank > b.low AND n.rank < b.high
    LIMIT :limit)`;

/** Do so many wait at the least? Half the work of counting them; only where no array is being stopped. */
export const DO_SO_MANY_WAIT = `
  SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM sweeps WHERE kind = 'array') AND EXISTS (
    SELECT 1 FROM jobs n WHERE n.queue = :queue AND n.shape = :shape AND n.state = ${RUNNABLE} LIMIT 1 OFFSET :others)`;

/** How many of a shape wait, counted no further than `limit`. */
export const countWaiting = async (tx: Tx, queue: number, shape: number, limit: number): Promise<number> => {
  const [many] = await tx.all(DO_SO_MANY_WAIT, { queue, shape, others: limit - 1 });
  return many ? limit : (await tx.all<{ n: number }>(HOW_MANY_WAIT, { queue, shape, limit }))[0]!.n;
};

/** Who stands first in a queue? The ORDER BY makes of the walk a merge: the first of all shapes' next jobs is the next row. */
export const WHO_IS_FIRST_IN_QUEUE = `
  WITH RECURSIVE ${FIRSTS},
  merged (queue, shape, rank, past, seq, alive) AS (
    SELECT queue, shape, rank, rank, seq, 1 FROM firsts
    UNION ALL
    SELECT l.queue, l.shape, j.rank, ${pastOf('j', 'j.rank')}, j.seq, ${isAlive('j')}
    FROM merged l CROSS JOIN jobs j ON j.seq = ${nextOfShape('l')}
    ORDER BY 3)
  SELECT seq, rank FROM merged WHERE alive LIMIT :limit`;

/** The first `limit` RUNNABLE jobs of a queue whose jobs are of one group, in its order. */
export const firstInQueue = (tx: Tx, queue: number, limit: number): Promise<RunnableJob[]> =>
  tx.all<RunnableJob>(WHO_IS_FIRST_IN_QUEUE, { queue, limit });
