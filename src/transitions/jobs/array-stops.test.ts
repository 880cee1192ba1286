import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeWorld, type World } from '../../../test/support/world.ts';
import { stateOf } from '../../domain/job-state.ts';
import { findJob, jobBySeq } from '../../store/job-rows.ts';
import { taskById } from '../../store/task-rows.ts';
import { Endings } from './endings.ts';
import { unplaceTask } from './recall.ts';

/** An array of four whose children 0 and 1 run. */
const halfRunning = async (more: Record<string, unknown> = {}): Promise<[World, string]> => {
  const world = await makeWorld({ command: ['run'], pool: 2 });
  const id = await world.submit({ arrayProperties: { size: 4 }, ...more });
  await world.settle();
  return [world, id];
};

const endAll = async (world: World, code: number): Promise<void> => {
  for (const { taskId } of world.engine.orders) world.engine.end(taskId, code);
  await world.settle();
};

const statuses = async (world: World, id: string): Promise<string[]> => {
  const { jobs } = await world.ask('describeJobs', { jobs: [0, 1, 2, 3].map((i) => `${id}:${i}`) });
  return jobs.map((job: { status: string }) => job.status);
};

test('J-226 J-254: CancelJob of a parent ends what waits; what runs goes on, and is not tried again', async () => {
  const [world, id] = await halfRunning({ retryStrategy: { attempts: 3 } });
  await world.ask('cancelJob', { jobId: id, reason: 'no more' });
  await world.settle();
  assert.deepEqual(await statuses(world, id), ['RUNNING', 'RUNNING', 'FAILED', 'FAILED']);
  assert.equal((await world.job(`${id}:2`)).statusReason, 'no more');
  assert.deepEqual(world.engine.stopped, []);
  await endAll(world, 1);
  assert.deepEqual(await statuses(world, id), ['FAILED', 'FAILED', 'FAILED', 'FAILED']);
  assert.equal((await world.job(`${id}:0`)).attempts.length, 1);
  const parent = await world.job(id);
  assert.equal(parent.status, 'FAILED');
  assert.equal(parent.statusReason, 'no more', 'J-227');
});

test('J-226 J-218: CancelJob when every child runs changes nothing of them: all that succeed are SUCCEEDED', async () => {
  const world = await makeWorld({ command: ['run'], pool: 2 });
  const id = await world.submit({ arrayProperties: { size: 2 } });
  await world.settle();
  await world.ask('cancelJob', { jobId: id, reason: 'too late' });
  await endAll(world, 0);
  assert.equal((await world.job(id)).status, 'SUCCEEDED');
});

test('J-262: a child that ends well right after its array was terminated is FAILED, with that reason', async () => {
  const [world, id] = await halfRunning();
  await world.ask('terminateJob', { jobId: id, reason: 'enough' });
  await endAll(world, 0);
  assert.deepEqual(await statuses(world, id), ['FAILED', 'FAILED', 'FAILED', 'FAILED']);
  const child = await world.job(`${id}:0`);
  assert.equal(child.statusReason, 'enough');
  assert.equal(child.isTerminated, true);
});

test('J-176 J-227: the second terminate of an array gives its children and itself the later reason', async () => {
  const [world, id] = await halfRunning();
  await world.ask('terminateJob', { jobId: id, reason: 'first' });
  await world.settle();
  await world.ask('terminateJob', { jobId: id, reason: 'second' });
  await world.settle();
  await endAll(world, 143);
  assert.equal((await world.job(`${id}:1`)).statusReason, 'second');
  assert.equal((await world.job(`${id}:3`)).statusReason, 'first', 'it had ended before');
  assert.equal((await world.job(id)).statusReason, 'second');
});

test('a child’s terminate after its array’s is the last word, before any loop has looked (J-176)', async () => {
  const [world, id] = await halfRunning();
  await Promise.all([
    world.ask('terminateJob', { jobId: id, reason: 'the array' }),
    world.ask('terminateJob', { jobId: `${id}:0`, reason: 'the child' }),
  ]);
  await world.settle();
  await endAll(world, 143);
  assert.equal((await world.job(`${id}:0`)).statusReason, 'the child');
  assert.equal((await world.job(`${id}:1`)).statusReason, 'the array');
});

test('an array’s terminate after its child’s is the last word, said before or not (J-176)', async () => {
  const [world, id] = await halfRunning();
  await world.ask('terminateJob', { jobId: id, reason: 'the array' });
  await world.ask('terminateJob', { jobId: `${id}:0`, reason: 'the child' });
  await world.ask('terminateJob', { jobId: id, reason: 'the array' });
  await world.settle();
  await endAll(world, 143);
  assert.equal((await world.job(`${id}:0`)).statusReason, 'the array');
});

