import { overruledBy, type StopKind, stopCode } from '../domain/stop-kinds.ts';
import { CHILD } from './child-rows.ts';
import type { SweepRow } from './schema.ts';
import type { Tx } from './store.ts';

export const insertSweep = (
  tx: Tx,
  kind: 'array' | 'doomed' | 'queue',
  target: number,
  stop: StopInForce,
): Promise<number> =>
  tx.run('INSERT INTO sweeps (kind, target, stop_kind, reason, at) VALUES (?, ?, ?, ?, ?)', [
    kind,
    target,
    stop.stop_kind,
    stop.reason,
    stop.at,
  ]);

/** What a sweep writes to the rows it comes to. */
export type StopInForce = Pick<SweepRow, 'stop_kind' | 'reason' | 'at'>;

/** The oldest stop of an array, or of a queue's jobs, that has not come to all of them; it comes to the next first. */
export const sweepOver = async (
  tx: Tx,
  kind: 'array' | 'queue',
  target: number,
): Promise<SweepRow | undefined> =>
  (
    await tx.all<SweepRow>('SELECT * FROM sweeps WHERE target = ? AND kind = ? ORDER BY seq LIMIT 1', [
      target,
      kind,
    ])
  )[0];

/** The oldest sweep over an array. */
export const firstArraySweep = async (tx: Tx): Promise<SweepRow | undefined> =>
  (await tx.all<SweepRow>(`SELECT * FROM sweeps WHERE kind <> 'queue' ORDER BY seq LIMIT 1`))[0];

/** Queues that are being deleted: as many as there are queues at the most. */
export const queueSweeps = (tx: Tx): Promise<SweepRow[]> =>
  tx.all<SweepRow>(`SELECT * FROM sweeps WHERE kind = 'queue' ORDER BY seq`);

export const deleteSweep = (tx: Tx, seq: number): Promise<number> =>
  tx.run('DELETE FROM sweeps WHERE seq = ?', [seq]);

/** How many children of an array are STARTING or RUNNING: as many as have room. */
export const countRunning = async (tx: Tx, parent: number): Promise<number> =>
  (
    await tx.all<{ n: number }>(
      `SELECT count(*) AS n FROM jobs WHERE parent = ? AND ${CHILD} AND state IN (3, 4)`,
      [parent],
    )
  )[0]!.n;

/** The same by state. */
export const placedByState = (tx: Tx, parent: number): Promise<{ state: number; n: number }[]> =>
  tx.all(
    `SELECT state, count(*) AS n FROM jobs WHERE parent = ? AND ${CHILD} AND state IN (3, 4) GROUP BY state`,
    [parent],
  );

/** Stops what is STARTING or RUNNING of an array, whatever the stop has to say to: never more than 10,000 rows. */
export const stopRunning = (tx: Tx, parent: number, kind: StopKind, reason: string): Promise<number> =>
  tx.run(
    `UPDATE jobs SET stop_kind = ?, stop_reason = ? WHERE state IN (3, 4) AND parent = ? AND ${CHILD}
      AND stop_kind IN (SELECT value FROM json_each(?))`,
    [stopCode(kind), reason, parent, JSON.stringify(overruledBy(kind))],
  );

/** Plain jobs and parents of a queue that are not final, and that its deletion has still to say something to. */
export const unstoppedOfQueue = (tx: Tx, queue: number, limit: number): Promise<QueuedJob[]> =>
  tx.all<QueuedJob>(
    `SELECT seq, state, size FROM jobs
     WHERE queue = ? AND parent = 0 AND state IN (0, 1, 2, 3, 4)
       AND stop_kind IN (SELECT value FROM json_each(?)) LIMIT ?`,
    [queue, JSON.stringify(overruledBy('queue')), limit],
  );

export interface QueuedJob {
  readonly seq: number;
  readonly state: number;
  readonly size: number;
}

/** Whether a queue has a plain job or parent that is not final. */
export const queueIsBusy = async (tx: Tx, queue: number): Promise<boolean> =>
  (
    await tx.all('SELECT 1 FROM jobs WHERE queue = ? AND parent = 0 AND state IN (0, 1, 2, 3, 4) LIMIT 1', [
      queue,
    ])
  ).length > 0;
