import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeWorld, type World } from '../../../test/support/world.ts';

const stateOf = async (world: World, jobId: string): Promise<string> => (await world.job(jobId)).status;

/** Ends the attempt that runs now. */
const end = async (world: World, exitCode: number): Promise<void> => {
  world.engine.end(world.engine.orders.at(-1)!.taskId, exitCode);
  await world.settle();
};

const failed = async (more = {}): Promise<[World, string]> => {
  const world = await makeWorld({ command: ['run'], pool: 4 });
  const jobId = await world.submit(more);
  await world.settle();
  await end(world, 3);
  return [world, jobId];
};

test('retryjobs: a FAILED job runs again under its id, with one more attempt', async () => {
  const [world, jobId] = await failed();
  assert.deepEqual(await world.ask('retryJobs', { jobId }), { jobs: 1, left: 0 });
  const waits = await world.job(jobId);
  assert.deepEqual([waits.status, waits.attempts.length, waits.stoppedAt], ['STARTING', 1, undefined]);
  await world.settle();
  assert.equal(world.engine.orders.at(-1)!.attempt, 2);
  await end(world, 0);
  const { status, attempts, container, statusReason } = await world.job(jobId);
  assert.deepEqual(
    [status, attempts.length, container.exitCode, statusReason],
    ['SUCCEEDED', 2, 0, 'Essential container in task exited'],
  );
});

test('retryjobs: attempts may exceed the retry strategy’s, one at a time', async () => {
  const [world, jobId] = await failed({ retryStrategy: { attempts: 1 } });
  for (const attempt of [2, 3]) {
    await world.ask('retryJobs', { jobId });
    await world.settle();
    await end(world, 4);
    const { status, attempts } = await world.job(jobId);
    assert.deepEqual([status, attempts.length], ['FAILED', attempt]);
  }
});

for (const operation of ['cancelJob', 'terminateJob']) {
  test(`retryjobs: what ${operation} ended may run again, its flag goes`, async () => {
    const world = await makeWorld({ command: ['run'], pool: 1 });
    await world.submit();
    const jobId = await world.submit();
    await world.settle();
    await world.ask(operation, { jobId, reason: 'not now' });
    await world.ask('retryJobs', { jobId, states: ['FAILED'] });
    const { status, isCancelled, isTerminated, stoppedAt } = await world.job(jobId);
    assert.deepEqual(
      [status, isCancelled, isTerminated, stoppedAt],
      ['RUNNABLE', undefined, undefined, undefined],
    );
    await end(world, 0);
    await end(world, 0);
    assert.equal(await stateOf(world, jobId), 'SUCCEEDED');
  });
}

const NAMED: [string, object, number, string[]][] = [
  ['all that FAILED', {}, 2, ['STARTING', 'SUCCEEDED', 'STARTING']],
  ['those named', { indices: [2] }, 1, ['FAILED', 'SUCCEEDED', 'STARTING']],
  ['those with an exit code', { exitCodes: [3] }, 1, ['STARTING', 'SUCCEEDED', 'FAILED']],
];

const failedArray = async (): Promise<[World, string]> => {
  const world = await makeWorld({ command: ['run'], pool: 4 });
  const jobId = await world.submit({ arrayProperties: { size: 3 } });
  await world.settle();
  for (const [at, { taskId }] of [...world.engine.orders].entries()) world.engine.end(taskId, [3, 0, 4][at]!);
  await world.settle();
  assert.equal(await stateOf(world, jobId), 'FAILED');
  return [world, jobId];
};

for (const [what, more, jobs, states] of NAMED) {
  test(`retryjobs of an array: ${what}; the array is PENDING again, and ends with them`, async () => {
    const [world, jobId] = await failedArray();
    world.engine.begins = false;
    assert.deepEqual(await world.ask('retryJobs', { jobId, ...more }), { jobs, left: 0 });
    const shown = [];
    for (const index of [0, 1, 2]) shown.push(await stateOf(world, `${jobId}:${index}`));
    assert.deepEqual(shown, states);
    const array = await world.job(jobId);
    assert.deepEqual([array.status, array.stoppedAt], ['PENDING', undefined]);
    world.engine.begins = true;
    await world.settle();
    for (const { taskId, attempt } of world.engine.orders.filter((order) => order.attempt === 2)) {
      world.engine.begin(taskId);
      assert.equal(attempt, 2);
      world.engine.end(taskId, 0);
    }
    await world.settle();
    assert.equal(await stateOf(world, jobId), jobs === 2 ? 'SUCCEEDED' : 'FAILED');
  });
}