test('J-226: a cancelled array may still be terminated: what runs is stopped', async () => {
  const [world, id] = await halfRunning();
  await world.ask('cancelJob', { jobId: id, reason: 'cancelled' });
  await world.settle();
  await world.ask('terminateJob', { jobId: id, reason: 'terminated' });
  await world.settle();
  assert.equal(world.engine.stopped.length, 2);
  await endAll(world, 143);
  assert.equal((await world.job(`${id}:0`)).statusReason, 'terminated');
  assert.equal((await world.job(id)).statusReason, 'terminated');
});

test('J-174: with its queue deleted a child shows that, its parent that a child failed', async () => {
  const [world, id] = await halfRunning();
  await world.ask('updateJobQueue', { jobQueue: 'q', state: 'DISABLED' });
  await world.ask('deleteJobQueue', { jobQueue: 'q' });
  await world.settle();
  await endAll(world, 143);
  const child = await world.job(`${id}:3`);
  assert.equal(child.statusReason, 'JobQueue deleted');
  assert.deepEqual(child.attempts, []);
  assert.equal((await world.job(id)).statusReason, 'Array Child Job failed');
});

for (const [operation, of] of [
  ['cancelJob', 'its array'],
  ['terminateJob', 'its array'],
  ['terminateJob', 'itself'],
] as const) {
  test(`J-262: a task recalled before it began, after ${operation} of ${of}, leaves no job waiting`, async () => {
    const world = await makeWorld({ command: ['run'], pool: 2 });
    world.engine.begins = false;
    const id = await world.submit({ arrayProperties: { size: 2 } });
    await world.settle();
    await world.ask(operation, { jobId: of === 'itself' ? `${id}:0` : id, reason: 'because' });
    await world.loops.stop();
    const [{ taskId } = { taskId: '' }] = world.engine.orders;
    const told: Record<string, unknown>[] = [];
    const log = { ...world.service.log, info: (fields: Record<string, unknown>) => void told.push(fields) };
    await world.service.store.write(async (tx) =>
      unplaceTask({ ...world.service, log }, tx, (await taskById(tx, taskId))!),
    );
    const child = await world.job(`${id}:0`);
    assert.equal(child.status, 'FAILED');
    assert.equal(child.statusReason, 'because');
    assert.deepEqual(child.attempts, []);
    assert.deepEqual(
      told.map(({ jobId, attempt }) => [jobId, attempt]),
      [[child.jobId, undefined]],
      'the activity log tells of no attempt either',
    );
  });
}

test('an array of 2,500 that runs is stopped, every child told', async () => {
  const world = await makeWorld({ command: ['run'], pool: 3000 });
  await world.ask('createComputeEnvironment', {
    computeEnvironmentName: 'large',
    type: 'UNMANAGED',
    serviceRole: 'r',
  });
  await world.ask('updateJobQueue', {
    jobQueue: 'q',
    computeEnvironmentOrder: [{ order: 1, computeEnvironment: 'large' }],
  });
  const id = await world.submit({ arrayProperties: { size: 2500 } });
  await world.settle();
  assert.equal(world.engine.orders.length, 2500);
  await world.ask('terminateJob', { jobId: id, reason: 'all' });
  await world.settle();
  assert.equal(world.engine.stopped.length, 2500);
});

const NEVER_STARTED = { stoppedAt: 0, startedAt: null, exitCode: null, containerReason: null };

test('J-217 J-218: an array whose children all end before it was looked at itself ends with the last of them', async () => {
  const [world, id] = await halfRunning();
  await world.service.store.write((tx) => tx.run('UPDATE jobs SET state = 0 WHERE id = ?', [id]));
  const state = await world.service.store.write(async (tx) => {
    const parent = (await findJob(tx, { uuid: id }))!;
    const endings = new Endings(tx, world.service);
    for (const i of [0, 1, 2, 3]) {
      const child = (await jobBySeq(tx, parent.seq + 1 + i))!;
      if (i >= 2) await endings.withdraw(child, 0, 'r');
      else await endings.end(child, { ...NEVER_STARTED, event: 'attempt-failed', statusReason: 'r' });
    }
    await endings.finish();
    return (await jobBySeq(tx, parent.seq))!.state;
  });
  assert.equal(stateOf(state), 'FAILED');
});

test('children of an array that was terminated are not in the line from the answer on', async () => {
  const world = await makeWorld();
  await world.ask('updateComputeEnvironment', { computeEnvironment: 'e', state: 'DISABLED' });
  const array = await world.submit({ arrayProperties: { size: 50 } });
  const behind = await world.submit();
  await world.settle();
  await world.loops.stop();
  assert.match((await world.job(behind)).statusReason, /^51st in queue q/);
  await world.ask('terminateJob', { jobId: array, reason: 'no more' });
  assert.match((await world.job(behind)).statusReason, /^1st in queue q/);
});
