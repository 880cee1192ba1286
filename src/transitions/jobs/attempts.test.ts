import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeWorld, type World } from '../../../test/support/world.ts';
import { Loops } from '../../loops/loops.ts';

const exits = (code: number) => ({ containerOverrides: { command: ['exit', String(code)] } });

test('J-122 J-188 J-162: each attempt has the next number, a task of its own and a log of its own', async () => {
  const world = await makeWorld();
  const id = await world.submit({ ...exits(3), retryStrategy: { attempts: 3 } });
  await world.settle();
  assert.deepEqual(
    world.engine.orders.map((order) => order.jobVariables.AWS_BATCH_JOB_ATTEMPT),
    ['1', '2', '3'],
  );
  const { attempts } = await world.job(id);
  for (const member of ['taskArn', 'logStreamName']) {
    const values = attempts.map((a: { container: Record<string, string> }) => a.container[member]);
    assert.equal(new Set(values).size, 3, member);
  }
});

test('J-321 J-162: the name of the log is shown from RUNNING on; the task’s ARN stays through the attempt', async () => {
  const world = await makeWorld({ command: ['run'] });
  world.engine.begins = false;
  const id = await world.submit();
  await world.settle();
  const starting = await world.job(id);
  assert.equal(starting.container.logStreamName, undefined);
  world.engine.begin(world.engine.orders[0]!.taskId);
  await world.settle();
  const running = await world.job(id);
  assert.match(running.container.logStreamName, /^d\/default\/[0-9a-f]{32}$/);
  world.engine.end(world.engine.orders[0]!.taskId, 0);
  await world.settle();
  const done = await world.job(id);
  for (const job of [running, done, { container: done.attempts[0].container }])
    assert.equal(job.container.taskArn, starting.container.taskArn);
});

for (const [how, kind] of [
  ['failed to start', 'failed'],
  ['was lost before it ran', 'lost'],
  ['was stopped before it ran', 'stopped'],
] as const) {
  test(`S-211 S-254 J-321: an attempt that ${how} has no log’s name, nor has its job`, async () => {
    const world = await makeWorld({ command: ['run'] });
    world.engine.begins = false;
    // it is begun already when it is to be recalled
    world.engine.recall = async () => false;
    const id = await world.submit();
    await world.settle();
    if (kind === 'stopped') await world.ask('terminateJob', { jobId: id, reason: 'enough' });
    await world.settle();
    const end = { taskId: world.engine.orders[0]!.taskId, stoppedAt: world.clock.wall() };
    world.engine.say(
      kind === 'lost' ? { ...end, kind } : { ...end, kind: 'failed', reason: 'CannotStart: no' },
    );
    await world.settle();
    const job = await world.job(id);
    assert.equal(job.status, 'FAILED');
    for (const { taskArn, logStreamName } of [job.container, job.attempts[0].container]) {
      assert.ok(taskArn);
      assert.equal(logStreamName, undefined);
    }
  });
}

/** Every state, how a job gets there, and which times and attempts it shows. */
const SHOWN: readonly {
  rules: string;
  state: string;
  bring: (world: World) => Promise<string>;
  startedAt: boolean;
  stoppedAt: boolean;
  attempts: number;
}[] = [
  {
    rules: 'J-151 J-154',
    state: 'PENDING',
    bring: async (w) => w.submit({ dependsOn: [{ jobId: await w.submit() }] }),
    startedAt: false,
    stoppedAt: false,
    attempts: 0,
  },
  {
    rules: 'J-151 J-154',
    state: 'RUNNABLE',
    bring: (w) => w.submit({ containerOverrides: { vcpus: 300 } }),
    startedAt: false,
    stoppedAt: false,
    attempts: 0,
  },
  {
    rules: 'J-151 J-154',
    state: 'RUNNING',
    bring: (w) => w.submit(),
    startedAt: true,
    stoppedAt: false,
    attempts: 0,
  },
  {
    rules: 'J-154 J-152',
    state: 'SUCCEEDED',
    bring: (w) => w.submit(exits(0)),
    startedAt: true,
    stoppedAt: true,
    attempts: 1,
  },
  {
    rules: 'J-154 J-190',
    state: 'FAILED',
    bring: (w) => w.submit({ ...exits(1), retryStrategy: { attempts: 2 } }),
    startedAt: true,
    stoppedAt: true,
    attempts: 2,
  },
  {
    rules: 'J-151 J-158',
    state: 'FAILED',
    bring: async (w) => {
      const id = await w.submit({ containerOverrides: { vcpus: 300 } });
      await w.ask('cancelJob', { jobId: id, reason: 'no' });
      return id;
    },
    startedAt: false,
    stoppedAt: true,
    attempts: 0,
  },
];

