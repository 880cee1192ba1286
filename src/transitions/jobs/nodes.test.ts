import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  NODE_CONTAINER as container,
  endNode as end,
  nodeWorld,
  orderOfNode as orderOf,
  nodeStatuses as statuses,
  submitNodes as submit,
  TOO_MUCH,
} from '../../../test/support/nodes.ts';
import { taskById } from '../../store/task-rows.ts';
import { renewNode } from './nodes.ts';

test('J-295: the main node starts first, the others once it runs; then the job is RUNNING', async () => {
  const world = await nodeWorld();
  world.engine.begins = false;
  const id = await submit(world);
  await world.settle();
  assert.deepEqual(
    world.engine.orders.map((order) => order.jobId),
    [`${id}#1`],
  );
  assert.deepEqual(await statuses(world, id), ['STARTING', 'RUNNABLE', 'STARTING', 'RUNNABLE']);
  world.engine.begin(orderOf(world, id, 1).taskId);
  await world.settle();
  assert.deepEqual(
    world.engine.orders.map((order) => order.jobId),
    [`${id}#1`, `${id}#0`, `${id}#2`],
  );
  assert.deepEqual(await statuses(world, id), ['RUNNING', 'STARTING', 'RUNNING', 'STARTING']);
});

test('a multi-node job that the engine cannot begin yet says why, in both lists and of its main node', async () => {
  const world = await nodeWorld();
  world.engine.begins = false;
  const id = await submit(world);
  await world.settle();
  const reasons = async () => {
    const { jobSummaryList } = await world.ask('listJobs', { jobQueue: 'q', jobStatus: 'STARTING' });
    const main = (await world.job(`${id}#1`)).statusReason;
    return [(await world.job(id)).statusReason, main, jobSummaryList[0].statusReason];
  };
  world.engine.waitReason = (job) => (job === id ? 'waits for a network' : undefined);
  assert.deepEqual(await reasons(), Array(3).fill('waits for a network'));
  world.engine.waitReason = () => undefined;
  assert.deepEqual(await reasons(), Array(3).fill(undefined));
});

test('J-295: nodes start together or not at all: without room for all none starts', async () => {
  const world = await nodeWorld(TOO_MUCH);
  const id = await submit(world);
  await world.settle();
  assert.deepEqual(world.engine.orders, []);
  assert.equal((await world.job(id)).status, 'RUNNABLE');
});

test('J-125 J-126 J-119: what a node knows of itself and of the main one', async () => {
  const world = await nodeWorld();
  const id = await submit(world);
  await world.settle();
  const variables = (node: number) => {
    const { jobVariables } = orderOf(world, id, node);
    return Object.fromEntries(Object.entries(jobVariables).filter(([name]) => /NODE|JOB_ID/.test(name)));
  };
  const common = { AWS_BATCH_JOB_NUM_NODES: '3', AWS_BATCH_JOB_MAIN_NODE_INDEX: '1' };
  assert.deepEqual(variables(1), {
    ...common,
    AWS_BATCH_JOB_ID: `${id}#1`,
    AWS_BATCH_JOB_NODE_INDEX: '1',
  });
  assert.deepEqual(variables(2), {
    ...common,
    AWS_BATCH_JOB_ID: `${id}#2`,
    AWS_BATCH_JOB_NODE_INDEX: '2',
    AWS_BATCH_JOB_MAIN_NODE_PRIVATE_IPV4_ADDRESS: '127.0.0.1',
  });
  assert.deepEqual(orderOf(world, id, 2).node, { job: id, index: 2, mainNode: 1 });
});

for (const [code, status] of [
  [0, 'SUCCEEDED'],
  [3, 'FAILED'],
] as const) {
  test(`J-296 J-298: the main node’s exit ${code} makes the job ${status}; the other nodes are stopped`, async () => {
    const world = await nodeWorld();
    const id = await submit(world);
    await world.settle();
    await end(world, id, 1, code);
    const job = await world.job(id);
    assert.equal(job.status, status);
    const others = [orderOf(world, id, 0).taskId, orderOf(world, id, 2).taskId];
    assert.deepEqual(world.engine.stopped.sort(), others.sort());
    await end(world, id, 0, 143);
    await end(world, id, 2, 0);
    assert.deepEqual(await statuses(world, id), [status, 'FAILED', status, 'SUCCEEDED']);
    const stopped = await world.job(`${id}#0`);
    assert.equal(stopped.statusReason, 'Main node ended');
    assert.equal(stopped.container.exitCode, 143);
  });
}

