import { createHash } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import { seal } from '../../src/auth/seal.ts';
import { GROUPS, USERS } from './books/rights.ts';
import type { Sessions } from './books/sessions.ts';
import type { Signing } from './server.ts';

/* The users and groups of a world: there before its first server, for their rights and members alone change. */

export const SEALING_KEY = '00'.repeat(32);
const keyOf = (user: string): string => `AKIASIM${user.toUpperCase()}`;

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
  const group = connection.prepare(
    "INSERT INTO user_groups (seq, name, folded, path, id, created_at) VALUES (?, ?, ?, '/', ?, 0)",
  );
  for (const [at, name] of GROUPS.entries()) group.run(at + 1, name, name, `AGPASIM${name.toUpperCase()}`);
};

/** With which key somebody asks; undefined of root. */
export const signingOf = (sessions: Sessions, who: string | undefined): Signing | undefined =>
  who === undefined ? undefined : (sessions.get(who)?.keys ?? { accessKeyId: keyOf(who) });

/** Of long ones unique ids are made, which look at every digit alone: those of two numbers in a row must not be alike. */
export const hexOf = (number: number, length: number): string =>
  length < 32
    ? String(number).padStart(length, '0')
    : createHash('sha512').update(String(number)).digest('hex').slice(0, length);
