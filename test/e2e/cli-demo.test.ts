import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { collect, eventually, runCli, spawnCli, tempFolder } from '../support/cli.ts';

test('the demo counts what is there, and leaves nothing behind', async (t) => {
  const input = tempFolder(t);
  const temp = tempFolder(t);
  mkdirSync(join(input, 'deep', 'er'), { recursive: true });
  writeFileSync(join(input, 'a.ts'), 'one\ntwo\nthree\n');
  writeFileSync(join(input, 'deep', 'b.ts'), 'four\n');
  writeFileSync(join(input, 'deep', 'er', 'c.py'), 'x'.repeat(1234));
  const { code, stdout, stderr } = await runCli(['demo', '--input', input], { env: { TMPDIR: temp } });
  assert.equal(stderr, '');
  assert.equal(code, 0);
  assert.match(stdout, /^TypeScript +2 +4 +19$/m);
  assert.match(stdout, /^Python +1 +0 +1,234$/m);
  assert.match(stdout, /^largest: deep\/er\/c\.py \(1,234 bytes\)$/m);
  assert.match(stdout, /24 SUCCEEDED; report: SUCCEEDED/);
  assert.match(stdout, /[\d.]+ times as fast as one after another/);
  assert.deepEqual(readdirSync(temp), []);
});

test('the demo counts a file larger than its children’s memory, and says which ones it could not read', async (t) => {
  const input = tempFolder(t);
  writeFileSync(join(input, 'large.c'), 'line\n');
  truncateSync(join(input, 'large.c'), 700 * 1_048_576);
  writeFileSync(Buffer.concat([Buffer.from(`${input}/caf`), Buffer.from([0xe9])]), 'no text of this name');
  const { code, stdout } = await runCli(['demo', '--input', input], { env: { TMPDIR: tempFolder(t) } });
  assert.equal(code, 0, stdout);
  assert.match(stdout, /^C +1 +1 +734,003,200$/m);
  assert.match(stdout, /^not read: 1, such as caf\ufffd$/m);
});

test('an interrupted demo ends its jobs and leaves nothing behind', async (t) => {
  const temp = tempFolder(t);
  const child = spawnCli(['demo'], { env: { TMPDIR: temp } });
  const { output, ended } = collect(child);
  await eventually('the first children', () => (/RUNNING/.test(output.stdout) ? true : undefined));
  child.kill('SIGINT');
  const { code, stdout } = await ended;
  assert.equal(code, 1);
  assert.match(stdout, /^FAILED: interrupted$/m);
  assert.deepEqual(readdirSync(temp), []);
});

test('an input that is no folder is one line and exit code 2', async () => {
  const { code, stderr } = await runCli(['demo', '--input', '/no/such/folder']);
  assert.equal(code, 2);
  assert.match(stderr, /^longshore: --input \/no\/such\/folder is no folder\n$/);
});

test('the teams of a demo read no input', async () => {
  const { code, stderr } = await runCli(['demo', '--teams', '--input', '/tmp']);
  assert.deepEqual({ code, stderr }, { code: 2, stderr: 'longshore: --teams reads no --input\n' });
});

test('an input without files is one line and exit code 2, and starts nothing', async (t) => {
  const input = tempFolder(t);
  mkdirSync(join(input, 'deep', 'er'), { recursive: true });
  const { code, stdout, stderr } = await runCli(['demo', '--input', input]);
  assert.deepEqual({ code, stdout }, { code: 2, stdout: '' });
  assert.equal(stderr, `longshore: --input ${input} has no files to count\n`);
});
