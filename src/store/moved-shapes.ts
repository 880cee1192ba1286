import { RUNNABLE } from './runnable.ts';
import type { Tx } from './store.ts';

/*
 * Of which shapes the first job may be another than it was, in queues whose jobs are of several groups: noted by the
 * database itself, as in `running-changes.ts`. Shape 0: any of the queue's.
 */

const noted = (queue: string, shape: string): string =>
  `INSERT OR IGNORE INTO moved_shapes (queue, shape) VALUES (${queue}, ${shape});`;

const trigger = (name: string, when: string, body: string): string =>
  `CREATE TEMP TRIGGER moved_${name} AFTER ${when} BEGIN ${body} END;`;

/** Children come with their array, all of its shape: its row alone is looked at. */
export const NOTE_MOVED_SHAPES = `
  CREATE TEMP TABLE moved_shapes (queue INTEGER NOT NULL, shape INTEGER NOT NULL, PRIMARY KEY (queue, shape)) WITHOUT ROWID;
  CREATE TEMP TABLE shape_follower (n INTEGER NOT NULL);
  INSERT INTO shape_follower (n) VALUES (0);
  ${trigger('in', 'INSERT ON main.jobs WHEN new.job_group > 0 AND new.parent = 0', noted('new.queue', 'new.shape'))}
  ${trigger(
    'up',
    `UPDATE OF state ON main.jobs WHEN new.job_group > 0 AND (old.state = ${RUNNABLE}) <> (new.state = ${RUNNABLE})`,
    noted('new.queue', 'new.shape'),
  )}
  ${trigger(
    'changed',
    'UPDATE OF shape, rank ON main.jobs WHEN new.job_group > 0 AND (old.shape <> new.shape OR old.rank <> new.rank)',
    noted('new.queue', 'old.shape') + noted('new.queue', 'new.shape'),
  )}
  ${trigger(
    'stopped',
    'UPDATE OF stop_kind ON main.jobs WHEN new.job_group > 0 AND new.size > 0 AND old.stop_kind <> new.stop_kind',
    noted('new.queue', '0'),
  )}
  ${trigger('out', 'DELETE ON main.jobs WHEN old.job_group > 0', noted('old.queue', 'old.shape'))}
`;

/** Which shapes moved, by their queues; undefined: any, for whoever asks first. */
export interface MovedShapes {
  /** Who may ask for the next ones. */
  readonly follower: number;
  readonly byQueue: ReadonlyMap<number, readonly number[]> | undefined;
}

const MOVED = 'SELECT queue, shape FROM temp.moved_shapes UNION ALL SELECT -1, n FROM temp.shape_follower';

/** Those since `follower` asked last, this transaction's own included. */
export const takeMovedShapes = async (tx: Tx, follower: number | undefined): Promise<MovedShapes> => {
  const noted = await tx.all<{ queue: number; shape: number }>(MOVED);
  const now = noted.find(({ queue }) => queue === -1)!.shape;
  if (noted.length > 1) await tx.run('DELETE FROM temp.moved_shapes');
  if (now !== follower) {
    await tx.run('UPDATE temp.shape_follower SET n = ?', [now + 1]);
    return { follower: now + 1, byQueue: undefined };
  }
  const byQueue = new Map<number, number[]>();
  for (const { queue, shape } of noted) {
    const some = byQueue.get(queue);
    if (some) some.push(shape);
    else byQueue.set(queue, [shape]);
  }
  return { follower, byQueue };
};
