import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeWorld, type World } from '../../../test/support/world.ts';

/* Every member of JobDetail, JobSummary and what is in them (p. 69 to 100), each looked at by its path. */

const DOES = {
  image: 'busybox:1',
  command: ['wait', 'Ref::word'],
  vcpus: 2,
  memory: 256,
  environment: [{ name: 'A', value: '1' }],
  jobRoleArn: 'arn:aws:iam::012345678910:role/job',
  volumes: [{ name: 'v', host: { sourcePath: '/data' } }, { name: 'w' }],
  mountPoints: [{ containerPath: '/data', readOnly: true, sourceVolume: 'v' }],
  readonlyRootFilesystem: true,
  privileged: true,
  ulimits: [{ name: 'nofile', softLimit: 10, hardLimit: 20 }],
  user: 'nobody',
};

const T0 = Date.UTC(2026, 0, 1);
const ARN = 'arn:aws:batch:us-east-1:012345678910';

/** A job that failed once after 2 s, waited 3 s, ran again for 4 s and ended well. */
const twice = async (): Promise<{ world: World; id: string }> => {
  const world = await makeWorld();
  await world.ask('registerJobDefinition', {
    jobDefinitionName: 'full',
    type: 'container',
    parameters: { word: 'hello' },
    containerProperties: DOES,
    retryStrategy: { attempts: 3 },
  });
  world.engine.begins = false;
  const id = await world.submit({ jobDefinition: 'full', jobName: 'twice' });
  for (const [wait, run, code, reason] of [
    [1000, 2000, 7, 'x'.repeat(255)],
    [3000, 4000, 0, undefined],
  ] as const) {
    await world.settle();
    world.clock.advance(wait);
    const { taskId } = world.engine.orders.at(-1)!;
    world.engine.begin(taskId);
    await world.settle();
    world.clock.advance(run);
    world.engine.end(taskId, code, reason);
  }
  await world.settle();
  return { world, id };
};

/** An array of two whose second child fails. */
const array = async (): Promise<{ world: World; id: string }> => {
  const world = await makeWorld({ command: ['wait'] });
  const id = await world.submit({ jobName: 'many', arrayProperties: { size: 2 } });
  await world.settle();
  const [first, second] = world.engine.orders;
  world.engine.end(first!.taskId, 0);
  world.engine.end(second!.taskId, 9);
  await world.settle();
  return { world, id };
};

/** The value at `a.0.b` of an answer. */
const at = (answer: unknown, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], answer);

type Row = readonly [rule: string, path: string, expected: unknown];

const check = (found: unknown, expected: unknown, path: string): void => {
  if (expected instanceof RegExp) assert.match(String(found), expected, path);
  else assert.deepEqual(found, expected, path);
};

const rows = (what: string, answer: () => Promise<unknown>, table: readonly Row[]): void => {
  for (const [rule, path, expected] of table) {
    test(`${rule}: ${what} has ${path}`, async () => check(at(await answer(), path), expected, path));
  }
};

const INSTANCE =
  /^arn:aws:ecs:us-east-1:012345678910:container-instance\/e_Batch_[0-9a-f-]{36}\/[0-9a-f]{32}$/;

