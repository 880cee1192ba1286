import assert from 'node:assert/strict';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openMemory } from './memory.ts';

/** A keeper of this test's own; none where no cgroup may be made. */
const open = (t: TestContext) => {
  const memory = openMemory(`test-${process.pid}-${t.name.length}`, undefined);
  if (memory.root === undefined) {
    t.skip('no memory cgroup may be made here');
    return undefined;
  }
  return { memory, root: memory.root };
};

test('groups that a killed server left go after a while, those of this one stay', (t) => {
  const opened = open(t);
  if (!opened) return;
  const { memory, root } = opened;
  const left = join(root, '99');
  mkdirSync(left);
  const mine = memory.open('task', 64)!.folder;
  for (let i = 0; i < 29; i++) memory.sweep();
  assert.ok(existsSync(left), 'an order of the earlier server may still begin in it');
  memory.sweep();
  assert.ok(!existsSync(left));
  assert.ok(existsSync(mine));
  memory.close('task');
  memory.end();
});

test('an engine that closes leaves no group behind', (t) => {
  const opened = open(t);
  if (!opened) return;
  const { memory, root } = opened;
  mkdirSync(join(root, '99'));
  memory.open('task', 64);
  memory.close('task');
  memory.end();
  assert.ok(!existsSync(root));
});

test('a task that runs behind another takes its room when it has the same limit, until the last of them is over', (t) => {
  const opened = open(t);
  if (!opened) return;
  const { memory } = opened;
  const first = memory.open('first', 64)!.folder;
  assert.equal(memory.open('second', 64, 'first')!.folder, first);
  assert.notEqual(memory.open('larger', 65, 'second')!.folder, first);
  memory.close('first');
  assert.notEqual(memory.open('other', 64)!.folder, first, 'the second one is in it');
  memory.close('second');
  assert.equal(memory.open('another', 64)!.folder, first);
  memory.end();
});
