import type { Database } from 'better-sqlite3';
import { seal } from '../../src/auth/seal.ts';
import { USERS } from './books/rights.ts';

/* The users of a world: there before its first server, for their rights alone change. */

export const SEALING_KEY = '00'.repeat(32);
export const keyOf = (user: string): string => `AKIASIM${user.toUpperCase()}`;

export const makeUsers = (connection: Database): void => {
  const user = connection.prepare(
    "INSERT INTO users (seq, name, folded, path, id, created_at) VALUES (?, ?, ?, '/', ?, 0)",
  );
  const key = connection.prepare(
    'INSERT INTO access_keys (id, owner, sealed, active, created_at) VALUES (?, ?, ?, 1, 0)',
  );
  for (const [at, name] of USERS.entries()) {
    const id = keyOf(name);
    user.run(at + 1, name, name, `AIDASIM${name.toUpperCase()}`);
    key.run(id, at + 1, seal(SEALING_KEY, String(at).padStart(24, '0'), id, `secret of ${name}`));
  }
};
