import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeWorld } from '../../../test/support/world.ts';

const ABSENT = '11111111-1111-4111-8111-111111111111';

test('J-131 J-134 J-240: a job waits in PENDING until what it depends on SUCCEEDED', async () => {
  const world = await makeWorld({ command: ['run'] });
  const first = await world.submit();
  const second = await world.submit({ dependsOn: [{ jobId: first }] });
  await world.settle();
  const waiting = await world.job(second);
  assert.equal(waiting.status, 'PENDING');
  assert.match(waiting.statusReason, new RegExp(`waits for 1 job to succeed: ${first} is RUNNING`));
  world.engine.end(world.engine.orders[0]!.taskId, 0);
  await world.settle();
  assert.equal((await world.job(second)).status, 'RUNNING');
});

test('J-243: all of them, whatever their order', async () => {
  const world = await makeWorld({ command: ['run'] });
  const [a, b] = [await world.submit(), await world.submit()];
  const id = await world.submit({ dependsOn: [{ jobId: a }, { jobId: b }] });
  await world.settle();
  world.engine.end(world.engine.orders[1]!.taskId, 0);
  await world.settle();
  assert.equal((await world.job(id)).status, 'PENDING');
  world.engine.end(world.engine.orders[0]!.taskId, 0);
  await world.settle();
  assert.equal((await world.job(id)).status, 'RUNNING');
});

test('J-244 J-249: what had SUCCEEDED before is met; the same one twice counts once', async () => {
  const world = await makeWorld();
  const first = await world.submit();
  await world.settle();
  const id = await world.submit({ dependsOn: [{ jobId: first }, { jobId: first }] });
  await world.settle();
  assert.equal((await world.job(id)).status, 'SUCCEEDED');
});

test('J-245 J-246 J-247: the first failure fails the dependents down the chain, at once', async () => {
  const world = await makeWorld({ command: ['run'] });
  const [a, b] = [await world.submit(), await world.submit()];
  const middle = await world.submit({
    dependsOn: [{ jobId: a }, { jobId: b }],
    retryStrategy: { attempts: 5 },
  });
  const last = await world.submit({ dependsOn: [{ jobId: middle }] });
  await world.settle();
  world.engine.end(world.engine.orders[0]!.taskId, 1);
  await world.settle();
  for (const id of [middle, last]) {
    const job = await world.job(id);
    assert.equal(job.status, 'FAILED');
    assert.equal(job.statusReason, 'Dependent Job failed');
    assert.deepEqual(job.attempts, []);
    assert.ok(job.stoppedAt);
  }
});

test('J-248: an unknown job is refused', async () => {
  const world = await makeWorld();
  for (const jobId of [ABSENT, 'my-job-name', `${ABSENT}:1`]) {
    const refusal = await world.refused('submitJob', {
      jobName: 'j',
      jobQueue: 'q',
      jobDefinition: 'd',
      dependsOn: [{ jobId }],
    });
    assert.equal(refusal.message, `Job ${jobId} not found.`);
  }
});

test('J-241: SEQUENTIAL with a job id on a plain job is a plain dependency', async () => {
  const world = await makeWorld({ command: ['run'] });
  const first = await world.submit();
  const id = await world.submit({ dependsOn: [{ jobId: first, type: 'SEQUENTIAL' }] });
  await world.settle();
  assert.equal((await world.job(id)).status, 'PENDING');
});

test('J-165 S-307: dependsOn is shown as it was sent', async () => {
  const world = await makeWorld();
  const first = await world.submit();
  const dependsOn = [{ jobId: first }];
  assert.deepEqual((await world.job(await world.submit({ dependsOn }))).dependsOn, dependsOn);
});

test('J-234: a job may wait for a single child', async () => {
  const world = await makeWorld({ command: ['run'] });
  const array = await world.submit({ arrayProperties: { size: 2 } });
  const id = await world.submit({ dependsOn: [{ jobId: `${array}:1` }] });
  await world.settle();
  world.engine.end(world.engine.orders[0]!.taskId, 0);
  await world.settle();
  assert.equal((await world.job(id)).status, 'PENDING');
  world.engine.end(world.engine.orders[1]!.taskId, 0);
  await world.settle();
  assert.equal((await world.job(id)).status, 'RUNNING');
});

test('J-242: the dependency may be in another queue', async () => {
  const world = await makeWorld({ command: ['run'] });
  await world.ask('createJobQueue', {
    jobQueueName: 'other',
    priority: 5,
    computeEnvironmentOrder: [{ order: 1, computeEnvironment: 'e' }],
  });
  const first = await world.submit({ jobQueue: 'other' });
  const id = await world.submit({ dependsOn: [{ jobId: first }] });
  await world.settle();
  world.engine.end(world.engine.orders[0]!.taskId, 0);
  await world.settle();
  assert.equal((await world.job(id)).status, 'RUNNING');
});

