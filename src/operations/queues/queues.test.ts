import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeWorld, RESOURCES, type World } from '../../../test/support/world.ts';

const ORDER = [{ order: 1, computeEnvironment: 'e' }];
const BASE = { jobQueueName: 'x', priority: 1, computeEnvironmentOrder: ORDER };
const FARGATE = { type: 'FARGATE', maxvCpus: 4, subnets: ['s'], securityGroupIds: ['g'] };

const described = async (world: World, name = 'x') =>
  (await world.ask('describeJobQueues', { jobQueues: [name] })).jobQueues[0];

const environments = async (world: World, ...names: string[]) => {
  for (const name of names) {
    await world.ask('createComputeEnvironment', {
      computeEnvironmentName: name,
      type: 'MANAGED',
      computeResources: RESOURCES,
    });
  }
};

const limit = (more: object = {}) => ({
  reason: 'MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT',
  state: 'RUNNABLE',
  maxTimeSeconds: 600,
  action: 'CANCEL',
  ...more,
});

const REFUSED: readonly (readonly [string, Record<string, unknown>, string | RegExp])[] = [
  ['S-047 E-102', { jobQueueName: undefined }, /jobQueueName must be provided/],
  ['E-002 J-330', { jobQueueName: 'a b' }, 'Job Queue name should match a valid pattern.'],
  ['S-043 E-103', { computeEnvironmentOrder: [] }, 'computeEnvironmentOrder is required.'],
  [
    'S-044 E-104',
    { computeEnvironmentOrder: [1, 2, 3, 4].map((order) => ({ order, computeEnvironment: 'e' })) },
    'Only 3 environments are allowed in job queue request.',
  ],
  [
    'E-105',
    { computeEnvironmentOrder: [...ORDER, { order: 2, computeEnvironment: 'e' }] },
    'Duplicate ComputeEnvironments within order list.',
  ],
  [
    'E-106',
    { computeEnvironmentOrder: [...ORDER, { order: 1, computeEnvironment: 'f' }] },
    'Duplicate ComputeEnvironment order values.',
  ],
  [
    'S-045 E-107',
    { computeEnvironmentOrder: [{ order: 1, computeEnvironment: 'nobody' }] },
    'Compute Environments must be created and valid before attaching them to a job queue',
  ],
  [
    'E-111',
    { computeEnvironmentOrder: [...ORDER, { order: 2, computeEnvironment: 'fargate' }] },
    'Fargate and EC2 compute environments can not be mixed.',
  ],
  [
    'E-111',
    { computeEnvironmentOrder: [...ORDER, { order: 2, computeEnvironment: 'arm' }] },
    'Compute environments of different architectures (arm64, x86_64) can not be mixed.',
  ],
  [
    'E-110',
    { computeEnvironmentOrder: [...ORDER, { order: 2, computeEnvironment: 'own' }] },
    /MANAGED and UNMANAGED/,
  ],
  ['E-113', { priority: -1 }, /priority must not be negative, got -1/],
  [
    'E-113 S-229',
    { computeEnvironmentOrder: [{ order: -1, computeEnvironment: 'e' }] },
    /order must not be negative, got -1/,
  ],
  [
    'E-116',
    { jobStateTimeLimitActions: [limit({ action: 'TERMINATE' })] },
    'Invalid job action. Valid job actions: [CANCEL]',
  ],
  ['E-116', { jobStateTimeLimitActions: [limit({ maxTimeSeconds: 599 })] }, /between 600 and 86400, got 599/],
  [
    'E-116',
    { jobStateTimeLimitActions: [limit(), limit()] },
    'Duplicate job state limit actions are not allowed.',
  ],
];

for (const [at, [rules, more, text]] of REFUSED.entries()) {
  test(`S-054 ${rules}: creating a queue is refused, case ${at + 1}: ${String(text).slice(0, 60)}`, async () => {
    const world = await makeWorld();
    await environments(world, 'f');
    await world.ask('createComputeEnvironment', {
      computeEnvironmentName: 'arm',
      type: 'MANAGED',
      computeResources: { ...RESOURCES, instanceTypes: ['default_arm64'] },
    });
    await world.ask('createComputeEnvironment', {
      computeEnvironmentName: 'fargate',
      type: 'MANAGED',
      computeResources: FARGATE,
    });
    await world.ask('createComputeEnvironment', {
      computeEnvironmentName: 'own',
      type: 'UNMANAGED',
      serviceRole: 'r',
    });
    const refusal = await world.refused('createJobQueue', JSON.parse(JSON.stringify({ ...BASE, ...more })));
    if (typeof text === 'string') assert.equal(refusal.message, text);
    else assert.match(refusal.message, text);
    assert.deepEqual([refusal.type, refusal.status], ['ClientException', 400]);
    assert.equal(await described(world), undefined);
  });
}

