import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { AuditFiles } from './audit-files.ts';

const DAY = '2026-11-30';

const make = (t: TestContext) => {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-audit-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return { files: new AuditFiles(folder), folder: join(folder, 'audit') };
};

test('A-192: a day is one file that its owner alone reads', async (t) => {
  const { files, folder } = make(t);
  await files.append(DAY, 'one\n');
  await files.append(DAY, 'two\n');
  assert.deepEqual(readdirSync(folder), [`${DAY}.jsonl`]);
  assert.equal(readFileSync(join(folder, `${DAY}.jsonl`), 'utf8'), 'one\ntwo\n');
  assert.equal(statSync(join(folder, `${DAY}.jsonl`)).mode & 0o777, 0o600);
  assert.equal(statSync(folder).mode & 0o777, 0o700);
});

test('A-192: a line that was cut off spoils no other', async (t) => {
  const { files, folder } = make(t);
  await files.append(DAY, 'one\n');
  appendFileSync(join(folder, `${DAY}.jsonl`), '{"tor');
  await files.append(DAY, 'two\n');
  assert.equal(readFileSync(join(folder, `${DAY}.jsonl`), 'utf8'), 'one\n{"tor\ntwo\n');
});

test('A-192: a day that is over is packed; what comes of it later stands beside; both go', async (t) => {
  const { files, folder } = make(t);
  await files.pack(DAY);
  await files.append(DAY, 'one\n');
  await files.pack(DAY);
  assert.deepEqual(readdirSync(folder), [`${DAY}.jsonl.gz`]);
  assert.equal(statSync(join(folder, `${DAY}.jsonl.gz`)).mode & 0o777, 0o600);
  await files.append(DAY, 'late\n');
  await files.pack(DAY);
  assert.equal(gunzipSync(readFileSync(join(folder, `${DAY}.jsonl.gz`))).toString(), 'one\n');
  assert.equal(readFileSync(join(folder, `${DAY}.jsonl`), 'utf8'), 'late\n');
  await files.remove(DAY);
  assert.deepEqual(readdirSync(folder), []);
});