rows('JobDetail of a job that ended', async () => {
  const { world, id } = await twice();
  const answer = await world.ask('describeJobs', { jobs: [id] });
  assert.ok(Array.isArray(answer.jobs));
  return { id, ...answer };
}, [
  ['S-118', 'jobs.length', 1],
  ['S-308', 'jobs.0.jobDefinition', `${ARN}:job-definition/full:1`],
  ['S-309', 'jobs.0.jobId', /^[0-9a-f-]{36}$/],
  ['S-310', 'jobs.0.jobName', 'twice'],
  ['S-311', 'jobs.0.jobQueue', `${ARN}:job-queue/q`],
  ['S-313', 'jobs.0.retryStrategy', { attempts: 3, evaluateOnExit: [] }],
  ['S-305', 'jobs.0.createdAt', T0],
  ['S-314', 'jobs.0.startedAt', T0 + 6000],
  ['S-317', 'jobs.0.stoppedAt', T0 + 10_000],
  ['S-315', 'jobs.0.status', 'SUCCEEDED'],
  ['S-316', 'jobs.0.statusReason', 'Essential container in task exited'],
  ['S-303', 'jobs.0.attempts.length', 2],
  ['S-302', 'jobs.0.arrayProperties', undefined],
  ['T-152', 'jobs.0.capacityUsage', undefined],
  ['T-152', 'jobs.0.scheduledAt', undefined],
  ['T-409', 'jobs.0.eksAttempts', []],
  ['S-209', 'jobs.0.attempts.0.container.containerInstanceArn', INSTANCE],
  ['S-210', 'jobs.0.attempts.0.container.exitCode', 7],
  ['S-211', 'jobs.0.attempts.0.container.logStreamName', /^full\/default\/[0-9a-f]{32}$/],
  ['S-212', 'jobs.0.attempts.0.container.reason', 'x'.repeat(255)],
  ['S-214', 'jobs.0.attempts.1.container.exitCode', 0],
  ['S-215', 'jobs.0.attempts.0.startedAt', T0 + 1000],
  ['S-216', 'jobs.0.attempts.0.statusReason', 'Essential container in task exited'],
  ['S-217', 'jobs.0.attempts.0.stoppedAt', T0 + 3000],
  ['S-248 S-304 S-163', 'jobs.0.container.command', ['wait', 'hello']],
  ['S-249', 'jobs.0.container.containerInstanceArn', INSTANCE],
  ['S-250', 'jobs.0.container.environment', DOES.environment],
  ['S-251', 'jobs.0.container.exitCode', 0],
  ['S-252', 'jobs.0.container.image', DOES.image],
  ['S-253', 'jobs.0.container.jobRoleArn', DOES.jobRoleArn],
  ['S-255', 'jobs.0.container.memory', 256],
  ['S-256', 'jobs.0.container.mountPoints', DOES.mountPoints],
  ['S-257', 'jobs.0.container.privileged', true],
  ['S-258', 'jobs.0.container.readonlyRootFilesystem', true],
  ['S-261', 'jobs.0.container.ulimits', DOES.ulimits],
  ['S-262', 'jobs.0.container.user', 'nobody'],
  ['S-263', 'jobs.0.container.vcpus', 2],
  ['S-264', 'jobs.0.container.volumes', DOES.volumes],
]);

rows('JobDetail of an array and its children', async () => {
  const { world, id } = await array();
  const jobs = [id, `${id}:0`, `${id}:1`];
  return { ...(await world.ask('describeJobs', { jobs })), world };
}, [
  ['S-205 S-302', 'jobs.0.arrayProperties.size', 2],
  ['S-204', 'jobs.1.arrayProperties.index', 0],
  ['S-204 T-409', 'jobs.2.arrayProperties', { index: 1, statusSummary: {} }],
  ['T-152', 'jobs.0.arrayProperties.statusSummaryLastUpdatedAt', T0],
  ['S-306', 'jobs.1.createdAt', T0],
  ['S-315', 'jobs.0.status', 'FAILED'],
]);

rows('JobSummary of a job', async () => {
  const { world } = await twice();
  return world.ask('listJobs', { jobQueue: 'q', jobStatus: 'SUCCEEDED' });
}, [
  ['S-130', 'jobSummaryList.length', 1],
  ['S-326 S-287', 'jobSummaryList.0.container.exitCode', 0],
  ['S-327', 'jobSummaryList.0.createdAt', T0],
  ['S-328', 'jobSummaryList.0.jobId', /^[0-9a-f-]{36}$/],
  ['S-329', 'jobSummaryList.0.jobName', 'twice'],
  ['S-330', 'jobSummaryList.0.startedAt', T0 + 6000],
  ['S-331', 'jobSummaryList.0.status', 'SUCCEEDED'],
  ['S-332', 'jobSummaryList.0.statusReason', 'Essential container in task exited'],
  ['S-333', 'jobSummaryList.0.stoppedAt', T0 + 10_000],
]);

