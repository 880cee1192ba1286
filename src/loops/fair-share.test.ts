import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMemory } from '../../test/support/memory-database.ts';
import { sharedWorld, submitAs } from '../../test/support/shared-world.ts';
import { openWorld, type World } from '../../test/support/world.ts';

/* The real operations, loops and store: in which order jobs of a shared queue start, and why they wait. */

const SECOND = 1000;

/** How many jobs of each share run. */
const running = async (world: World, jobQueue = 'shared'): Promise<Record<string, number>> => {
  const found: Record<string, number> = {};
  for (const jobStatus of ['STARTING', 'RUNNING']) {
    const { jobSummaryList } = await world.ask('listJobs', { jobQueue, jobStatus, maxResults: 1000 });
    for (const { shareIdentifier = '' } of jobSummaryList)
      found[shareIdentifier] = (found[shareIdentifier] ?? 0) + 1;
  }
  return found;
};
const turn = async (world: World, state: string): Promise<void> => {
  await world.ask('updateComputeEnvironment', { computeEnvironment: 'e', state });
  await world.settle();
};
/** While nothing starts. */
const fill = async (world: World, jobs: Record<string, number>, more: object = {}): Promise<void> => {
  await turn(world, 'DISABLED');
  for (const [share, count] of Object.entries(jobs))
    for (let n = 0; n < count; n++) await submitAs(world, share, { jobName: `${share}${n + 1}`, ...more });
};
const begin = (world: World): Promise<void> => turn(world, 'ENABLED');
/** Ends all that runs, so many seconds later, and lets the next start. */
const endAll = async (world: World, seconds: number): Promise<void> => {
  world.clock.advance(seconds * SECOND);
  for (const { taskId, kind } of await world.engine.list())
    if (kind === 'running') world.engine.end(taskId, 0);
  await world.settle();
};
const weights = (entries: Record<string, number>) => ({
  shareDistribution: Object.entries(entries).map(([shareIdentifier, weightFactor]) => ({
    shareIdentifier,
    weightFactor,
  })),
});
const started = async (world: World): Promise<string[]> => {
  const names = [];
  for (const { jobId } of world.engine.orders) names.push((await world.job(jobId)).jobName);
  return names;
};

test('T-105 T-113: of one plan weights 1, 0.5 and 1 have two, four and two jobs', async () => {
  const world = await sharedWorld(weights({ b: 0.5 }), 8);
  await fill(world, { a: 10, b: 10, c: 10 });
  await begin(world);
  assert.deepEqual(await running(world), { a: 2, b: 4, c: 2 });
});

test('T-107: over time each share has its part', async () => {
  const world = await sharedWorld(weights({ b: 0.5, c: 0.25 }), 4);
  await fill(world, { a: 100, b: 100, c: 100 });
  await begin(world);
  for (let round = 0; round < 34; round++) await endAll(world, 30);
  const names = await started(world);
  const of = (share: string) => names.filter((name) => name.startsWith(share)).length;
  assert.deepEqual([of('a'), of('b'), of('c')], [20, 40, 80]);
});

test('T-105: what runs still counts as used: the next place is another share’s, be its job the later one', async () => {
  const world = await sharedWorld({}, 2);
  await submitAs(world, 'a', { jobName: 'long' });
  await world.settle();
  world.clock.advance(1000 * SECOND);
  await fill(world, { a: 1, b: 1 });
  await begin(world);
  assert.deepEqual(await started(world), ['long', 'b1']);
});

test('T-121: what a share has used in another queue does not count', async () => {
  const world = await sharedWorld({}, 1);
  await world.ask('createJobQueue', {
    jobQueueName: 'other',
    priority: 1,
    computeEnvironmentOrder: [{ order: 1, computeEnvironment: 'e' }],
    schedulingPolicyArn: 'arn:aws:batch:us-east-1:012345678910:scheduling-policy/p',
  });
  await submitAs(world, 'a', { jobQueue: 'other', jobName: 'used' });
  await world.settle();
  await endAll(world, 300);
  await fill(world, { a: 1, b: 1 });
  await begin(world);
  assert.deepEqual(await started(world), ['used', 'a1']);
});

test('T-116 T-117: within a share by priority, then by age; priorities of other shares mean nothing', async () => {
  const world = await sharedWorld({}, 1);
  await fill(world, {});
  const job = (jobName: string, share: string, schedulingPriorityOverride: number) =>
    submitAs(world, share, { jobName, schedulingPriorityOverride });
  for (const [name, share, priority] of [
    ['a1', 'a', 0],
    ['a3', 'a', 10],
    ['a2', 'a', 10],
    ['a4', 'a', 9999],
    ['z1', 'z', 0],
  ] as const)
    await job(name, share, priority);
  await begin(world);
  for (let n = 0; n < 4; n++) await endAll(world, 10);
  assert.deepEqual(await started(world), ['a4', 'z1', 'a3', 'a2', 'a1']);
});