for (const { rules, state, bring, startedAt, stoppedAt, attempts } of SHOWN) {
  test(`${rules}: ${state} with ${attempts} attempts shows ${startedAt ? 'a' : 'no'} start, ${stoppedAt ? 'an' : 'no'} end`, async () => {
    const world = await makeWorld({ command: ['run'] });
    const id = await bring(world);
    await world.settle();
    const job = await world.job(id);
    assert.equal(job.status, state);
    assert.equal(job.startedAt !== undefined, startedAt);
    assert.equal(job.stoppedAt !== undefined, stoppedAt);
    assert.equal(job.attempts.length, attempts);
    if (attempts === 0) return;
    const last = job.attempts.at(-1);
    assert.deepEqual([job.startedAt, job.stoppedAt], [last.startedAt, last.stoppedAt]);
  });
}

for (const [rules, code] of [
  ['J-156 J-157', 1],
  ['J-156 J-209', 137],
  ['J-156 J-209', 143],
  ['J-156', 255],
] as const) {
  test(`${rules}: exit code ${code} is shown, without a reason of the container`, async () => {
    const world = await makeWorld();
    const id = await world.submit(exits(code));
    await world.settle();
    const job = await world.job(id);
    assert.equal(job.attempts[0].container.exitCode, code);
    assert.equal(job.attempts[0].container.reason, undefined);
    assert.equal(job.container.exitCode, code);
    assert.equal(job.container.reason, undefined);
  });
}

test('J-159 J-163 J-164: what is always there, on a job that has done nothing yet', async () => {
  const world = await makeWorld();
  await world.loops.stop();
  const job = await world.job(await world.submit());
  for (const member of ['jobArn', 'jobName', 'jobId', 'jobQueue', 'status', 'createdAt', 'jobDefinition'])
    assert.ok(job[member], member);
  assert.match(job.jobQueue, /^arn:aws:batch:us-east-1:012345678910:job-queue\/q$/);
  assert.deepEqual(job.attempts, []);
  assert.deepEqual(job.dependsOn, []);
  assert.deepEqual(job.parameters, {});
  assert.deepEqual(job.tags, {});
  assert.equal(job.propagateTags, false);
  assert.equal(job.retryStrategy.attempts, 1);
  const lists = ['volumes', 'environment', 'mountPoints', 'ulimits', 'resourceRequirements', 'secrets'];
  for (const list of [...lists, 'networkInterfaces']) assert.deepEqual(job.container[list], [], list);
  for (const absent of [
    'shareIdentifier',
    'schedulingPriority',
    'timeout',
    'isCancelled',
    'isTerminated',
    'platformCapabilities',
  ])
    assert.equal(job[absent], undefined, absent);
});

/** What ends a job for good although attempts are left (J-187), and the reason it shows. */
const FOR_GOOD: readonly [string, (world: World, id: string) => Promise<unknown>, string][] = [
  [
    'J-187 J-175',
    (w, jobId) => w.ask('terminateJob', { jobId, reason: 'the reason, verbatim: ü ✓' }),
    'the reason, verbatim: ü ✓',
  ],
  ['J-187 J-171', async (w) => w.clock.advance(60_000), 'Job attempt duration exceeded timeout'],
  [
    'J-187 J-174',
    async (w) => {
      await w.ask('updateJobQueue', { jobQueue: 'q', state: 'DISABLED' });
      await w.ask('deleteJobQueue', { jobQueue: 'q' });
    },
    'JobQueue deleted',
  ],
];