test('S-052 S-053 E-004: the answer of a create', async () => {
  const world = await makeWorld();
  assert.deepEqual(await world.ask('createJobQueue', BASE), {
    jobQueueName: 'x',
    jobQueueArn: 'arn:aws:batch:us-east-1:012345678910:job-queue/x',
  });
});

test('E-118 E-014 E-017: a new queue is VALID and healthy, ENABLED, with empty lists shown', async () => {
  const world = await makeWorld();
  await world.ask('createJobQueue', BASE);
  assert.deepEqual(await described(world), {
    jobQueueName: 'x',
    jobQueueArn: 'arn:aws:batch:us-east-1:012345678910:job-queue/x',
    state: 'ENABLED',
    status: 'VALID',
    statusReason: 'JobQueue Healthy',
    priority: 1,
    computeEnvironmentOrder: [
      { order: 1, computeEnvironment: 'arn:aws:batch:us-east-1:012345678910:compute-environment/e' },
    ],
    tags: {},
    jobStateTimeLimitActions: [],
  });
});

test('E-112 S-228: order values are kept, 0 among them, and shown ascending', async () => {
  const world = await makeWorld();
  await environments(world, 'f', 'g');
  const computeEnvironmentOrder = [
    { order: 9, computeEnvironment: 'e' },
    { order: 0, computeEnvironment: 'f' },
    { order: 4, computeEnvironment: 'g' },
  ];
  await world.ask('createJobQueue', { ...BASE, computeEnvironmentOrder });
  const shown = (await described(world)).computeEnvironmentOrder;
  assert.deepEqual(
    shown.map((entry: { order: number }) => entry.order),
    [0, 4, 9],
  );
});

test('E-108 E-113 E-114: a DISABLED environment may be attached, priority 0 is fine, many queues may share one', async () => {
  const world = await makeWorld();
  await world.ask('updateComputeEnvironment', { computeEnvironment: 'e', state: 'DISABLED' });
  await world.ask('createJobQueue', { ...BASE, priority: 0 });
  assert.equal((await described(world)).priority, 0);
});

test('E-109: a name that is there already is refused', async () => {
  const world = await makeWorld();
  await world.ask('createJobQueue', BASE);
  assert.match((await world.refused('createJobQueue', BASE)).message, /already exists/);
});

test('E-204 E-205: the 51st queue is refused', async () => {
  const world = await makeWorld();
  for (let i = 1; i < 50; i++) await world.ask('createJobQueue', { ...BASE, jobQueueName: `n${i}` });
  assert.match((await world.refused('createJobQueue', BASE)).message, /maximum of 50/);
});

test('S-194 S-196 E-121: an update replaces the whole list and keeps what is not given', async () => {
  const world = await makeWorld();
  await environments(world, 'f');
  await world.ask('createJobQueue', BASE);
  await world.ask('updateJobQueue', { jobQueue: 'x', priority: 5 });
  await world.ask('updateJobQueue', {
    jobQueue: 'x',
    computeEnvironmentOrder: [{ order: 3, computeEnvironment: 'f' }],
  });
  const queue = await described(world);
  assert.equal(queue.priority, 5);
  assert.equal(queue.state, 'ENABLED');
  assert.deepEqual(queue.computeEnvironmentOrder, [
    { order: 3, computeEnvironment: 'arn:aws:batch:us-east-1:012345678910:compute-environment/f' },
  ]);
});

test('E-122: an empty list is taken when the queue is or becomes DISABLED', async () => {
  const world = await makeWorld();
  const update = { jobQueue: 'q', computeEnvironmentOrder: [] };
  assert.equal(
    (await world.refused('updateJobQueue', update)).message,
    'computeEnvironmentOrder is required.',
  );
  await world.ask('updateJobQueue', { ...update, state: 'DISABLED' });
  assert.deepEqual((await described(world, 'q')).computeEnvironmentOrder, []);
});

test('E-122 E-103: a queue that has no environments is not ENABLED without some', async () => {
  const world = await makeWorld();
  const update = (more: object) => world.ask('updateJobQueue', { jobQueue: 'q', ...more });
  await update({ state: 'DISABLED', computeEnvironmentOrder: [] });
  assert.equal(
    (await world.refused('updateJobQueue', { jobQueue: 'q', state: 'ENABLED' })).message,
    'computeEnvironmentOrder is required.',
  );
  await update({ priority: 3 });
  assert.equal((await described(world, 'q')).state, 'DISABLED');
  await update({ state: 'ENABLED', computeEnvironmentOrder: ORDER });
  await update({ state: 'ENABLED' });
  assert.equal((await described(world, 'q')).state, 'ENABLED');
});

