import type { Tx } from './store.ts';

/*
 * The scheduler's reads. Each costs the same for a queue of a thousand jobs and of a million: shapes are found by
 * hopping along the index jobs_runnable (queue, shape, seq), and of each shape only its first jobs are read.
 */

const SHAPES = `
  WITH RECURSIVE s (queue, shape) AS (
    SELECT q, (SELECT min(shape) FROM jobs WHERE queue = q AND state = 2) FROM (SELECT ? AS q)
    UNION ALL
    SELECT queue, (SELECT min(shape) FROM jobs j WHERE j.queue = s.queue AND j.state = 2 AND j.shape > s.shape)
    FROM s WHERE s.shape IS NOT NULL)
  SELECT h.id, h.milli_vcpus, h.memory_mib, h.gpus, h.node_groups FROM s JOIN shapes h ON h.id = s.shape`;

export interface WaitingShape {
  readonly id: number;
  readonly milli_vcpus: number;
  readonly memory_mib: number;
  readonly gpus: number;
  /** See `ShapeRow`. */
  readonly node_groups: string;
}

/** The distinct shapes of a queue's RUNNABLE jobs. */
export const waitingShapes = (tx: Tx, queue: number): Promise<WaitingShape[]> =>
  tx.all<WaitingShape>(SHAPES, [queue]);

const HEADS = `
  SELECT j.seq, j.attempt, j.spec, j.shape FROM jobs j
  WHERE j.queue = ? AND j.shape = ? AND j.state = 2
    AND NOT EXISTS (SELECT 1 FROM jobs p WHERE p.seq = j.parent AND j.parent > 0 AND p.stop_kind > 0)
  ORDER BY j.seq LIMIT ?`;

export interface Head {
  readonly seq: number;
  readonly attempt: number;
  readonly spec: number;
  readonly shape: number;
}

/** The first `limit` RUNNABLE jobs of a shape, in the order of submission. */
export const headsOf = (tx: Tx, queue: number, shape: number, limit: number): Promise<Head[]> =>
  tx.all<Head>(HEADS, [queue, shape, limit]);

const AHEAD = `
  SELECT count(*) AS n FROM (
    SELECT 1 FROM jobs WHERE queue = ? AND shape = ? AND state = 2 AND seq < ? LIMIT ?)`;

/** How many of a shape stand before `seq`, counted no further than `limit`. */
export const countAhead = async (
  tx: Tx,
  queue: number,
  shape: number,
  seq: number,
  limit: number,
): Promise<number> => (await tx.all<{ n: number }>(AHEAD, [queue, shape, seq, limit]))[0]!.n;
