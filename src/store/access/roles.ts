import type { LimitColumns } from '../../domain/own-limits.ts';
import type { Tx } from '../store.ts';
import { fold, type PageAsked, type ProfileRow, type RoleRow } from './rows.ts';

export const roleNamed = async (tx: Tx, name: string): Promise<RoleRow | undefined> =>
  (await tx.all<RoleRow>('SELECT * FROM roles WHERE folded = ?', [fold(name)]))[0];

export const roleBySeq = async (tx: Tx, seq: number): Promise<RoleRow | undefined> =>
  (await tx.all<RoleRow>('SELECT * FROM roles WHERE seq = ?', [seq]))[0];

export const roleById = async (tx: Tx, id: string): Promise<RoleRow | undefined> =>
  (await tx.all<RoleRow>('SELECT * FROM roles WHERE id = ?', [id]))[0];

export const insertRole = (
  tx: Tx,
  role: Omit<RoleRow, 'seq' | 'folded' | keyof LimitColumns>,
): Promise<number> =>
  tx.insert(
    `INSERT INTO roles
      (name, folded, path, id, trust, trusted_ids, description, max_session_seconds, boundary, created_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      role.name,
      fold(role.name),
      role.path,
      role.id,
      role.trust,
      role.trusted_ids,
      role.description,
      role.max_session_seconds,
      role.boundary,
      role.created_at,
    ],
  );

/** What of a role changes; its name, path and id stay. */
export const updateRoleRow = (tx: Tx, role: RoleRow): Promise<number> =>
  tx.run(
    'UPDATE roles SET trust = ?, trusted_ids = ?, description = ?, max_session_seconds = ?, boundary = ? WHERE seq = ?',
    [role.trust, role.trusted_ids, role.description, role.max_session_seconds, role.boundary, role.seq],
  );

export const deleteRoleRow = (tx: Tx, seq: number): Promise<number> =>
  tx.run('DELETE FROM roles WHERE seq = ?', [seq]);

const PAGE = 'WHERE folded > ? AND substr(path, 1, length(?)) = ? ORDER BY folded LIMIT ?';
const pageOf = ({ pathPrefix, after, limit }: PageAsked) => [after, pathPrefix, pathPrefix, limit];

export const pageOfRoles = (tx: Tx, asked: PageAsked): Promise<RoleRow[]> =>
  tx.all<RoleRow>(`SELECT * FROM roles ${PAGE}`, pageOf(asked));

export const profileNamed = async (tx: Tx, name: string): Promise<ProfileRow | undefined> =>
  (await tx.all<ProfileRow>('SELECT * FROM instance_profiles WHERE folded = ?', [fold(name)]))[0];

export const insertProfile = (
  tx: Tx,
  profile: Omit<ProfileRow, 'seq' | 'folded' | 'role'>,
): Promise<number> =>
  tx.insert('INSERT INTO instance_profiles (name, folded, path, id, created_at) VALUES (?, ?, ?, ?, ?)', [
    profile.name,
    fold(profile.name),
    profile.path,
    profile.id,
    profile.created_at,
  ]);

/** `role`: a seq; null takes it out. */
export const putRoleInProfile = (tx: Tx, seq: number, role: number | null): Promise<number> =>
  tx.run('UPDATE instance_profiles SET role = ? WHERE seq = ?', [role, seq]);

export const deleteProfileRow = (tx: Tx, seq: number): Promise<number> =>
  tx.run('DELETE FROM instance_profiles WHERE seq = ?', [seq]);

export const pageOfProfiles = (tx: Tx, asked: PageAsked): Promise<ProfileRow[]> =>
  tx.all<ProfileRow>(`SELECT * FROM instance_profiles ${PAGE}`, pageOf(asked));

/** In the order of their names, behind `after`. */
export const profilesWith = (tx: Tx, role: number, after: string, limit: number): Promise<ProfileRow[]> =>
  tx.all<ProfileRow>(
    'SELECT * FROM instance_profiles WHERE role = ? AND folded > ? ORDER BY folded LIMIT ?',
    [role, after, limit],
  );
