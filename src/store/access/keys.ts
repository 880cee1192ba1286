import type { Tx } from '../store.ts';
import type { KeyRow } from './rows.ts';

export const keyById = async (tx: Tx, id: string): Promise<KeyRow | undefined> =>
  (await tx.all<KeyRow>('SELECT * FROM access_keys WHERE id = ?', [id]))[0];

/** Of all keys that may sign. */
export const activeKeyIds = async (tx: Tx): Promise<ReadonlySet<string>> =>
  new Set((await tx.all<{ id: string }>('SELECT id FROM access_keys WHERE active = 1')).map(({ id }) => id));

/** The older one first. */
export const keysOf = (tx: Tx, user: number): Promise<KeyRow[]> =>
  tx.all<KeyRow>('SELECT * FROM access_keys WHERE owner = ? ORDER BY created_at, id', [user]);

export const insertKey = (
  tx: Tx,
  { id, owner, sealed, created_at }: Pick<KeyRow, 'id' | 'owner' | 'sealed' | 'created_at'>,
): Promise<number> =>
  tx.run('INSERT INTO access_keys (id, owner, sealed, active, created_at) VALUES (?, ?, ?, 1, ?)', [
    id,
    owner,
    sealed,
    created_at,
  ]);

export const setActive = (tx: Tx, id: string, active: boolean): Promise<number> =>
  tx.run('UPDATE access_keys SET active = ? WHERE id = ?', [active ? 1 : 0, id]);

export const deleteKey = (tx: Tx, id: string): Promise<number> =>
  tx.run('DELETE FROM access_keys WHERE id = ?', [id]);

export const noteUse = (tx: Tx, id: string, at: number, service: string, region: string): Promise<number> =>
  tx.run('UPDATE access_keys SET used_at = ?, used_service = ?, used_region = ? WHERE id = ?', [
    at,
    service,
    region,
    id,
  ]);
