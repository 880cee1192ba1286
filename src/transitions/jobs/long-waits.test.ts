import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeWorld, type World } from '../../../test/support/world.ts';

const limit = (reason: string) => ({ reason, state: 'RUNNABLE', maxTimeSeconds: 600, action: 'CANCEL' });
const MAX = 'MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE';
const TYPES = 'MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT';
const HUGE = { containerOverrides: { vcpus: 300 } };

const withLimit = async (reason = MAX): Promise<World> => {
  const world = await makeWorld({ command: ['run'] });
  await world.ask('updateJobQueue', { jobQueue: 'q', jobStateTimeLimitActions: [limit(reason)] });
  return world;
};

const pass = async (world: World, seconds: number) => {
  world.clock.advance(seconds * 1000);
  await world.settle();
};

test('E-180 J-177: a job that is the first for so long, for that reason, is FAILED with the action’s text; then the next counts', async () => {
  const world = await withLimit();
  const first = await world.submit(HUGE);
  const second = await world.submit(HUGE);
  await world.settle();
  await pass(world, 599);
  assert.equal((await world.job(first)).status, 'RUNNABLE');
  world.clock.jump(-86_400_000);
  await pass(world, 1);
  const { status, statusReason, startedAt } = await world.job(first);
  assert.deepEqual([status, startedAt], ['FAILED', undefined]);
  assert.equal(statusReason, `Canceled by JobStateTimeLimit action due to reason: ${MAX}`);
  assert.equal((await world.job(second)).status, 'RUNNABLE');
  await pass(world, 600);
  assert.equal((await world.job(second)).status, 'FAILED');
});

test('E-180 E-125: another reason than the queue names, or a queue that names none, ends nothing', async () => {
  const world = await withLimit(TYPES);
  const id = await world.submit(HUGE);
  await world.settle();
  await pass(world, 100_000);
  assert.equal((await world.job(id)).status, 'RUNNABLE');
  await world.ask('updateJobQueue', { jobQueue: 'q', jobStateTimeLimitActions: [limit(MAX)] });
  await world.settle();
  await world.ask('updateJobQueue', { jobQueue: 'q', jobStateTimeLimitActions: [] });
  await pass(world, 100_000);
  assert.equal((await world.job(id)).status, 'RUNNABLE', 'an empty list clears');
});

test('E-180: the time begins anew when the job is ended and asked for again, before anybody looked', async () => {
  const world = await withLimit();
  const id = await world.submit(HUGE);
  await world.settle();
  await pass(world, 599);
  await Promise.all([
    world.ask('terminateJob', { jobId: id, reason: 'r' }),
    world.ask('retryJobs', { jobId: id }),
  ]);
  await pass(world, 10);
  assert.equal((await world.job(id)).status, 'RUNNABLE');
  await pass(world, 600);
  assert.equal((await world.job(id)).status, 'FAILED');
});

test('E-180: the time begins anew when the reason went away meanwhile', async () => {
  const world = await withLimit();
  const id = await world.submit(HUGE);
  await world.settle();
  await pass(world, 599);
  await world.ask('updateComputeEnvironment', {
    computeEnvironment: 'e',
    computeResources: { maxvCpus: 1000 },
    state: 'DISABLED',
  });
  await world.settle();
  await world.ask('updateComputeEnvironment', {
    computeEnvironment: 'e',
    computeResources: { maxvCpus: 256 },
    state: 'ENABLED',
  });
  await pass(world, 599);
  assert.equal((await world.job(id)).status, 'RUNNABLE');
});

test('E-180: children of an array are ended one by one, and their parent with the last', async () => {
  const world = await withLimit();
  const id = await world.submit({ ...HUGE, arrayProperties: { size: 2 } });
  await world.settle();
  await pass(world, 600);
  assert.equal((await world.job(`${id}:0`)).status, 'FAILED');
  assert.equal((await world.job(`${id}:1`)).status, 'RUNNABLE');
  await pass(world, 600);
  assert.equal((await world.job(id)).status, 'FAILED');
});

test('E-180: of jobs of several kinds that wait for room the head alone ends, then the next one counts', async () => {
  const CAPACITY = 'CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY';
  const world = await withLimit(CAPACITY);
  // another environment holds the whole pool
  await world.ask('createComputeEnvironment', {
    computeEnvironmentName: 'own',
    type: 'UNMANAGED',
    serviceRole: 'AWSBatchServiceRole',
  });
  await world.ask('createJobQueue', {
    jobQueueName: 'other',
    priority: 2,
    computeEnvironmentOrder: [{ order: 1, computeEnvironment: 'own' }],
  });
  const holder = await world.submit({ jobQueue: 'other', containerOverrides: { vcpus: 4 } });
  await world.settle();
  assert.equal((await world.job(holder)).status, 'RUNNING');
  const waiting: string[] = [];
  for (const vcpus of [1, 2, 3]) waiting.push(await world.submit({ containerOverrides: { vcpus } }));
  await world.settle();
  const states = async () => {
    const all: string[] = [];
    for (const id of waiting) all.push((await world.job(id)).status);
    return all;
  };
  await pass(world, 600);
  assert.deepEqual(await states(), ['FAILED', 'RUNNABLE', 'RUNNABLE']);
  await pass(world, 599);
  assert.deepEqual(await states(), ['FAILED', 'RUNNABLE', 'RUNNABLE']);
  await pass(world, 1);
  assert.deepEqual(await states(), ['FAILED', 'FAILED', 'RUNNABLE']);
});
