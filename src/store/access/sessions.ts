import type { Tx } from '../store.ts';
import type { SessionRow } from './rows.ts';

export const sessionById = async (tx: Tx, id: string): Promise<SessionRow | undefined> =>
  (await tx.all<SessionRow>('SELECT * FROM sessions WHERE id = ?', [id]))[0];

export const insertSession = (tx: Tx, row: SessionRow): Promise<number> =>
  tx.run(
    `INSERT INTO sessions (id, owner_kind, owner, name, sealed, doc, created_at, expires_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    [row.id, row.owner_kind, row.owner, row.name, row.sealed, row.doc, row.created_at, row.expires_at],
  );

type Owner = Pick<SessionRow, 'owner_kind' | 'owner'>;

export const deleteSessionsOf = (tx: Tx, { owner_kind, owner }: Owner): Promise<number> =>
  tx.run('DELETE FROM sessions WHERE owner_kind = ? AND owner = ?', [owner_kind, owner]);

const countOf = async (tx: Tx, sql: string, values: readonly (string | number)[]): Promise<number> =>
  (await tx.all<{ n: number }>(`SELECT count(*) AS n FROM (${sql})`, [...values]))[0]!.n;

/** How many of its sessions live, counted up to `most`. */
export const livingOf = (tx: Tx, { owner_kind, owner }: Owner, now: number, most: number): Promise<number> =>
  countOf(tx, 'SELECT 1 FROM sessions WHERE owner_kind = ? AND owner = ? AND expires_at > ? LIMIT ?', [
    owner_kind,
    owner,
    now,
    most,
  ]);

export const livingInAll = (tx: Tx, now: number, most: number): Promise<number> =>
  countOf(tx, 'SELECT 1 FROM sessions WHERE expires_at > ? LIMIT ?', [now, most]);

/** Forgets those that ended before a time, the oldest first, `most` of them. */
export const forgetEnded = (tx: Tx, before: number, most: number): Promise<number> =>
  tx.run(
    'DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE expires_at < ? ORDER BY expires_at LIMIT ?)',
    [before, most],
  );
