import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeWorld, type World } from '../../../test/support/world.ts';
import { Loops } from '../../loops/loops.ts';

const ESSENTIAL = 'Essential container in task exited';

test('J-132 J-136 J-138: a job without dependencies goes RUNNABLE, STARTING, RUNNING', async () => {
  const world = await makeWorld({ command: ['run'] });
  world.engine.begins = false;
  const id = await world.submit();
  await world.settle();
  const starting = await world.job(id);
  assert.equal(starting.status, 'STARTING');
  assert.equal(starting.startedAt, undefined);
  world.clock.advance(500);
  world.engine.begin(world.engine.orders[0]!.taskId);
  await world.settle();
  const running = await world.job(id);
  assert.equal(running.status, 'RUNNING');
  assert.equal(running.startedAt, world.clock.wall());
});

test('a job, and a child by its own id, says in STARTING what the engine lets it wait for', async () => {
  const world = await makeWorld({ command: ['run'] });
  world.engine.begins = false;
  const ids = [await world.submit(), `${await world.submit({ arrayProperties: { size: 2 } })}:1`];
  await world.settle();
  for (const id of ids) {
    world.engine.waitReason = (job) => (job === id ? 'waits for its image' : undefined);
    const reasons = await Promise.all(ids.map(async (each) => (await world.job(each)).statusReason));
    assert.deepEqual(
      reasons,
      ids.map((each) => (each === id ? 'waits for its image' : undefined)),
    );
  }
});

test('S-213 S-260 J-160: taskArn and containerInstanceArn are there from STARTING on', async () => {
  const world = await makeWorld({ command: ['run'] });
  world.engine.begins = false;
  const id = await world.submit();
  await world.settle();
  const { container } = await world.job(id);
  assert.match(
    container.taskArn,
    /^arn:aws:ecs:us-east-1:012345678910:task\/e_Batch_[0-9a-f-]{36}\/[0-9a-f]{32}$/,
  );
  assert.match(
    container.containerInstanceArn,
    /^arn:aws:ecs:us-east-1:012345678910:container-instance\/.+\/[0-9a-f]{32}$/,
  );
});

test('J-141 J-166: exit code 0 is SUCCEEDED, with the reason, the code and the times of the attempt', async () => {
  const world = await makeWorld();
  const id = await world.submit();
  await world.settle();
  const job = await world.job(id);
  assert.equal(job.status, 'SUCCEEDED');
  assert.equal(job.statusReason, ESSENTIAL);
  assert.equal(job.container.exitCode, 0);
  assert.equal(job.attempts.length, 1);
  assert.equal(job.startedAt, job.attempts[0].startedAt);
  assert.equal(job.stoppedAt, job.attempts[0].stoppedAt);
});

test('J-320 J-321 S-254: the log stream is definition/default/task, one for each attempt', async () => {
  const world = await makeWorld({ command: ['exit', '1'] });
  const id = await world.submit({ retryStrategy: { attempts: 2 } });
  await world.settle();
  const { attempts } = await world.job(id);
  const names = attempts.map((a: { container: { logStreamName: string } }) => a.container.logStreamName);
  assert.equal(new Set(names).size, 2);
  for (const [at, name] of names.entries()) {
    assert.equal(name, `d/default/${attempts[at].container.taskArn.split('/').at(-1)}`);
  }
});

