import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeWorld, RESOURCES, type World } from '../../../test/support/world.ts';

const described = async (world: World, name = 'e') =>
  (await world.ask('describeComputeEnvironments', { computeEnvironments: [name] })).computeEnvironments[0];

const instances = (world: World) =>
  world.service.store.read((tx) =>
    tx.all<{ id: string; type: string; state: number }>(
      'SELECT id, type, state FROM instances WHERE state < 2 ORDER BY launched_at, id',
    ),
  );

const create = (world: World, name: string, more: object = {}, resources: object = {}) =>
  world.ask('createComputeEnvironment', {
    computeEnvironmentName: name,
    type: 'MANAGED',
    computeResources: { ...RESOURCES, ...resources },
    ...more,
  });

/** An environment `r` whose setup may be changed, with a queue `qr`. */
const replaceable = async (world: World) => {
  await create(world, 'r', {}, { allocationStrategy: 'BEST_FIT_PROGRESSIVE', instanceTypes: ['c5'] });
  await world.ask('createJobQueue', {
    jobQueueName: 'qr',
    priority: 1,
    computeEnvironmentOrder: [{ order: 1, computeEnvironment: 'r' }],
  });
};

test('E-086: another setup replaces the instances: they take no more jobs, jobs go on, the environment is UPDATING till then', async () => {
  const world = await makeWorld({ command: ['run'] });
  await replaceable(world);
  const first = await world.submit({ jobQueue: 'qr' });
  await world.settle();
  const [before] = await instances(world);
  await world.ask('updateComputeEnvironment', {
    computeEnvironment: 'r',
    computeResources: { instanceTypes: ['m5'] },
  });
  assert.equal((await described(world, 'r')).status, 'UPDATING');
  const refusal = await world.refused('updateComputeEnvironment', {
    computeEnvironment: 'r',
    state: 'DISABLED',
    computeResources: { maxvCpus: 8 },
  });
  assert.equal(refusal.message, 'Cannot update, resource is being modified', 'E-013');
  assert.equal(
    (await world.refused('deleteComputeEnvironment', { computeEnvironment: 'r' })).message,
    'Cannot delete, resource is being modified',
    'E-012',
  );
  const second = await world.submit({ jobQueue: 'qr' });
  await world.settle();
  assert.equal((await described(world, 'r')).statusReason, '1 instance of the former setup still runs jobs');
  assert.equal((await world.job(first)).status, 'RUNNING');
  assert.equal((await world.job(second)).status, 'RUNNING');
  const now = await instances(world);
  assert.deepEqual(
    now.map((i) => [i.type, i.state]),
    [
      [before!.type, 1],
      ['m5.large', 0],
    ],
  );
  world.engine.end(world.engine.orders[0]!.taskId, 0);
  await world.settle();
  const after = await described(world, 'r');
  assert.deepEqual([after.status, after.statusReason], ['VALID', 'ComputeEnvironment Healthy']);
  assert.deepEqual(
    (await instances(world)).map((i) => i.type),
    ['m5.large'],
  );
});

test('E-012 E-013 E-079: while jobs of the former setup go on the state alone may be updated; it is UPDATING as before', async () => {
  const world = await makeWorld({ command: ['run'] });
  await replaceable(world);
  const id = await world.submit({ jobQueue: 'qr' });
  await world.settle();
  const change = (more: object) =>
    world.ask('updateComputeEnvironment', { computeEnvironment: 'r', ...more });
  await change({ computeResources: { instanceTypes: ['m5'] } });
  await change({ state: 'DISABLED' });
  await change({});
  const { state, status } = await described(world, 'r');
  assert.deepEqual([state, status], ['DISABLED', 'UPDATING']);
  const later = await world.submit({ jobQueue: 'qr' });
  await world.settle();
  assert.deepEqual([(await world.job(id)).status, (await world.job(later)).status], ['RUNNING', 'RUNNABLE']);
  await world.refused('deleteComputeEnvironment', { computeEnvironment: 'r' });
  world.engine.end(world.engine.orders[0]!.taskId, 0);
  await world.settle();
  assert.equal((await described(world, 'r')).status, 'VALID');
  await change({ state: 'ENABLED' });
  await world.settle();
  assert.equal((await world.job(later)).status, 'RUNNING');
});

