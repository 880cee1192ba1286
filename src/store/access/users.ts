import type { LimitColumns } from '../../domain/own-limits.ts';
import type { Tx } from '../store.ts';
import { fold, type GroupRow, type PageAsked, type UserRow } from './rows.ts';

export const userNamed = async (tx: Tx, name: string): Promise<UserRow | undefined> =>
  (await tx.all<UserRow>('SELECT * FROM users WHERE folded = ?', [fold(name)]))[0];

export const userBySeq = async (tx: Tx, seq: number): Promise<UserRow | undefined> =>
  (await tx.all<UserRow>('SELECT * FROM users WHERE seq = ?', [seq]))[0];

export const userById = async (tx: Tx, id: string): Promise<UserRow | undefined> =>
  (await tx.all<UserRow>('SELECT * FROM users WHERE id = ?', [id]))[0];

export const insertUser = (
  tx: Tx,
  user: Omit<UserRow, 'seq' | 'folded' | keyof LimitColumns>,
): Promise<number> =>
  tx.insert('INSERT INTO users (name, folded, path, id, boundary, created_at) VALUES (?, ?, ?, ?, ?, ?)', [
    user.name,
    fold(user.name),
    user.path,
    user.id,
    user.boundary,
    user.created_at,
  ]);

export const renameUser = (tx: Tx, seq: number, name: string, path: string): Promise<number> =>
  tx.run('UPDATE users SET name = ?, folded = ?, path = ? WHERE seq = ?', [name, fold(name), path, seq]);

export const setBoundary = (tx: Tx, seq: number, arn: string | null): Promise<number> =>
  tx.run('UPDATE users SET boundary = ? WHERE seq = ?', [arn, seq]);

export const deleteUserRow = (tx: Tx, seq: number): Promise<number> =>
  tx.run('DELETE FROM users WHERE seq = ?', [seq]);

const PAGE = 'WHERE folded > ? AND substr(path, 1, length(?)) = ? ORDER BY folded LIMIT ?';

const pageOf = ({ pathPrefix, after, limit }: PageAsked) => [after, pathPrefix, pathPrefix, limit];

export const pageOfUsers = (tx: Tx, asked: PageAsked): Promise<UserRow[]> =>
  tx.all<UserRow>(`SELECT * FROM users ${PAGE}`, pageOf(asked));

export const groupNamed = async (tx: Tx, name: string): Promise<GroupRow | undefined> =>
  (await tx.all<GroupRow>('SELECT * FROM user_groups WHERE folded = ?', [fold(name)]))[0];

export const insertGroup = (tx: Tx, group: Omit<GroupRow, 'seq' | 'folded'>): Promise<number> =>
  tx.insert('INSERT INTO user_groups (name, folded, path, id, created_at) VALUES (?, ?, ?, ?, ?)', [
    group.name,
    fold(group.name),
    group.path,
    group.id,
    group.created_at,
  ]);

export const renameGroup = (tx: Tx, seq: number, name: string, path: string): Promise<number> =>
  tx.run('UPDATE user_groups SET name = ?, folded = ?, path = ? WHERE seq = ?', [
    name,
    fold(name),
    path,
    seq,
  ]);

export const deleteGroupRow = (tx: Tx, seq: number): Promise<number> =>
  tx.run('DELETE FROM user_groups WHERE seq = ?', [seq]);

export const pageOfGroups = (tx: Tx, asked: PageAsked): Promise<GroupRow[]> =>
  tx.all<GroupRow>(`SELECT * FROM user_groups ${PAGE}`, pageOf(asked));

/** Once, however often. */
export const addMember = (tx: Tx, user: number, group: number): Promise<number> =>
  tx.run('INSERT INTO memberships (member, user_group) VALUES (?, ?) ON CONFLICT DO NOTHING', [user, group]);

/** Resolves to 0 where it was none. */
export const removeMember = (tx: Tx, user: number, group: number): Promise<number> =>
  tx.run('DELETE FROM memberships WHERE member = ? AND user_group = ?', [user, group]);

export const groupsOf = (tx: Tx, user: number): Promise<GroupRow[]> =>
  tx.all<GroupRow>(
    'SELECT g.* FROM memberships m JOIN user_groups g ON g.seq = m.user_group WHERE m.member = ? ORDER BY g.folded',
    [user],
  );

export const membersOf = (tx: Tx, group: number, after: string, limit: number): Promise<UserRow[]> =>
  tx.all<UserRow>(
    'SELECT u.* FROM memberships m JOIN users u ON u.seq = m.member WHERE m.user_group = ? AND u.folded > ? ORDER BY u.folded LIMIT ?',
    [group, after, limit],
  );
