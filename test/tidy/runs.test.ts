import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { tempFolder, textOf } from '../support/cli.ts';

const SCRIPT = fileURLToPath(new URL('../../scripts/test.ts', import.meta.url));

/** Runs files of tests, given as texts, as `npm test` does. */
const runTexts = (t: TestContext, texts: readonly string[]): { status: number | null; stdout: string } => {
  const folder = tempFolder(t);
  const files = texts.map((text, at) => {
    const file = join(folder, `${at}.test.mjs`);
    writeFileSync(file, `import { test } from 'node:test';\n${text}`);
    return file;
  });
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^NODE_/.test(name)));
  return spawnSync(process.execPath, [SCRIPT, ...files], { env, encoding: 'utf8' });
};

test('a run prints a line a file, and the totals that Node prints', (t) => {
  const { status, stdout } = runTexts(t, [
    "test('a', () => {}); test('b', () => {});",
    "test('c', () => {});",
  ]);
  assert.equal(status, 0);
  assert.match(stdout, /^ok {5}\S+0\.test\.mjs {2}2 tests, [\d.]+ s$/m);
  assert.match(stdout, /^ok {5}\S+1\.test\.mjs {2}1 tests, [\d.]+ s$/m);
  for (const total of ['tests 3', 'pass 3', 'fail 0']) assert.ok(stdout.includes(`\nℹ ${total}\n`), total);
  assert.doesNotMatch(stdout, /✔|left behind/);
});

test('a run tells which test failed and why, what was left out and why, and which file does not load', (t) => {
  const { status, stdout } = runTexts(t, [
    "test('good', () => {}); test('bad', () => { throw new Error('because'); });",
    "test('other', { skip: 'no terminal' }, () => {});",
    "import './nowhere.mjs';",
  ]);
  assert.equal(status, 1);
  assert.match(stdout, /^FAILED \S+0\.test\.mjs {2}2 tests/m);
  assert.match(stdout, /✖ bad {2}\(\S+:2\)\n {4}Error: because/);
  assert.match(stdout, /^ {2}left out: other: no terminal$/m);
  assert.match(stdout, /^FAILED \S+2\.test\.mjs$/m);
  assert.ok(stdout.includes('\nℹ fail 2\n'));
});

test('a run whose tests leave a process or a folder behind fails, names them and takes them away', (t) => {
  const { status, stdout } = runTexts(t, [
    `import { spawn } from 'node:child_process';
     import { mkdtempSync } from 'node:fs';
     import { tmpdir } from 'node:os';
     test('leaves', () => {
       console.log('folder', mkdtempSync(tmpdir() + '/x-'));
       const child = spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' });
       child.unref();
       console.log('process', child.pid);
     });`,
  ]);
  assert.equal(status, 1);
  const folder = /^folder (\S+)$/m.exec(stdout)![1]!;
  const pid = /^process (\d+)$/m.exec(stdout)![1]!;
  assert.match(stdout, new RegExp(`^left behind: process ${pid}: sleep 1000$`, 'm'));
  assert.match(stdout, /^left behind: in the temporary folder: x-\w+$/m);
  assert.ok(!existsSync(folder));
  // nobody may have collected it yet
  assert.equal(textOf(`/proc/${pid}/cmdline`) ?? '', '');
});
