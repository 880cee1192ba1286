import type { QueueEnvironmentRow, QueueRow } from './schema.ts';
import type { Tx } from './store.ts';
import { dropTags } from './tag-rows.ts';

export const insertQueue = async (tx: Tx, row: Omit<QueueRow, 'seq'>): Promise<number> => {
  const made = await tx.db
    .insertInto('queues')
    .values(row as QueueRow)
    .returning('seq')
    .executeTakeFirstOrThrow();
  return made.seq;
};

/** The queue of that name, unless it is deleted. */
export const queueNamed = (tx: Tx, name: string): Promise<QueueRow | undefined> =>
  tx.db
    .selectFrom('queues')
    .selectAll()
    .where('name', '=', name)
    .where('status', '<>', 'DELETED')
    .executeTakeFirst();

export const queueName = async (tx: Tx, seq: number): Promise<string | undefined> =>
  (await tx.all<{ name: string }>('SELECT name FROM queues WHERE seq = ?', [seq]))[0]?.name;

/** How many of its jobs may be unfinished; null where nobody said. */
export const queueLimit = async (tx: Tx, seq: number): Promise<{ name: string; most: number | null }> =>
  (
    await tx.all<{ name: string; most: number | null }>(
      'SELECT name, most_jobs AS most FROM queues WHERE seq = ?',
      [seq],
    )
  )[0]!;

/** Whether it is deleted, or about to be. */
export const queueIsGoing = async (tx: Tx, seq: number): Promise<boolean> =>
  (await tx.all(`SELECT 1 FROM queues WHERE seq = ? AND status IN ('DELETING', 'DELETED')`, [seq])).length >
  0;

export const updateQueue = (tx: Tx, seq: number, change: Partial<QueueRow>): Promise<unknown> =>
  tx.db.updateTable('queues').set(change).where('seq', '=', seq).execute();

/** It is gone: its row stays, for jobs name it. */
export const endQueue = async (tx: Tx, seq: number): Promise<void> => {
  await updateQueue(tx, seq, { status: 'DELETED', policy: null });
  await replaceOrder(tx, seq, []);
  await dropTags(tx, 'job-queue', [seq]);
};

export const countQueues = async (tx: Tx): Promise<number> =>
  (await tx.all<{ n: number }>(`SELECT count(*) AS n FROM queues WHERE status <> 'DELETED'`))[0]!.n;

/** A page in the order of creation (W-076). */
export const pageOfQueues = (tx: Tx, after: number, limit: number): Promise<QueueRow[]> =>
  tx.db
    .selectFrom('queues')
    .selectAll()
    .where('status', '<>', 'DELETED')
    .where('seq', '>', after)
    .orderBy('seq')
    .limit(limit)
    .execute();

/** A queue's environments by name, in ascending order value. */
export const orderOf = (tx: Tx, queue: number): Promise<{ ord: number; name: string }[]> =>
  tx.db
    .selectFrom('queue_environments as q')
    .innerJoin('environments as e', 'e.seq', 'q.environment')
    .select(['q.ord', 'e.name'])
    .where('q.queue', '=', queue)
    .orderBy('q.ord')
    .execute();

/** Puts a whole new list in the place of the old one. */
export const replaceOrder = async (
  tx: Tx,
  queue: number,
  rows: readonly QueueEnvironmentRow[],
): Promise<void> => {
  await tx.db.deleteFrom('queue_environments').where('queue', '=', queue).execute();
  if (rows.length > 0)
    await tx.db
      .insertInto('queue_environments')
      .values([...rows])
      .execute();
};