test('J-333 J-150 J-153: attempts 2 that exit 1 twice, seen step by step', async () => {
  const world = await makeWorld({ command: ['run'] });
  const id = await world.submit({ retryStrategy: { attempts: 2 } });
  await world.settle();
  const first = await world.job(id);
  assert.equal(first.status, 'RUNNING');
  assert.deepEqual(first.attempts, []);
  world.engine.begins = false;
  world.engine.end(world.engine.orders[0]!.taskId, 1);
  await world.settle();
  const between = await world.job(id);
  assert.equal(between.status, 'STARTING');
  assert.equal(between.attempts.length, 1);
  assert.equal(between.attempts[0].container.exitCode, 1);
  assert.equal(between.attempts[0].statusReason, ESSENTIAL);
  assert.equal(between.startedAt, undefined, 'back in line, the last attempt no longer shows at the top');
  assert.equal(between.container.exitCode, undefined);
  assert.notEqual(between.container.taskArn, first.container.taskArn, 'J-188: a new task');
  assert.equal(world.engine.orders[1]!.jobVariables.AWS_BATCH_JOB_ATTEMPT, '2');
  world.clock.advance(1000);
  world.engine.begin(world.engine.orders[1]!.taskId);
  world.engine.end(world.engine.orders[1]!.taskId, 1);
  await world.settle();
  const last = await world.job(id);
  assert.equal(last.status, 'FAILED');
  assert.equal(last.attempts.length, 2);
  assert.equal(last.container.exitCode, 1);
  assert.equal(last.startedAt, last.attempts[1].startedAt, 'the times are those of the last attempt');
  assert.notEqual(last.startedAt, last.attempts[0].startedAt);
  assert.equal(last.stoppedAt, last.attempts[1].stoppedAt);
});

test('J-148: a job waits in RUNNABLE for as long as there is no room, and runs when there is', async () => {
  const world = await makeWorld({ command: ['run'] });
  await world.ask('updateComputeEnvironment', { computeEnvironment: 'e', state: 'DISABLED' });
  const id = await world.submit();
  const array = await world.submit({ arrayProperties: { size: 2 } });
  for (const days of [1, 30, 3650]) {
    world.clock.advance(days * 86_400_000);
    await world.settle();
    for (const job of [id, `${array}:1`])
      assert.equal((await world.job(job)).status, 'RUNNABLE', `${days} days`);
  }
  await world.ask('updateComputeEnvironment', { computeEnvironment: 'e', state: 'ENABLED' });
  await world.settle();
  assert.equal((await world.job(id)).status, 'RUNNING');
});

test('S-121: the sample of DescribeJobs: three attempts with exit codes 1, 2, 3', async () => {
  const world = await makeWorld({ command: ['run'] });
  const id = await world.submit({ retryStrategy: { attempts: 3 } });
  for (const code of [1, 2, 3]) {
    await world.settle();
    world.engine.end(world.engine.orders[code - 1]!.taskId, code);
  }
  await world.settle();
  const job = await world.job(id);
  assert.equal(job.status, 'FAILED');
  assert.equal(job.statusReason, ESSENTIAL);
  assert.deepEqual(
    job.attempts.map((a: { container: { exitCode: number } }) => a.container.exitCode),
    [1, 2, 3],
  );
  assert.equal(job.retryStrategy.attempts, 3);
  assert.equal(job.container.exitCode, 3);
  assert.equal(job.container.taskArn, job.attempts[2].container.taskArn);
  assert.deepEqual(job.dependsOn, []);
  assert.deepEqual(job.parameters, {});
  for (const list of ['volumes', 'environment', 'mountPoints', 'ulimits'])
    assert.deepEqual(job.container[list], []);
});

test('J-167 J-155 J-149: an attempt that never ran has its reason, stoppedAt, and no startedAt or exit code', async () => {
  const world = await makeWorld({ command: ['fail', 'CannotStartContainerError: no'] });
  const id = await world.submit();
  await world.settle();
  const job = await world.job(id);
  assert.equal(job.status, 'FAILED');
  assert.equal(job.statusReason, 'Task failed to start');
  assert.equal(job.container.reason, 'CannotStartContainerError: no');
  const [attempt] = job.attempts;
  assert.equal(attempt.startedAt, undefined);
  assert.equal(attempt.container.exitCode, undefined);
  assert.ok(attempt.stoppedAt);
  assert.equal(job.startedAt, undefined);
});

test('J-168 J-186: a lost host fails the attempt with its name, and the job is tried again', async () => {
  const world = await makeWorld({ command: ['run'] });
  const id = await world.submit({ retryStrategy: { attempts: 2 } });
  await world.settle();
  world.engine.lose(world.engine.orders[0]!.taskId);
  await world.settle();
  const job = await world.job(id);
  assert.equal(job.status, 'RUNNING');
  assert.match(job.attempts[0].statusReason, /^Host EC2 \(instance i-[0-9a-f]{17}\) terminated\.$/);
  assert.equal(job.attempts[0].container.exitCode, undefined);
});

