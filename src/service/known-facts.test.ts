import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openWorld } from '../../test/support/world.ts';

test('what was read is kept until the catalog forgets, and not where it forgot while it was read', async () => {
  const { service } = openWorld();
  const { knownFacts, catalog, store } = service;
  const forget = () => store.write(async (tx) => catalog.forget(tx));
  let reads = 0;
  const read = async () => ++reads;
  assert.equal(await knownFacts.get('k', read), 1);
  assert.equal(await knownFacts.get('k', read), 1);
  await forget();
  assert.equal(await knownFacts.get('k', read), 2);
  await forget();
  const slow = async () => {
    await forget();
    return read();
  };
  assert.equal(await knownFacts.get('k', slow), 3);
  assert.equal(await knownFacts.get('k', read), 4);
  assert.equal(await knownFacts.get('k', read), 4);
});

test('that something is not there is kept as well', async () => {
  const { knownFacts } = openWorld().service;
  let reads = 0;
  const read = async () => {
    reads++;
    return undefined;
  };
  await knownFacts.get('k', read);
  await knownFacts.get('k', read);
  assert.equal(reads, 1);
});
