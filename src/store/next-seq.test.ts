import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeWorld } from '../../test/support/world.ts';

const seqs = async (world: Awaited<ReturnType<typeof makeWorld>>) =>
  (
    await world.service.store.read((tx) =>
      tx.all<{ seq: number }>('SELECT seq FROM jobs WHERE parent = 0 ORDER BY seq'),
    )
  ).map(({ seq }) => seq);

test('submissions of one transaction stand one behind the other, an array with all its children', async () => {
  const world = await makeWorld();
  await world.loops.stop();
  const job = { jobName: 'j', jobQueue: 'q', jobDefinition: 'd' };
  await Promise.all([
    world.ask('submitJob', job),
    world.ask('submitJob', { ...job, arrayProperties: { size: 3 } }),
    world.ask('submitJob', job),
  ]);
  await world.ask('submitJob', job);
  assert.deepEqual(await seqs(world), [1, 2, 6, 7]);
});

test('a job that went is not followed by another with its number', async () => {
  const world = await makeWorld();
  await world.loops.stop();
  await world.submit();
  await world.service.store.write((tx) => tx.run('DELETE FROM jobs WHERE seq = 1'));
  await world.submit();
  assert.deepEqual(await seqs(world), [2]);
});
