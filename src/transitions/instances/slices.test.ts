import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeWorld, type World } from '../../../test/support/world.ts';

const why = async (world: World, id: string): Promise<string> => (await world.job(id)).statusReason;

const end = async (world: World, at: number, exitCode = 0) => {
  world.engine.end(world.engine.orders[at]!.taskId, exitCode);
  await world.settle();
};

/** An environment and a queue `f` of slices, and a definition `fd` for them. */
const sliced = async (world: World, type: 'FARGATE' | 'FARGATE_SPOT') => {
  await world.ask('createComputeEnvironment', {
    computeEnvironmentName: 'f',
    type: 'MANAGED',
    computeResources: { type, maxvCpus: 2, subnets: ['s'], securityGroupIds: ['g'] },
  });
  await world.ask('createJobQueue', {
    jobQueueName: 'f',
    priority: 1,
    computeEnvironmentOrder: [{ order: 1, computeEnvironment: 'f' }],
  });
  await world.ask('registerJobDefinition', {
    jobDefinitionName: 'fd',
    type: 'container',
    platformCapabilities: ['FARGATE'],
    containerProperties: {
      image: 'busybox',
      command: ['run'],
      executionRoleArn: 'arn:aws:iam::012345678910:role/r',
      resourceRequirements: [
        { type: 'VCPU', value: '1' },
        { type: 'MEMORY', value: '2048' },
      ],
    },
  });
};

const submitSliced = (world: World) => world.submit({ jobQueue: 'f', jobDefinition: 'fd' });

test('E-158: FARGATE tasks run beside one another up to maxvCpus; none has an instance to show', async () => {
  const world = await makeWorld({ command: ['run'], pool: 8 });
  await sliced(world, 'FARGATE');
  const ids = [];
  for (let i = 0; i < 3; i++) ids.push(await submitSliced(world));
  await world.settle();
  const live = await world.service.store.read((tx) =>
    tx.all('SELECT type, milli_vcpus FROM instances WHERE state < 2'),
  );
  assert.deepEqual(live, Array(2).fill({ type: 'fargate', milli_vcpus: 1000 }));
  assert.match(await why(world, ids[2]!), /environment f has 0 of 2 vCPUs free and may launch no more$/);
  const { containerInstanceArn, taskArn } = (await world.job(ids[0]!)).container;
  assert.deepEqual([containerInstanceArn, typeof taskArn], [undefined, 'string']);
  await end(world, 0);
  assert.equal((await world.job(ids[2]!)).status, 'RUNNING');
});

const MAINTENANCE = 'ECS is performing maintenance on the underlying infrastructure hosting the task';

test('J-170: a lost task of FARGATE was not interrupted by Spot, whether its host or its environment went', async () => {
  const world = await makeWorld({ command: ['run'], pool: 8 });
  await sliced(world, 'FARGATE');
  const [first, second] = [await submitSliced(world), await submitSliced(world)];
  await world.settle();
  world.engine.lose(world.engine.orders[0]!.taskId);
  await world.settle();
  assert.equal(await why(world, first), MAINTENANCE);
  await world.ask('updateComputeEnvironment', { computeEnvironment: 'f', state: 'DISABLED' });
  await world.ask('updateJobQueue', { jobQueue: 'f', state: 'DISABLED', computeEnvironmentOrder: [] });
  await world.ask('deleteComputeEnvironment', { computeEnvironment: 'f' });
  await world.settle();
  await end(world, 1, 137);
  assert.equal(await why(world, second), MAINTENANCE);
});

test('J-170: a task of FARGATE_SPOT whose room work on demand took says that it was interrupted', async () => {
  const world = await makeWorld({ command: ['run'], pool: 2 });
  await sliced(world, 'FARGATE_SPOT');
  const taken = await submitSliced(world);
  await world.settle();
  await world.submit();
  await world.settle();
  world.clock.advance(120_000);
  await world.settle();
  await end(world, 0, 137);
  assert.equal(await why(world, taken), 'Your Spot Task was interrupted.');
});