for (const [rules, stop, reason] of FOR_GOOD) {
  test(`${rules}: '${reason}' ends a job that has attempts left`, async () => {
    const world = await makeWorld({ command: ['run'] });
    const retryStrategy = { attempts: 5 };
    const id = await world.submit({ retryStrategy, timeout: { attemptDurationSeconds: 60 } });
    await world.settle();
    await stop(world, id);
    await world.settle();
    world.engine.end(world.engine.orders[0]!.taskId, 143);
    await world.settle();
    const job = await world.job(id);
    assert.equal(job.status, 'FAILED');
    assert.equal(job.statusReason, reason);
    assert.equal(job.attempts.length, 1);
    assert.equal(job.attempts[0].statusReason, reason);
    assert.equal(job.container.exitCode, 143, 'J-209: the process’s own');
  });
}

test('J-189 J-145 S-339: between attempts a job is RUNNABLE, with the finished attempt in attempts', async () => {
  const world = await makeWorld({ command: ['run'] });
  const id = await world.submit({ retryStrategy: { attempts: 2 } });
  await world.settle();
  await world.ask('updateComputeEnvironment', { computeEnvironment: 'e', state: 'DISABLED' });
  world.engine.end(world.engine.orders[0]!.taskId, 1);
  await world.settle();
  const between = await world.job(id);
  assert.equal(between.status, 'RUNNABLE');
  assert.deepEqual(
    between.attempts.map((attempt: { container: { exitCode: number } }) => attempt.container.exitCode),
    [1],
  );
  await world.ask('updateComputeEnvironment', { computeEnvironment: 'e', state: 'ENABLED' });
  await world.settle();
  assert.equal((await world.job(id)).status, 'RUNNING');
  world.engine.end(world.engine.orders[1]!.taskId, 1);
  await world.settle();
  const { status, attempts } = await world.job(id);
  assert.deepEqual([status, attempts.length], ['FAILED', 2]);
});

test('J-190: the reason at the top is the last attempt’s, not an earlier one’s', async () => {
  const world = await makeWorld({ command: ['run'] });
  const id = await world.submit({ retryStrategy: { attempts: 2 } });
  await world.settle();
  world.engine.lose(world.engine.orders[0]!.taskId);
  await world.settle();
  world.engine.end(world.engine.orders[1]!.taskId, 9);
  await world.settle();
  const job = await world.job(id);
  assert.match(job.attempts[0].statusReason, /^Host EC2/);
  assert.equal(job.statusReason, 'Essential container in task exited');
});

test('J-203: exit code 0 is success whatever evaluateOnExit says of it', async () => {
  const world = await makeWorld();
  for (const action of ['EXIT', 'RETRY']) {
    const evaluateOnExit = [{ action, onExitCode: '0' }];
    const id = await world.submit({ retryStrategy: { attempts: 3, evaluateOnExit } });
    await world.settle();
    const job = await world.job(id);
    assert.equal(job.status, 'SUCCEEDED');
    assert.equal(job.attempts.length, 1);
  }
});

test('J-208 J-206: a time limit counts for each child from its own start', async () => {
  const world = await makeWorld({ command: ['run'], pool: 1 });
  const timeout = { attemptDurationSeconds: 60 };
  const id = await world.submit({ arrayProperties: { size: 2 }, timeout });
  await world.settle();
  world.clock.advance(59_000);
  world.engine.end(world.engine.orders[0]!.taskId, 0);
  await world.settle();
  world.clock.advance(59_000);
  await world.settle();
  assert.deepEqual(world.engine.stopped, []);
  world.clock.advance(1_000);
  await world.settle();
  assert.deepEqual(world.engine.stopped, [world.engine.orders[1]!.taskId]);
  assert.equal((await world.job(`${id}:0`)).status, 'SUCCEEDED');
});

