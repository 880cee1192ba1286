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

test('J-286: specs of a version that did not keep their definition are found by it, each by its own', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'longshore.db');
  const old = new Sqlite(path);
  for (const step of MIGRATIONS.slice(0, 18)) old.exec(step);
  old.pragma('user_version = 18');
  const named: [string, number][] = [
    ['a', 1],
    ['a', 11],
    ['a_1', 1],
    ['a-1', 1],
  ];
  for (const [name, revision] of named)
    old
      .prepare(`INSERT INTO definitions (name, revision, status, doc) VALUES (?, ?, 'ACTIVE', '{}')`)
      .run(name, revision);
  const specs = [...named, ['gone', 1] as const];
  for (const [name, revision] of specs) {
    const jobDefinition = `arn:aws:batch:us-east-1:012345678910:job-definition/${name}:${revision}`;
    const doc = JSON.stringify({ jobDefinition, definitionName: name });
    old.prepare('INSERT INTO specs (doc) VALUES (?)').run(doc);
  }
  for (const at of [3, 5, 5, 2, 9, 8])
    old.prepare('INSERT INTO jobs (queue, spec, shape, state, created_at) VALUES (1, 1, 1, 5, ?)').run(at);
  old.close();
  const now = openSqlite(path);
  const definitions = now.prepare('SELECT definition FROM specs ORDER BY id').pluck().all();
  const turns = now.prepare('SELECT seq FROM clock_turns').pluck().all();
  now.close();
  assert.deepEqual(definitions, [1, 2, 3, 4, 0]);
  assert.deepEqual(turns, [4, 6], 'J-287: and where the clock had been set back');
});
