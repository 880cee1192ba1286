import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeWorld } from '../../../test/support/world.ts';

test('getarraygroups: how children ended, the largest group first, with indices', async () => {
  const world = await makeWorld({ command: ['run'], pool: 10 });
  const jobId = await world.submit({ arrayProperties: { size: 6 } });
  await world.settle();
  const CODES = [3, 0, 3, 3, 137, 0];
  for (const [at, order] of [...world.engine.orders].entries()) {
    world.clock.advance(1000);
    world.engine.end(order.taskId, CODES[at]!, at === 4 ? 'OutOfMemoryError' : undefined);
  }
  await world.settle();
  const { size, groups } = await world.ask('getArrayGroups', { jobId });
  assert.equal(size, 6);
  assert.deepEqual(
    groups.map(({ state, exitCode, reason, count, indices }: Record<string, unknown>) => [
      state,
      exitCode,
      reason,
      count,
      indices,
    ]),
    [
      ['FAILED', 3, undefined, 3, '0,2-3'],
      ['SUCCEEDED', 0, undefined, 2, '1,5'],
      ['FAILED', 137, 'OutOfMemoryError', 1, '4'],
    ],
  );
  assert.equal(groups[0].medianRan, 3000);
  assert.equal(groups[0].example.index, 0);
  const failed = await world.ask('getArrayGroups', { jobId, states: ['FAILED'], by: 'STATE' });
  assert.deepEqual(
    failed.groups.map((group: { indices: string }) => group.indices),
    ['0,2-4'],
  );
});

test('getarraygroups: what a stop in force is about to end has ended', async () => {
  const world = await makeWorld({ command: ['run'], pool: 1 });
  const jobId = await world.submit({ arrayProperties: { size: 3 } });
  await world.settle();
  await world.loops.stop();
  await world.ask('terminateJob', { jobId, reason: 'enough' });
  const { groups } = await world.ask('getArrayGroups', { jobId });
  assert.deepEqual([groups.length, groups[0].statusReason, groups[0].indices], [1, 'enough', '1-2']);
});

test('getarraygroups of what is no array is refused', async () => {
  const world = await makeWorld();
  const jobId = await world.submit();
  assert.match((await world.refused('getArrayGroups', { jobId })).message, /is not an array job/);
});

test('getoverview: counts by state are those of the rows, the head says why it waits', async () => {
  const world = await makeWorld({ command: ['run'], pool: 1 });
  await world.submit({ arrayProperties: { size: 3 } });
  world.clock.advance(1000);
  const after = await world.submit();
  await world.submit({ dependsOn: [{ jobId: after }] });
  await world.settle();
  const { server, queues, environments, pool, attention } = await world.ask('getOverview');
  assert.deepEqual([server.engine, server.region], ['scripted', 'us-east-1']);
  const [queue] = queues;
  const { SUBMITTED, PENDING, RUNNABLE, STARTING, RUNNING, SUCCEEDED, FAILED } = queue.counts;
  assert.deepEqual(
    [SUBMITTED, PENDING, RUNNABLE, STARTING, RUNNING, SUCCEEDED, FAILED],
    [0, 1, 3, 0, 1, 0, 0],
  );
  assert.equal(queue.head.never, false);
  assert.match(queue.head.jobId, /:1$/);
  assert.match(queue.head.sentence, /^1st in queue q; needs 1 vCPU/);
  assert.deepEqual([environments[0].name, environments[0].running], ['e', 1]);
  assert.deepEqual([pool.total.milliVcpus, pool.free.milliVcpus], [1000, 0]);
  assert.deepEqual(attention, []);
});

test('getoverview: a job that can never run, a queue that is DISABLED, need somebody', async () => {
  const world = await makeWorld({ command: ['run'], pool: 1 });
  const resourceRequirements = [{ type: 'MEMORY', value: '2000000' }];
  // it holds up nobody, so it need not be the first
  await world.submit();
  await world.submit({ jobName: 'waits' });
  await world.submit({ jobName: 'huge', containerOverrides: { resourceRequirements } });
  await world.settle();
  await world.ask('updateJobQueue', { jobQueue: 'q', state: 'DISABLED' });
  const { attention } = await world.ask('getOverview');
  assert.deepEqual(
    attention.map(({ kind, severity }: Record<string, string>) => [kind, severity]),
    [
      ['never', 'error'],
      ['disabled', 'warning'],
    ],
  );
  assert.match(attention[0].sentence, /^huge in queue q can never run: .*can ever run it$/);
});

