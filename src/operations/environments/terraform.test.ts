import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeWorld, type World } from '../../../test/support/world.ts';

/*
 * The life of an environment and a queue as Terraform's AWS provider asks for it: `""` for the role it was not given, an
 * update of the state before a delete, a describe after each step until the status is what it waits for.
 */

const BODY = {
  computeEnvironmentName: 'tf',
  serviceRole: '',
  state: 'ENABLED',
  type: 'MANAGED',
  tags: {},
  computeResources: {
    type: 'EC2',
    allocationStrategy: 'BEST_FIT_PROGRESSIVE',
    minvCpus: 0,
    maxvCpus: 16,
    instanceRole: 'arn:aws:iam::012345678910:instance-profile/ecs_instance_role',
    instanceTypes: ['c5.large'],
    securityGroupIds: ['sg-1'],
    subnets: ['subnet-1'],
  },
};

const environment = async (world: World) =>
  (await world.ask('describeComputeEnvironments', { computeEnvironments: ['tf'] })).computeEnvironments[0];
const queue = async (world: World) =>
  (await world.ask('describeJobQueues', { jobQueues: ['tfq'] })).jobQueues[0];

/** Polls as the provider's waiters do: until the status is the target, or the thing is gone. */
const wait = async (
  world: World,
  read: (world: World) => Promise<{ status: string } | undefined>,
  target?: string,
) => {
  for (let polls = 0; polls < 10; polls++) {
    const found = await read(world);
    if (found?.status === target) return;
    assert.notEqual(found?.status, 'INVALID');
    await world.settle();
  }
  assert.fail(`never ${target ?? 'gone'}`);
};

test('Terraform’s life of an environment and a queue: create, update, disable, delete, polled to the end', async () => {
  const world = await makeWorld({ command: ['run'] });
  const { computeEnvironmentArn } = await world.ask('createComputeEnvironment', BODY);
  await wait(world, environment, 'VALID');
  const { computeResources } = await environment(world);
  for (const [member, value] of Object.entries(BODY.computeResources))
    assert.deepEqual(computeResources[member], value);
  const { jobQueueArn } = await world.ask('createJobQueue', {
    jobQueueName: 'tfq',
    priority: 1,
    state: 'ENABLED',
    tags: {},
    computeEnvironmentOrder: [{ order: 0, computeEnvironment: computeEnvironmentArn }],
  });
  await wait(world, queue, 'VALID');
  const id = await world.submit({ jobQueue: jobQueueArn });
  await world.settle();
  await world.ask('updateComputeEnvironment', {
    computeEnvironment: computeEnvironmentArn,
    serviceRole: '',
    computeResources: { maxvCpus: 32 },
  });
  await wait(world, environment, 'VALID');
  assert.equal((await environment(world)).computeResources.maxvCpus, 32);
  await world.ask('updateComputeEnvironment', {
    computeEnvironment: computeEnvironmentArn,
    computeResources: { instanceTypes: ['m5.large'] },
  });
  assert.equal((await environment(world)).status, 'UPDATING', 'while the job runs on an instance of before');
  world.engine.end(world.engine.orders[0]!.taskId, 0);
  await wait(world, environment, 'VALID');
  assert.equal((await world.job(id)).status, 'SUCCEEDED');
  await world.submit({ jobQueue: jobQueueArn });
  await world.settle();
  await world.ask('updateJobQueue', { jobQueue: jobQueueArn, state: 'DISABLED' });
  await wait(world, queue, 'VALID');
  await world.ask('deleteJobQueue', { jobQueue: jobQueueArn });
  await world.settle();
  assert.equal((await queue(world)).status, 'DELETING');
  world.engine.end(world.engine.orders[1]!.taskId, 143);
  await wait(world, queue);
  await world.ask('updateComputeEnvironment', {
    computeEnvironment: computeEnvironmentArn,
    state: 'DISABLED',
  });
  await wait(world, environment, 'VALID');
  await world.ask('deleteComputeEnvironment', { computeEnvironment: computeEnvironmentArn });
  await wait(world, environment);
});
