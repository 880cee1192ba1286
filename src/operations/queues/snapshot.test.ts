import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeWorld, submitNodes } from '../../../test/support/nodes.ts';
import { makeWorld, type World } from '../../../test/support/world.ts';

const snapshot = (world: World, jobQueue = 'q') => world.ask('getJobQueueSnapshot', { jobQueue });

const idsOf = (answer: { frontOfQueue: { jobs: { jobArn: string }[] } }): string[] =>
  answer.frontOfQueue.jobs.map(({ jobArn }) => jobArn.split('/')[1]!);

const timesOf = (answer: { frontOfQueue: { jobs: { earliestTimeAtPosition: number }[] } }): number[] =>
  answer.frontOfQueue.jobs.map((job) => job.earliestTimeAtPosition);

const vcpus = (quantity: number) => [{ capacityUnit: 'VCPU', quantity }];

/** A world whose queue `shared` goes by a fair-share policy. */
const sharedWorld = async (pool: number): Promise<World> => {
  const world = await makeWorld({ command: ['run'], pool });
  const { arn } = await world.ask('createSchedulingPolicy', {
    name: 'p',
    fairsharePolicy: { shareDistribution: [{ shareIdentifier: 'light', weightFactor: 0.5 }] },
  });
  await world.ask('createJobQueue', {
    jobQueueName: 'shared',
    priority: 1,
    schedulingPolicyArn: arn,
    computeEnvironmentOrder: [{ order: 1, computeEnvironment: 'e' }],
  });
  return world;
};

const submitShared = (world: World, shareIdentifier: string, more = {}): Promise<string> =>
  world.submit({ jobQueue: 'shared', shareIdentifier, schedulingPriorityOverride: 1, ...more });

test('T-137 T-140 E-183: of a queue in which nothing happens: no jobs, no use, and when that was so', async () => {
  const world = await makeWorld();
  const lastUpdatedAt = world.clock.wall();
  assert.deepEqual(await snapshot(world), {
    frontOfQueue: { jobs: [], lastUpdatedAt },
    queueUtilization: { totalCapacityUsage: [], lastUpdatedAt },
  });
});

test('T-136 E-181 E-182: the first 100 RUNNABLE jobs in the order of their submission', async () => {
  const world = await makeWorld({ command: ['run'], pool: 2 });
  const ids = [];
  for (let i = 0; i < 105; i++) ids.push(await world.submit());
  await world.settle();
  const answer = await snapshot(world);
  assert.deepEqual(idsOf(answer), ids.slice(2, 102));
  assert.deepEqual(Object.keys(answer), ['frontOfQueue', 'queueUtilization']);
  for (const { jobArn } of answer.frontOfQueue.jobs)
    assert.match(jobArn, /^arn:aws:batch:us-east-1:012345678910:job\/[-0-9a-f]{36}$/);
});

test('T-140 T-144: totalCapacityUsage is what jobs that STARTING or RUNNING hold, in vCPUs', async () => {
  const world = await makeWorld({ command: ['run'], pool: 4 });
  world.engine.begins = false;
  const fraction = { resourceRequirements: [{ type: 'VCPU', value: '0.5' }] };
  await world.submit({ containerOverrides: fraction });
  await world.submit({ containerOverrides: { vcpus: 2 } });
  await world.submit({ containerOverrides: { vcpus: 4 } });
  await world.settle();
  assert.deepEqual((await snapshot(world)).queueUtilization.totalCapacityUsage, vcpus(2.5));
});