test('retryjobs of a child: its array with it', async () => {
  const [world, jobId] = await failedArray();
  await world.ask('retryJobs', { jobId: `${jobId}:0` });
  assert.deepEqual(
    [await stateOf(world, `${jobId}:0`), await stateOf(world, jobId)],
    ['STARTING', 'PENDING'],
  );
});

test('retryjobs of an array that was terminated: its stop is over', async () => {
  const world = await makeWorld({ command: ['run'], pool: 1 });
  const jobId = await world.submit({ arrayProperties: { size: 3 } });
  await world.settle();
  await world.ask('terminateJob', { jobId, reason: 'r' });
  assert.match((await world.refused('retryJobs', { jobId })).message, /is being stopped: wait/);
  await end(world, 143);
  assert.equal(await stateOf(world, jobId), 'FAILED');
  assert.equal((await world.ask('retryJobs', { jobId })).jobs, 3);
  await world.settle();
  for (const n of [1, 2, 3]) {
    world.engine.end(world.engine.orders[n]!.taskId, 0);
    await world.settle();
  }
  const { status, isTerminated } = await world.job(jobId);
  assert.deepEqual([status, isTerminated], ['SUCCEEDED', undefined]);
});

test('retryjobs: who failed because another did is left until that one has SUCCEEDED', async () => {
  const [world, first] = await failed();
  const second = await world.submit({ dependsOn: [{ jobId: first }] });
  await world.settle();
  assert.equal(await stateOf(world, second), 'FAILED');
  const words = /waits for jobs that have not SUCCEEDED: run those again first/;
  assert.match((await world.refused('retryJobs', { jobId: second })).message, words);
  await world.ask('retryJobs', { jobId: first });
  assert.match((await world.refused('retryJobs', { jobId: second })).message, words);
  await world.settle();
  await end(world, 0);
  assert.deepEqual(await world.ask('retryJobs', { jobId: second }), { jobs: 1, left: 0 });
});

test('retryjobs of an array whose children wait for one another: those behind are left', async () => {
  const world = await makeWorld({ command: ['run'], pool: 4 });
  const jobId = await world.submit({ arrayProperties: { size: 3 }, dependsOn: [{ type: 'SEQUENTIAL' }] });
  await world.settle();
  await end(world, 1);
  assert.equal(await stateOf(world, jobId), 'FAILED');
  assert.deepEqual(await world.ask('retryJobs', { jobId }), { jobs: 1, left: 2 });
});

test('retryjobs: what is not FAILED, or cannot be told, is refused by its id', async () => {
  const [world, jobId] = await failedArray();
  const running = await world.submit();
  await world.settle();
  for (const [input, words] of [
    [{ jobId: running }, `Job ${running} is RUNNING: only FAILED jobs run again`],
    [{ jobId: `${jobId}:1` }, `Job ${jobId}:1 is SUCCEEDED: only FAILED jobs run again`],
    [{ jobId, indices: [0, 1] }, `Job ${jobId}:1 is SUCCEEDED: only FAILED jobs run again`],
    [{ jobId, indices: [7] }, `Job ${jobId}:7 not found`],
    [{ jobId, exitCodes: [99] }, `Job ${jobId} has no FAILED child to run again`],
    [
      { jobId: running, indices: [0] },
      `Job ${running} is not an array job: indices and exitCodes choose children`,
    ],
    [{ jobId: 'x' }, 'Job x not found'],
    [
      { jobId, states: ['SUCCEEDED'] },
      'states takes FAILED alone: what SUCCEEDED or still runs is not run again',
    ],
  ] as const)
    assert.equal((await world.refused('retryJobs', input)).message, words);
});

test('retryjobs: in a queue that is deleted nothing runs again', async () => {
  const [world, jobId] = await failed();
  await world.ask('updateJobQueue', { jobQueue: 'q', state: 'DISABLED' });
  await world.ask('deleteJobQueue', { jobQueue: 'q' });
  await world.settle();
  assert.match((await world.refused('retryJobs', { jobId })).message, /was in a queue that is deleted/);
});
