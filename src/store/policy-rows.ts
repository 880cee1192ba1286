import type { PolicyRow } from './schema.ts';
import type { Tx } from './store.ts';
import { dropTags } from './tag-rows.ts';

export const insertPolicy = (tx: Tx, name: string, doc: string): Promise<number> =>
  tx.insert('INSERT INTO policies (name, doc) VALUES (?, ?)', [name, doc]);

export const policyNamed = (tx: Tx, name: string): Promise<PolicyRow | undefined> =>
  tx.db.selectFrom('policies').selectAll().where('name', '=', name).executeTakeFirst();

export const policyBySeq = (tx: Tx, seq: number): Promise<PolicyRow> =>
  tx.db.selectFrom('policies').selectAll().where('seq', '=', seq).executeTakeFirstOrThrow();

export const replacePolicy = (tx: Tx, seq: number, doc: string): Promise<unknown> =>
  tx.db.updateTable('policies').set({ doc }).where('seq', '=', seq).execute();

/** Nothing names it any more: no row stays. */
export const removePolicy = async (tx: Tx, seq: number): Promise<void> => {
  await tx.db.deleteFrom('policies').where('seq', '=', seq).execute();
  await dropTags(tx, 'scheduling-policy', [seq]);
};

/** Whether a queue goes by it that is not gone yet. */
export const isFollowed = async (tx: Tx, seq: number): Promise<boolean> =>
  (await tx.all('SELECT 1 FROM queues WHERE policy = ? LIMIT 1', [seq])).length > 0;

/** A page in the order of creation. */
export const pageOfPolicies = (tx: Tx, after: number, limit: number): Promise<PolicyRow[]> =>
  tx.db.selectFrom('policies').selectAll().where('seq', '>', after).orderBy('seq').limit(limit).execute();