rows('JobSummary of an array and of a child', async () => {
  const { world, id } = await array();
  const list = async (input: object) => (await world.ask('listJobs', input)).jobSummaryList;
  return {
    parents: await list({ jobQueue: 'q', jobStatus: 'FAILED' }),
    children: await list({ arrayJobId: id, jobStatus: 'FAILED' }),
  };
}, [
  ['S-208 S-325', 'parents.0.arrayProperties', { size: 2 }],
  ['S-207 S-325', 'children.0.arrayProperties', { index: 1 }],
]);

test('S-203 S-152: a size makes a job an array, none leaves it plain', async () => {
  const world = await makeWorld();
  const plain = await world.job(await world.submit());
  assert.equal(plain.arrayProperties, undefined);
  const { arrayProperties } = await world.job(await world.submit({ arrayProperties: { size: 3 } }));
  assert.equal(arrayProperties.size, 3);
  assert.equal(Object.keys(arrayProperties.statusSummary).length, 7);
});

test('S-306: a child is as old as its array, and a parent as old as its submission', async () => {
  const world = await makeWorld({ command: ['wait'] });
  world.clock.advance(5000);
  const id = await world.submit({ arrayProperties: { size: 2 } });
  world.clock.advance(5000);
  await world.settle();
  assert.equal((await world.job(id)).createdAt, T0 + 5000);
  assert.equal((await world.job(`${id}:1`)).createdAt, T0 + 5000);
});

test('S-154 S-265 S-266: overrides lie over the container of the definition', async () => {
  const world = await makeWorld();
  await world.ask('registerJobDefinition', {
    jobDefinitionName: 'full',
    type: 'container',
    containerProperties: { ...DOES, command: ['wait'] },
  });
  const id = await world.submit({
    jobDefinition: 'full',
    containerOverrides: {
      command: ['other'],
      environment: [
        { name: 'A', value: '2' },
        { name: 'B', value: '3' },
      ],
      vcpus: 1,
      memory: 512,
    },
  });
  const { container } = await world.job(id);
  assert.deepEqual(container.command, ['other']);
  assert.deepEqual(container.environment, [
    { name: 'A', value: '2' },
    { name: 'B', value: '3' },
  ]);
  assert.deepEqual([container.vcpus, container.memory], [1, 512]);
  assert.equal(container.image, DOES.image);
});

for (const [rules, operation] of [
  ['S-012', 'cancelJob'],
  ['S-173', 'terminateJob'],
] as const) {
  test(`${rules}: the reason of ${operation} is the job’s from then on`, async () => {
    const world = await makeWorld({ pool: 1 });
    const id = await world.submit({ containerOverrides: { vcpus: 1, memory: 2_000_000 } });
    await world.settle();
    await world.ask(operation, { jobId: id, reason: 'no longer wanted: 我' });
    await world.settle();
    const job = await world.job(id);
    assert.equal(job.statusReason, 'no longer wanted: 我');
    assert.equal(job.status, 'FAILED');
  });
}

for (const [rules, operation] of [
  ['S-013', 'cancelJob'],
  ['S-174', 'terminateJob'],
] as const) {
  test(`${rules}: the reason of ${operation} is in the service’s log`, async () => {
    const world = await makeWorld();
    const lines: Record<string, unknown>[] = [];
    const log = { ...world.service.log, info: (fields: Record<string, unknown>) => void lines.push(fields) };
    Object.assign(world.service, { log });
    const jobId = await world.submit();
    await world.ask(operation, { jobId, reason: 'for the books' });
    assert.ok(lines.some((line) => line.jobId === jobId && line.reason === 'for the books'));
  });
}

test('S-129: a page goes on where the one before ended, by a token that says nothing', async () => {
  const world = await makeWorld();
  for (let i = 0; i < 5; i++)
    await world.submit({ jobName: `j${i}`, containerOverrides: { memory: 2_000_000 } });
  await world.settle();
  const input = { jobQueue: 'q', jobStatus: 'RUNNABLE', maxResults: 2 };
  const names: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = await world.ask('listJobs', { ...input, ...(nextToken && { nextToken }) });
    names.push(...page.jobSummaryList.map((job: { jobName: string }) => job.jobName));
    nextToken = page.nextToken;
    assert.doesNotMatch(nextToken ?? '', /j\d/);
  } while (nextToken);
  assert.deepEqual(names.toSorted(), ['j0', 'j1', 'j2', 'j3', 'j4']);
});