test('J-296 J-297: another node’s exit changes only that node, and is not tried again', async () => {
  const world = await nodeWorld();
  const id = await submit(world, { retryStrategy: { attempts: 3 } });
  await world.settle();
  await end(world, id, 0, 1);
  assert.deepEqual(await statuses(world, id), ['RUNNING', 'FAILED', 'RUNNING', 'RUNNING']);
  assert.equal(world.engine.orders.length, 3);
  await end(world, id, 1, 0);
  assert.equal((await world.job(id)).status, 'SUCCEEDED');
});

test('E-170: losing any node stops the main one and fails the job, with what became of the host', async () => {
  const world = await nodeWorld();
  const id = await submit(world, { retryStrategy: { attempts: 3 } });
  await world.settle();
  world.engine.lose(orderOf(world, id, 2).taskId);
  await world.settle();
  assert.equal(world.engine.stopped.length, 2);
  await end(world, id, 0, 143);
  await end(world, id, 1, 143);
  const job = await world.job(id);
  assert.equal(job.status, 'FAILED');
  assert.match(job.statusReason, /^Host EC2 \(instance i-[0-9a-f]{17}\) terminated\.$/);
});

test('J-297: a failed main node is tried again, when the last of the others is gone, with all nodes', async () => {
  const world = await nodeWorld();
  const id = await submit(world, { retryStrategy: { attempts: 2 } });
  await world.settle();
  await end(world, id, 2, 0);
  await end(world, id, 1, 5);
  const waiting = ['RUNNING', 'RUNNING', 'RUNNABLE', 'SUCCEEDED'];
  assert.deepEqual(await statuses(world, id), waiting, 'node 0 is not gone yet');
  await end(world, id, 0, 137);
  assert.equal(world.engine.orders.length, 6);
  assert.deepEqual(await statuses(world, id), ['RUNNING', 'RUNNING', 'RUNNING', 'RUNNING']);
  assert.equal(orderOf(world, id, 2).jobVariables.AWS_BATCH_JOB_ATTEMPT, '2');
  await end(world, id, 1, 5);
  const job = await world.job(id);
  assert.equal(job.status, 'FAILED');
  assert.equal(job.attempts.length, 2);
  assert.equal(job.attempts[1].container.exitCode, 5);
  assert.equal((await world.job(`${id}#0`)).attempts.length, 1, 'its second is not over');
});

test('J-144 J-298: a node that is to run again is not FAILED meanwhile, one that was stopped for good is', async () => {
  const world = await nodeWorld();
  const id = await submit(world, { retryStrategy: { attempts: 2 } });
  await world.settle();
  await end(world, id, 1, 5);
  await end(world, id, 0, 137);
  assert.deepEqual(await statuses(world, id), ['RUNNING', 'RUNNABLE', 'RUNNABLE', 'RUNNING']);
  const main = await world.job(`${id}#1`);
  assert.equal(main.statusReason, 'starts with its job, the main node first');
  assert.deepEqual([main.startedAt, main.stoppedAt], [undefined, undefined]);
  assert.equal(main.attempts[0].container.exitCode, 5);
  await world.ask('terminateJob', { jobId: id, reason: 'enough' });
  await end(world, id, 2, 137);
  assert.deepEqual(await statuses(world, id), ['FAILED', 'FAILED', 'FAILED', 'FAILED']);
  for (const one of [id, `${id}#0`, `${id}#1`, `${id}#2`]) {
    const { statusReason, isTerminated } = await world.job(one);
    assert.deepEqual([statusReason, isTerminated], ['enough', true], one);
  }
  assert.equal((await world.job(`${id}#1`)).container.exitCode, 5);
});

test('J-297: a main node that fails to start takes the job back to the line, and no other node has started', async () => {
  const world = await nodeWorld();
  world.engine.begins = false;
  const id = await submit(world, { retryStrategy: { attempts: 2 } });
  await world.settle();
  const { taskId } = orderOf(world, id, 1);
  world.engine.say({ taskId, kind: 'failed', stoppedAt: world.clock.wall(), reason: 'CannotStart: no' });
  await world.settle();
  assert.deepEqual(
    world.engine.orders.map((order) => order.jobId),
    [`${id}#1`, `${id}#1`],
  );
  const job = await world.job(id);
  assert.equal(job.status, 'STARTING');
  assert.equal(job.attempts[0].statusReason, 'Task failed to start');
});

