import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CALLER, makeWorld, type World } from '../../../test/support/world.ts';
import { isRefusal } from '../../domain/refusal.ts';
import { terminateJob } from './terminate.ts';

/** A job id that no job has. */
const NOBODY = '11111111-1111-4111-8111-111111111111';

/** Brings a job into a state. */
const jobIn = async (world: World, state: string): Promise<string> => {
  if (state === 'SUBMITTED') await world.loops.stop();
  if (state === 'STARTING') world.engine.begins = false;
  const dependsOn = state === 'PENDING' ? [{ jobId: await world.submit() }] : [];
  const containerOverrides =
    state === 'RUNNABLE' ? { vcpus: 300 } : state === 'SUCCEEDED' ? { command: ['exit', '0'] } : {};
  const id = await world.submit({ dependsOn, containerOverrides });
  if (state !== 'SUBMITTED') await world.settle();
  assert.equal((await world.job(id)).status, state);
  return id;
};

for (const [rule, operation, state] of [
  ['S-014 J-251', 'cancelJob', 'SUBMITTED'],
  ['S-015 J-252', 'cancelJob', 'PENDING'],
  ['S-016 J-253', 'cancelJob', 'RUNNABLE'],
  ['S-177 J-256', 'terminateJob', 'SUBMITTED'],
  ['S-177 J-256', 'terminateJob', 'PENDING'],
  ['S-177 J-256', 'terminateJob', 'RUNNABLE'],
] as const) {
  const stopped = async () => {
    const world = await makeWorld({ command: ['run'] });
    const id = await jobIn(world, state);
    assert.deepEqual(await world.ask(operation, { jobId: id, reason: 'because' }), {});
    return world.job(id);
  };

  test(`${rule}: ${operation} of a ${state} job ends it with the caller’s reason`, async () => {
    const { status, statusReason } = await stopped();
    assert.deepEqual([status, statusReason], ['FAILED', 'because']);
  });

  test(`J-263 J-265: ${operation} of a ${state} job: no attempt, an end without a start, and by whom`, async () => {
    const job = await stopped();
    assert.deepEqual(job.attempts, []);
    assert.ok(job.stoppedAt);
    assert.equal(job.startedAt, undefined);
    assert.equal(job.container.exitCode, undefined);
    const flags = operation === 'cancelJob' ? [true, undefined] : [undefined, true];
    assert.deepEqual([job.isCancelled, job.isTerminated], flags);
  });
}

for (const [rule, state] of [
  ['S-017', 'STARTING'],
  ['S-018', 'RUNNING'],
] as const) {
  test(`${rule} J-254: CancelJob of a ${state} job answers and changes nothing`, async () => {
    const world = await makeWorld({ command: ['run'] });
    const id = await jobIn(world, state);
    const before = await world.job(id);
    assert.deepEqual(await world.ask('cancelJob', { jobId: id, reason: 'because' }), {});
    await world.settle();
    assert.deepEqual(await world.job(id), before);
    assert.deepEqual(world.engine.stopped, []);
  });
}

for (const operation of ['cancelJob', 'terminateJob']) {
  test(`J-255 J-259: ${operation} of a finished job answers and changes nothing`, async () => {
    const world = await makeWorld();
    const id = await jobIn(world, 'SUCCEEDED');
    const before = await world.job(id);
    assert.deepEqual(await world.ask(operation, { jobId: id, reason: 'late' }), {});
    assert.deepEqual(await world.job(id), before);
  });

  test(`T-410: ${operation} of an id that nobody has answers, and does nothing`, async () => {
    const world = await makeWorld({ command: ['run'] });
    const id = await world.submit();
    await world.settle();
    const before = await world.job(id);
    for (const jobId of [NOBODY, `${NOBODY}:0`, `${NOBODY}#0`, `${id}:0`, `${id}#0`])
      assert.deepEqual(await world.ask(operation, { jobId, reason: 'r' }), {}, jobId);
    assert.deepEqual(await world.job(id), before);
    assert.deepEqual(world.engine.stopped, []);
  });

  test(`J-266 S-020 S-179: ${operation} of what is no id is refused`, async () => {
    const world = await makeWorld();
    for (const jobId of ['nonsense', `${NOBODY}:`, `${NOBODY}:x`, `${NOBODY} `, NOBODY.slice(1)]) {
      const refusal = await world.refused(operation, { jobId, reason: 'r' });
      assert.equal(refusal.message, `Job ${jobId} not found`);
      assert.equal(refusal.type, 'ClientException');
    }
  });

  test(`J-267 S-011 S-172: ${operation} without an id or a reason is refused`, async () => {
    const world = await makeWorld();
    const id = await world.submit();
    assert.match((await world.refused(operation, { jobId: id, reason: '' })).message, /reason/);
    assert.match((await world.refused(operation, { jobId: '', reason: 'r' })).message, /jobId/);
    assert.match((await world.refused(operation, { jobId: id })).message, /reason/);
    assert.match((await world.refused(operation, { reason: 'r' })).message, /jobId/);
  });

  test(`J-261: ${operation} refuses a reason of more than 1024 characters`, async () => {
    const world = await makeWorld();
    const id = await world.submit();
    assert.match(
      (await world.refused(operation, { jobId: id, reason: 'x'.repeat(1025) })).message,
      /reason.*1024/,
    );
  });
}

