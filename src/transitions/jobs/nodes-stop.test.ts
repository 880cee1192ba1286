import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  endNode as end,
  nodeWorld,
  nodeStatuses as statuses,
  submitNodes as submit,
} from '../../../test/support/nodes.ts';
import { RESOURCES } from '../../../test/support/world.ts';

test('J-268 J-262: TerminateJob of a running job stops every node; it is not tried again', async () => {
  const world = await nodeWorld();
  const id = await submit(world, { retryStrategy: { attempts: 5 } });
  await world.settle();
  await world.ask('terminateJob', { jobId: id, reason: 'enough' });
  await world.settle();
  assert.equal(world.engine.stopped.length, 3);
  for (const node of [0, 1, 2]) await end(world, id, node, 143);
  assert.deepEqual(await statuses(world, id), ['FAILED', 'FAILED', 'FAILED', 'FAILED']);
  assert.equal((await world.job(id)).statusReason, 'enough');
  assert.equal((await world.job(id)).attempts.length, 1);
  for (const node of [0, 1, 2]) {
    const { statusReason, isTerminated } = await world.job(`${id}#${node}`);
    assert.deepEqual([statusReason, isTerminated], ['enough', true], `node ${node}`);
  }
});

for (const order of ['before', 'after']) {
  test(`terminated ${order} its queue is deleted, a job and its nodes say that (J-265, J-268)`, async () => {
    const world = await nodeWorld();
    const id = await submit(world);
    await world.settle();
    const terminate = () => world.ask('terminateJob', { jobId: id, reason: 'enough' });
    if (order === 'before') await terminate();
    await world.ask('updateJobQueue', { jobQueue: 'q', state: 'DISABLED' });
    await world.ask('deleteJobQueue', { jobQueue: 'q' });
    await world.settle();
    if (order === 'after') await terminate();
    for (const node of [0, 1, 2]) await end(world, id, node, 143);
    for (const each of [id, `${id}#0`, `${id}#1`, `${id}#2`]) {
      const { statusReason, isTerminated } = await world.job(each);
      assert.deepEqual([statusReason, isTerminated], ['enough', true], each);
    }
  });
}

test('J-268 J-298: a node that was terminated is FAILED even where it ends well after its main node', async () => {
  const world = await nodeWorld();
  const id = await submit(world);
  await world.settle();
  await world.ask('terminateJob', { jobId: id, reason: 'enough' });
  await world.settle();
  for (const node of [1, 0, 2]) await end(world, id, node, 0);
  assert.deepEqual(await statuses(world, id), ['FAILED', 'FAILED', 'FAILED', 'FAILED']);
});

test('J-268 J-265: terminated while its main node still starts, the others never begin, and say why', async () => {
  const world = await nodeWorld();
  world.engine.begins = false;
  const id = await submit(world);
  await world.settle();
  await world.ask('terminateJob', { jobId: id, reason: 'enough' });
  for (const node of [0, 1, 2])
    assert.equal((await world.job(`${id}#${node}`)).isTerminated, true, 'at once');
  await world.settle();
  assert.equal(world.engine.orders.length, 1);
  assert.deepEqual(await statuses(world, id), ['FAILED', 'FAILED', 'FAILED', 'FAILED']);
  for (const node of [0, 1, 2]) {
    const { statusReason, isTerminated } = await world.job(`${id}#${node}`);
    assert.deepEqual([statusReason, isTerminated], ['enough', true], `node ${node}`);
  }
});

test('J-268 J-262: terminated while the last nodes of a failed attempt go, it is not tried again', async () => {
  const world = await nodeWorld();
  const id = await submit(world, { retryStrategy: { attempts: 5 } });
  await world.settle();
  await end(world, id, 1, 1);
  await world.ask('terminateJob', { jobId: id, reason: 'enough' });
  await end(world, id, 0, 143);
  await end(world, id, 2, 143);
  const job = await world.job(id);
  assert.equal(job.status, 'FAILED');
  assert.equal(job.statusReason, 'enough');
  assert.equal(world.engine.orders.length, 3);
});

test('J-208 J-207: the time limit is the whole job’s: every node is stopped, none tried again', async () => {
  const world = await nodeWorld();
  const timeout = { attemptDurationSeconds: 60 };
  const id = await submit(world, { timeout, retryStrategy: { attempts: 3 } });
  await world.settle();
  world.clock.advance(60_000);
  await world.settle();
  assert.equal(world.engine.stopped.length, 3);
  for (const node of [0, 1, 2]) await end(world, id, node, 143);
  const job = await world.job(id);
  assert.equal(job.status, 'FAILED');
  assert.equal(job.statusReason, 'Job attempt duration exceeded timeout');
  for (const node of [0, 1, 2])
    assert.equal((await world.job(`${id}#${node}`)).statusReason, 'Job attempt duration exceeded timeout');
});

test('E-170 J-298: nodes whose host goes before their turn to start keep that as their end, and as their attempt', async () => {
  const world = await nodeWorld();
  world.engine.begins = false;
  const id = await submit(world, { retryStrategy: { attempts: 3 } });
  await world.settle();
  await world.ask('createComputeEnvironment', {
    computeEnvironmentName: 'f',
    type: 'MANAGED',
    computeResources: RESOURCES,
  });
  const computeEnvironmentOrder = [{ order: 1, computeEnvironment: 'f' }];
  await world.ask('updateJobQueue', { jobQueue: 'q', computeEnvironmentOrder });
  await world.ask('updateComputeEnvironment', { computeEnvironment: 'e', state: 'DISABLED' });
  await world.ask('deleteComputeEnvironment', { computeEnvironment: 'e' });
  await world.settle();
  assert.deepEqual(await statuses(world, id), ['FAILED', 'FAILED', 'FAILED', 'FAILED']);
  const job = await world.job(id);
  for (const node of [0, 1]) {
    const { attempts, statusReason, stoppedAt } = await world.job(`${id}#${node}`);
    assert.match(statusReason, /^Host EC2 \(instance i-[0-9a-f]{17}\) terminated\.$/, `node ${node}`);
    const shown = attempts.map((attempt: Record<string, unknown>) => [
      attempt.statusReason,
      attempt.stoppedAt,
    ]);
    assert.deepEqual(shown, [[statusReason, stoppedAt]], `node ${node}`);
    assert.equal(job.statusReason, statusReason);
  }
  const last = await world.job(`${id}#2`);
  assert.deepEqual([last.statusReason, last.attempts], ['Main node ended', []], 'its turn never came');
});
