import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { until } from '../../../test/contract/engine-suite.ts';
import { openFakeWorld, sleeper } from '../../../test/support/kubernetes/world.ts';

/* What a job waits for, also of pods that an earlier server made. */

const waits = async (t: TestContext, order: object) => {
  const world = await openFakeWorld(t);
  world.cluster.kubelets.pace.bind = 3_600_000;
  const { taskId, ...rest } = sleeper(order);
  await world.engine.start([{ taskId, ...rest }]);
  await world.sees('its pod', () => world.podOf(taskId) !== undefined);
  const condition = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: 'no room' };
  world.cluster.api.pods.change(world.nameOf(taskId), ({ status }) => (status.conditions = [condition]));
  return world;
};

for (const [what, jobId, order] of [
  ['a job', 'job', {}],
  ['a child of an array', 'job:3', { jobId: 'job:3' }],
  ['a node', 'multi', { jobId: 'multi#1', attempt: 2, node: { job: 'multi', index: 1, mainNode: 0 } }],
] as const)
  test(`K-063 K-074: what ${what} waits for is told by its id, by the next server too`, async (t) => {
    const world = await waits(t, order);
    assert.equal(await until(world, 'its words', () => world.engine.waitReason(jobId)), 'no room');
    await world.reopen();
    assert.equal(await until(world, 'its words', () => world.engine.waitReason(jobId)), 'no room');
    assert.equal(world.engine.waitReason('job:4'), undefined);
  });