test('S-176 J-258 J-264: TerminateJob of a RUNNING job stops it; FAILED, never tried again', async () => {
  const world = await makeWorld({ command: ['run'] });
  const id = await world.submit({ retryStrategy: { attempts: 5 } });
  await world.settle();
  await world.ask('terminateJob', { jobId: id, reason: 'enough' });
  await world.settle();
  const { taskId } = world.engine.orders[0]!;
  assert.deepEqual(world.engine.stopped, [taskId]);
  assert.equal((await world.job(id)).status, 'RUNNING');
  world.engine.end(taskId, 143);
  await world.settle();
  const job = await world.job(id);
  assert.equal(job.status, 'FAILED');
  assert.equal(job.statusReason, 'enough');
  assert.equal(job.attempts.length, 1);
  assert.equal(job.attempts[0].statusReason, 'enough');
  assert.equal(job.attempts[0].container.exitCode, 143);
  assert.equal(job.attempts[0].container.reason, undefined);
});

test('S-175 J-257: TerminateJob of a STARTING job recalls it before it begins', async () => {
  const world = await makeWorld({ command: ['run'] });
  const id = await jobIn(world, 'STARTING');
  await world.ask('terminateJob', { jobId: id, reason: 'enough' });
  await world.settle();
  const job = await world.job(id);
  assert.equal(job.status, 'FAILED');
  assert.equal(job.statusReason, 'enough');
  assert.equal(job.startedAt, undefined);
});

test('J-262: a job that ends well although it was terminated is FAILED all the same', async () => {
  const world = await makeWorld({ command: ['run'] });
  const id = await jobIn(world, 'RUNNING');
  await world.ask('terminateJob', { jobId: id, reason: 'enough' });
  world.engine.end(world.engine.orders[0]!.taskId, 0);
  await world.settle();
  assert.equal((await world.job(id)).status, 'FAILED');
});

test('J-176: a second terminate’s reason takes the first one’s place; the task is told once', async () => {
  const world = await makeWorld({ command: ['run'] });
  const id = await jobIn(world, 'RUNNING');
  await world.ask('terminateJob', { jobId: id, reason: 'first' });
  await world.settle();
  await world.ask('terminateJob', { jobId: id, reason: 'second' });
  await world.settle();
  assert.equal(world.engine.stopped.length, 1);
  world.engine.end(world.engine.orders[0]!.taskId, 143);
  await world.settle();
  const job = await world.job(id);
  assert.equal(job.statusReason, 'second');
  assert.equal(job.attempts[0].statusReason, 'second');
});

test('E-119 E-127: a queue that goes is DELETING, DISABLED and healthy until its last job has ended', async () => {
  const world = await makeWorld({ command: ['run'] });
  await world.submit();
  await world.settle();
  const shown = async () => (await world.ask('describeJobQueues', { jobQueues: ['q'] })).jobQueues[0];
  const { statusReason } = await shown();
  await world.ask('updateJobQueue', { jobQueue: 'q', state: 'DISABLED' });
  await world.ask('deleteJobQueue', { jobQueue: 'q' });
  await world.settle();
  const { status, state, statusReason: now } = await shown();
  assert.deepEqual([status, state, now], ['DELETING', 'DISABLED', statusReason]);
  assert.equal(statusReason, 'JobQueue Healthy');
  world.engine.end(world.engine.orders[0]!.taskId, 143);
  await world.settle();
  assert.equal(await shown(), undefined);
});

test('S-070 J-174 J-325: a deleted queue ends its jobs, then is gone; the jobs stay describable', async () => {
  const world = await makeWorld({ command: ['run'], pool: 1 });
  const running = await world.submit();
  const waiting = await world.submit();
  const array = await world.submit({ arrayProperties: { size: 2 } });
  await world.settle();
  await world.ask('updateJobQueue', { jobQueue: 'q', state: 'DISABLED' });
  await world.ask('deleteJobQueue', { jobQueue: 'q' });
  const [queue] = (await world.ask('describeJobQueues', { jobQueues: ['q'] })).jobQueues;
  assert.equal(queue.status, 'DELETING');
  await world.settle();
  assert.equal((await world.job(waiting)).statusReason, 'JobQueue deleted');
  world.engine.end(world.engine.orders[0]!.taskId, 143);
  await world.settle();
  assert.equal((await world.job(running)).statusReason, 'JobQueue deleted');
  assert.equal((await world.job(`${array}:1`)).statusReason, 'JobQueue deleted');
  assert.equal((await world.job(array)).status, 'FAILED');
  assert.deepEqual((await world.ask('describeJobQueues', { jobQueues: ['q'] })).jobQueues, []);
  assert.equal((await world.refused('listJobs', { jobQueue: 'q' })).message, 'JobQueue q not found.');
});