test('T-138: on a fair-share queue the order is that in which the shares would be served', async () => {
  const world = await sharedWorld(8);
  await submitShared(world, 'other', { containerOverrides: { vcpus: 8 } });
  await world.settle();
  const heavy = [await submitShared(world, 'heavy'), await submitShared(world, 'heavy')];
  const light: string[] = [];
  for (let i = 0; i < 3; i++) light.push(await submitShared(world, 'light'));
  const urgent = await submitShared(world, 'light', { schedulingPriorityOverride: 9 });
  await world.settle();
  const order = idsOf(await snapshot(world, 'shared'));
  assert.deepEqual([...order].sort(), [...heavy, ...light, urgent].sort());
  // of shares that have used nothing the older job goes first, within a share the highest priority
  assert.equal(order[0], heavy[0]);
  const within = (share: string[]) => order.filter((id) => share.includes(id));
  assert.deepEqual(within(heavy), heavy);
  assert.deepEqual(within([...light, urgent]), [urgent, ...light]);
  // with half the weight a share gets two where the other gets one
  assert.ok(order.indexOf(heavy[1]!) > order.indexOf(light[0]!));
  world.engine.end(world.engine.orders[0]!.taskId, 0);
  await world.settle();
  assert.deepEqual(
    world.engine.orders.slice(1).map(({ jobId }) => jobId),
    order,
    'and so they start, once there is room for all of them',
  );
});

test('T-141 T-142 T-143: shares that hold capacity now, the most first, then by their identifiers, 20 at the most', async () => {
  const world = await sharedWorld(30);
  for (let i = 10; i < 34; i++) await submitShared(world, `s${i}`);
  await submitShared(world, 'most', { containerOverrides: { vcpus: 3 } });
  await submitShared(world, 'waits', { containerOverrides: { vcpus: 20 } });
  await world.settle();
  const { queueUtilization } = await snapshot(world, 'shared');
  assert.deepEqual(queueUtilization.totalCapacityUsage, vcpus(27));
  const { activeShareCount, topCapacityUtilization } = queueUtilization.fairshareUtilization;
  assert.equal(activeShareCount, 25);
  assert.deepEqual(topCapacityUtilization, [
    { shareIdentifier: 'most', capacityUsage: vcpus(3) },
    ...Array.from({ length: 19 }, (_, i) => ({ shareIdentifier: `s${10 + i}`, capacityUsage: vcpus(1) })),
  ]);
  assert.ok(!('quotaShareUtilization' in queueUtilization));
  assert.deepEqual(Object.keys((await snapshot(world)).queueUtilization), [
    'totalCapacityUsage',
    'lastUpdatedAt',
  ]);
});

test('T-145: earliestTimeAtPosition stays as long as the position does, and is when the one before it left', async () => {
  const world = await makeWorld({ command: ['run'], pool: 1 });
  const began = world.clock.wall();
  for (let i = 0; i < 3; i++) await world.submit();
  await world.settle();
  world.clock.advance(1000);
  await world.submit();
  await world.settle();
  assert.deepEqual(timesOf(await snapshot(world)), [began, began, began + 1000]);
  world.clock.advance(1000);
  assert.deepEqual(timesOf(await snapshot(world)), [began, began, began + 1000]);
  world.engine.end(world.engine.orders.at(-1)!.taskId, 0);
  await world.settle();
  world.clock.advance(5000);
  const moved = await snapshot(world);
  assert.deepEqual(timesOf(moved), [began + 2000, began + 2000]);
  assert.equal(moved.frontOfQueue.lastUpdatedAt, began + 7000);
});

test('T-145: of a place that a cancelled job left it is when that was seen; it is never before createdAt', async () => {
  const world = await makeWorld({ command: ['run'], pool: 1 });
  const ids = [];
  for (let i = 0; i < 4; i++) {
    ids.push(await world.submit());
    world.clock.advance(10);
  }
  await world.settle();
  const before = await snapshot(world);
  for (const [at, { earliestTimeAtPosition }] of before.frontOfQueue.jobs.entries())
    assert.ok(earliestTimeAtPosition >= (await world.job(ids[at + 1]!)).createdAt);
  world.clock.advance(1000);
  await world.ask('cancelJob', { jobId: ids[2], reason: 'r' });
  await world.settle();
  const after = await snapshot(world);
  assert.deepEqual(idsOf(after), [ids[1], ids[3]]);
  assert.deepEqual(timesOf(after), [timesOf(before)[0], world.clock.wall()]);
});

