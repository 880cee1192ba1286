import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NODE_CONTAINER, nodeWorld } from '../../../test/support/nodes.ts';
import { makeWorld, RESOURCES, type World } from '../../../test/support/world.ts';

const register = (world: World, name: string, more: Record<string, unknown>): Promise<unknown> =>
  world.ask('registerJobDefinition', {
    jobDefinitionName: name,
    type: 'container',
    ...more,
    containerProperties: {
      image: 'x',
      vcpus: 1,
      memory: 4,
      command: ['exit', '0'],
      ...((more.containerProperties as object | undefined) ?? {}),
    },
  });

test('J-004 J-074 J-075: the answer has the ARN; of an array it is the parent’s, a child’s ends in its index', async () => {
  const world = await makeWorld();
  const answer = await world.ask('submitJob', {
    jobName: 'j',
    jobQueue: 'q',
    jobDefinition: 'd',
    arrayProperties: { size: 2 },
  });
  assert.equal(answer.jobArn, `arn:aws:batch:us-east-1:012345678910:job/${answer.jobId}`);
  assert.equal((await world.job(answer.jobId)).arrayProperties.size, 2);
  assert.equal((await world.job(`${answer.jobId}:1`)).jobArn, `${answer.jobArn}:1`);
});

test('J-006 J-007: every time is a whole number of milliseconds, and nothing is null', async () => {
  const world = await makeWorld();
  const id = await world.submit();
  await world.settle();
  const job = await world.job(id);
  const [attempt] = job.attempts;
  for (const time of [job.createdAt, job.startedAt, job.stoppedAt, attempt.startedAt, attempt.stoppedAt]) {
    assert.ok(Number.isInteger(time) && time > 1e12, String(time));
  }
  assert.doesNotMatch(JSON.stringify(job), /null/);
});

test('J-080: a queue that is not VALID takes no jobs', async () => {
  const world = await makeWorld();
  await world.service.store.write((tx) => tx.run("UPDATE queues SET status = 'INVALID' WHERE name = 'q'"));
  await world.service.store.write(async (tx) => world.service.catalog.forget(tx));
  const refusal = await world.refused('submitJob', { jobName: 'j', jobQueue: 'q', jobDefinition: 'd' });
  assert.equal(refusal.type, 'ClientException');
  assert.match(refusal.message, /not in VALID/);
});

test('T-407: a request of 30 KiB and more is refused, a large one below it is not', async () => {
  const world = await makeWorld();
  const sized = (bytes: number) => ({
    jobName: 'j',
    jobQueue: 'q',
    jobDefinition: 'd',
    parameters: { p: 'x'.repeat(bytes) },
  });
  await world.ask('submitJob', sized(30_000));
  const refusal = await world.refused('submitJob', sized(48_200));
  assert.deepEqual([refusal.type, refusal.wrapped], ['ClientException', true]);
  assert.equal(refusal.message, 'Job size must be less than 30 KiB, got 47 KiB');
});

/** A queue `k` over an environment of this type. */
const queueOver = async (world: World, type: string): Promise<void> => {
  const { type: _type, subnets, securityGroupIds } = RESOURCES;
  const computeResources = type === 'EC2' ? RESOURCES : { type, maxvCpus: 16, subnets, securityGroupIds };
  await world.ask('createComputeEnvironment', {
    computeEnvironmentName: 'c',
    type: 'MANAGED',
    computeResources,
  });
  const computeEnvironmentOrder = [{ order: 1, computeEnvironment: 'c' }];
  await world.ask('createJobQueue', { jobQueueName: 'k', priority: 1, computeEnvironmentOrder });
};

/** What makes a definition Fargate's. */
const FARGATE = {
  platformCapabilities: ['FARGATE'],
  containerProperties: {
    vcpus: undefined,
    memory: undefined,
    executionRoleArn: 'arn:aws:iam::012345678910:role/r',
    resourceRequirements: [
      { type: 'VCPU', value: '0.25' },
      { type: 'MEMORY', value: '512' },
    ],
  },
};

for (const [capability, type] of [
  ['EC2', 'FARGATE'],
  ['EC2', 'FARGATE_SPOT'],
  ['FARGATE', 'EC2'],
] as const) {
  test(`J-092: a job for ${capability} is refused by a queue over ${type}`, async () => {
    const world = await makeWorld();
    await queueOver(world, type);
    await register(world, 'k', capability === 'EC2' ? {} : FARGATE);
    const refusal = await world.refused('submitJob', { jobName: 'j', jobQueue: 'k', jobDefinition: 'k' });
    assert.equal(
      refusal.message,
      `Job Queue is attached to Compute Environment that can not run Jobs with capability ${capability}`,
    );
  });
}

