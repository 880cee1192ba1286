import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeWorld, type World } from '../../../test/support/world.ts';

const summary = async (world: World, id: string): Promise<Record<string, number>> =>
  (await world.job(id)).arrayProperties.statusSummary;

const children = async (world: World, id: string, jobStatus: string): Promise<number[]> =>
  (await world.ask('listJobs', { arrayJobId: id, jobStatus })).jobSummaryList.map(
    (job: { arrayProperties: { index: number } }) => job.arrayProperties.index,
  );

const endChild = (world: World, index: number, code: number): void => {
  const order = world.engine.orders.findLast(
    (o) => o.jobVariables.AWS_BATCH_JOB_ARRAY_INDEX === String(index),
  );
  world.engine.end(order!.taskId, code);
};

test('J-002 J-211 J-223: children are id:0 to id:n-1 with the parent’s name; beyond there is none', async () => {
  const world = await makeWorld();
  const id = await world.submit({ jobName: 'arr', arrayProperties: { size: 3 } });
  const { jobs } = await world.ask('describeJobs', { jobs: [`${id}:0`, `${id}:2`, `${id}:3`] });
  assert.deepEqual(
    jobs.map((j: { jobId: string }) => j.jobId),
    [`${id}:0`, `${id}:2`],
  );
  assert.equal(jobs[0].jobName, 'arr');
});

test('J-213 J-215 S-206: a parent shows size and all seven counts, a child its index', async () => {
  const world = await makeWorld({ command: ['run'], pool: 1 });
  const id = await world.submit({ arrayProperties: { size: 3 } });
  await world.settle();
  const parent = await world.job(id);
  assert.equal(parent.arrayProperties.size, 3);
  assert.equal(parent.arrayProperties.index, undefined);
  assert.deepEqual(parent.arrayProperties.statusSummary, {
    SUBMITTED: 0,
    PENDING: 0,
    RUNNABLE: 2,
    STARTING: 0,
    RUNNING: 1,
    SUCCEEDED: 0,
    FAILED: 0,
  });
  assert.deepEqual((await world.job(`${id}:1`)).arrayProperties, { index: 1, statusSummary: {} });
});

test('J-123 J-124 J-119: a child knows its index, its size and its own id', async () => {
  const world = await makeWorld();
  const id = await world.submit({ arrayProperties: { size: 2 } });
  await world.settle();
  const [, second] = world.engine.orders;
  assert.equal(second!.jobVariables.AWS_BATCH_JOB_ARRAY_INDEX, '1');
  assert.equal(second!.jobVariables.AWS_BATCH_JOB_ARRAY_SIZE, '2');
  assert.equal(second!.jobVariables.AWS_BATCH_JOB_ID, `${id}:1`);
});

test('J-217 J-218 J-210: the parent is PENDING until the last child, then SUCCEEDED without a run of its own', async () => {
  const world = await makeWorld({ command: ['run'] });
  const id = await world.submit({ arrayProperties: { size: 2 } });
  await world.settle();
  endChild(world, 0, 0);
  await world.settle();
  assert.equal((await world.job(id)).status, 'PENDING');
  world.clock.advance(100);
  endChild(world, 1, 0);
  await world.settle();
  const parent = await world.job(id);
  assert.equal(parent.status, 'SUCCEEDED');
  assert.equal(parent.statusReason, undefined);
  assert.deepEqual(parent.attempts, []);
  assert.equal(parent.container.taskArn, undefined);
  assert.equal(parent.startedAt, (await world.job(`${id}:0`)).startedAt, 'J-221: the first child’s start');
  assert.equal(parent.stoppedAt, world.clock.wall());
});

test('J-221: the parent’s start is known also when its children’s starts and ends come as one report', async () => {
  const world = await makeWorld();
  const id = await world.submit({ arrayProperties: { size: 2 } });
  await world.settle();
  const [parent, child] = [await world.job(id), await world.job(`${id}:0`)];
  assert.equal(parent.status, 'SUCCEEDED');
  assert.equal(parent.startedAt, child.startedAt);
});

