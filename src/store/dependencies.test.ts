import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeWorld } from '../../test/support/world.ts';
import { firstSettled, insertSettled, moveSettled, placeOf, type SettledPlace } from './dependencies.ts';

test('how far the work on an end is, is read as it was written; it begins with those that wait child by child', async () => {
  const world = await makeWorld();
  await world.loops.stop();
  await world.service.store.write(async (tx) => {
    await insertSettled(tx, 1, true);
    const { seq } = (await firstSettled(tx))!;
    const read = async () => placeOf((await firstSettled(tx))!);
    assert.deepEqual(await read(), { kind: 'children', after: 0 });
    const places: SettledPlace[] = [
      { kind: 'children', after: 7 },
      { kind: 'whole', after: 0 },
      { kind: 'whole', after: 7 },
      { kind: 'array', dependent: 7, done: 3 },
      { kind: 'edges' },
    ];
    for (const place of places) {
      await moveSettled(tx, seq, place);
      assert.deepEqual(await read(), place);
    }
  });
});