test('J-098 J-099 J-101: placeholders count in an override’s command, and nowhere but in commands', async () => {
  const world = await makeWorld();
  const placeholder = 'Ref::p';
  await register(world, 'r', {
    parameters: { p: 'v-Ref::p' },
    containerProperties: {
      image: 'Ref::p',
      jobRoleArn: 'Ref::p',
      environment: [{ name: 'E', value: placeholder }],
    },
  });
  const containerOverrides = {
    command: ['exit', placeholder],
    environment: [{ name: 'F', value: placeholder }],
  };
  const id = await world.submit({ jobDefinition: 'r', containerOverrides });
  const { container } = await world.job(id);
  assert.deepEqual(container.command, ['exit', 'v-Ref::p']);
  assert.equal(container.image, placeholder);
  assert.equal(container.jobRoleArn, placeholder);
  assert.deepEqual(container.environment, [
    { name: 'E', value: placeholder },
    { name: 'F', value: placeholder },
  ]);
});

test('J-049 J-106: an empty value is given to the job and overrides one, though neither is shown', async () => {
  const world = await makeWorld();
  const environment = [
    { name: 'KEPT', value: '1' },
    { name: 'EMPTIED', value: '1' },
    { name: 'FILLED', value: '' },
    { name: 'EMPTY', value: '' },
  ];
  await register(world, 'r', { containerProperties: { environment } });
  const containerOverrides = {
    environment: [
      { name: 'EMPTIED', value: '' },
      { name: 'FILLED', value: '1' },
    ],
  };
  const { container } = await world.job(await world.submit({ jobDefinition: 'r', containerOverrides }));
  assert.deepEqual(container.environment, [
    { name: 'KEPT', value: '1' },
    { name: 'FILLED', value: '1' },
  ]);
  await world.settle();
  assert.deepEqual(world.engine.orders[0]!.container.environment, [
    { name: 'KEPT', value: '1' },
    { name: 'EMPTIED', value: '' },
    { name: 'FILLED', value: '1' },
    { name: 'EMPTY', value: '' },
  ]);
});

test('J-103: values are put in once, at submit: every child has them, whatever becomes of the definition', async () => {
  const world = await makeWorld({ command: ['run'], pool: 1 });
  await register(world, 'r', {
    parameters: { p: 'old' },
    containerProperties: { command: ['run', 'Ref::p'] },
  });
  const id = await world.submit({ jobDefinition: 'r', arrayProperties: { size: 2 } });
  await register(world, 'r', { parameters: { p: 'new' } });
  await world.settle();
  assert.deepEqual(world.engine.orders[0]!.container.command, ['run', 'old']);
  assert.deepEqual((await world.job(`${id}:1`)).container.command, ['run', 'old']);
});

test('J-112 J-113 J-116: without a strategy one attempt, without a limit none, without tags none', async () => {
  const world = await makeWorld();
  await register(world, 'tagged', { tags: { of: 'definition' } });
  const job = await world.job(await world.submit({ jobDefinition: 'tagged' }));
  assert.deepEqual(job.retryStrategy, { attempts: 1, evaluateOnExit: [] });
  assert.equal(job.timeout, undefined);
  assert.deepEqual(job.tags, {}, 'a definition’s tags are its own');
  const tagged = await world.job(await world.submit({ jobDefinition: 'tagged', tags: { of: 'job' } }));
  assert.deepEqual(tagged.tags, { of: 'job' });
  const tags = Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`k${i}`, 'v']));
  const refusal = await world.refused('submitJob', { jobName: 'j', jobQueue: 'q', jobDefinition: 'd', tags });
  assert.match(refusal.message, /50/);
});

test('J-113 J-115 J-117: a submission’s timeout and propagateTags win, the definition’s hold without', async () => {
  const world = await makeWorld();
  await register(world, 'r', {
    timeout: { attemptDurationSeconds: 100 },
    propagateTags: true,
    platformCapabilities: ['EC2'],
  });
  const plain = await world.job(await world.submit({ jobDefinition: 'r' }));
  assert.deepEqual(plain.timeout, { attemptDurationSeconds: 100 });
  assert.equal(plain.propagateTags, true);
  assert.deepEqual(plain.platformCapabilities, ['EC2']);
  const timeout = { attemptDurationSeconds: 60 };
  const over = await world.job(await world.submit({ jobDefinition: 'r', timeout, propagateTags: false }));
  assert.deepEqual(over.timeout, timeout);
  assert.equal(over.propagateTags, false);
  assert.equal((await world.job(await world.submit())).propagateTags, false);
});

test('an empty timeout of a definition is none (J-113)', async () => {
  const world = await makeWorld();
  await register(world, 'r', { timeout: {} });
  assert.equal('timeout' in (await world.job(await world.submit({ jobDefinition: 'r' }))), false);
});

const MULTINODE = {
  jobDefinitionName: 'tagged',
  type: 'multinode',
  nodeProperties: {
    numNodes: 3,
    mainNode: 1,
    nodeRangeProperties: [{ targetNodes: '0:', container: { ...NODE_CONTAINER, command: ['run'] } }],
  },
};

const manyTags = (count: number, prefix: string) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`${prefix}${i}`, 'v']));

