import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cpu, instanceOf, launched, snapshot } from '../../test/support/scheduler.ts';
import { addInstance, copyOf, removeInstance, roomOf, warn } from './change-room.ts';
import { countLarge } from './room.ts';

test('how many instances are large enough follows those that come, drain and go, each copy of a room by itself', () => {
  const room = roomOf(
    snapshot({ environments: [launched(1, ['c5'])], instances: [instanceOf('a', 1, 'c5.large')] }),
  );
  const many = (of = room) => countLarge(of, 1, cpu(2, 100));
  assert.equal(many(), 1);
  const copy = copyOf(room);
  addInstance(copy, instanceOf('b', 1, 'c5.xlarge'), true);
  assert.deepEqual([many(copy), many()], [2, 1]);
  warn(copy, 'a');
  assert.equal(many(copy), 1);
  removeInstance(copy, 'b');
  assert.deepEqual([many(copy), many()], [0, 1]);
});
