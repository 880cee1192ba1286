import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Gpus } from './gpus.ts';

test('each task has GPUs of its own, by number, and gives them back', () => {
  const gpus = new Gpus(4);
  assert.deepEqual(gpus.take('a', 2, undefined), [0, 1]);
  assert.deepEqual(gpus.take('b', 1, undefined), [2]);
  assert.deepEqual(gpus.take('a', 2, undefined), [0, 1], 'the same when it is asked again');
  gpus.release('a');
  assert.deepEqual(gpus.take('c', 3, undefined), [0, 1, 3]);
  assert.throws(() => gpus.take('d', 1, undefined), /of 4 GPUs too few are free/);
  assert.deepEqual(gpus.take('e', 0, undefined), []);
});

test('a task in line has those of the one before it, and others only when it wants more', () => {
  const gpus = new Gpus(3);
  gpus.take('other', 1, undefined);
  gpus.take('head', 1, undefined);
  assert.deepEqual(gpus.take('next', 1, 'head'), [1]);
  assert.deepEqual(gpus.take('last', 2, 'next'), [1, 2]);
  gpus.release('head');
  gpus.release('next');
  assert.throws(() => gpus.take('stranger', 1, undefined), /too few/);
});

test('what an earlier server gave is not given again', () => {
  const gpus = new Gpus(2);
  gpus.adopt('before', [0]);
  assert.deepEqual(gpus.take('now', 1, undefined), [1]);
  assert.deepEqual(gpus.take('before', 1, undefined), [0]);
});
