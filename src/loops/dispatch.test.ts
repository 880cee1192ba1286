import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeWorld, RESOURCES, type World } from '../../test/support/world.ts';
import { liveInstances } from '../store/instance-rows.ts';

const environment = async (world: World, name = 'e') =>
  (await world.ask('describeComputeEnvironments', { computeEnvironments: [name] })).computeEnvironments[0];
const statuses = async (world: World, ids: readonly string[]): Promise<string[]> =>
  (await world.ask('describeJobs', { jobs: ids })).jobs.map((job: { status: string }) => job.status);

test('E-100 E-149: desiredvCpus follows what waits and runs, between minvCpus and maxvCpus as they were set', async () => {
  const world = await makeWorld({ command: ['run'] });
  const vcpus = async () => {
    const { minvCpus, desiredvCpus, maxvCpus } = (await environment(world)).computeResources;
    return [minvCpus, desiredvCpus, maxvCpus];
  };
  assert.deepEqual(await vcpus(), [0, 0, 256]);
  await world.submit();
  await world.settle();
  assert.deepEqual(await vcpus(), [0, 2, 256]);
  world.engine.end(world.engine.orders[0]!.taskId, 0);
  await world.settle();
  assert.deepEqual(await vcpus(), [0, 0, 256]);
});

test('E-135: a job is placed at once: no time passes between its submission and its start', async () => {
  const world = await makeWorld({ command: ['run'] });
  const id = await world.submit();
  await world.settle();
  const job = await world.job(id);
  assert.deepEqual([job.status, job.startedAt], ['RUNNING', job.createdAt]);
});

test('E-124: a changed list of environments counts for the jobs that were not placed yet', async () => {
  const world = await makeWorld({ command: ['run'] });
  await world.ask('updateComputeEnvironment', { computeEnvironment: 'e', state: 'DISABLED' });
  await world.ask('createComputeEnvironment', {
    computeEnvironmentName: 'f',
    type: 'MANAGED',
    computeResources: RESOURCES,
  });
  const id = await world.submit();
  await world.settle();
  assert.deepEqual(await statuses(world, [id]), ['RUNNABLE']);
  await world.ask('updateJobQueue', {
    jobQueue: 'q',
    computeEnvironmentOrder: [{ order: 1, computeEnvironment: 'f' }],
  });
  await world.settle();
  const { status, container } = await world.job(id);
  assert.equal(status, 'RUNNING');
  assert.match(container.containerInstanceArn, /:container-instance\/f_Batch_/);
});

test('E-140: a job that waited for another goes before those that were submitted after it', async () => {
  const world = await makeWorld({ pool: 1, command: ['run'] });
  const first = await world.submit();
  await world.settle();
  const dependent = await world.submit({ dependsOn: [{ jobId: first }] });
  const later = await world.submit();
  await world.settle();
  assert.deepEqual(await statuses(world, [first, dependent, later]), ['RUNNING', 'PENDING', 'RUNNABLE']);
  world.engine.end(world.engine.orders[0]!.taskId, 0);
  await world.settle();
  assert.deepEqual(await statuses(world, [first, dependent]), ['SUCCEEDED', 'RUNNING']);
  assert.notDeepEqual(await statuses(world, [later]), ['RUNNING']);
});

test('E-090: a DISABLED environment places and launches nothing; what runs in it goes on', async () => {
  const world = await makeWorld({ command: ['run'] });
  const running = await world.submit();
  await world.settle();
  await world.ask('updateComputeEnvironment', {
    computeEnvironment: 'e',
    state: 'DISABLED',
    computeResources: { minvCpus: 0 },
  });
  const waiting = await world.submit();
  await world.settle();
  assert.deepEqual(await statuses(world, [running, waiting]), ['RUNNING', 'RUNNABLE']);
  await world.ask('updateComputeEnvironment', { computeEnvironment: 'e', state: 'ENABLED' });
  await world.settle();
  assert.deepEqual(await statuses(world, [running, waiting]), ['RUNNING', 'RUNNING']);
});

test('E-167: an instance has its EC2 id and the 32 digits that its ARN ends with', async () => {
  const world = await makeWorld({ command: ['run'] });
  const id = await world.submit();
  await world.settle();
  const [instance] = await world.service.store.read(liveInstances);
  assert.match(instance!.id, /^i-[0-9a-f]{17}$/);
  assert.match(instance!.containerInstance, /^[0-9a-f]{32}$/);
  const { cluster } = /cluster\/(?<cluster>.+)$/.exec((await environment(world)).ecsClusterArn)!.groups!;
  assert.equal(
    (await world.job(id)).container.containerInstanceArn,
    `arn:aws:ecs:us-east-1:012345678910:container-instance/${cluster}/${instance!.containerInstance}`,
  );
});

test('E-131 E-132: a queue of higher priority is served first though it is younger, equals by who waited longest', async () => {
  const world = await makeWorld({ command: ['run'], pool: 1 });
  for (const [jobQueueName, priority] of [
    ['high', 50],
    ['equal', 50],
  ] as const)
    await world.ask('createJobQueue', {
      jobQueueName,
      priority,
      computeEnvironmentOrder: [{ order: 1, computeEnvironment: 'e' }],
    });
  const named = new Map([[await world.submit(), 'first']]);
  await world.settle();
  for (const jobQueue of ['q', 'high', 'high', 'equal'])
    named.set(await world.submit({ jobQueue }), jobQueue);
  let ended = 0;
  const endNext = async (): Promise<void> => {
    world.engine.end(world.engine.orders[ended++]!.taskId, 0);
    await world.settle();
  };
  while (ended < 5) await endNext();
  const both = ['high', 'equal'];
  const ids = await Promise.all(both.map((jobQueue) => world.submit({ jobQueue })));
  for (const [at, id] of ids.entries()) named.set(id, both[at]!);
  await world.settle();
  await endNext();
  assert.deepEqual(
    world.engine.orders.map(({ jobId }) => named.get(jobId)),
    ['first', 'high', 'equal', 'high', 'q', 'equal', 'high'],
  );
});
