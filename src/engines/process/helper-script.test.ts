import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { SHIM_SCRIPT } from './helper-script.ts';

const ID = 'a'.repeat(32);

/** One task whose record `full` finds no room on its disk; resolves `ended` when its shim is gone. */
const shimWith = (t: TestContext, full: 'start' | 'exit') => {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-shim-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const task = join(folder, ID);
  mkdirSync(task);
  writeFileSync(join(folder, 'shim.sh'), SHIM_SCRIPT);
  writeFileSync(join(task, 'run'), `echo >'${folder}/ran'\nexec setsid sh -c 'exit 3'\n`);
  symlinkSync('/dev/full', join(task, full));
  const child = spawn('/bin/sh', [join(folder, 'shim.sh'), folder, 'boot', ID], { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  return { task, ended, hasRun: () => existsSync(join(folder, 'ran')) };
};

test('a command whose start cannot be recorded does not begin', async (t) => {
  const { ended, hasRun } = shimWith(t, 'start');
  await ended;
  assert.equal(hasRun(), false);
});

test('an exit code that finds no room is written when there is some', async (t) => {
  const { task, ended, hasRun } = shimWith(t, 'exit');
  while (!hasRun()) await new Promise((done) => setTimeout(done, 20));
  await new Promise((done) => setTimeout(done, 100));
  rmSync(join(task, 'exit'));
  await ended;
  assert.equal(readFileSync(join(task, 'exit'), 'utf8'), '3\n');
});