test('getoverview: what became of jobs in the last hour, with their waits, and failures in groups', async () => {
  const world = await makeWorld({ command: ['run'], pool: 4 });
  await world.submit({ arrayProperties: { size: 3 }, retryStrategy: { attempts: 2 } });
  world.clock.advance(2000);
  await world.settle();
  for (const exitCode of [0, 3, 3]) {
    world.engine.end(
      world.engine.orders[exitCode === 0 ? 0 : world.engine.orders.length - 1]!.taskId,
      exitCode,
    );
    await world.settle();
  }
  const stopped = await world.submit({ jobName: 'stopped', containerOverrides: { vcpus: 64 } });
  await world.ask('cancelJob', { jobId: stopped, reason: 'too large' });
  const { queues, failures } = await world.ask('getOverview');
  const { started, failed, waitP50 } = queues[0].lastHour;
  assert.deepEqual([started, failed], [4, 2]);
  assert.ok(waitP50 >= 2000 && waitP50 <= 2200, `${waitP50}`);
  assert.deepEqual(failures, [
    { queue: 'q', exitCode: 3, statusReason: 'Essential container in task exited', count: 1 },
    { queue: 'q', statusReason: 'too large', count: 1 },
  ]);
  world.clock.advance(61 * 60_000);
  const later = await world.ask('getOverview');
  assert.deepEqual([later.queues[0].lastHour, later.failures], [{ started: 0, failed: 0 }, []]);
});

test('explainjob: whom room is kept for', async () => {
  const world = await makeWorld({ command: ['run'], pool: 4 });
  await world.submit();
  await world.settle();
  const large = await world.submit({ jobName: 'large', containerOverrides: { vcpus: 4 } });
  const small = await world.submit({ jobName: 'small' });
  await world.settle();
  const { reservations } = await world.ask('explainJob', { jobId: small });
  assert.deepEqual(reservations, [{ jobId: large, jobName: 'large', queue: 'q', environment: 'e' }]);
});

test('explainjob: of one that waits for room its position, what it asks, and each environment', async () => {
  const world = await makeWorld({ command: ['run'], pool: 1 });
  await world.submit();
  const jobId = await world.submit();
  await world.settle();
  const { status, queue, why, pool, holders } = await world.ask('explainJob', { jobId });
  assert.deepEqual([status, queue, why.position, why.never], ['RUNNABLE', 'q', 1, false]);
  assert.deepEqual(why.asks, [{ asks: { milliVcpus: 1000, memoryMiB: 128, gpus: 0 }, count: 1 }]);
  assert.deepEqual([why.environments[0].environment, why.environments[0].kind], ['e', 'room']);
  assert.match(why.environments[0].sentence, /^environment e would launch .*: the pool has 0 vCPUs/);
  assert.equal(pool.free.milliVcpus, 0);
  assert.deepEqual([holders[0].name, holders[0].held.milliVcpus, holders[0].running], ['e', 1000, 1]);
});

test('explainjob: of one that waits for others the chain', async () => {
  const world = await makeWorld({ command: ['run'], pool: 1 });
  const first = await world.submit();
  const second = await world.submit({ dependsOn: [{ jobId: first }] });
  const jobId = await world.submit({ dependsOn: [{ jobId: second }] });
  await world.settle();
  const { why } = await world.ask('explainJob', { jobId });
  assert.deepEqual(
    why.waitsFor.map(({ jobId, status }: Record<string, string>) => [jobId, status]),
    [
      [second, 'PENDING'],
      [first, 'RUNNING'],
    ],
  );
});

test('explainjob: of one that ended its reason; an unknown one is refused', async () => {
  const world = await makeWorld({ command: ['exit', '1'] });
  const jobId = await world.submit();
  await world.settle();
  const { status, statusReason, why } = await world.ask('explainJob', { jobId });
  assert.deepEqual([status, statusReason, why], ['FAILED', 'Essential container in task exited', undefined]);
  assert.match((await world.refused('explainJob', { jobId: 'x' })).message, /Job x not found/);
});

test('getoverview says from when the last hour counts: from the start of the server, where that is less than an hour ago', async () => {
  const world = await makeWorld();
  const reach = async () => {
    const { server, lastHourFrom } = await world.ask('getOverview');
    return server.at - lastHourFrom;
  };
  const before = await reach();
  world.clock.advance(90_000);
  assert.equal((await reach()) - before, 90_000);
  world.clock.advance(7_200_000);
  assert.equal(await reach(), 3_600_000);
});

test('a child that stands in a line says whose room it takes, and so does its array when nobody else waits', async () => {
  const world = await makeWorld({ command: ['run'], pool: 1 });
  // a quick job teaches that others may be lined up behind such
  await world.submit();
  await world.settle();
  world.engine.end(world.engine.orders[0]!.taskId, 0);
  const id = await world.submit({ arrayProperties: { size: 3 } });
  await world.settle();
  const [first, second] = [`${id}:1`, `${id}:2`];
  const sentence = `starts in the room of ${id}:0 when that has ended`;
  const { status, why } = await world.ask('explainJob', { jobId: first });
  assert.deepEqual([status, why], ['STARTING', { never: false, sentence }]);
  assert.match((await world.job(second)).statusReason, new RegExp(`^starts in the room of ${first} `));
  assert.equal(
    (await world.job(id)).statusReason,
    `0 of 3 children have ended; ${first} is STARTING: ${sentence}`,
  );
  world.engine.end(world.engine.orders[1]!.taskId, 0);
  await world.settle();
  assert.equal((await world.job(first)).statusReason, undefined);
});
