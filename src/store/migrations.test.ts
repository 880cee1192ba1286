import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import Sqlite from 'better-sqlite3';
import { JOB_STATES } from '../domain/job-state.ts';
import { MIGRATIONS } from './migrations.ts';
import { openSqlite } from './sqlite/open-database.ts';

test('E-136: jobs of a version without ranks stand in the order of their submission', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'longshore.db');
  const old = new Sqlite(path);
  for (const step of MIGRATIONS.slice(0, 10)) old.exec(step);
  old.pragma('user_version = 10');
  const insert = old.prepare(
    'INSERT INTO jobs (id, queue, spec, shape, state, created_at) VALUES (?, 1, 1, 1, ?, 0)',
  );
  for (const [code, state] of JOB_STATES.entries()) insert.run(state, code);
  old.close();
  const now = openSqlite(path);
  const rows = now.prepare('SELECT seq, rank, state FROM jobs WHERE state < 5').all() as {
    seq: number;
    rank: number;
  }[];
  now.close();
  assert.equal(rows.length, 5);
  for (const { seq, rank } of rows) assert.equal(rank, seq);
});
