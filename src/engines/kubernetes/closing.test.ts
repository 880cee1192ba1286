import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reaches } from '../../../test/contract/engine-suite.ts';
import { openFakeWorld, sleeper } from '../../../test/support/kubernetes/world.ts';

test('K-163: a server that lets go leaves pods as they are, begun or not', async (t) => {
  const world = await openFakeWorld(t);
  const { api, kubelets } = world.cluster;
  const runs = sleeper();
  await world.engine.start([runs]);
  await reaches(world, runs.taskId, 'running');
  kubelets.pace.bind = 3_600_000;
  const waits = sleeper();
  await world.engine.start([waits]);
  await world.sees('its pod', () => world.podOf(waits.taskId) !== undefined);
  await world.tick();
  const before = api.asked.length;
  await world.engine.close();
  for (let i = 0; i < 5; i++) await world.tick();
  world.pass(600_000);
  await world.tick();
  assert.deepEqual(api.asked.slice(before), []);
  for (const { taskId } of [runs, waits])
    assert.equal(world.podOf(taskId)!.metadata.deletionTimestamp, undefined);
});

test('K-163 K-074: an engine is there once all that was left has been taken over, and not before', async (t) => {
  const world = await openFakeWorld(t);
  const { api } = world.cluster;
  const order = sleeper();
  await world.engine.start([order]);
  await reaches(world, order.taskId, 'running');
  let isHeld = true;
  let lists = 0;
  api.vice = ({ path, query }) => {
    const isList = path.endsWith('/namespaces/jobs/pods') && query.get('watch') === null;
    if (!isList || !isHeld) return undefined;
    lists++;
    return { kind: 'refuse', status: 503, retryAfter: 0 };
  };
  let isOpen = false;
  const opening = world.reopen().then(() => {
    isOpen = true;
  });
  await world.sees('lists that are refused', () => lists > 1);
  assert.equal(isOpen, false);
  isHeld = false;
  await opening;
  assert.deepEqual(
    (await world.engine.list()).map(({ taskId, kind }) => [taskId, kind]),
    [[order.taskId, 'running']],
  );
});