test('E-111: environments of one architecture go together, whatever their types are called', async () => {
  const world = await makeWorld();
  for (const [name, instanceTypes] of [
    ['a', ['c6g.large']],
    ['b', ['default_arm64']],
  ] as const) {
    await world.ask('createComputeEnvironment', {
      computeEnvironmentName: name,
      type: 'MANAGED',
      computeResources: { ...RESOURCES, instanceTypes },
    });
  }
  const order = ['a', 'b'].map((computeEnvironment, at) => ({ order: at, computeEnvironment }));
  await world.ask('createJobQueue', { ...BASE, computeEnvironmentOrder: order });
  const mixed = [...order, { order: 7, computeEnvironment: 'e' }];
  const update = { jobQueue: 'x', computeEnvironmentOrder: mixed };
  assert.match((await world.refused('updateJobQueue', update)).message, /architectures .* can not be mixed/);
});

test('E-123 E-008 S-200: an unknown queue is named by its ARN', async () => {
  const world = await makeWorld();
  const refusal = await world.refused('updateJobQueue', { jobQueue: 'nobody', priority: 1 });
  assert.equal(refusal.message, 'arn:aws:batch:us-east-1:012345678910:job-queue/nobody does not exist');
});

test('S-069 E-126: an ENABLED queue is not deleted', async () => {
  const world = await makeWorld();
  const refusal = await world.refused('deleteJobQueue', { jobQueue: 'q' });
  assert.equal(refusal.message, 'Cannot delete, state must be set to DISABLED');
});

test('S-071 E-128 W-077: a DISABLED one goes with its environments attached; a missing one answers', async () => {
  const world = await makeWorld();
  await world.ask('updateJobQueue', { jobQueue: 'q', state: 'DISABLED' });
  assert.deepEqual(await world.ask('deleteJobQueue', { jobQueue: 'q' }), {});
  assert.equal(await described(world, 'q'), undefined);
  assert.deepEqual(await world.ask('deleteJobQueue', { jobQueue: 'q' }), {});
});

test('E-095 E-012 E-013: while it is DELETING it counts as attached and can be neither changed nor deleted', async () => {
  const world = await makeWorld({ command: ['run'] });
  await world.submit();
  await world.settle();
  await world.ask('updateJobQueue', { jobQueue: 'q', state: 'DISABLED' });
  await world.ask('updateComputeEnvironment', { computeEnvironment: 'e', state: 'DISABLED' });
  await world.ask('deleteJobQueue', { jobQueue: 'q' });
  await world.settle();
  assert.equal((await described(world, 'q')).status, 'DELETING');
  assert.match(
    (await world.refused('deleteComputeEnvironment', { computeEnvironment: 'e' })).message,
    /JobQueue relationship/,
  );
  assert.equal(
    (await world.refused('deleteJobQueue', { jobQueue: 'q' })).message,
    'Cannot delete, resource is being modified',
  );
  assert.equal(
    (await world.refused('updateJobQueue', { jobQueue: 'q', priority: 2 })).message,
    'Cannot update, resource is being modified',
  );
});

test('E-129 S-107 W-073: unknown names are left out; a list goes without maxResults and has at most 100', async () => {
  const world = await makeWorld();
  assert.deepEqual(await world.ask('describeJobQueues', { jobQueues: ['nobody'] }), { jobQueues: [] });
  const refusal = await world.refused('describeJobQueues', { jobQueues: ['q'], maxResults: 1 });
  assert.equal(refusal.message, 'JobQueues and MaxResults cannot both be set');
  const many = Array.from({ length: 101 }, (_, i) => `n${i}`);
  assert.match(
    (await world.refused('describeJobQueues', { jobQueues: many })).message,
    /supported is {2}100/,
  );
});

test('S-108 S-110 W-071: pages give each queue once, in the order of creation', async () => {
  const world = await makeWorld();
  for (const name of ['b', 'a']) await world.ask('createJobQueue', { ...BASE, jobQueueName: name });
  const first = await world.ask('describeJobQueues', { maxResults: 2 });
  const second = await world.ask('describeJobQueues', { maxResults: 2, nextToken: first.nextToken });
  const names = [...first.jobQueues, ...second.jobQueues].map(
    (queue: { jobQueueName: string }) => queue.jobQueueName,
  );
  assert.deepEqual(names, ['q', 'b', 'a']);
});

test('W-019: nextToken is absent at the end', async () => {
  const world = await makeWorld();
  const { jobQueues, ...rest } = await world.ask('describeJobQueues', { maxResults: 1 });
  assert.deepEqual([jobQueues.length, rest], [1, {}]);
});