test('J-180 J-161 S-259: out of memory shows its reason, cut to 255 characters', async () => {
  const world = await makeWorld({ command: ['run'] });
  const id = await world.submit();
  await world.settle();
  world.engine.end(world.engine.orders[0]!.taskId, 137, `OutOfMemoryError: ${'x'.repeat(300)}`);
  await world.settle();
  const job = await world.job(id);
  assert.equal(job.container.exitCode, 137);
  assert.equal(job.container.reason.length, 255);
  assert.match(job.container.reason, /^OutOfMemoryError: /);
});

test('J-204: evaluateOnExit EXIT ends the job at once, RETRY goes on to the last attempt', async () => {
  const world = await makeWorld({ command: ['exit', '7'] });
  const rule = (action: string) => ({ attempts: 3, evaluateOnExit: [{ action, onExitCode: '7' }] });
  const ends = await world.submit({ retryStrategy: rule('EXIT') });
  const again = await world.submit({ retryStrategy: rule('retry') });
  await world.settle();
  assert.equal((await world.job(ends)).attempts.length, 1);
  assert.equal((await world.job(again)).attempts.length, 3);
});

test('J-206 J-207: at its time limit an attempt is stopped; the job FAILED without another', async () => {
  const world = await makeWorld({ command: ['run'] });
  const id = await world.submit({ timeout: { attemptDurationSeconds: 60 }, retryStrategy: { attempts: 3 } });
  await world.settle();
  world.clock.advance(59_000);
  await world.settle();
  assert.deepEqual(world.engine.stopped, []);
  world.clock.advance(1_000);
  await world.settle();
  const { taskId } = world.engine.orders[0]!;
  assert.deepEqual(world.engine.stopped, [taskId]);
  world.engine.end(taskId, 143);
  await world.settle();
  const job = await world.job(id);
  assert.equal(job.status, 'FAILED');
  assert.equal(job.statusReason, 'Job attempt duration exceeded timeout');
  assert.equal(job.attempts.length, 1);
  assert.equal(job.container.exitCode, 143);
});

test('a jump of the wall clock by a year, either way, ends no attempt', async () => {
  const world = await makeWorld({ command: ['run'] });
  await world.submit({ timeout: { attemptDurationSeconds: 60 } });
  await world.settle();
  const year = 365 * 86_400_000;
  world.clock.jump(year);
  await world.settle();
  world.clock.jump(-2 * year);
  await world.settle();
  assert.deepEqual(world.engine.stopped, []);
});

test('a late or doubled report never touches the retry', async () => {
  const world = await makeWorld({ command: ['run'] });
  const id = await world.submit({ retryStrategy: { attempts: 2 } });
  await world.settle();
  const first = world.engine.orders[0]!.taskId;
  world.engine.end(first, 1);
  await world.settle();
  world.engine.say({ taskId: first, kind: 'running', startedAt: 1 });
  world.engine.say({ taskId: first, kind: 'exited', startedAt: 1, stoppedAt: 2, exitCode: 0 });
  await world.settle();
  const job = await world.job(id);
  assert.equal(job.status, 'RUNNING');
  assert.equal(job.attempts.length, 1);
  assert.equal(job.attempts[0].container.exitCode, 1);
});

test('J-119 J-120 J-121: the service’s variables', async () => {
  const world = await makeWorld();
  const id = await world.submit();
  await world.settle();
  assert.deepEqual(world.engine.orders[0]!.jobVariables, {
    AWS_BATCH_JOB_ID: id,
    AWS_BATCH_JQ_NAME: 'q',
    AWS_BATCH_CE_NAME: 'e',
    AWS_BATCH_JOB_ATTEMPT: '1',
    AWS_EXECUTION_ENV: 'AWS_ECS_EC2',
  });
});