test('T-126: a job that is tried again has used both attempts; the time between them does not count', async () => {
  const world = await sharedWorld({}, 1);
  const again = { retryStrategy: { attempts: 3 } };
  const id = await submitAs(world, 'a', { jobName: 'again', ...again });
  await world.settle();
  await submitAs(world, 'b', { jobName: 'b1' });
  world.clock.advance(30 * SECOND);
  world.engine.end((await world.engine.list())[0]!.taskId, 1);
  await world.settle();
  assert.equal((await world.job(id)).status, 'RUNNABLE');
  assert.match(
    (await world.job(id)).statusReason,
    /share a has \d+% of what was used of late, its part is 50%/,
  );
  await endAll(world, 10);
  assert.deepEqual(await started(world), ['again', 'b1', 'again']);
});

test('T-122: nobody is stopped when the policy changes; what starts next goes by the new one', async () => {
  const world = await sharedWorld({}, 4);
  await fill(world, { a: 20, b: 20 });
  await begin(world);
  assert.deepEqual(await running(world), { a: 2, b: 2 });
  const arn = 'arn:aws:batch:us-east-1:012345678910:scheduling-policy/p';
  await world.ask('updateSchedulingPolicy', { arn, fairsharePolicy: weights({ a: 0.01 }) });
  await world.settle();
  assert.deepEqual(await running(world), { a: 2, b: 2 });
  await endAll(world, 10);
  assert.deepEqual(await running(world), { a: 4 });
});

test('T-123 E-148: a queue of higher priority comes first, whatever its jobs’ share has used', async () => {
  const world = await sharedWorld({}, 2);
  await fill(world, { a: 4 });
  await world.ask('updateJobQueue', { jobQueue: 'q', priority: 9 });
  for (let n = 0; n < 2; n++) await world.submit();
  await begin(world);
  assert.deepEqual(await running(world), {});
  assert.deepEqual(await running(world, 'q'), { '': 2 });
});

test('T-125: a multi-node job has used the vCPUs of all its nodes', async () => {
  const world = await sharedWorld({}, 4);
  await world.ask('registerJobDefinition', {
    jobDefinitionName: 'nodes',
    type: 'multinode',
    schedulingPriority: 0,
    nodeProperties: {
      numNodes: 3,
      mainNode: 0,
      nodeRangeProperties: [
        { targetNodes: '0:', container: { image: 'busybox', vcpus: 1, memory: 64, command: ['run'] } },
      ],
    },
  });
  await submitAs(world, 'a', { jobDefinition: 'nodes' });
  await world.settle();
  await submitAs(world, 'b');
  await world.settle();
  const waits = await submitAs(world, 'a');
  await world.settle();
  world.clock.advance(600 * SECOND);
  world.service.wake();
  await world.settle();
  assert.match((await world.job(waits)).statusReason, /share a has 75% of what was used of late/);
});

test('T-127: what was used survives a restart, and a clock that is set changes nothing', async () => {
  const connection = openMemory();
  const world = await sharedWorld({}, 1, connection);
  await submitAs(world, 'a', { jobName: 'first' });
  await world.settle();
  await endAll(world, 60);
  await world.loops.stop();
  const reopened = openWorld({
    connection,
    clock: world.clock,
    ids: world.service.ids as never,
    capacity: { milliVcpus: 1000, memoryMiB: 1_000_000, gpus: 0 },
  });
  world.clock.jump(365 * 24 * 3600 * SECOND);
  await reopened.loops.start();
  await fill(reopened, {});
  for (const share of ['a', 'b']) await submitAs(reopened, share, { jobName: share });
  await begin(reopened);
  assert.deepEqual(await started(reopened), ['b']);
  await endAll(reopened, 30);
  assert.deepEqual(await started(reopened), ['b', 'a']);
});

const percent = (computeReservation: number) => ({ computeReservation });

test('T-130 T-135: half of 100 kept: one share has 50, a second 25, a third 12; who waits is told why', async () => {
  const world = await sharedWorld(percent(50), 100, undefined, 100);
  await fill(world, { a: 60 });
  await begin(world);
  assert.deepEqual(await running(world), { a: 50 });
  const [{ jobId }] = (await world.ask('listJobs', { jobQueue: 'shared', jobStatus: 'RUNNABLE' }))
    .jobSummaryList;
  assert.match(
    (await world.job(jobId)).statusReason,
    /waits: computeReservation keeps 50 of 100 vCPUs free for new share identifiers$/,
  );
  await fill(world, { b: 30 });
  await begin(world);
  assert.deepEqual(await running(world), { a: 50, b: 25 });
  await fill(world, { c: 30 });
  await begin(world);
  assert.deepEqual(await running(world), { a: 50, b: 25, c: 12 });
});

