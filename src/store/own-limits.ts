import type { LimitColumns, LimitedKind } from '../domain/own-limits.ts';
import type { Tx } from './store.ts';

/* Limits of single users, roles and queues stand in their rows, and go with them. */

/** With nothing in `limits` it has none of its own. */
export const limitUser = (tx: Tx, seq: number, { per_second, burst, most_jobs }: LimitColumns) =>
  tx.run('UPDATE users SET per_second = ?, burst = ?, most_jobs = ? WHERE seq = ?', [
    per_second,
    burst,
    most_jobs,
    seq,
  ]);

export const limitRole = (tx: Tx, seq: number, { per_second, burst, most_jobs }: LimitColumns) =>
  tx.run('UPDATE roles SET per_second = ?, burst = ?, most_jobs = ? WHERE seq = ?', [
    per_second,
    burst,
    most_jobs,
    seq,
  ]);

export interface LimitRow extends LimitColumns {
  readonly kind: LimitedKind;
  readonly name: string;
}

/** All that there are: users first, then roles and queues, in the order of their names. */
export const allLimits = (tx: Tx): Promise<LimitRow[]> =>
  tx.all<LimitRow>(`
    SELECT kind, name, per_second, burst, most_jobs FROM (
      SELECT 1 AS place, 'user' AS kind, name, folded, per_second, burst, most_jobs FROM users
      UNION ALL SELECT 2, 'role', name, folded, per_second, burst, most_jobs FROM roles
      UNION ALL SELECT 3, 'queue', name, name, NULL, NULL, most_jobs FROM queues WHERE status <> 'DELETED'
    ) WHERE per_second IS NOT NULL OR most_jobs IS NOT NULL ORDER BY place, folded`);

/** The columns of a migration. */
export const OWN_LIMITS_COLUMNS = `
  ALTER TABLE users ADD COLUMN per_second REAL;
  ALTER TABLE users ADD COLUMN burst INTEGER;
  ALTER TABLE users ADD COLUMN most_jobs INTEGER;
  ALTER TABLE roles ADD COLUMN per_second REAL;
  ALTER TABLE roles ADD COLUMN burst INTEGER;
  ALTER TABLE roles ADD COLUMN most_jobs INTEGER;
  ALTER TABLE queues ADD COLUMN most_jobs INTEGER;
  `;
