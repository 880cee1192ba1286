import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CommittedCache } from './committed-cache.ts';
import type { Tx } from './store.ts';

/** A transaction of a group, as far as a cache needs it. */
const transaction = (group: object | undefined) => {
  const after: (() => void)[] = [];
  const tx = { group, onCommit: (fn: () => void) => void after.push(fn) } as unknown as Tx;
  return { tx, commit: () => after.forEach((fn) => void fn()) };
};

/** What anybody finds who comes later. */
const foundLater = (cache: CommittedCache<string, number>, key = 'k') => cache.get(transaction({}).tx, key);

test('what a transaction remembers is known to its group at once, and to others after the commit', () => {
  const cache = new CommittedCache<string, number>(10);
  const group = {};
  const first = transaction(group);
  cache.set(first.tx, 'k', 1);
  assert.equal(cache.get(first.tx, 'k'), 1);
  assert.equal(cache.get(transaction(group).tx, 'k'), 1);
  assert.equal(foundLater(cache), undefined);
  first.commit();
  assert.equal(foundLater(cache), 1);
});

test('what a lost transaction remembered is known to nobody', () => {
  const cache = new CommittedCache<string, number>(10);
  cache.set(transaction({}).tx, 'k', 1);
  assert.equal(foundLater(cache), undefined);
});

test('what is forgotten is unknown to the rest of the group, and to others after the commit', () => {
  const cache = new CommittedCache<string, number>(10);
  const group = {};
  const before = transaction(group);
  cache.set(before.tx, 'k', 1);
  const changes = transaction(group);
  cache.forget(changes.tx);
  const behind = transaction(group);
  assert.equal(cache.get(behind.tx, 'k'), undefined);
  cache.set(behind.tx, 'k', 2);
  for (const one of [before, changes, behind]) one.commit();
  assert.equal(foundLater(cache), 2);
});

test('what was known stays known when the transaction that forgot it is lost', () => {
  const cache = new CommittedCache<string, number>(10);
  const first = transaction({});
  cache.set(first.tx, 'k', 1);
  first.commit();
  const lost = transaction({});
  cache.forget(lost.tx);
  assert.equal(cache.get(lost.tx, 'k'), undefined);
  assert.equal(foundLater(cache), 1);
});

test('where one may be undone alone, nothing is known that the others may have changed', () => {
  const cache = new CommittedCache<string, number>(10);
  const first = transaction({});
  cache.set(first.tx, 'k', 1);
  first.commit();
  const alone = transaction(undefined);
  assert.equal(cache.get(alone.tx, 'k'), undefined);
  cache.set(alone.tx, 'k', 2);
  assert.equal(cache.get(alone.tx, 'k'), undefined);
  assert.equal(foundLater(cache), 1);
  alone.commit();
  assert.equal(foundLater(cache), 2);
  const forgets = transaction(undefined);
  cache.forget(forgets.tx);
  assert.equal(foundLater(cache), 2);
  forgets.commit();
  assert.equal(foundLater(cache), undefined);
});

test('it is bounded as its entries and their characters are', () => {
  const cache = new CommittedCache<string, number>(2, 10);
  const { tx, commit } = transaction({});
  cache.set(tx, 'a', 1, 4);
  cache.set(tx, 'b', 2, 4);
  cache.set(tx, 'c', 3, 4);
  commit();
  assert.deepEqual(
    ['a', 'b', 'c'].map((key) => foundLater(cache, key)),
    [undefined, undefined, 3],
  );
});
