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
import { readRecord } from './records.ts';
import { SHIM_SCRIPT } from './shell-scripts.ts';

const ID = 'a'.repeat(32);

/**
 * One task, with `head` as the first lines of its `run`, whose record `full` finds no room on its disk; resolves `ended` when its
 * shim is gone.
 */
const shimWith = (
  t: TestContext,
  { full, head = '# 64' }: { readonly full?: 'start' | 'exit'; readonly head?: string },
) => {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-shim-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const task = join(folder, ID);
  mkdirSync(task);
  writeFileSync(join(folder, 'shim.sh'), SHIM_SCRIPT);
  const body = `echo "$w" >'${folder}/said'\n[ "$w" ] && exit\necho >'${folder}/ran'\nexec setsid sh -c 'exit 3'\n`;
  writeFileSync(join(task, 'run'), `${head}\n${body}`);
  if (full) symlinkSync('/dev/full', join(task, full));
  const child = spawn('/bin/sh', [join(folder, 'shim.sh'), folder, 'boot', ID], { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const said = () => readFileSync(join(folder, 'said'), 'utf8');
  return { task, ended, said, hasRun: () => existsSync(join(folder, 'ran')) };
};

test('a command whose start cannot be recorded does not begin', async (t) => {
  const { ended, hasRun } = shimWith(t, { full: 'start' });
  await ended;
  assert.equal(hasRun(), false);
});

test('an exit code that finds no room is written when there is some', async (t) => {
  const { task, ended, hasRun } = shimWith(t, { full: 'exit' });
  while (!hasRun()) await new Promise((done) => setTimeout(done, 20));
  await new Promise((done) => setTimeout(done, 100));
  rmSync(join(task, 'exit'));
  await ended;
  assert.equal(readFileSync(join(task, 'exit'), 'utf8'), '3\n');
});

test('a memory group that cannot be entered is a failed start: without its limit a command does not run', async (t) => {
  const { task, ended, said, hasRun } = shimWith(t, { head: '# 64 memory.events /nonexistent/group' });
  await ended;
  const reason = 'CannotCreateContainerError: its memory group cannot be entered';
  assert.deepEqual([hasRun(), said()], [false, `${reason}\n`]);
  assert.deepEqual(readRecord(task), { ...readRecord(task), kind: 'failed', reason });
});

test('S-282: a limit that is refused is a failed start that names it', async (t) => {
  const { task, ended, said, hasRun } = shimWith(t, { head: '#u 64\n# /bin/false nofile=1:2' });
  await ended;
  const reason = 'CannotCreateContainerError: ulimits: this host does not grant nofile=1:2';
  assert.deepEqual([hasRun(), said()], [false, `${reason}\n`]);
  assert.deepEqual(readRecord(task), { ...readRecord(task), kind: 'failed', reason });
});

test('limits that are granted let the command run', async (t) => {
  const { task, ended, hasRun } = shimWith(t, { head: '#u 64\n# /bin/true nofile=1:2 core=0:0' });
  await ended;
  assert.deepEqual([hasRun(), readFileSync(join(task, 'exit'), 'utf8')], [true, '3\n']);
});
