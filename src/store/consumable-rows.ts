import type { Began } from '../domain/deadline.ts';
import type { ConsumableRow, ConsumableUpdateRow } from './schema.ts';
import type { Tx } from './store.ts';
import { dropTags } from './tag-rows.ts';

export const insertConsumable = (
  tx: Tx,
  { name, replenishable, total, created_at }: Omit<ConsumableRow, 'seq' | 'in_use'>,
): Promise<number> =>
  tx.insert('INSERT INTO consumables (name, replenishable, total, created_at) VALUES (?, ?, ?, ?)', [
    name,
    replenishable,
    total,
    created_at,
  ]);

export const consumableNamed = async (tx: Tx, name: string): Promise<ConsumableRow | undefined> =>
  (await tx.all<ConsumableRow>('SELECT * FROM consumables WHERE name = ?', [name]))[0];

/** Those there are of some, by their seqs. */
export const consumablesBySeq = (tx: Tx, seqs: readonly number[]): Promise<ConsumableRow[]> =>
  tx.all<ConsumableRow>(
    'SELECT * FROM consumables WHERE seq IN (SELECT value FROM json_each(?)) ORDER BY seq',
    [JSON.stringify(seqs)],
  );

/** Whether there are so many. */
export const areSoMany = async (tx: Tx, many: number): Promise<boolean> =>
  (await tx.all('SELECT 1 FROM consumables LIMIT 1 OFFSET ?', [many - 1])).length > 0;

/** The total is what somebody says: what jobs took of it before is gone, whatever becomes of their attempts. */
export const noteTotalSet = (tx: Tx, seq: number): Promise<number> =>
  tx.run('UPDATE holds SET set_since = 1 WHERE consumable = ?', [seq]);

export const setTotal = (tx: Tx, seq: number, total: number): Promise<number> =>
  tx.run('UPDATE consumables SET total = ? WHERE seq = ?', [total, seq]);

/** What names it among what jobs asked for goes with those jobs. */
export const removeConsumable = async (tx: Tx, seq: number): Promise<void> => {
  await tx.run('DELETE FROM consumables WHERE seq = ?', [seq]);
  await tx.run('DELETE FROM consumable_updates WHERE consumable = ?', [seq]);
  await dropTags(tx, 'consumable-resource', [seq]);
};

/** What a name is to be: equal, or to begin so, in small letters. */
export interface NamePattern {
  readonly text: string;
  readonly isPrefix: boolean;
}

/** Names of which one of each list is like; in the order of names, behind `after`. */
export const pageOfConsumables = (
  tx: Tx,
  lists: readonly (readonly NamePattern[])[],
  after: string,
  limit: number,
): Promise<ConsumableRow[]> => {
  const isLike = ({ isPrefix }: NamePattern) =>
    isPrefix ? 'substr(lower(name), 1, length(?)) = ?' : 'lower(name) = ?';
  const conditions = lists.map((list) => ` AND (${list.map(isLike).join(' OR ') || 'false'})`);
  const texts = lists.flat().flatMap(({ isPrefix, text }) => (isPrefix ? [text, text] : [text]));
  return tx.all<ConsumableRow>(
    `SELECT * FROM consumables WHERE name > ?${conditions.join('')} ORDER BY name LIMIT ?`,
    [after, ...texts, limit],
  );
};

/** What an update with this token asked for, if it is not forgotten. */
export const payloadWith = async (tx: Tx, consumable: number, token: string): Promise<string | undefined> =>
  (
    await tx.all<{ payload: string }>(
      'SELECT payload FROM consumable_updates WHERE consumable = ? AND token = ?',
      [consumable, token],
    )
  )[0]?.payload;

export const noteUpdate = (tx: Tx, row: ConsumableUpdateRow): Promise<number> =>
  tx.run(
    'INSERT INTO consumable_updates (consumable, token, payload, at, steady, boot) VALUES (?, ?, ?, ?, ?, ?)',
    [row.consumable, row.token, row.payload, row.at, row.steady, row.boot],
  );

/** Forgets updates of this boot from this moment or before, and of other boots by the wall clock: as `elapsedSince` tells. */
export const forgetUpdates = async (tx: Tx, { wall, steady, bootId }: Began): Promise<void> => {
  await tx.run('DELETE FROM consumable_updates WHERE boot = ? AND steady <= ?', [bootId, steady]);
  await tx.run('DELETE FROM consumable_updates WHERE at <= ? AND boot <> ?', [wall, bootId]);
};
