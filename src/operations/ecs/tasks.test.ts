import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ARN, clusterOf, container, launch, put, T0 } from '../../../test/support/ecs.ts';
import { makeWorld, RESOURCES } from '../../../test/support/world.ts';

test('W-107 W-110: a task from its order to its end', async () => {
  const world = await makeWorld({ command: ['wait'] });
  const cluster = await clusterOf(world);
  world.engine.begins = false;
  const jobId = await world.submit();
  await world.settle();
  const { taskId } = world.engine.orders[0]!;
  await launch(world, 7);
  await put(world, 7);
  const find = async (given: string) =>
    (await world.ask('describeTasks', { cluster, tasks: [given] })).tasks[0];
  const arn = `${ARN}:task/${cluster}/${taskId}`;
  const waiting = await find(taskId);
  assert.deepEqual([waiting.lastStatus, waiting.desiredStatus], ['PENDING', 'RUNNING']);
  assert.equal('startedAt' in waiting, false);
  world.clock.advance(250);
  world.engine.begin(taskId);
  await world.settle();
  assert.equal((await find(arn)).lastStatus, 'RUNNING');
  world.clock.advance(1000);
  world.engine.end(taskId, 3, 'said so');
  await world.settle();
  const { containers, overrides, ...task } = await find(`${ARN}:task/${taskId}`);
  assert.deepEqual(task, {
    taskArn: arn,
    clusterArn: `${ARN}:cluster/${cluster}`,
    taskDefinitionArn: `${ARN}:task-definition/d:1`,
    containerInstanceArn: `${ARN}:container-instance/${cluster}/${container(7)}`,
    group: 'family:d',
    launchType: 'EC2',
    lastStatus: 'STOPPED',
    desiredStatus: 'STOPPED',
    connectivity: 'CONNECTED',
    cpu: '1024',
    memory: '128',
    attachments: [],
    attributes: [],
    tags: [],
    startedBy: jobId,
    createdAt: T0 / 1000,
    startedAt: T0 / 1000 + 0.25,
    stoppedAt: T0 / 1000 + 1.25,
    stoppedReason: 'Essential container in task exited',
    stopCode: 'EssentialContainerExited',
    version: 1,
  });
  assert.deepEqual(overrides, {
    containerOverrides: [{ name: 'default' }],
    inferenceAcceleratorOverrides: [],
  });
  const [{ name, lastStatus, exitCode, reason, image }] = containers;
  assert.deepEqual(
    { name, lastStatus, exitCode, reason, image },
    { name: 'default', lastStatus: 'STOPPED', exitCode: 3, reason: 'said so', image: 'busybox' },
  );
});

for (const [what, act, stopCode] of [
  ['that could not start', { command: ['fail', 'no such image'] }, 'TaskFailedToStart'],
  ['that was terminated', { command: ['wait'], end: 'stop' }, 'UserInitiated'],
  ['whose host went', { command: ['wait'], end: 'lose' }, 'TerminationNotice'],
] as const) {
  test(`W-107: why a task stopped ${what}: ${stopCode}`, async () => {
    const world = await makeWorld({ command: [...act.command] });
    const jobId = await world.submit();
    await world.settle();
    const { taskId } = world.engine.orders[0]!;
    const end = 'end' in act ? act.end : undefined;
    if (end === 'stop') {
      await world.ask('terminateJob', { jobId, reason: 'r' });
      await world.settle();
      const { tasks } = await world.ask('describeTasks', {
        cluster: await clusterOf(world),
        tasks: [taskId],
      });
      assert.deepEqual([tasks[0].lastStatus, tasks[0].desiredStatus], ['RUNNING', 'STOPPED']);
      world.engine.end(taskId, 143);
    }
    if (end === 'lose') world.engine.lose(taskId);
    await world.settle();
    const { tasks } = await world.ask('describeTasks', { cluster: await clusterOf(world), tasks: [taskId] });
    assert.equal(tasks[0].stopCode, stopCode);
  });
}

for (const [operation, desired, stopCode] of [
  ['cancelJob', 'RUNNING', 'EssentialContainerExited'],
  ['terminateJob', 'STOPPED', 'UserInitiated'],
] as const) {
  test(`${operation} of an array is told of the tasks that it reached alone (W-107)`, async () => {
    const world = await makeWorld({ command: ['wait'], pool: 2 });
    const cluster = await clusterOf(world);
    const jobId = await world.submit({ arrayProperties: { size: 3 } });
    await world.settle();
    world.engine.end(world.engine.orders[0]!.taskId, 0);
    await world.settle();
    const [over, ...running] = world.engine.orders.map(({ taskId }) => taskId);
    await world.ask(operation, { jobId, reason: 'r' });
    const find = async (ids: (string | undefined)[]) =>
      (await world.ask('describeTasks', { cluster, tasks: ids })).tasks;
    const wanted = async () =>
      (await find(running)).map((task: { desiredStatus: string }) => task.desiredStatus);
    assert.deepEqual(await wanted(), [desired, desired], 'from the answer on');
    await world.settle();
    assert.deepEqual(await wanted(), [desired, desired]);
    for (const id of running) world.engine.end(id, 0);
    await world.settle();
    const codes = (await find([over, ...running])).map((task: { stopCode: string }) => task.stopCode);
    assert.deepEqual(codes, ['EssentialContainerExited', stopCode, stopCode]);
  });
}