test('E-088: with an update policy jobs have so many minutes, or none, and then lose their host', async () => {
  for (const [policy, minutes] of [
    [{ jobExecutionTimeoutMinutes: 5 }, 5],
    [{ terminateJobsOnUpdate: true }, 0],
  ] as const) {
    const world = await makeWorld({ command: ['run'] });
    await replaceable(world);
    await world.ask('updateComputeEnvironment', { computeEnvironment: 'r', updatePolicy: policy });
    const id = await world.submit({ jobQueue: 'qr', retryStrategy: { attempts: 2 } });
    await world.settle();
    const [task] = world.engine.orders;
    await world.ask('updateComputeEnvironment', {
      computeEnvironment: 'r',
      computeResources: { instanceTypes: ['m5'] },
    });
    if (minutes > 0) {
      world.clock.advance(minutes * 60_000 - 1);
      await world.settle();
      assert.deepEqual(world.engine.stopped, []);
      world.clock.advance(1);
    }
    await world.settle();
    assert.deepEqual(world.engine.stopped, [task!.taskId]);
    world.engine.end(task!.taskId, 137);
    await world.settle();
    const { status, attempts } = await world.job(id);
    assert.equal(status, 'RUNNING', 'it runs again on a new instance');
    assert.match(attempts[0].statusReason, /^Host EC2 \(instance i-[0-9a-f]{17}\) terminated\.$/);
  }
});

test('E-086 E-073: a change that leaves the environment INVALID replaces the instances too; once repaired it is UPDATING till they are gone', async () => {
  const world = await makeWorld({ command: ['run'] });
  await replaceable(world);
  const change = (computeResources: object) =>
    world.ask('updateComputeEnvironment', { computeEnvironment: 'r', computeResources });
  const first = await world.submit({ jobQueue: 'qr' });
  await world.settle();
  await change({ instanceTypes: ['m5'], instanceRole: 'arn:aws:iam::012345678910:user/bob' });
  assert.equal((await described(world, 'r')).status, 'INVALID');
  assert.deepEqual(
    (await instances(world)).map((i) => i.state),
    [1],
  );
  await change({ instanceRole: 'ecsInstanceRole' });
  assert.equal((await described(world, 'r')).status, 'UPDATING');
  const second = await world.submit({ jobQueue: 'qr' });
  await world.settle();
  assert.deepEqual(
    (await instances(world)).map((i) => [i.type, i.state]),
    [
      ['c5.large', 1],
      ['m5.large', 0],
    ],
  );
  assert.deepEqual(
    [(await world.job(first)).status, (await world.job(second)).status],
    ['RUNNING', 'RUNNING'],
  );
  world.engine.end(world.engine.orders[0]!.taskId, 0);
  await world.settle();
  assert.equal((await described(world, 'r')).status, 'VALID');
});

test('E-086 E-073: instances that have nothing to do end with a change that leaves the environment INVALID', async () => {
  const world = await makeWorld();
  await create(world, 'r', {}, { allocationStrategy: 'BEST_FIT_PROGRESSIVE', minvCpus: 1 });
  await world.settle();
  assert.equal((await instances(world)).length, 1);
  const computeResources = { imageId: 'ami-2', instanceRole: 'arn:aws:iam::012345678910:user/bob' };
  await world.ask('updateComputeEnvironment', { computeEnvironment: 'r', computeResources });
  assert.deepEqual(await instances(world), []);
});

test('E-010 E-097: with no task on any instance a deletion is done when it is answered, whether the loops look or not', async () => {
  const world = await makeWorld();
  await world.submit();
  await world.settle();
  assert.equal((await instances(world)).length, 1);
  await world.ask('updateComputeEnvironment', { computeEnvironment: 'e', state: 'DISABLED' });
  await world.ask('updateJobQueue', { jobQueue: 'q', state: 'DISABLED', computeEnvironmentOrder: [] });
  await world.settle();
  await world.loops.stop();
  await world.ask('deleteComputeEnvironment', { computeEnvironment: 'e' });
  assert.equal(await described(world, 'e'), undefined);
});
