import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Line } from './line.ts';

const lineOf = (...ids: string[]): Line => {
  const line = new Line();
  for (let i = 1; i < ids.length; i++) line.put(ids[i]!, ids[i - 1]!);
  return line;
};

test('who ends gives way to the one behind, and only to that one', () => {
  const line = lineOf('a', 'b', 'c');
  assert.equal(line.leave('a'), 'b');
  assert.equal(line.has('b'), false);
  assert.equal(line.has('c'), true);
  assert.equal(line.leave('b'), 'c');
  assert.equal(line.leave('c'), undefined);
});

test('who is taken out of the middle lets nobody go early: the next stands behind the one before', () => {
  const line = lineOf('a', 'b', 'c');
  assert.equal(line.takeOut('b'), undefined);
  assert.deepEqual([line.has('b'), line.has('c')], [false, true]);
  assert.equal(line.leave('a'), 'c');
});

test('who is taken out with nobody before lets the next go', () => {
  assert.equal(lineOf('b', 'c').takeOut('b'), 'c');
});

test('who comes later behind one that left stands behind the nearest that did not', () => {
  const line = lineOf('a', 'b', 'c');
  line.takeOut('c');
  line.takeOut('b');
  assert.equal(line.headOf('c'), 'a');
  line.skip('d', 'c');
  assert.equal(line.headOf('d'), 'a');
  line.leave('a');
  assert.equal(line.headOf('b'), 'b');
});