test('J-109 J-106: DescribeJobs shows the merged variables of the person, none of the service', async () => {
  const world = await makeWorld();
  await world.ask('registerJobDefinition', {
    jobDefinitionName: 'v',
    type: 'container',
    containerProperties: {
      image: 'x',
      vcpus: 1,
      memory: 4,
      command: ['exit', '0'],
      environment: [
        { name: 'A', value: '1' },
        { name: 'B', value: '0' },
      ],
    },
  });
  const environment = [
    { name: 'A', value: '2' },
    { name: 'C', value: '3' },
  ];
  const id = await world.submit({ jobDefinition: 'v', containerOverrides: { environment } });
  await world.settle();
  assert.deepEqual((await world.job(id)).container.environment, [
    { name: 'A', value: '2' },
    { name: 'B', value: '0' },
    { name: 'C', value: '3' },
  ]);
});

test('J-326 J-327: a DISABLED environment gets no new jobs; enabled again it takes them', async () => {
  const world = await makeWorld();
  await world.ask('updateComputeEnvironment', { computeEnvironment: 'e', state: 'DISABLED' });
  const id = await world.submit();
  await world.settle();
  const waiting = await world.job(id);
  assert.equal(waiting.status, 'RUNNABLE');
  assert.match(waiting.statusReason, /environment e is DISABLED/);
  await world.ask('updateComputeEnvironment', { computeEnvironment: 'e', state: 'ENABLED' });
  await world.settle();
  assert.equal((await world.job(id)).status, 'SUCCEEDED');
});

test('a server that comes back finds what ran on, what ended, and repeats what had not begun', async () => {
  const world = await makeWorld({ command: ['run'] });
  const [running, ended, waiting] = [await world.submit(), await world.submit(), await world.submit()];
  await world.settle();
  await world.loops.stop();
  const [, second] = world.engine.orders;
  world.engine.end(second!.taskId, 0);
  await comeBack(world);
  await world.settle();
  assert.equal((await world.job(running)).status, 'RUNNING');
  assert.equal((await world.job(ended)).status, 'SUCCEEDED');
  assert.equal((await world.job(waiting)).status, 'RUNNING');
  assert.equal(world.engine.orders.length, 3, 'nothing was started twice');
});

/** A new server over the same store and engine. */
const comeBack = async (world: World): Promise<Loops> => {
  const again = new Loops(world.service, world.timers);
  (world.service as { wake: () => void }).wake = () => again.wake();
  await again.start();
  return again;
};

test('a task recalled by a server that died before it noted so: the job gets another, the attempt counts once', async () => {
  const world = await makeWorld({ command: ['run'] });
  world.engine.begins = false;
  const id = await world.submit();
  await world.settle();
  await world.loops.stop();
  const { taskId } = world.engine.orders[0]!;
  assert.equal(await world.engine.recall(taskId), true);
  world.engine.begins = true;
  await comeBack(world);
  await world.settle();
  const job = await world.job(id);
  assert.equal(job.status, 'RUNNING');
  assert.equal(world.engine.orders.length, 2);
  assert.notEqual(world.engine.orders[1]!.taskId, taskId);
  assert.equal(world.engine.orders[1]!.attempt, 1);
});

test('what was terminated before its server died is not started again', async () => {
  const world = await makeWorld({ command: ['run'] });
  world.engine.begins = false;
  const id = await world.submit();
  await world.settle();
  await world.loops.stop();
  await world.engine.recall(world.engine.orders[0]!.taskId);
  await world.ask('terminateJob', { jobId: id, reason: 'enough' });
  await comeBack(world);
  await world.settle();
  assert.equal((await world.job(id)).statusReason, 'enough');
  assert.equal(world.engine.orders.length, 1);
});

test('a request that comes while a new server still compares store and engine is not forgotten', async () => {
  const world = await makeWorld({ command: ['exit', '0'] });
  await world.loops.stop();
  const list = world.engine.list.bind(world.engine);
  let id = '';
  world.engine.list = async () => {
    id = await world.submit();
    return list();
  };
  await comeBack(world);
  world.engine.list = list;
  for (let i = 0; i < 20; i++) await new Promise((done) => setImmediate(done));
  assert.equal((await world.job(id)).status, 'SUCCEEDED');
});
