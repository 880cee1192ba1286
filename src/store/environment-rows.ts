import type { EnvironmentRow } from './schema.ts';
import type { Tx } from './store.ts';
import { dropTags } from './tag-rows.ts';

export const insertEnvironment = async (tx: Tx, row: Omit<EnvironmentRow, 'seq'>): Promise<number> => {
  const made = await tx.db
    .insertInto('environments')
    .values(row as EnvironmentRow)
    .returning('seq')
    .executeTakeFirstOrThrow();
  return made.seq;
};

/** The environment of that name, unless it is deleted. */
export const environmentNamed = (tx: Tx, name: string): Promise<EnvironmentRow | undefined> =>
  tx.db
    .selectFrom('environments')
    .selectAll()
    .where('name', '=', name)
    .where('status', '<>', 'DELETED')
    .executeTakeFirst();

export const updateEnvironment = (tx: Tx, seq: number, change: Partial<EnvironmentRow>): Promise<unknown> =>
  tx.db.updateTable('environments').set(change).where('seq', '=', seq).execute();

/** It is gone: its row stays, for jobs name it. */
export const endEnvironment = async (tx: Tx, seq: number): Promise<void> => {
  await updateEnvironment(tx, seq, { status: 'DELETED' });
  await dropTags(tx, 'compute-environment', [seq]);
};

export const countEnvironments = async (tx: Tx): Promise<number> =>
  (await tx.all<{ n: number }>(`SELECT count(*) AS n FROM environments WHERE status <> 'DELETED'`))[0]!.n;

/** A page in the order of creation (W-076). */
export const pageOfEnvironments = (tx: Tx, after: number, limit: number): Promise<EnvironmentRow[]> =>
  tx.db
    .selectFrom('environments')
    .selectAll()
    .where('status', '<>', 'DELETED')
    .where('seq', '>', after)
    .orderBy('seq')
    .limit(limit)
    .execute();

/** Those of Spot, deleted ones too, for their instances are still told of. */
export const spotEnvironments = async (tx: Tx): Promise<number[]> =>
  (await tx.all<{ seq: number }>(`SELECT seq FROM environments WHERE resources ->> 'type' = 'SPOT'`)).map(
    ({ seq }) => seq,
  );

/** Those whose jobs are pods. */
export const eksEnvironments = (tx: Tx): Promise<EnvironmentRow[]> =>
  tx.all(
    `SELECT * FROM environments WHERE status IN ('VALID', 'INVALID') AND extra ->> 'eksConfiguration' IS NOT NULL`,
  );

/** Whether a queue names the environment; one that is being deleted still does (E-095). */
export const isAttached = async (tx: Tx, seq: number): Promise<boolean> =>
  (await tx.all('SELECT 1 FROM queue_environments WHERE environment = ? LIMIT 1', [seq])).length > 0;