test('J-219 J-220 J-173: one failed child leaves the others running and fails the parent at the end', async () => {
  const world = await makeWorld({ command: ['run'] });
  const id = await world.submit({ arrayProperties: { size: 2 } });
  await world.settle();
  endChild(world, 0, 1);
  await world.settle();
  assert.equal((await world.job(id)).status, 'PENDING');
  assert.equal((await world.job(`${id}:1`)).status, 'RUNNING');
  endChild(world, 1, 0);
  await world.settle();
  const parent = await world.job(id);
  assert.equal(parent.status, 'FAILED');
  assert.equal(parent.statusReason, 'Array Child Job failed');
});

test('J-222: retries count for each child', async () => {
  const world = await makeWorld({ command: ['run'] });
  const id = await world.submit({ arrayProperties: { size: 2 }, retryStrategy: { attempts: 2 } });
  await world.settle();
  endChild(world, 0, 1);
  endChild(world, 1, 0);
  await world.settle();
  endChild(world, 0, 0);
  await world.settle();
  assert.equal((await world.job(id)).status, 'SUCCEEDED');
  assert.equal((await world.job(`${id}:0`)).attempts.length, 2);
  assert.equal((await world.job(`${id}:1`)).attempts.length, 1);
});

test('J-224 J-225 S-123: a queue lists parents, an array its children by index, each by status', async () => {
  const world = await makeWorld({ command: ['run'], pool: 2 });
  const id = await world.submit({ arrayProperties: { size: 5 } });
  await world.settle();
  const pending = await world.ask('listJobs', { jobQueue: 'q', jobStatus: 'PENDING' });
  assert.deepEqual(
    pending.jobSummaryList.map((j: { jobId: string }) => j.jobId),
    [id],
  );
  assert.deepEqual(pending.jobSummaryList[0].arrayProperties, { size: 5 });
  assert.deepEqual(await children(world, id, 'RUNNING'), [0, 1]);
  assert.deepEqual(await children(world, id, 'RUNNABLE'), [2, 3, 4]);
});

test('J-226 J-227: terminating a parent ends its children; finished ones stay as they are', async () => {
  const world = await makeWorld({ command: ['run'], pool: 2 });
  const id = await world.submit({ arrayProperties: { size: 4 } });
  await world.settle();
  endChild(world, 0, 0);
  await world.settle();
  await world.ask('terminateJob', { jobId: id, reason: 'enough' });
  await world.settle();
  assert.deepEqual(await children(world, id, 'FAILED'), [3]);
  for (const index of [1, 2]) endChild(world, index, 143);
  await world.settle();
  const parent = await world.job(id);
  assert.equal(parent.status, 'FAILED');
  assert.equal(parent.statusReason, 'enough');
  assert.equal(parent.isTerminated, true);
  assert.deepEqual(await summary(world, id), {
    SUBMITTED: 0,
    PENDING: 0,
    RUNNABLE: 0,
    STARTING: 0,
    RUNNING: 0,
    SUCCEEDED: 1,
    FAILED: 3,
  });
  assert.equal((await world.job(`${id}:1`)).statusReason, 'enough');
});

test('J-226: cancelling a parent ends the waiting children, running ones go on', async () => {
  const world = await makeWorld({ command: ['run'], pool: 1 });
  const id = await world.submit({ arrayProperties: { size: 3 } });
  await world.settle();
  await world.ask('cancelJob', { jobId: id, reason: 'no more' });
  await world.settle();
  assert.deepEqual(await children(world, id, 'FAILED'), [1, 2]);
  assert.deepEqual(world.engine.stopped, []);
  endChild(world, 0, 0);
  await world.settle();
  const parent = await world.job(id);
  assert.equal(parent.status, 'FAILED');
  assert.equal(parent.statusReason, 'no more');
  assert.equal((await world.job(`${id}:0`)).status, 'SUCCEEDED');
});

