import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Comparison } from './comparison.ts';

/** A daemon that was met with these tasks. */
const met = (...live: string[]): Comparison => {
  const comparison = new Comparison();
  comparison.begin(live);
  return comparison;
};

test('a host whose daemon has nothing, or only what the store holds at a start, is compared by one look', () => {
  assert.equal(met().look([], true), true);
  const mine = met('x');
  mine.holds(new Set(['x', 'y']));
  assert.equal(mine.look(['x'], true), true);
  assert.equal(new Comparison().look([], true), false, 'none is met');
});

test('of what else it has the second look decides, and what was stopped must be gone', () => {
  const comparison = met('stray', 'wanted');
  assert.equal(comparison.look(['stray', 'wanted'], true), false);
  comparison.stopped('stray');
  assert.equal(comparison.look(['stray', 'wanted'], true), false);
  assert.equal(comparison.look(['wanted'], true), true);
  assert.equal(comparison.isOver, true);
  comparison.end();
  assert.equal(comparison.isOver, false);
});

test('while the store does not have all that was lost no look counts: what that has no use for is not told yet', () => {
  const comparison = met('x');
  for (let look = 0; look < 3; look++) assert.equal(comparison.look(['x'], false), false);
  assert.equal(comparison.look(['x'], true), false);
  comparison.stopped('x');
  assert.equal(comparison.look([], true), true);
});