/** Takes queue `q` away under its jobs. */
const deleteQueue = async (world: World): Promise<void> => {
  await world.ask('updateJobQueue', { jobQueue: 'q', state: 'DISABLED' });
  await world.ask('deleteJobQueue', { jobQueue: 'q' });
};

const shownStop = async (world: World, id: string) => {
  const { isTerminated, statusReason } = await world.job(id);
  return { isTerminated, statusReason };
};

for (const [order, acts] of [
  ['before', ['terminate', 'delete']],
  ['after', ['delete', 'terminate']],
] as const) {
  test(`a terminate ${order} its queue’s deletion is shown, with its reason (J-175, J-265)`, async () => {
    const world = await makeWorld({ command: ['run'], pool: 4 });
    const plain = await world.submit();
    const array = await world.submit({ arrayProperties: { size: 3 } });
    await world.settle();
    for (const act of acts) {
      if (act === 'delete') await deleteQueue(world);
      else
        for (const jobId of [plain, array])
          await world.ask('terminateJob', { jobId, reason: `cost ${jobId}` });
      await world.settle();
    }
    for (const id of [plain, `${array}:0`]) assert.equal((await world.job(id)).isTerminated, true, 'at once');
    for (const { taskId } of world.engine.orders) world.engine.end(taskId, 143);
    await world.settle();
    const told = (id: string) => ({ isTerminated: true, statusReason: `cost ${id}` });
    assert.deepEqual(await shownStop(world, plain), told(plain));
    assert.deepEqual(await shownStop(world, array), told(array));
    for (const i of [0, 2]) assert.deepEqual(await shownStop(world, `${array}:${i}`), told(array));
    assert.deepEqual((await world.ask('describeJobQueues', { jobQueues: ['q'] })).jobQueues, []);
  });
}

test('a queue’s deletion comes to the children of an array that were not terminated (J-174, J-175)', async () => {
  const world = await makeWorld({ command: ['run'], pool: 2 });
  const array = await world.submit({ arrayProperties: { size: 2 } });
  await world.settle();
  await world.ask('terminateJob', { jobId: `${array}:0`, reason: 'cost' });
  await deleteQueue(world);
  await world.settle();
  for (const { taskId } of world.engine.orders) world.engine.end(taskId, 143);
  await world.settle();
  assert.deepEqual(await shownStop(world, `${array}:0`), { isTerminated: true, statusReason: 'cost' });
  const other = { isTerminated: undefined, statusReason: 'JobQueue deleted' };
  assert.deepEqual(await shownStop(world, `${array}:1`), other);
});

test('a job whose time was over before its queue was deleted says so (J-171, J-207)', async () => {
  const world = await makeWorld({ command: ['run'] });
  const id = await world.submit({ timeout: { attemptDurationSeconds: 60 } });
  await world.settle();
  world.clock.advance(61_000);
  await world.settle();
  await deleteQueue(world);
  await world.settle();
  world.engine.end(world.engine.orders[0]!.taskId, 143);
  await world.settle();
  assert.equal((await world.job(id)).statusReason, 'Job attempt duration exceeded timeout');
});

test('a stop of what is no job is not logged as one that was asked for', async () => {
  const world = await makeWorld({ command: ['run'] });
  const said: unknown[] = [];
  const log = { ...world.service.log, info: (...what: unknown[]) => void said.push(what) };
  const service = { ...world.service, log };
  assert.deepEqual(await terminateJob(service, { jobId: NOBODY, reason: 'r' }, CALLER), {});
  assert.ok(isRefusal(await terminateJob(service, { jobId: 'no id', reason: 'r' }, CALLER)));
  assert.deepEqual(said, []);
  await terminateJob(service, { jobId: await world.submit(), reason: 'r' }, CALLER);
  assert.equal(said.length, 1);
});

test('J-288: a DISABLED queue can be listed, a deleted one is refused', async () => {
  const world = await makeWorld({ command: ['run'] });
  const id = await world.submit();
  await world.settle();
  await world.ask('updateJobQueue', { jobQueue: 'q', state: 'DISABLED' });
  const { jobSummaryList } = await world.ask('listJobs', { jobQueue: 'q' });
  assert.deepEqual(
    jobSummaryList.map((job: { jobId: string }) => job.jobId),
    [id],
  );
  await world.ask('terminateJob', { jobId: id, reason: 'r' });
  await world.settle();
  world.engine.end(world.engine.orders[0]!.taskId, 143);
  await world.settle();
  await world.ask('deleteJobQueue', { jobQueue: 'q' });
  await world.settle();
  assert.equal((await world.refused('listJobs', { jobQueue: 'q' })).type, 'ClientException');
});
