import type { Tx } from '../store.ts';
import type { Owner, OwnerKind } from './rows.ts';

/* Policies that users, groups and roles have: inline ones, and managed ones that are attached. */

export interface InlineRow {
  readonly name: string;
  readonly document: string;
}

export const inlineOf = (tx: Tx, { kind, seq }: Owner): Promise<InlineRow[]> =>
  tx.all<InlineRow>(
    'SELECT name, document FROM inline_policies WHERE owner_kind = ? AND owner = ? ORDER BY name',
    [kind, seq],
  );

export const putInline = (tx: Tx, { kind, seq }: Owner, name: string, document: string): Promise<number> =>
  tx.run(
    `INSERT INTO inline_policies (owner_kind, owner, name, document) VALUES (?, ?, ?, ?)
      ON CONFLICT (owner_kind, owner, name) DO UPDATE SET document = excluded.document`,
    [kind, seq, name, document],
  );

/** Resolves to 0 where there is none. */
export const deleteInline = (tx: Tx, { kind, seq }: Owner, name: string): Promise<number> =>
  tx.run('DELETE FROM inline_policies WHERE owner_kind = ? AND owner = ? AND name = ?', [kind, seq, name]);

/** In the order of their ARNs. */
export const attachedTo = async (tx: Tx, { kind, seq }: Owner): Promise<string[]> =>
  (
    await tx.all<{ arn: string }>(
      'SELECT arn FROM attachments WHERE owner_kind = ? AND owner = ? ORDER BY arn',
      [kind, seq],
    )
  ).map(({ arn }) => arn);

/** Once, however often. */
export const attach = (tx: Tx, { kind, seq }: Owner, arn: string): Promise<number> =>
  tx.run('INSERT INTO attachments (owner_kind, owner, arn) VALUES (?, ?, ?) ON CONFLICT DO NOTHING', [
    kind,
    seq,
    arn,
  ]);

/** Resolves to 0 where it was not attached. */
export const detach = (tx: Tx, { kind, seq }: Owner, arn: string): Promise<number> =>
  tx.run('DELETE FROM attachments WHERE owner_kind = ? AND owner = ? AND arn = ?', [kind, seq, arn]);

export interface Holder {
  readonly kind: OwnerKind;
  readonly name: string;
  readonly id: string;
}

/** Who has a managed policy attached. */
export const holdersOf = (tx: Tx, arn: string): Promise<Holder[]> =>
  tx.all<Holder>(
    `SELECT a.owner_kind AS kind, coalesce(u.name, g.name, r.name) AS name, coalesce(u.id, g.id, r.id) AS id
      FROM attachments a
      LEFT JOIN users u ON a.owner_kind = 'user' AND u.seq = a.owner
      LEFT JOIN user_groups g ON a.owner_kind = 'group' AND g.seq = a.owner
      LEFT JOIN roles r ON a.owner_kind = 'role' AND r.seq = a.owner
      WHERE a.arn = ? ORDER BY kind, name`,
    [arn],
  );

/** Whom it bounds. */
export const boundedBy = (tx: Tx, arn: string): Promise<Holder[]> =>
  tx.all<Holder>(
    `SELECT 'role' AS kind, name, id FROM roles WHERE boundary = ?
      UNION ALL SELECT 'user', name, id FROM users WHERE boundary = ? ORDER BY kind, name`,
    [arn, arn],
  );

export interface AccessTag {
  readonly key: string;
  readonly value: string;
}

export const accessTagsOf = (tx: Tx, { kind, seq }: Owner): Promise<AccessTag[]> =>
  tx.all<AccessTag>('SELECT key, value FROM access_tags WHERE owner_kind = ? AND owner = ? ORDER BY folded', [
    kind,
    seq,
  ]);

/** Keys have no case: one that is there in another is written over. */
export const setAccessTag = (tx: Tx, { kind, seq }: Owner, { key, value }: AccessTag): Promise<number> =>
  tx.run(
    `INSERT INTO access_tags (owner_kind, owner, folded, key, value) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (owner_kind, owner, folded) DO UPDATE SET key = excluded.key, value = excluded.value`,
    [kind, seq, key.toLowerCase(), key, value],
  );

export const removeAccessTag = (tx: Tx, { kind, seq }: Owner, key: string): Promise<number> =>
  tx.run('DELETE FROM access_tags WHERE owner_kind = ? AND owner = ? AND folded = ?', [
    kind,
    seq,
    key.toLowerCase(),
  ]);

export const dropAccessTags = (tx: Tx, { kind, seq }: Owner): Promise<number> =>
  tx.run('DELETE FROM access_tags WHERE owner_kind = ? AND owner = ?', [kind, seq]);