test('J-299 J-003: the job shows its nodes and the main one’s times; a node its container and its place', async () => {
  const world = await nodeWorld();
  const id = await submit(world, {
    nodeOverrides: {
      numNodes: 4,
      nodePropertyOverrides: [{ targetNodes: '0:', containerOverrides: { command: ['run', 'over'] } }],
    },
  });
  await world.settle();
  world.clock.advance(1000);
  await end(world, id, 1, 0);
  const job = await world.job(id);
  assert.equal(job.container, undefined);
  assert.equal(job.nodeProperties.numNodes, 4);
  assert.equal(job.nodeProperties.mainNode, 1);
  const [all, main] = job.nodeProperties.nodeRangeProperties;
  assert.deepEqual([all.targetNodes, all.container.command], ['0:', ['run', 'over']]);
  assert.deepEqual([main.targetNodes, main.container.command], ['1', ['run', 'main']]);
  const node = await world.job(`${id}#1`);
  for (const member of ['startedAt', 'stoppedAt', 'statusReason', 'attempts'])
    assert.deepEqual(job[member], node[member], member);
  assert.equal(job.attempts.length, 1);
  const other = await world.job(`${id}#3`);
  assert.equal(other.jobId, `${id}#3`);
  assert.match(other.jobArn, /:job\/.+#3$/);
  assert.deepEqual(other.nodeDetails, { nodeIndex: 3, isMainNode: false });
  assert.deepEqual(node.nodeDetails, { nodeIndex: 1, isMainNode: true });
  assert.deepEqual(other.nodeProperties, { numNodes: 4, mainNode: 1, nodeRangeProperties: [] });
  assert.deepEqual(other.container.command, ['run', 'over']);
  assert.ok(other.container.logStreamName);
  assert.deepEqual(other.attempts, []);
  assert.equal(await world.job(`${id}#4`), undefined);
  assert.equal(await world.job(`${id}:0`), undefined, 'a node is no child of an array');
});

test('J-300: lists: the job with its count, the nodes by multiNodeJobId from RUNNABLE on', async () => {
  const world = await nodeWorld();
  const first = await world.submit();
  const id = await submit(world, { dependsOn: [{ jobId: first }] });
  await world.settle();
  const nodes = async (jobStatus: string) =>
    (await world.ask('listJobs', { multiNodeJobId: id, jobStatus })).jobSummaryList;
  assert.deepEqual(await nodes('RUNNABLE'), [], 'its job is PENDING');
  const { jobSummaryList } = await world.ask('listJobs', { jobQueue: 'q', jobStatus: 'PENDING' });
  assert.deepEqual(jobSummaryList[0].nodeProperties, { numNodes: 3 });
  world.clock.advance(1000);
  world.engine.end(world.engine.orders[0]!.taskId, 0);
  await world.settle();
  const running = await nodes('RUNNING');
  assert.deepEqual(
    running.map((job: { jobId: string; nodeProperties: object }) => [job.jobId, job.nodeProperties]),
    [0, 1, 2].map((i) => [`${id}#${i}`, { isMainNode: i === 1, numNodes: 3, nodeIndex: i }]),
  );
  assert.match((await world.refused('listJobs', { multiNodeJobId: first })).message, /not a multi-node job/);
  assert.match((await world.refused('listJobs', { arrayJobId: id })).message, /not an array job/);
});

test('J-250: a dependent waits for the job by its main id; a node’s id is none', async () => {
  const world = await nodeWorld();
  const id = await submit(world);
  const dependent = await world.submit({ dependsOn: [{ jobId: id }] });
  const dependsOn = [{ jobId: `${id}#1` }];
  const input = { jobName: 'j', jobQueue: 'q', jobDefinition: 'd', dependsOn };
  assert.equal((await world.refused('submitJob', input)).message, `Job ${id}#1 not found.`);
  await world.settle();
  assert.equal((await world.job(dependent)).status, 'PENDING');
  await end(world, id, 1, 0);
  assert.notEqual((await world.job(dependent)).status, 'PENDING');
});

for (const operation of ['cancelJob', 'terminateJob']) {
  test(`J-268 J-265: ${operation} of a waiting job ends it and its nodes, and shows on each; of a node it is refused`, async () => {
    const world = await nodeWorld(TOO_MUCH);
    const id = await submit(world);
    await world.settle();
    const refusal = await world.refused(operation, { jobId: `${id}#1`, reason: 'r' });
    assert.equal(refusal.type, 'ClientException');
    await world.ask(operation, { jobId: id, reason: 'no' });
    await world.settle();
    assert.deepEqual(await statuses(world, id), ['FAILED', 'FAILED', 'FAILED', 'FAILED']);
    const flags = operation === 'cancelJob' ? [true, undefined] : [undefined, true];
    for (const one of [id, `${id}#0`, `${id}#1`, `${id}#2`]) {
      const { statusReason, isCancelled, isTerminated } = await world.job(one);
      assert.deepEqual([statusReason, isCancelled, isTerminated], ['no', ...flags], one);
    }
  });
}

test('J-245: a failed dependency fails the job and its nodes', async () => {
  const world = await nodeWorld();
  const first = await world.submit({ containerOverrides: { command: ['exit', '1'] } });
  const id = await submit(world, { dependsOn: [{ jobId: first }] });
  await world.settle();
  assert.deepEqual(await statuses(world, id), ['FAILED', 'FAILED', 'FAILED', 'FAILED']);
  assert.equal((await world.job(`${id}#0`)).statusReason, 'Dependent Job failed');
});

test('J-110 J-294: no containerOverrides, no array, no environment that is not EC2', async () => {
  const world = await nodeWorld();
  const refused = async (more: object) =>
    (await world.refused('submitJob', { jobName: 'j', jobQueue: 'q', jobDefinition: 'm', ...more })).message;
  assert.match(await refused({ containerOverrides: { command: ['x'] } }), /nodeOverrides/);
  assert.match(await refused({ arrayProperties: { size: 2 } }), /array/);
  assert.match(await refused({ jobDefinition: 'd', nodeOverrides: { numNodes: 2 } }), /multinode only/);
  assert.match(await refused({ nodeOverrides: { numNodes: 1 } }), /lower bound 1/);
  await world.ask('createComputeEnvironment', {
    computeEnvironmentName: 'own',
    type: 'UNMANAGED',
    serviceRole: 'r',
  });
  const computeEnvironmentOrder = [{ order: 1, computeEnvironment: 'own' }];
  await world.ask('createJobQueue', { jobQueueName: 'own', priority: 1, computeEnvironmentOrder });
  assert.match(await refused({ jobQueue: 'own' }), /type EC2 only/);
});

test('J-093: overrides name ranges of the definition, as it spells them', async () => {
  const world = await nodeWorld();
  const nodeOverrides = { nodePropertyOverrides: [{ targetNodes: '0:0' }] };
  const input = { jobName: 'j', jobQueue: 'q', jobDefinition: 'm', nodeOverrides };
  assert.equal(
    (await world.refused('submitJob', input)).message,
    'NodeOverride targets should match job definition. Non matching targets - 0:0',
  );
});

test('J-044: DescribeJobDefinitions shows the nodes, with the lists of each container', async () => {
  const world = await nodeWorld();
  const [definition] = (await world.ask('describeJobDefinitions', { jobDefinitions: ['m'] })).jobDefinitions;
  assert.equal(definition.type, 'multinode');
  assert.equal(definition.containerProperties, undefined);
  const [range] = definition.nodeProperties.nodeRangeProperties;
  assert.deepEqual(range.container.volumes, []);
  assert.deepEqual(range.container.command, container.command);
});

test('a server that comes back starts the nodes that were held, and places them all anew when the order of the main one was lost', async () => {
  const world = await nodeWorld();
  world.engine.begins = false;
  const id = await submit(world);
  await world.settle();
  await world.loops.stop();
  await world.engine.recall(orderOf(world, id, 1).taskId);
  const { Loops } = await import('../../loops/loops.ts');
  const again = new Loops(world.service, world.timers);
  (world.service as { wake: () => void }).wake = () => again.wake();
  world.engine.begins = true;
  await again.start();
  await world.settle();
  assert.deepEqual(await statuses(world, id), ['RUNNING', 'RUNNING', 'RUNNING', 'RUNNING']);
  assert.equal(orderOf(world, id, 1).attempt, 1);
  assert.match(orderOf(world, id, 1).taskId, /^[0-9a-f]{32}$/);
  await end(world, id, 1, 0);
  assert.equal((await world.job(id)).status, 'SUCCEEDED');
});

test('a node whose start was taken back had no part in the attempt: run again, it keeps nothing of that', async () => {
  const world = await nodeWorld();
  world.engine.begins = false;
  const id = await submit(world);
  await world.settle();
  for (const node of [1, 2]) {
    world.engine.begin(orderOf(world, id, node).taskId);
    await world.settle();
  }
  const { store } = world.service;
  const given = orderOf(world, id, 0).taskId;
  await store.write(async (tx) => renewNode(world.service, tx, (await taskById(tx, given))!));
  await end(world, id, 1, 1);
  await end(world, id, 2, 1);
  assert.equal((await world.job(id)).status, 'FAILED');
  await world.ask('updateComputeEnvironment', { computeEnvironment: 'e', state: 'DISABLED' });
  await world.ask('retryJobs', { jobId: id });
  const rows = await store.read((tx) =>
    tx.all('SELECT attempt, stopped_at FROM jobs WHERE parent > 0 AND idx = 0'),
  );
  assert.deepEqual(rows, [{ attempt: 0, stopped_at: null }]);
});

test('J-299 J-269: a job and its main node, described together, show each attempt once', async () => {
  const world = await nodeWorld();
  const id = await submit(world);
  await world.settle();
  await end(world, id, 1, 0);
  const { jobs } = await world.ask('describeJobs', { jobs: [id, `${id}#1`] });
  assert.deepEqual(
    jobs.map(({ attempts }: { attempts: unknown[] }) => attempts.length),
    [1, 1],
  );
});
