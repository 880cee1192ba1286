import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BoundedCache } from './bounded-cache.ts';

const keysIn = (kept: BoundedCache<string, number>, keys: string): string =>
  [...keys].filter((key) => kept.get(key) !== undefined).join('');

test('what is kept is emptied when it would hold too many entries', () => {
  const kept = new BoundedCache<string, number>(3, 1000);
  for (const key of 'abc') kept.set(key, 1, 1);
  assert.equal(keysIn(kept, 'abcd'), 'abc');
  kept.set('d', 1, 1);
  assert.equal(keysIn(kept, 'abcd'), 'd');
});

test('what is kept is emptied when it would hold too much text, however few entries that are', () => {
  const kept = new BoundedCache<string, number>(1000, 10);
  kept.set('a', 1, 6);
  kept.set('b', 1, 4);
  assert.equal(keysIn(kept, 'ab'), 'ab');
  kept.set('c', 1, 1);
  assert.equal(keysIn(kept, 'abc'), 'c');
  kept.clear();
  kept.set('d', 1, 10);
  assert.equal(keysIn(kept, 'cd'), 'd');
});
