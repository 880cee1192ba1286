import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeWorld, RESOURCES } from '../../../test/support/world.ts';

/* JobQueueDetail, member by member (p. 97), and the pages of the list (p. 35). */

const described = async () => {
  const world = await makeWorld();
  await world.ask('createComputeEnvironment', {
    computeEnvironmentName: 'f',
    type: 'MANAGED',
    computeResources: RESOURCES,
  });
  await world.ask('createJobQueue', {
    jobQueueName: 'x',
    state: 'DISABLED',
    priority: 7,
    computeEnvironmentOrder: [
      { order: 5, computeEnvironment: 'e' },
      { order: 2, computeEnvironment: 'f' },
    ],
  });
  return world.ask('describeJobQueues', { jobQueues: ['x'] });
};

const PREFIX = 'arn:aws:batch:us-east-1:012345678910';

for (const [rule, member, expected] of [
  [
    'S-318',
    'computeEnvironmentOrder',
    [
      { order: 2, computeEnvironment: `${PREFIX}:compute-environment/f` },
      { order: 5, computeEnvironment: `${PREFIX}:compute-environment/e` },
    ],
  ],
  ['S-319', 'jobQueueArn', `${PREFIX}:job-queue/x`],
  ['S-320', 'jobQueueName', 'x'],
  ['S-321', 'priority', 7],
  ['S-322', 'state', 'DISABLED'],
  ['S-323', 'status', 'VALID'],
  ['S-324', 'statusReason', 'JobQueue Healthy'],
] as const) {
  test(`${rule} S-111: a queue shows its ${member}`, async () => {
    const { jobQueues } = await described();
    assert.equal(jobQueues.length, 1);
    assert.deepEqual(jobQueues[0][member], expected);
  });
}

test('S-046: the environment with the lowest order takes the jobs while it has room', async () => {
  const world = await makeWorld({ command: ['wait'] });
  await world.ask('createComputeEnvironment', {
    computeEnvironmentName: 'f',
    type: 'MANAGED',
    computeResources: RESOURCES,
  });
  const order = (e: number, f: number) => ({
    jobQueue: 'q',
    computeEnvironmentOrder: [
      { order: e, computeEnvironment: 'e' },
      { order: f, computeEnvironment: 'f' },
    ],
  });
  const placed = async () => {
    const id = await world.submit();
    await world.settle();
    return (await world.job(id)).container.containerInstanceArn;
  };
  await world.ask('updateJobQueue', order(1, 2));
  assert.match(await placed(), /container-instance\/e_Batch/);
  await world.ask('updateJobQueue', order(2, 1));
  assert.match(await placed(), /container-instance\/f_Batch/);
});

test('S-198 S-199: an update answers with the name and the ARN, by either of them', async () => {
  const world = await makeWorld();
  const jobQueueArn = `${PREFIX}:job-queue/q`;
  for (const jobQueue of ['q', jobQueueArn]) {
    const answer = await world.ask('updateJobQueue', { jobQueue, priority: 3 });
    assert.deepEqual(answer, { jobQueueName: 'q', jobQueueArn });
  }
});

test('S-073: what a queue must be before it is deleted is said in a ClientException', async () => {
  const world = await makeWorld();
  const refusal = await world.refused('deleteJobQueue', { jobQueue: 'q' });
  assert.deepEqual([refusal.type, refusal.status], ['ClientException', 400]);
});

test('S-067 S-068 S-072: a queue is deleted by its ARN as well as by its name, with an empty answer', async () => {
  const world = await makeWorld();
  await world.ask('updateJobQueue', { jobQueue: 'q', state: 'DISABLED' });
  assert.deepEqual(await world.ask('deleteJobQueue', { jobQueue: `${PREFIX}:job-queue/q` }), {});
  await world.settle();
  assert.deepEqual(await world.ask('describeJobQueues', { jobQueues: ['q'] }), { jobQueues: [] });
});

test('S-109 S-112: a page holds 100 and has a token when there are more; the last page has none', async () => {
  const world = await makeWorld();
  // more than an account may create: what an upgrade or another limit may have left
  await world.service.store.write((tx) =>
    tx.run(
      `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100)
       INSERT INTO queues (name, state, status, status_reason, priority, extra)
       SELECT name || i, state, status, status_reason, priority, extra FROM queues, n WHERE name = 'q'`,
    ),
  );
  const first = await world.ask('describeJobQueues');
  assert.equal(first.jobQueues.length, 100);
  const second = await world.ask('describeJobQueues', { nextToken: first.nextToken });
  assert.equal(second.jobQueues.length, 1);
  assert.equal('nextToken' in second, false);
});

for (const input of [{ maxResults: 0 }, { maxResults: 101 }, { nextToken: 'nobody’s' }]) {
  test(`S-113: ${JSON.stringify(input)} is refused with ClientException`, async () => {
    const world = await makeWorld();
    const refusal = await world.refused('describeJobQueues', input);
    assert.deepEqual([refusal.type, refusal.status], ['ClientException', 400]);
  });
}

test('E-130: a queue shows its tags and time limits always, its type once it was set, and no policy', async () => {
  const world = await makeWorld();
  const computeEnvironmentOrder = [{ order: 1, computeEnvironment: 'e' }];
  const make = (jobQueueName: string, more: object) =>
    world.ask('createJobQueue', { jobQueueName, priority: 1, computeEnvironmentOrder, ...more });
  const action = {
    reason: 'MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT',
    state: 'RUNNABLE',
    maxTimeSeconds: 600,
    action: 'CANCEL',
  };
  await make('bare', {});
  await make('full', { tags: { team: 'a' }, jobQueueType: 'ECS', jobStateTimeLimitActions: [action] });
  const { jobQueues } = await world.ask('describeJobQueues', { jobQueues: ['bare', 'full'] });
  const [bare, full] = jobQueues;
  assert.deepEqual([bare.tags, bare.jobStateTimeLimitActions], [{}, []]);
  for (const unset of ['jobQueueType', 'schedulingPolicyArn', 'serviceEnvironmentOrder'])
    assert.ok(!(unset in bare), unset);
  assert.deepEqual([full.tags, full.jobStateTimeLimitActions], [{ team: 'a' }, [action]]);
  assert.equal(full.jobQueueType, 'ECS');
});
