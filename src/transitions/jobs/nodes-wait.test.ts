import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NODE_CONTAINER, nodeWorld, submitNodes, TOO_MUCH } from '../../../test/support/nodes.ts';
import { makeWorld } from '../../../test/support/world.ts';

test('J-299: a node waits as its job does, and says why, until that has its room', async () => {
  const world = await nodeWorld(TOO_MUCH);
  const first = await world.submit();
  const id = await submitNodes(world, { dependsOn: [{ jobId: first }] });
  await world.settle();
  for (const status of ['PENDING', 'RUNNABLE']) {
    const [job, node] = [await world.job(id), await world.job(`${id}#0`)];
    assert.deepEqual([job.status, node.status], [status, status]);
    assert.equal(node.statusReason, job.statusReason);
    assert.ok(node.statusReason);
    if (status === 'PENDING') world.engine.end(world.engine.orders[0]!.taskId, 0);
    await world.settle();
  }
});

test('J-295: a node that waits for the main one says so', async () => {
  const world = await nodeWorld();
  world.engine.begins = false;
  const id = await submitNodes(world);
  await world.settle();
  assert.equal((await world.job(`${id}#0`)).statusReason, 'starts with its job, the main node first');
  assert.equal((await world.job(`${id}#1`)).statusReason, undefined);
});

test('J-322: a group that a node’s log names is there once the job has its place', async () => {
  const world = await makeWorld({ command: ['run'] });
  const logConfiguration = { logDriver: 'awslogs', options: { 'awslogs-group': '/mine/nodes' } };
  await world.ask('registerJobDefinition', {
    jobDefinitionName: 'm',
    type: 'multinode',
    nodeProperties: {
      numNodes: 2,
      mainNode: 0,
      nodeRangeProperties: [
        { targetNodes: '0:', container: { ...NODE_CONTAINER, command: ['run'], logConfiguration } },
      ],
    },
  });
  await submitNodes(world);
  await world.settle();
  const groups = await world.service.store.read((tx) => tx.all('SELECT name FROM log_groups'));
  assert.deepEqual(groups, [{ name: '/mine/nodes' }]);
});