test('a time limit counts from the begin of an attempt that nobody heard of, the server being down (J-206)', async () => {
  const world = await makeWorld({ command: ['run'] });
  world.engine.begins = false;
  await world.submit({ timeout: { attemptDurationSeconds: 60 } });
  await world.settle();
  await world.loops.stop();
  const { taskId } = world.engine.orders[0]!;
  world.clock.advance(30_000);
  world.engine.begin(taskId);
  world.clock.advance(59_000);
  const loops = new Loops(world.service, world.timers);
  await loops.start();
  await world.settle();
  assert.deepEqual(world.engine.stopped, []);
  world.clock.advance(1_000);
  loops.wake();
  await world.settle();
  assert.deepEqual(world.engine.stopped, [taskId]);
  await loops.stop();
});

test('J-206: another boot goes on from the wall clock; what was set forward counts no more than the limit', async () => {
  const world = await makeWorld({ command: ['run'] });
  await world.submit({ timeout: { attemptDurationSeconds: 60 } });
  await world.settle();
  world.clock.bootId = 'boot-2';
  world.clock.advance(59_000);
  await world.settle();
  assert.deepEqual(world.engine.stopped, []);
  world.clock.jump(-1_000_000);
  await world.settle();
  assert.deepEqual(world.engine.stopped, [], 'a clock set back ends nothing');
  world.clock.jump(1_001_000);
  await world.settle();
  assert.equal(world.engine.stopped.length, 1);
});

test('J-260: the answer to TerminateJob comes before the task has ended', async () => {
  const world = await makeWorld({ command: ['run'] });
  const id = await world.submit();
  await world.settle();
  assert.deepEqual(await world.ask('terminateJob', { jobId: id, reason: 'r' }), {});
  const job = await world.job(id);
  assert.equal(job.status, 'RUNNING');
  assert.equal(job.isTerminated, true, 'J-265: set on request');
});

test('J-212 J-238 J-232: children are there at once, wait, and show the parent’s mixed list', async () => {
  const world = await makeWorld({ command: ['run'] });
  const first = await world.submit();
  const dependsOn = [{ jobId: first }, { type: 'SEQUENTIAL' }];
  const id = await world.submit({ arrayProperties: { size: 3 }, dependsOn });
  for (const i of [0, 2]) {
    const child = await world.job(`${id}:${i}`);
    assert.equal(child.status, 'PENDING');
    assert.deepEqual(child.dependsOn, dependsOn);
  }
  await world.settle();
  world.clock.advance(1000);
  world.engine.end(world.engine.orders[0]!.taskId, 0);
  await world.settle();
  assert.equal((await world.job(`${id}:0`)).status, 'RUNNING');
  assert.equal((await world.job(`${id}:1`)).status, 'PENDING', 'the one before comes first');
});

test('J-214 J-216: a list shows a parent’s size and a child’s index', async () => {
  const world = await makeWorld({ command: ['run'], pool: 1 });
  const id = await world.submit({ arrayProperties: { size: 2 } });
  await world.settle();
  const parents = await world.ask('listJobs', { jobQueue: 'q', jobStatus: 'PENDING' });
  assert.deepEqual(parents.jobSummaryList[0].arrayProperties, { size: 2 });
  const children = await world.ask('listJobs', { arrayJobId: id });
  assert.deepEqual(children.jobSummaryList[0].arrayProperties, { index: 0 });
});

test('J-328: a changed priority counts at the next look; what runs is left alone', async () => {
  const world = await makeWorld({ command: ['run'], pool: 1 });
  const computeEnvironmentOrder = [{ order: 1, computeEnvironment: 'e' }];
  await world.ask('createJobQueue', { jobQueueName: 'low', priority: 0, computeEnvironmentOrder });
  const running = await world.submit();
  await world.settle();
  const high = await world.submit();
  const low = await world.submit({ jobQueue: 'low' });
  await world.ask('updateJobQueue', { jobQueue: 'low', priority: 9 });
  await world.settle();
  assert.equal((await world.job(running)).status, 'RUNNING');
  world.clock.advance(1000);
  world.engine.end(world.engine.orders[0]!.taskId, 0);
  await world.settle();
  assert.equal((await world.job(low)).status, 'RUNNING');
  assert.equal((await world.job(high)).status, 'RUNNABLE');
});
