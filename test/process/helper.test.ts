import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { constants, existsSync, mkdirSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { HELPER_SCRIPT } from '../../src/engines/process/shell-scripts.ts';
import { eventually, tempFolder } from '../support/cli.ts';
import { processesOf, whoStays } from '../support/leftovers.ts';

/* The helper by itself, without an engine. */

const startHelper = async (t: TestContext, lookSeconds = '0.05', isHeard = true) => {
  const folder = join(tempFolder(t), 'data');
  mkdirSync(folder);
  const path = (name: string) => join(folder, name);
  for (const name of ['orders', 'events']) execFileSync('mkfifo', [path(name)]);
  // somebody reads the events, as the server does
  if (isHeard) openSync(path('events'), constants.O_RDWR | constants.O_NONBLOCK);
  writeFileSync(path('helper.sh'), HELPER_SCRIPT);
  const args = [
    path('helper.sh'),
    folder,
    path('orders'),
    path('events'),
    'boot',
    path('shim.sh'),
    path('lock'),
  ];
  const groups = join(tempFolder(t), 'groups');
  for (const name of ['1', '2']) mkdirSync(join(groups, name), { recursive: true });
  const child = spawn('/bin/sh', [...args, lookSeconds, groups], { stdio: 'ignore' });
  const ended = new Promise<number | null>((done) => child.once('exit', done));
  t.after(() => child.kill('SIGKILL'));
  const hasReader = () => {
    try {
      openSync(path('orders'), constants.O_WRONLY | constants.O_NONBLOCK);
      return true;
    } catch {
      return undefined;
    }
  };
  await eventually('the helper', hasReader);
  return { folder, child, ended, hasReader, groups };
};

test('a helper whose folder is deleted ends, and takes the memory groups of its tasks with it', async (t) => {
  const { folder, ended, groups } = await startHelper(t);
  rmSync(folder, { recursive: true });
  assert.equal(await ended, 0);
  await eventually('the groups to go', () => (existsSync(groups) ? undefined : true));
});

test('a helper whose folder is deleted stays until nobody is in the memory groups', async (t) => {
  const { folder, child, ended, groups } = await startHelper(t);
  // stands for a task: a folder that cannot be removed yet
  writeFileSync(join(groups, '1', 'occupied'), '');
  rmSync(folder, { recursive: true });
  await eventually('the other group to go', () => (existsSync(join(groups, '2')) ? undefined : true));
  assert.equal(child.exitCode, null);
  rmSync(join(groups, '1', 'occupied'));
  assert.equal(await ended, 0);
  assert.ok(!existsSync(groups));
});

test('a helper whose folder another has taken the place of ends', async (t) => {
  const { folder, ended } = await startHelper(t);
  rmSync(folder, { recursive: true });
  mkdirSync(folder);
  execFileSync('mkfifo', [join(folder, 'orders')]);
  assert.equal(await ended, 0);
});

test('what watches the folder does not make a dead helper look alive', async (t) => {
  // its watcher would go on for longer than anybody waits here
  const { child, ended, hasReader } = await startHelper(t, '1000');
  child.kill('SIGKILL');
  await ended;
  await eventually('the orders to have no reader', () => (hasReader() ? undefined : true));
});

test('a helper that is told to end leaves no process behind, however long it is until its next look', async (t) => {
  const { folder, child, ended } = await startHelper(t, '1000');
  await eventually('the pause', () =>
    processesOf(folder).some(({ command }) => command === 'sleep 1000') ? true : undefined,
  );
  writeFileSync(join(folder, 'orders'), 'q\n');
  await ended;
  assert.deepEqual(whoStays(folder), []);
  assert.equal(child.exitCode, 0);
});

test('a helper whose server is gone before it reads an event begins all the same, and ends when it is told', async (t) => {
  const { folder, ended } = await startHelper(t, '1000', false);
  writeFileSync(join(folder, 'orders'), 'q\n');
  assert.equal(await ended, 0);
});
