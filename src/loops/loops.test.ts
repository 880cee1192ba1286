import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeWorld } from '../../test/support/world.ts';
import { Loops } from './loops.ts';

test('J-132: a request that comes while the loops begin is looked at, and so is every one after it', async () => {
  const world = await makeWorld();
  await world.loops.stop();
  const id = await world.submit();
  const loops = new Loops(world.service, world.timers);
  const begun = loops.start();
  loops.wake();
  await begun;
  for (let turns = 0; turns < 5; turns++) await new Promise((done) => setImmediate(done));
  assert.equal((await world.job(id)).status, 'SUCCEEDED');
  await loops.stop();
});