test('J-230 J-229: a child says which of the jobs it waits for is not over, of a paired array its own twin', async () => {
  const world = await makeWorld({ command: ['run'], pool: 2 });
  const x = await world.submit({ arrayProperties: { size: 2 } });
  const dependsOn = [{ jobId: x, type: 'N_TO_N' }, { type: 'SEQUENTIAL' }];
  const y = await world.submit({ arrayProperties: { size: 2 }, dependsOn });
  await world.settle();
  const reason = async () => (await world.job(`${y}:1`)).statusReason;
  assert.equal(await reason(), `waits for 2 jobs to succeed: ${x}:1 is RUNNING`);
  const order = world.engine.orders.find(({ jobId }) => jobId === `${x}:1`)!;
  world.engine.end(order.taskId, 0);
  await world.settle();
  assert.equal(
    await reason(),
    `waits for 1 job to succeed: ${y}:0 comes first; ${y}:0 is PENDING: waits for 1 job to succeed: ${x}:0 is RUNNING`,
  );
});

test('J-230 J-249: a child that waits for its twin by N_TO_N and by its id waits for one job', async () => {
  const world = await makeWorld({ command: ['run'], pool: 2 });
  const x = await world.submit({ arrayProperties: { size: 2 } });
  const dependsOn = [{ jobId: x, type: 'N_TO_N' }, { jobId: `${x}:0` }];
  const y = await world.submit({ arrayProperties: { size: 2 }, dependsOn });
  await world.settle();
  assert.equal((await world.job(`${y}:0`)).statusReason, `waits for 1 job to succeed: ${x}:0 is RUNNING`);
  assert.match((await world.job(`${y}:1`)).statusReason, /^waits for 2 jobs to succeed: /);
  world.engine.end(world.engine.orders.find(({ jobId }) => jobId === `${x}:0`)!.taskId, 0);
  await world.settle();
  assert.equal((await world.job(`${y}:0`)).status, 'RUNNING');
  assert.equal((await world.job(`${y}:1`)).statusReason, `waits for 1 job to succeed: ${x}:1 is RUNNING`);
});

const NEVER =
  /is RUNNABLE: MISCONFIGURATION:\S+ - .* needs 300 vCPUs and 128 MiB; environment e has at most 256/;
const TOO_LARGE = { containerOverrides: { vcpus: 300 } };

test('what waits for something that can never run says why that does not run, some jobs down the chain', async () => {
  const world = await makeWorld();
  const array = await world.submit({ ...TOO_LARGE, arrayProperties: { size: 3 } });
  const second = await world.submit({ dependsOn: [{ jobId: array }], arrayProperties: { size: 2 } });
  const third = await world.submit({ dependsOn: [{ jobId: second }] });
  await world.settle();
  const [ofArray, ofSecond, ofThird] = await Promise.all(
    [array, `${second}:1`, third].map(async (id) => (await world.job(id)).statusReason as string),
  );
  assert.ok(ofArray!.startsWith(`0 of 3 children have ended; ${array}:0 is RUNNABLE: `), ofArray);
  assert.match(ofArray!, NEVER);
  assert.ok(ofSecond!.startsWith(`waits for 1 job to succeed: ${array} is PENDING: 0 of 3`), ofSecond);
  assert.match(ofSecond!, NEVER);
  assert.ok(ofThird!.endsWith(`: ${array} is PENDING: 0 of 3 children have ended`), ofThird);
  const { jobSummaryList } = await world.ask('listJobs', { jobQueue: 'q', jobStatus: 'PENDING' });
  const listed = jobSummaryList.find(({ jobId }: { jobId: string }) => jobId === array);
  assert.equal(listed.statusReason, ofArray, 'ListJobs says the same');
});

test('a child that waits for the one before it says what the first of them waits for, in its own queue’s words', async () => {
  const world = await makeWorld({ command: ['run'] });
  const dependsOn = [{ type: 'SEQUENTIAL' }];
  const array = await world.submit({ ...TOO_LARGE, arrayProperties: { size: 900 }, dependsOn });
  await world.ask('createJobQueue', {
    jobQueueName: 'other',
    priority: 5,
    computeEnvironmentOrder: [{ order: 1, computeEnvironment: 'e' }],
  });
  const next = await world.submit({ jobQueue: 'other', dependsOn: [{ jobId: `${array}:899` }] });
  const busy = await world.submit({ containerOverrides: { vcpus: 4 } });
  const behind = await world.submit({ containerOverrides: { vcpus: 4 } });
  const last = await world.submit({ jobQueue: 'other', dependsOn: [{ jobId: behind }] });
  await world.settle();
  assert.equal((await world.job(busy)).status, 'RUNNING');
  const { statusReason } = await world.job(`${array}:899`);
  assert.ok(
    statusReason.startsWith(`waits for 1 job to succeed: ${array}:898 comes first; ${array}:0 is RUNNABLE: `),
    statusReason,
  );
  assert.match(statusReason, NEVER);
  assert.match((await world.job(next)).statusReason, NEVER);
  assert.match((await world.job(last)).statusReason, / is RUNNABLE: \S* in queue q; needs 4 vCPUs/);
});
