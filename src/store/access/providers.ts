import type { Tx } from '../store.ts';
import type { ProviderRow } from './rows.ts';

/** `place`: its URL without the scheme, as its ARN has it. */
export const providerAt = async (tx: Tx, place: string): Promise<ProviderRow | undefined> =>
  (await tx.all<ProviderRow>('SELECT * FROM oidc_providers WHERE place = ?', [place]))[0];

export const allProviders = (tx: Tx): Promise<ProviderRow[]> =>
  tx.all<ProviderRow>('SELECT * FROM oidc_providers ORDER BY place');

export const insertProvider = (tx: Tx, row: Omit<ProviderRow, 'seq'>): Promise<number> =>
  tx.insert(
    'INSERT INTO oidc_providers (url, place, client_ids, thumbprints, created_at) VALUES (?, ?, ?, ?, ?)',
    [row.url, row.place, row.client_ids, row.thumbprints, row.created_at],
  );

export const updateProvider = (tx: Tx, row: ProviderRow): Promise<number> =>
  tx.run('UPDATE oidc_providers SET client_ids = ?, thumbprints = ? WHERE seq = ?', [
    row.client_ids,
    row.thumbprints,
    row.seq,
  ]);

export const deleteProviderRow = (tx: Tx, seq: number): Promise<number> =>
  tx.run('DELETE FROM oidc_providers WHERE seq = ?', [seq]);