test('J-228: terminating one child touches only it; the parent ends FAILED', async () => {
  const world = await makeWorld({ command: ['run'] });
  const id = await world.submit({ arrayProperties: { size: 2 } });
  await world.settle();
  await world.ask('terminateJob', { jobId: `${id}:1`, reason: 'this one' });
  await world.settle();
  assert.equal(world.engine.stopped.length, 1);
  endChild(world, 1, 143);
  endChild(world, 0, 0);
  await world.settle();
  assert.equal((await world.job(`${id}:0`)).status, 'SUCCEEDED');
  assert.equal((await world.job(`${id}:1`)).statusReason, 'this one');
  assert.equal((await world.job(id)).statusReason, 'Array Child Job failed');
});

test('S-158 J-229: SEQUENTIAL children run one after the other from index 0', async () => {
  const world = await makeWorld({ command: ['run'] });
  const id = await world.submit({ arrayProperties: { size: 3 }, dependsOn: [{ type: 'SEQUENTIAL' }] });
  for (const index of [0, 1, 2]) {
    await world.settle();
    assert.deepEqual(await children(world, id, 'RUNNING'), [index]);
    endChild(world, index, 0);
  }
  await world.settle();
  assert.equal((await world.job(id)).status, 'SUCCEEDED');
});

test('J-235: a SEQUENTIAL child that fails fails all later ones', async () => {
  const world = await makeWorld({ command: ['run'] });
  const id = await world.submit({ arrayProperties: { size: 4 }, dependsOn: [{ type: 'SEQUENTIAL' }] });
  await world.settle();
  endChild(world, 0, 0);
  await world.settle();
  endChild(world, 1, 1);
  await world.settle();
  assert.deepEqual(await children(world, id, 'FAILED'), [1, 2, 3]);
  assert.equal((await world.job(`${id}:3`)).statusReason, 'Dependent Job failed');
  assert.deepEqual((await world.job(`${id}:3`)).attempts, []);
});

test('S-159 J-230 J-236: N_TO_N children start as their pair succeeds and fail as it fails', async () => {
  const world = await makeWorld({ command: ['run'], pool: 8 });
  const first = await world.submit({ arrayProperties: { size: 3 } });
  const second = await world.submit({
    arrayProperties: { size: 3 },
    dependsOn: [{ jobId: first, type: 'N_TO_N' }],
  });
  await world.settle();
  assert.deepEqual(await children(world, second, 'PENDING'), [0, 1, 2]);
  endChild(world, 1, 0);
  await world.settle();
  assert.deepEqual(await children(world, second, 'RUNNING'), [1]);
  endChild(world, 0, 1);
  await world.settle();
  assert.deepEqual(await children(world, second, 'FAILED'), [0]);
  assert.deepEqual(await children(world, second, 'PENDING'), [2]);
});

test('J-230 J-236: N_TO_N on an array that is partly over counts what has happened', async () => {
  const world = await makeWorld({ command: ['run'], pool: 8 });
  const first = await world.submit({ arrayProperties: { size: 3 } });
  await world.settle();
  endChild(world, 0, 0);
  endChild(world, 1, 1);
  await world.settle();
  const second = await world.submit({
    arrayProperties: { size: 3 },
    dependsOn: [{ jobId: first, type: 'N_TO_N' }],
  });
  await world.settle();
  assert.deepEqual(await children(world, second, 'RUNNING'), [0]);
  assert.deepEqual(await children(world, second, 'FAILED'), [1]);
  assert.deepEqual(await children(world, second, 'PENDING'), [2]);
});

