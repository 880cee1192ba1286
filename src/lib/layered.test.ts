import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Layered } from './layered.ts';

test('a copy is changed alone, and so is what it was copied from', () => {
  const map = new Layered([
    ['a', 1],
    ['b', 2],
  ]);
  map.set('c', 3);
  const copy = map.copy();
  copy.delete('a');
  copy.set('c', 4);
  map.set('b', 5);
  assert.deepEqual([...map.values()], [1, 5, 3]);
  assert.deepEqual([...copy.values()], [2, 4]);
  assert.deepEqual([map.has('a'), copy.has('a'), copy.get('b')], [true, false, 2]);
});

const change = fc.record({
  key: fc.integer({ min: 0, max: 9 }),
  value: fc.option(fc.integer(), { nil: undefined }),
  next: fc.constantFrom('go on', 'settle', 'copy'),
});

test('whatever is set, deleted, settled and copied, it holds what a map would', () => {
  fc.assert(
    fc.property(fc.array(change), (changes) => {
      let layered = new Layered<number, number>();
      const map = new Map<number, number>();
      for (const { key, value, next } of changes) {
        if (value === undefined) {
          layered.delete(key);
          map.delete(key);
        } else {
          layered.set(key, value);
          map.set(key, value);
        }
        if (next === 'settle') layered.settle();
        if (next === 'copy') layered = layered.copy();
        for (let at = 0; at < 10; at++) assert.equal(layered.get(at), map.get(at));
        assert.deepEqual([...layered.values()].sort(), [...map.values()].sort());
      }
    }),
  );
});
