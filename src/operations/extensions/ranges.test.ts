import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ranges } from './ranges.ts';

test('indices are told as ranges', () => {
  assert.equal(ranges([]), '');
  assert.equal(ranges([3]), '3');
  assert.equal(ranges([0, 1, 2, 4, 7, 8]), '0-2,4,7-8');
});

test('of more than fifty ranges the first fifty are told', () => {
  const all = Array.from({ length: 51 }, (_, n) => n * 2);
  assert.equal(ranges(all.slice(0, 50)), all.slice(0, 50).join(','));
  assert.equal(ranges(all), `${all.slice(0, 50).join(',')},…`);
});