test('J-230 J-236: N_TO_N on one array that is partly over and one that is not waits for each in its own way', async () => {
  const world = await makeWorld({ command: ['run'], pool: 8 });
  const begun = await world.submit({ arrayProperties: { size: 3 } });
  await world.settle();
  endChild(world, 0, 0);
  endChild(world, 1, 1);
  await world.settle();
  const fresh = await world.submit({ arrayProperties: { size: 3 } });
  const third = await world.submit({
    arrayProperties: { size: 3 },
    dependsOn: [
      { jobId: begun, type: 'N_TO_N' },
      { jobId: fresh, type: 'N_TO_N' },
    ],
  });
  await world.settle();
  assert.deepEqual(await children(world, third, 'FAILED'), [1]);
  assert.deepEqual(await children(world, third, 'PENDING'), [0, 2]);
  endChild(world, 0, 0);
  await world.settle();
  assert.deepEqual(await children(world, third, 'RUNNING'), [0]);
});

test('J-231 J-233: a plain dependency makes the whole array wait, and a job waits for a whole array', async () => {
  const world = await makeWorld({ command: ['run'], pool: 8 });
  const before = await world.submit();
  const array = await world.submit({ arrayProperties: { size: 2 }, dependsOn: [{ jobId: before }] });
  const after = await world.submit({ dependsOn: [{ jobId: array }] });
  await world.settle();
  assert.deepEqual(await children(world, array, 'PENDING'), [0, 1]);
  world.engine.end(world.engine.orders[0]!.taskId, 0);
  await world.settle();
  assert.deepEqual(await children(world, array, 'RUNNING'), [0, 1]);
  endChild(world, 0, 0);
  await world.settle();
  assert.equal((await world.job(after)).status, 'PENDING');
  endChild(world, 1, 0);
  await world.settle();
  assert.equal((await world.job(after)).status, 'RUNNING');
});

test('J-237: N_TO_N needs arrays of one size, SEQUENTIAL alone an array; the text names the member', async () => {
  const world = await makeWorld();
  const plain = await world.submit();
  const array = await world.submit({ arrayProperties: { size: 2 } });
  const base = { jobName: 'j', jobQueue: 'q', jobDefinition: 'd' };
  const cases = [
    { ...base, arrayProperties: { size: 3 }, dependsOn: [{ jobId: array, type: 'N_TO_N' }] },
    { ...base, arrayProperties: { size: 3 }, dependsOn: [{ jobId: plain, type: 'N_TO_N' }] },
    { ...base, dependsOn: [{ jobId: array, type: 'N_TO_N' }] },
    { ...base, dependsOn: [{ type: 'SEQUENTIAL' }] },
    { ...base, dependsOn: [{}] },
  ];
  for (const input of cases)
    assert.match((await world.refused('submitJob', input)).message, /^dependsOn\[0\]/);
});

test('an array of 2,500 whose dependency fails is failed in steps, and its parent with it', async () => {
  const world = await makeWorld({ command: ['run'] });
  const before = await world.submit();
  const id = await world.submit({ arrayProperties: { size: 2500 }, dependsOn: [{ jobId: before }] });
  await world.settle();
  world.engine.end(world.engine.orders[0]!.taskId, 1);
  await world.settle();
  assert.equal((await summary(world, id)).FAILED, 2500);
  const parent = await world.job(id);
  assert.equal(parent.status, 'FAILED');
});

test('a job that depends on a failed job, array or plain, FAILED before it was submitted, fails at once (J-245)', async () => {
  const world = await makeWorld({ command: ['exit', '1'] });
  const failed = await world.submit();
  await world.settle();
  const plain = await world.submit({ dependsOn: [{ jobId: failed }] });
  const array = await world.submit({ arrayProperties: { size: 3 }, dependsOn: [{ jobId: failed }] });
  await world.settle();
  for (const id of [plain, `${array}:2`]) {
    const job = await world.job(id);
    assert.equal(job.status, 'FAILED');
    assert.equal(job.statusReason, 'Dependent Job failed');
    assert.deepEqual(job.attempts, []);
  }
  assert.equal((await world.job(array)).status, 'FAILED');
});