test('W-107 W-109: the task of a node is told by the node’s id, with its own image', async () => {
  const world = await makeWorld({ command: ['wait'] });
  const container = { image: 'one', vcpus: 1, memory: 16, command: ['wait'] };
  await world.ask('registerJobDefinition', {
    jobDefinitionName: 'm',
    type: 'multinode',
    nodeProperties: {
      numNodes: 2,
      mainNode: 0,
      nodeRangeProperties: [
        { targetNodes: '0', container },
        { targetNodes: '1', container: { ...container, image: 'two' } },
      ],
    },
  });
  const id = await world.submit({ jobDefinition: 'm' });
  await world.settle();
  const cluster = await clusterOf(world);
  for (const [node, image] of [
    [0, 'one'],
    [1, 'two'],
  ]) {
    const startedBy = `${id}#${node}`;
    const { taskArns } = await world.ask('listTasks', { cluster, startedBy });
    assert.equal(taskArns.length, 1);
    const { tasks } = await world.ask('describeTasks', { cluster, tasks: taskArns });
    assert.deepEqual([tasks[0].startedBy, tasks[0].containers[0].image], [startedBy, image]);
  }
});

test('W-107: a task of another cluster, or of nobody, is MISSING', async () => {
  const world = await makeWorld();
  await world.ask('createComputeEnvironment', {
    computeEnvironmentName: 'f',
    type: 'MANAGED',
    computeResources: RESOURCES,
  });
  await world.submit();
  await world.settle();
  const { taskId } = world.engine.orders[0]!;
  const other = await clusterOf(world, 'f');
  const { tasks, failures } = await world.ask('describeTasks', { cluster: other, tasks: [taskId, 'x'] });
  assert.deepEqual(tasks, []);
  assert.deepEqual(
    failures.map(({ arn }: { arn: string }) => arn),
    [`${ARN}:task/${other}/${taskId}`, `${ARN}:task/${other}/x`],
  );
});

test('W-109: tasks in pages, by what they are and whose', async () => {
  const world = await makeWorld({ pool: 8, command: ['wait'] });
  const cluster = await clusterOf(world);
  const jobs = [];
  for (let i = 0; i < 5; i++) jobs.push(await world.submit());
  await world.settle();
  const list = async (more: object = {}): Promise<string[]> =>
    (await world.ask('listTasks', { cluster, ...more })).taskArns;
  const first = await world.ask('listTasks', { cluster, maxResults: 3 });
  const second = await world.ask('listTasks', { cluster, maxResults: 3, nextToken: first.nextToken });
  assert.equal(new Set([...first.taskArns, ...second.taskArns]).size, 5);
  assert.equal('nextToken' in second, false);
  assert.equal((await list({ startedBy: jobs[2] })).length, 1);
  assert.equal((await list({ family: 'd' })).length, 5);
  assert.deepEqual(await list({ family: 'other' }), []);
  assert.deepEqual(await list({ serviceName: 's' }), []);
  assert.deepEqual(await list({ launchType: 'FARGATE' }), []);
  assert.deepEqual(await list({ desiredStatus: 'PENDING' }), []);
  assert.deepEqual(await list({ containerInstance: container(9) }), []);
  await launch(world, 7);
  await put(world, 7);
  assert.equal((await list({ containerInstance: container(7) })).length, 5);
  assert.deepEqual(await list({ desiredStatus: 'STOPPED' }), []);
  world.engine.end(world.engine.orders[0]!.taskId, 0);
  await world.settle();
  assert.equal((await list({ desiredStatus: 'STOPPED' })).length, 1);
  assert.equal((await list()).length, 4);
  world.clock.advance(3_600_001);
  assert.deepEqual(await list({ desiredStatus: 'STOPPED' }), [], 'an hour later');
});

test('W-109: stopped tasks are looked through in bounded steps, and all of them are found', async () => {
  const world = await makeWorld({ command: ['exit', '0'] });
  const cluster = await clusterOf(world);
  await world.submit();
  await world.settle();
  await world.service.store.write((tx) =>
    tx.run(
      `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 25000)
       INSERT INTO tasks (id, job, attempt, environment, state, milli_vcpus, memory_mib, gpus, log_stream, created_at,
         started_at, stopped_at)
       SELECT printf('%032x', i + 100), job, attempt + i, environment, 2, 1, 1, 0, 's', 0, 0,
         CASE WHEN i = 24999 THEN stopped_at ELSE 0 END FROM tasks, n`,
    ),
  );
  const arns: string[] = [];
  let pages = 0;
  let nextToken: string | undefined;
  do {
    const input = { cluster, desiredStatus: 'STOPPED', ...(nextToken && { nextToken }) };
    const page = await world.ask('listTasks', input);
    arns.push(...page.taskArns);
    nextToken = page.nextToken;
    pages++;
  } while (nextToken);
  assert.equal(pages, 3);
  assert.equal(arns.length, 2);
});
