import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endNode, nodeWorld, submitNodes } from '../../../test/support/nodes.ts';
import { makeWorld, type World } from '../../../test/support/world.ts';

/* A job that is stopped while it waits for its next attempt ends with the last one: its times, its code, its reason. */

const OOM = 'OutOfMemoryError: Container killed due to memory usage';

/** The first attempt of all that `submit` submits has ended, and there is no room for the next. */
const betweenAttempts = async (submit: (world: World) => Promise<string>): Promise<[World, string]> => {
  const world = await makeWorld({ command: ['run'] });
  const id = await submit(world);
  await world.settle();
  await world.ask('updateComputeEnvironment', { computeEnvironment: 'e', state: 'DISABLED' });
  world.clock.advance(2000);
  for (const { taskId } of world.engine.orders) world.engine.end(taskId, 137, OOM);
  await world.settle();
  world.clock.advance(5000);
  return [world, id];
};

const AGAIN = { retryStrategy: { attempts: 3 } };

/** As DescribeJobs and as ListJobs, by one of its selectors, show it. */
const shown = async (world: World, id: string, selector: object, jobStatus: string) => {
  const pages = await world.ask('listJobs', { ...selector, jobStatus });
  return [
    await world.job(id),
    pages.jobSummaryList.find((summary: { jobId: string }) => summary.jobId === id),
  ];
};

const assertEndsWithAttempt = async (world: World, id: string, selector: object): Promise<void> => {
  const [detail, summary] = await shown(world, id, selector, 'FAILED');
  const [attempt] = detail.attempts;
  assert.equal(detail.attempts.length, 1);
  for (const job of [detail, summary]) {
    assert.equal(job.statusReason, 'enough');
    assert.equal(job.startedAt, attempt.startedAt);
    assert.equal(job.stoppedAt, attempt.stoppedAt);
    assert.equal(job.container.exitCode, 137);
    assert.equal(job.container.reason, OOM);
  }
  assert.equal(detail.container.taskArn, attempt.container.taskArn);
};

for (const operation of ['cancelJob', 'terminateJob']) {
  test(`J-152 J-161 J-283: ${operation} between attempts: a job ends with its last attempt, described and listed`, async () => {
    const [world, id] = await betweenAttempts((w) => w.submit(AGAIN));
    await world.ask(operation, { jobId: id, reason: 'enough' });
    await assertEndsWithAttempt(world, id, { jobQueue: 'q' });
  });

  test(`J-152 J-161 J-283: ${operation} of an array: so do its children, at once and once their rows have followed`, async () => {
    const [world, id] = await betweenAttempts((w) => w.submit({ ...AGAIN, arrayProperties: { size: 2 } }));
    await world.ask(operation, { jobId: id, reason: 'enough' });
    await assertEndsWithAttempt(world, `${id}:1`, { arrayJobId: id });
    await world.settle();
    await assertEndsWithAttempt(world, `${id}:1`, { arrayJobId: id });
  });
}

test('J-153 J-283: between attempts nothing of the last one is shown at the top, described or listed', async () => {
  const [world, id] = await betweenAttempts((w) => w.submit(AGAIN));
  for (const job of await shown(world, id, { jobQueue: 'q' }, 'RUNNABLE')) {
    assert.deepEqual([job.startedAt, job.stoppedAt], [undefined, undefined]);
    assert.equal(job.container?.exitCode, undefined);
    assert.equal(job.container?.reason, undefined);
  }
  world.engine.begins = false;
  await world.ask('updateComputeEnvironment', { computeEnvironment: 'e', state: 'ENABLED' });
  await world.settle();
  for (const job of await shown(world, id, { jobQueue: 'q' }, 'STARTING'))
    assert.deepEqual(
      [job.startedAt, job.stoppedAt, job.container?.exitCode],
      [undefined, undefined, undefined],
    );
  world.engine.begin(world.engine.orders[1]!.taskId);
  await world.settle();
  for (const job of await shown(world, id, { jobQueue: 'q' }, 'RUNNING'))
    assert.deepEqual([job.startedAt, job.stoppedAt], [world.clock.wall(), undefined]);
});

test('J-174 J-152: a queue’s deletion between attempts, too: at once and later', async () => {
  const [world, id] = await betweenAttempts((w) => w.submit(AGAIN));
  const [{ startedAt, stoppedAt }] = (await world.job(id)).attempts;
  await world.ask('updateJobQueue', { jobQueue: 'q', state: 'DISABLED' });
  await world.ask('deleteJobQueue', { jobQueue: 'q' });
  for (const moment of ['at once', 'later']) {
    const job = await world.job(id);
    assert.deepEqual(
      [job.status, job.statusReason, job.startedAt, job.stoppedAt, job.container.exitCode],
      ['FAILED', 'JobQueue deleted', startedAt, stoppedAt, 137],
      moment,
    );
    await world.settle();
  }
});

test('J-155 J-152: one whose last attempt never ran has its end, and no start', async () => {
  const [world, id] = await betweenAttempts((w) => w.submit(AGAIN));
  await world.ask('updateComputeEnvironment', { computeEnvironment: 'e', state: 'ENABLED' });
  world.engine.begins = false;
  await world.settle();
  await world.ask('updateComputeEnvironment', { computeEnvironment: 'e', state: 'DISABLED' });
  const { taskId } = world.engine.orders[1]!;
  world.engine.say({ taskId, kind: 'failed', stoppedAt: world.clock.wall(), reason: 'CannotStart: no' });
  await world.settle();
  const stoppedAt = world.clock.wall();
  world.clock.advance(1000);
  await world.ask('cancelJob', { jobId: id, reason: 'enough' });
  const [detail, summary] = await shown(world, id, { jobQueue: 'q' }, 'FAILED');
  for (const job of [detail, summary]) {
    assert.deepEqual([job.startedAt, job.stoppedAt], [undefined, stoppedAt]);
    assert.deepEqual([job.container.exitCode, job.container.reason], [undefined, 'CannotStart: no']);
  }
});

test('J-152 J-299: a multi-node job that is cancelled between attempts, and its nodes, end with the last one', async () => {
  const world = await nodeWorld();
  const id = await submitNodes(world, AGAIN);
  await world.settle();
  await world.ask('updateComputeEnvironment', { computeEnvironment: 'e', state: 'DISABLED' });
  for (const [node, code] of [
    [0, 137],
    [1, 5],
    [2, 143],
  ] as const) {
    world.clock.advance(1000);
    await endNode(world, id, node, code);
  }
  world.clock.advance(5000);
  await world.ask('cancelJob', { jobId: id, reason: 'enough' });
  const [job, listed] = await shown(world, id, { jobQueue: 'q' }, 'FAILED');
  const [main] = job.attempts;
  for (const one of [job, listed])
    assert.deepEqual([one.startedAt, one.stoppedAt], [main.startedAt, main.stoppedAt]);
  for (const [node, code] of [137, 5, 143].entries()) {
    const [detail, summary] = await shown(world, `${id}#${node}`, { multiNodeJobId: id }, 'FAILED');
    for (const one of [detail, summary]) {
      assert.equal(one.stoppedAt, detail.attempts[0].stoppedAt, `node ${node}`);
      assert.equal(one.startedAt, detail.attempts[0].startedAt);
      assert.equal(one.container.exitCode, code);
    }
  }
});
