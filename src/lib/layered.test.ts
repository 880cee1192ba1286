import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Layered } from './layered.ts';

test('a copy is changed alone, and so is what it was copied from', () => {
  const map = Layered.of([
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

test('a copy may have another of each, or none, and leaves what it was copied from as it was', () => {
  const map = Layered.of([
    ['a', 1],
    ['b', 2],
    ['c', 3],
    ['d', 4],
  ]);
  map.set('b', 20);
  map.set('e', 5);
  map.delete('d');
  const more = (value: number) => (value % 5 === 0 ? undefined : value + 1);
  const copy = map.mapped(more);
  assert.deepEqual([...copy.values()], [2, 4]);
  assert.deepEqual(
    [copy.get('a'), copy.get('b'), copy.get('d'), copy.has('e')],
    [2, undefined, undefined, false],
  );
  copy.set('b', 7);
  assert.deepEqual([...copy.values()], [2, 7, 4]);
  assert.deepEqual([...map.values()], [1, 20, 3, 5]);
  map.fold();
  map.set('a', 2);
  map.set('f', 6);
  assert.deepEqual([...map.mapped(more).values()], [3, 4, 7], 'changed again');
  map.fold();
  assert.deepEqual([...map.mapped(more).values()], [3, 4, 7], 'and folded');
});

test('what did not change is made once for each function', () => {
  const map = Layered.of([
    ['a', 1],
    ['b', 2],
  ]);
  const asked: number[] = [];
  const to = (value: number) => {
    asked.push(value);
    return value;
  };
  map.mapped(to);
  map.set('b', 3);
  map.fold();
  assert.deepEqual([...map.mapped(to).values()], [1, 3]);
  assert.deepEqual(asked, [1, 2, 3]);
});

test('copies of copies that nobody folds hold what was set, in its order, and leave the others as they were', () => {
  const first = Layered.of(Array.from({ length: 100 }, (_, at) => [at, `${at}`]));
  let last = first;
  for (let at = 0; at < 200; at++) {
    last = last.copy();
    last.set(at, 'new');
    if (at % 2 === 1) last.delete(at - 1);
  }
  assert.deepEqual(
    [...last.keys()],
    Array.from({ length: 100 }, (_, at) => 2 * at + 1),
  );
  assert.ok(last.values().every((value) => value === 'new'));
  assert.deepEqual(
    [...first.keys()],
    Array.from({ length: 100 }, (_, at) => at),
  );
});

test('a copy of what has another of each has those that are there', () => {
  const odd = Layered.of(Array.from({ length: 100 }, (_, at) => [at, at])).mapped((at) =>
    at % 2 === 1 ? at : undefined,
  );
  for (let at = 1; at < 100; at += 2) odd.set(at, -at);
  const copy = odd.copy();
  assert.deepEqual([...copy.keys()], [...odd.keys()]);
  assert.deepEqual(copy.values(), odd.values());
});

const change = fc.record({
  key: fc.integer({ min: 0, max: 9 }),
  value: fc.option(fc.integer(), { nil: undefined }),
  next: fc.constantFrom('go on', 'fold', 'copy'),
});

test('whatever is set, deleted, folded and copied, it holds what a map would', () => {
  fc.assert(
    fc.property(fc.array(change), (changes) => {
      let layered = Layered.of<number, number>();
      const map = new Map<number, number>();
      for (const { key, value, next } of changes) {
        if (value === undefined) {
          layered.delete(key);
          map.delete(key);
        } else {
          layered.set(key, value);
          map.set(key, value);
        }
        if (next === 'fold') layered.fold();
        if (next === 'copy') layered = layered.copy();
        for (let at = 0; at < 10; at++) assert.equal(layered.get(at), map.get(at));
        assert.deepEqual([...layered.values()].sort(), [...map.values()].sort());
        assert.deepEqual([...layered.keys()].sort(), [...map.keys()].sort());
        assert.equal(layered.values(), layered.values());
      }
    }),
  );
});
