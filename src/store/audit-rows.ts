import type { Tx } from './store.ts';

/* Records until they stand in their files: see `tx.record`. */

/** Those of one group of transactions. */
export interface AuditRow {
  readonly seq: number;
  /** Lines, each with its line feed. */
  readonly text: string;
}

/** Parameter: the lines of a group. */
export const INSERT_RECORDS = 'INSERT INTO audit_records (text) VALUES (?)';

/** The oldest. */
export const oldestRecords = (tx: Tx, limit: number): Promise<AuditRow[]> =>
  tx.all<AuditRow>('SELECT seq, text FROM audit_records ORDER BY seq LIMIT ?', [limit]);

export const deleteRecords = (tx: Tx, upTo: number): Promise<number> =>
  tx.run('DELETE FROM audit_records WHERE seq <= ?', [upTo]);

/** A day's file was written at this age of the store (see `AgeMark`). */
export const noteDay = (tx: Tx, day: string, age: number): Promise<number> =>
  tx.run(
    'INSERT INTO audit_days (day, age) VALUES (?, ?) ON CONFLICT (day) DO UPDATE SET age = excluded.age',
    [day, age],
  );

/** Days that there are files of, oldest first. */
export const auditDays = (tx: Tx): Promise<{ day: string; age: number }[]> =>
  tx.all<{ day: string; age: number }>('SELECT day, age FROM audit_days ORDER BY day');

export const forgetDay = (tx: Tx, day: string): Promise<number> =>
  tx.run('DELETE FROM audit_days WHERE day = ?', [day]);