test('J-115: with propagateTags a job fails when it and its definition have over 50 tags together, and says so', async () => {
  const world = await makeWorld();
  await register(world, 'r', { tags: manyTags(30, 'd') });
  const submit = (more: object) => world.submit({ jobDefinition: 'r', propagateTags: true, ...more });
  const over = await submit({ tags: manyTags(21, 'j') });
  const dependent = await world.submit({ dependsOn: [{ jobId: over }] });
  const fits = await submit({ tags: manyTags(20, 'j') });
  const shared = await submit({ tags: manyTags(50, 'd') });
  const own = await submit({ tags: manyTags(50, 'j'), propagateTags: false });
  await world.settle();
  const job = await world.job(over);
  assert.deepEqual([job.status, job.attempts, job.isTerminated], ['FAILED', [], undefined]);
  assert.match(job.statusReason, /^propagateTags: .* have 51 tags together, a task takes at most 50$/);
  assert.equal((await world.job(dependent)).statusReason, 'Dependent Job failed');
  for (const id of [fits, shared, own]) assert.equal((await world.job(id)).status, 'SUCCEEDED', id);
  assert.equal(world.engine.orders.length, 3);
});

test('J-115: an array with too many tags fails with all its children, the dependencies aside', async () => {
  const world = await makeWorld({ command: ['run'] });
  await register(world, 'r', { tags: manyTags(30, 'd'), propagateTags: true });
  const blocker = await world.submit();
  const id = await world.submit({
    jobDefinition: 'r',
    tags: manyTags(40, 'j'),
    arrayProperties: { size: 1500 },
    dependsOn: [{ jobId: blocker }, { type: 'SEQUENTIAL' }],
  });
  await world.settle();
  const parent = await world.job(id);
  assert.deepEqual([parent.status, parent.arrayProperties.statusSummary.FAILED], ['FAILED', 1500]);
  for (const job of [parent, await world.job(`${id}:1499`)])
    assert.match(job.statusReason, /70 tags together/);
});

test('J-115: a multi-node job with too many tags fails with all its nodes, and none of them is started', async () => {
  const world = await nodeWorld();
  await world.ask('registerJobDefinition', { ...MULTINODE, tags: manyTags(30, 'd'), propagateTags: true });
  const over = await world.submit({ jobDefinition: MULTINODE.jobDefinitionName, tags: manyTags(40, 'j') });
  await world.settle();
  const job = await world.job(over);
  assert.deepEqual([job.status, job.attempts], ['FAILED', []]);
  for (const each of [over, `${over}#0`, `${over}#1`, `${over}#2`]) {
    const { status, statusReason } = await world.job(each);
    assert.deepEqual([each, status, /70 tags together/.test(statusReason)], [each, 'FAILED', true]);
  }
  assert.deepEqual(
    world.engine.orders.filter((order) => order.jobId.startsWith(over)),
    [],
  );
});

test('J-239: a dependency is named by job id, never by a job’s name', async () => {
  const world = await makeWorld();
  await world.submit({ jobName: 'first' });
  const dependsOn = [{ jobId: 'first' }];
  const refusal = await world.refused('submitJob', {
    jobName: 'j',
    jobQueue: 'q',
    jobDefinition: 'd',
    dependsOn,
  });
  assert.equal(refusal.message, 'Job first not found.');
});

for (const [rule, type, value, text] of [
  ['J-035', 'VCPU', '3', 'Fargate: vCPU must be one of'],
  ['J-035', 'MEMORY', '5000', 'Fargate: 0.25 vCPU goes with a memory of'],
  ['J-037', 'GPU', '1', 'GPU is not applicable for Fargate.'],
] as const) {
  test(`${rule}: what Fargate has not, an override may not ask: ${type} ${value}`, async () => {
    const world = await makeWorld();
    await queueOver(world, 'FARGATE');
    await register(world, 'f', FARGATE);
    const containerOverrides = { resourceRequirements: [{ type, value }] };
    const refusal = await world.refused('submitJob', {
      jobName: 'j',
      jobQueue: 'k',
      jobDefinition: 'f',
      containerOverrides,
    });
    assert.ok(refusal.message.includes(text), refusal.message);
  });
}

test('a 0 beside a requirement of its kind counts as absent in an override; alone, or beside another, it is refused (J-108 S-277 S-284)', async () => {
  const world = await makeWorld();
  const VCPU = { type: 'VCPU', value: '2' };
  const MEMORY = { type: 'MEMORY', value: '64' };
  const id = await world.submit({
    containerOverrides: { vcpus: 0, memory: 0, resourceRequirements: [VCPU, MEMORY] },
  });
  const { container } = await world.job(id);
  assert.deepEqual(container.resourceRequirements, [VCPU, MEMORY]);
  assert.deepEqual(['vcpus' in container, 'memory' in container], [false, false]);
  for (const [over, text] of [
    [{ vcpus: 0 }, 'vCPU must be at least 1, got 0.'],
    [{ vcpus: 0, resourceRequirements: [MEMORY] }, 'vCPU must be at least 1, got 0.'],
    [{ memory: 0, resourceRequirements: [VCPU] }, 'Memory must be at least 4 Mib, got 0 Mib.'],
    [{ vcpus: -1, resourceRequirements: [VCPU] }, 'vCPU must be at least 1, got -1.'],
  ] as const) {
    const job = { jobName: 'j', jobQueue: 'q', jobDefinition: 'd', containerOverrides: over };
    assert.equal((await world.refused('submitJob', job)).message, text);
  }
});