test('T-145: who is tried again has its place from the end of its last attempt on, and those behind it not longer', async () => {
  const world = await makeWorld({ command: ['run'], pool: 1 });
  const first = await world.submit({ retryStrategy: { attempts: 2 } });
  await world.submit();
  await world.settle();
  await world.ask('updateComputeEnvironment', { computeEnvironment: 'e', state: 'DISABLED' });
  world.clock.advance(5000);
  world.engine.end(world.engine.orders[0]!.taskId, 1);
  await world.settle();
  const ended = (await world.job(first)).attempts[0].stoppedAt;
  world.clock.advance(1000);
  const answer = await snapshot(world);
  assert.equal(idsOf(answer)[0], first);
  assert.deepEqual(timesOf(answer), [ended, ended]);
});

test('T-145: who waited for others has its place from the end of the last of them on', async () => {
  const world = await makeWorld({ command: ['run'], pool: 1 });
  const first = await world.submit();
  const array = await world.submit({ arrayProperties: { size: 2 }, dependsOn: [{ jobId: first }] });
  await world.settle();
  await world.ask('updateComputeEnvironment', { computeEnvironment: 'e', state: 'DISABLED' });
  world.clock.advance(5000);
  world.engine.end(world.engine.orders[0]!.taskId, 0);
  await world.settle();
  const { stoppedAt } = await world.job(first);
  world.clock.advance(1000);
  const answer = await snapshot(world);
  assert.deepEqual(idsOf(answer), [`${array}:0`, `${array}:1`]);
  assert.deepEqual(timesOf(answer), [stoppedAt, stoppedAt]);
});

test('T-145: no time is later than now when the clock was set back, but for a creation', async () => {
  const world = await makeWorld({ command: ['run'], pool: 1 });
  for (let n = 0; n < 3; n++) await world.submit();
  await world.settle();
  const began = world.clock.wall();
  world.clock.advance(10_000);
  world.engine.end(world.engine.orders[0]!.taskId, 0);
  await world.settle();
  assert.deepEqual(timesOf(await snapshot(world)), [began + 10_000]);
  world.clock.jump(-4000);
  assert.deepEqual(timesOf(await snapshot(world)), [began + 6000]);
  world.clock.jump(-60_000);
  assert.deepEqual(timesOf(await snapshot(world)), [began]);
  const last = await world.submit();
  await world.settle();
  world.clock.advance(1000);
  const answer = await snapshot(world);
  assert.equal(idsOf(answer)[1], last);
  assert.deepEqual(timesOf(answer), [began, world.clock.wall()]);
});

test('T-146 E-184: children stand there by themselves, their parent never; multi-node jobs as one', async () => {
  const world = await makeWorld({ command: ['run'], pool: 1 });
  await world.submit();
  const array = await world.submit({ arrayProperties: { size: 2 } });
  const stopped = await world.submit({ arrayProperties: { size: 2 } });
  const last = await world.submit();
  await world.settle();
  await world.ask('terminateJob', { jobId: stopped, reason: 'r' });
  assert.deepEqual(idsOf(await snapshot(world)), [`${array}:0`, `${array}:1`, last]);
  const all = await nodeWorld();
  for (let i = 0; i < 40; i++) await submitNodes(all);
  await all.settle();
  const waiting = (await all.ask('listJobs', { jobQueue: 'q', jobStatus: 'RUNNABLE' })).jobSummaryList;
  assert.ok(waiting.length > 0);
  assert.deepEqual(
    idsOf(await snapshot(all)),
    waiting.map(({ jobId }: { jobId: string }) => jobId).reverse(),
  );
});

test('T-006 T-147 T-148: by name or ARN; an unknown queue is refused, a DISABLED one answers', async () => {
  const world = await makeWorld({ command: ['run'], pool: 1 });
  for (let i = 0; i < 2; i++) await world.submit();
  await world.settle();
  const arn = 'arn:aws:batch:us-east-1:012345678910:job-queue/q';
  assert.deepEqual(await snapshot(world, arn), await snapshot(world));
  for (const jobQueue of ['nobody', arn.replace('us-east-1', 'eu-west-1')])
    assert.equal(
      (await world.refused('getJobQueueSnapshot', { jobQueue })).message,
      `JobQueue ${jobQueue} not found.`,
    );
  await world.ask('updateJobQueue', { jobQueue: 'q', state: 'DISABLED' });
  assert.equal(idsOf(await snapshot(world)).length, 1);
});