test('T-131 T-134: of 16 vCPUs half is kept: two jobs of 3 run; one alone may have more than that', async () => {
  const world = await sharedWorld(percent(50), 16, undefined, 16);
  const asks = (value: string) => ({
    containerOverrides: { resourceRequirements: [{ type: 'VCPU', value }] },
  });
  await fill(world, { a: 3 }, asks('3'));
  await begin(world);
  assert.deepEqual(await running(world), { a: 2 });
  const other = await sharedWorld(percent(50), 16, undefined, 16);
  await fill(other, { a: 2 }, asks('12'));
  await begin(other);
  assert.deepEqual(await running(other), { a: 1 });
});

test('T-133: what is kept is of ENABLED environments alone, and of what the queue itself uses', async () => {
  const world = await sharedWorld(percent(50), 8, undefined, 8);
  for (let n = 0; n < 2; n++) await world.submit();
  await fill(world, { a: 10 });
  await begin(world);
  assert.deepEqual(await running(world), { a: 4 });
  assert.deepEqual(await running(world, 'q'), { '': 2 });
});

test('T-132 T-099 E-146: a share is active while it has used something of the window, and gives its place then', async () => {
  const world = await sharedWorld(percent(50), 8, undefined, 8);
  await submitAs(world, 'b');
  await world.settle();
  await endAll(world, 10);
  await fill(world, { a: 8 });
  await begin(world);
  assert.deepEqual(await running(world), { a: 6 });
  await endAll(world, 1000);
  await fill(world, { a: 8 });
  await begin(world);
  assert.deepEqual(await running(world), { a: 4 });
});

test('T-105: a job tells how its share stands, and whose is before it', async () => {
  const world = await sharedWorld(weights({ a: 0.5 }), 1);
  await submitAs(world, 'a');
  await world.settle();
  await fill(world, { a: 1, b: 1 });
  await begin(world);
  const [a, b] = await Promise.all(
    ['a', 'b'].map(async (share) => {
      const filters = [{ name: 'SHARE_IDENTIFIER', values: [share] }];
      const { jobSummaryList } = await world.ask('listJobs', {
        jobQueue: 'shared',
        jobStatus: 'RUNNABLE',
        filters,
      });
      return jobSummaryList[0];
    }),
  );
  assert.match(
    a.statusReason,
    /^2nd in queue shared; share a has 100% of what was used of late, its part is 67%; share b comes first; needs 1 vCPU/,
  );
  assert.match(
    b.statusReason,
    /^1st in queue shared; share b has 0% of what was used of late, its part is 33%; needs/,
  );
  const { why } = await world.ask('explainJob', { jobId: a.jobId });
  assert.deepEqual(why.share, { identifier: 'a', used: 100, part: 67, before: 'b' });
});

test('T-124: a job that does not fit keeps the room it needs from those behind it, by shares too', async () => {
  const world = await sharedWorld({}, 4);
  await fill(world, { a: 3 });
  await begin(world);
  await fill(world, {});
  const large = { containerOverrides: { resourceRequirements: [{ type: 'VCPU', value: '2' }] } };
  await submitAs(world, 'b', { jobName: 'large', ...large });
  await submitAs(world, 'a', { jobName: 'small' });
  await begin(world);
  assert.deepEqual(await running(world), { a: 3 });
  assert.match(
    (await world.ask('searchJobs', { name: 'small' })).jobs[0].statusReason,
    /^2nd in queue shared/,
  );
});

test('T-105: of 500 shares, more than a plan knows shapes, the first job of each is known', async () => {
  const shares = 500;
  const last = `u${shares}`;
  const world = await sharedWorld(weights({ [last]: 0.0001 }), shares, undefined, shares);
  const fillAtOnce = async () => {
    await turn(world, 'DISABLED');
    const names = Array.from({ length: shares }, (_, n) => `u${n + 1}`);
    await Promise.all(names.map((name) => submitAs(world, name)));
  };
  await fillAtOnce();
  await begin(world);
  assert.equal(world.engine.orders.length, shares);
  await endAll(world, 10);
  await fillAtOnce();
  await begin(world);
  const { jobId } = world.engine.orders[shares]!;
  assert.equal((await world.job(jobId)).shareIdentifier, last);
});

test('T-105: a job of a share that a plan did not look at says what one that asks for the same waits for', async () => {
  const world = await sharedWorld({}, 2, undefined, 2);
  const names = Array.from({ length: 40 }, (_, n) => `u${n}`);
  await fill(world, Object.fromEntries(names.map((name) => [name, 2])));
  await begin(world);
  for (let turns = 0; turns < 3; turns++) await endAll(world, 1);
  const { jobSummaryList } = await world.ask('listJobs', { jobQueue: 'shared', jobStatus: 'RUNNABLE' });
  const reasons = new Map<string, string>();
  for (const { jobName, statusReason } of jobSummaryList) reasons.set(jobName, statusReason);
  assert.equal(reasons.size, 80 - 8);
  const whys = new Set(
    [...reasons.values()].map((text) => text.replace(/^.*its part is 3%; (share u8 comes first; )?/, '')),
  );
  assert.deepEqual(
    [...whys],
    ['needs 1 vCPU and 128 MiB; environment e has 0 of 2 vCPUs free and may launch no more'],
  );
});
