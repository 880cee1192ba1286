import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { tempFolder, textOf } from '../support/cli.ts';

const SCRIPT = fileURLToPath(new URL('../../scripts/test.ts', import.meta.url));

/** Runs files of tests, given as texts, as `npm test` does: beside code (in `src/`), or elsewhere. */
const runTexts = (
  t: TestContext,
  texts: readonly string[],
  place = 'test',
): { status: number | null; stdout: string } => {
  const folder = tempFolder(t);
  mkdirSync(join(folder, place));
  for (const [at, text] of texts.entries())
    writeFileSync(join(folder, place, `${at}.test.mjs`), `import { test } from 'node:test';\n${text}`);
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^NODE_/.test(name)));
  const args = [SCRIPT, `${place}/*.test.mjs`];
  return spawnSync(process.execPath, args, { cwd: folder, env, encoding: 'utf8' });
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

test('files beside their code share a process, and each is told as if it had its own', (t) => {
  const { status, stdout } = runTexts(
    t,
    [
      "console.log('first', process.pid); test('good', () => {}); test('bad', () => { throw new Error('because'); });",
      "import './nowhere.mjs';",
      "console.log('last', process.pid); test('c', () => {}); test('d', { todo: true }, () => { throw new Error('later'); });",
      "import { before } from 'node:test'; before(() => { throw new Error('of mine alone'); }); test('e', () => {});",
    ],
    'src',
  );
  assert.equal(status, 1);
  const pid = /^first (\d+)$/m.exec(stdout)![1]!;
  assert.match(stdout, new RegExp(`^last ${pid}$`, 'm'));
  assert.match(
    stdout,
    /^FAILED src\/0\.test\.mjs {2}2 tests, [\d.]+ s\n {2}✖ bad {2}\(src\S+:2\)\n {4}Error: because/m,
  );
  assert.match(stdout, /^FAILED src\/1\.test\.mjs {2}0 tests.*\n {2}✖ [\s\S]*nowhere\.mjs/m);
  assert.match(stdout, /^ok {5}src\/2\.test\.mjs {2}2 tests, [\d.]+ s$/m);
  assert.match(stdout, /^FAILED src\/3\.test\.mjs {2}1 tests/m);
  for (const total of ['tests 5', 'pass 2', 'todo 1']) assert.ok(stdout.includes(`\nℹ ${total}\n`), total);
});

for (const code of [0, 3])
  test(`a test that ends the process it shares with ${code} fails the run, which names the files that it cut off`, (t) => {
    const texts = ["test('a', () => {});", `test('b', () => process.exit(${code}));`, "test('c', () => {});"];
    const { status, stdout } = runTexts(t, texts, 'src');
    assert.equal(status, 1);
    for (const file of [1, 2])
      assert.match(stdout, new RegExp(`^FAILED src/${file}\\.test\\.mjs {2}cut off$`, 'm'));
  });

test('what is thrown when its test is over is told, whoever shares the process', (t) => {
  const late = "test('a', () => { setTimeout(() => { throw new Error('too late'); }, 20); });";
  const long = "test('b', () => new Promise((done) => setTimeout(done, 200)));";
  const { status, stdout } = runTexts(t, [late, long], 'src');
  assert.equal(status, 1);
  assert.match(stdout, /too late/);
});

test('a name that is no test file beside the code runs nothing', (t) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [SCRIPT, 'src/typo.test.mjs'], {
    cwd: tempFolder(t),
    encoding: 'utf8',
  });
  assert.deepEqual([status, stdout], [1, '']);
  assert.match(stderr, /there is no src\/typo\.test\.mjs/);
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
