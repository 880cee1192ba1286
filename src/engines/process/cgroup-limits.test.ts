import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openMemory } from './choose-memory-limits.ts';

const folderFor = (t: TestContext): string => {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-memory-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

let opened = 0;

/** A keeper of this test's own; none where no cgroup may be made. */
const open = (t: TestContext, dataDir = folderFor(t), id = String(++opened)) => {
  const memory = openMemory({ dataDir, id }, undefined);
  if (memory.root === undefined) {
    t.skip('no memory cgroup may be made here');
    return undefined;
  }
  t.after(() => memory.end(true));
  return { memory, root: memory.root, dataDir };
};

test('groups that a killed server left go after a while, those of this one stay', (t) => {
  const own = open(t);
  if (!own) return;
  const { memory, root } = own;
  const left = join(root, '99');
  mkdirSync(left);
  const mine = memory.open('task', 64)!.folder;
  for (let i = 0; i < 29; i++) memory.sweep();
  assert.ok(existsSync(left), 'an order of the earlier server may still begin in it');
  memory.sweep();
  assert.ok(!existsSync(left));
  assert.ok(existsSync(mine));
});

test('an engine that closes idle leaves no group behind, of a task that is over but not forgotten either', (t) => {
  const own = open(t);
  if (!own) return;
  const { memory, root } = own;
  mkdirSync(join(root, '99'));
  memory.open('closed', 64);
  memory.close('closed');
  memory.open('over', 64);
  assert.equal(memory.end(true), true);
  assert.ok(!existsSync(root));
});

test('an engine that closes over tasks leaves them their groups', (t) => {
  const own = open(t);
  if (!own) return;
  const { memory } = own;
  const { folder } = memory.open('waiting', 64)!;
  assert.equal(memory.end(false), false);
  assert.ok(existsSync(folder));
});

test('the next server removes what is left of a data folder that is deleted, and nothing else', (t) => {
  const gone = open(t);
  const there = open(t);
  if (!gone || !there) return;
  gone.memory.open('task', 64);
  const { folder } = there.memory.open('task', 64)!;
  rmSync(gone.dataDir, { recursive: true });
  open(t);
  assert.ok(!existsSync(gone.root));
  assert.ok(existsSync(folder), 'the folder of this one is there');
});

test('a data folder that another has taken the place of is gone, one that cannot be told is not', (t) => {
  const before = open(t);
  if (!before) return;
  const { dataDir, root } = before;
  const stranger = join(dirname(root), `longshore-1-1-${process.pid}`);
  mkdirSync(stranger);
  t.after(() => rmdirSync(stranger));
  renameSync(dataDir, `${dataDir}-moved`);
  t.after(() => rmSync(`${dataDir}-moved`, { recursive: true }));
  mkdirSync(dataDir);
  const after = open(t, dataDir, 'new');
  assert.ok(!existsSync(root));
  assert.ok(existsSync(after!.root));
  assert.ok(existsSync(stranger));
});

test('a deleted folder’s number may come round: what is in a folder tells it too', (t) => {
  const first = open(t);
  if (!first) return;
  const second = open(t, first.dataDir, 'another');
  assert.notEqual(second!.root, first.root);
});

test('a free group that somebody has removed is not given again', (t) => {
  const own = open(t);
  if (!own) return;
  const { memory } = own;
  const { folder } = memory.open('first', 64)!;
  memory.close('first');
  rmdirSync(folder);
  assert.ok(existsSync(memory.open('second', 64)!.folder));
});

test('a task that runs behind another takes its room when it has the same limit, until the last of them is over', (t) => {
  const own = open(t);
  if (!own) return;
  const { memory } = own;
  const first = memory.open('first', 64)!.folder;
  assert.equal(memory.open('second', 64, 'first')!.folder, first);
  assert.notEqual(memory.open('larger', 65, 'second')!.folder, first);
  memory.close('first');
  assert.notEqual(memory.open('other', 64)!.folder, first, 'the second one is in it');
  memory.close('second');
  assert.equal(memory.open('another', 64)!.folder, first);
});
