import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMemory } from '../../test/support/memory-database.ts';
import { CALLER, makeWorld, openWorld, type World } from '../../test/support/world.ts';
import { type HostView, machineOf } from '../domain/host.ts';
import { isRefusal } from '../domain/refusal.ts';
import { describeInstances } from '../operations/ec2/describe-instances.ts';

/* Tasks that were placed on hosts to come, and where they have come to. */

const node = (id: string, more: Partial<HostView> = {}): HostView => ({
  ...machineOf({ milliVcpus: 4000, memoryMiB: 16_384, gpus: 0 }),
  ...{ id, name: `node-${id}`, cpuIsWeight: false, standing: false, group: 'g' },
  ...more,
});
const TO_COME = [1, 2].map((n) => node(`grow:g:${n}`, { isToCome: true }));
const COME = [node('a'), TO_COME[0]!];

/** Two jobs of one vCPU on the first host to come. */
const busy = async (connection = openMemory()) => {
  const world = await makeWorld({ command: ['run'], hosts: TO_COME, connection });
  world.engine.hasWholeHosts = true;
  world.engine.begins = false;
  const computeEnvironmentOrder = [{ order: 1, computeEnvironment: 'own' }];
  await world.ask('createComputeEnvironment', {
    computeEnvironmentName: 'own',
    type: 'UNMANAGED',
    serviceRole: 'r',
  });
  await world.ask('createJobQueue', { jobQueueName: 'own', priority: 1, computeEnvironmentOrder });
  const ids = [await world.submit({ jobQueue: 'own' }), await world.submit({ jobQueue: 'own' })];
  await world.settle();
  assert.deepEqual(
    world.engine.orders.map(({ host }) => host),
    ['grow:g:1', 'grow:g:1'],
  );
  return { world, ids };
};

/** Instances that are not over: their hosts, each with how many tasks it has. */
const instances = (world: World) =>
  world.service.store.read((tx) =>
    tx.all<{ host: string; tasks: number }>(
      `SELECT i.host, (SELECT count(*) FROM tasks t WHERE t.instance = i.id AND t.state < 2) AS tasks
       FROM instances i WHERE i.state < 2 ORDER BY i.host`,
    ),
  );

const shown = async (world: World, id: string) => {
  const { containerInstanceArn } = (await world.job(id)).container;
  const { containerInstances } = await world.ask('describeContainerInstances', {
    cluster: containerInstanceArn.split('/')[1],
    containerInstances: [containerInstanceArn],
  });
  return containerInstances[0].attributes.find((one: { name: string }) => one.name === 'longshore.node')
    .value;
};

test('K-148: as a pod is bound its task is on an instance of that host, whose room it has; what is empty goes', async () => {
  const { world, ids } = await busy();
  const [first, second] = world.engine.orders.map(({ taskId }) => taskId);
  world.engine.hosts = () => COME;
  world.engine.say({ taskId: first!, kind: 'waiting', host: 'a' });
  await world.settle();
  assert.deepEqual(await instances(world), [
    { host: 'a', tasks: 1 },
    { host: 'grow:g:1', tasks: 1 },
  ]);
  assert.equal(await shown(world, ids[0]!), 'node-a');
  world.engine.say({ taskId: second!, kind: 'running', startedAt: world.clock.wall(), host: 'a' });
  world.engine.hosts = () => [node('a')];
  await world.settle();
  assert.deepEqual(await instances(world), [{ host: 'a', tasks: 2 }]);
  const large = await world.submit({ jobQueue: 'own', containerOverrides: { vcpus: 3 } });
  await world.settle();
  assert.match((await world.job(large)).statusReason, /the pool has 2 vCPUs .* free of 4 vCPUs/);
  world.engine.end(first!, 0);
  await world.settle();
  assert.equal(world.engine.orders.at(-1)!.host, 'a');
});

test('K-148: a node that is to come is no machine that is heard: pending in EC2, and without an agent in ECS', async () => {
  const { world, ids } = await busy();
  const arn = (await world.job(ids[0]!)).container.containerInstanceArn;
  const state = async () => {
    const input = { cluster: arn.split('/')[1], containerInstances: [arn] };
    const [{ agentConnected, ec2InstanceId }] = (await world.ask('describeContainerInstances', input))
      .containerInstances;
    const found = await describeInstances(world.service, { instanceIds: [ec2InstanceId] }, CALLER);
    return isRefusal(found) ? found : [agentConnected, found[0]!.state];
  };
  assert.deepEqual(await state(), [false, 'pending']);
  world.engine.hosts = () => TO_COME.map(({ isToCome: _, ...host }) => host);
  assert.deepEqual(await state(), [true, 'running']);
});

test('K-148: an end that tells where it was is of that host, and one whose host is not listed stays till it is', async () => {
  const { world, ids } = await busy();
  const [first, second] = world.engine.orders.map(({ taskId }) => taskId);
  world.engine.say({ taskId: second!, kind: 'waiting', host: 'a' });
  await world.settle();
  assert.deepEqual(await instances(world), [{ host: 'grow:g:1', tasks: 2 }]);
  world.engine.hosts = () => COME;
  const [startedAt, stoppedAt] = [world.clock.wall(), world.clock.wall()];
  world.engine.say({ taskId: first!, kind: 'exited', startedAt, stoppedAt, exitCode: 0, host: 'a' });
  await world.settle();
  assert.deepEqual([(await world.job(ids[0]!)).status, await shown(world, ids[0]!)], ['SUCCEEDED', 'node-a']);
});

test('K-148: the next server is told by the engine’s list', async () => {
  const connection = openMemory();
  const { world } = await busy(connection);
  const { engine } = world;
  for (const { taskId } of engine.orders) engine.say({ taskId, kind: 'waiting', host: 'a' });
  await world.settle();
  const next = openWorld({ connection, clock: world.clock, hosts: [node('a')] });
  next.engine.hasWholeHosts = true;
  next.engine.begins = false;
  next.engine.list = () => engine.list();
  await next.loops.start();
  await next.settle();
  assert.deepEqual(await instances(next), [{ host: 'a', tasks: 2 }]);
  await next.loops.stop();
});

test('K-149: a task that no node came for waits again, and takes no attempt', async () => {
  const { world, ids } = await busy();
  const why = 'no node of group g came: max size reached';
  world.engine.hosts = () => [{ ...TO_COME[0]!, open: false, why }];
  for (const { taskId } of [...world.engine.orders])
    world.engine.say({ taskId, kind: 'unstarted', reason: why });
  await world.settle();
  const job = await world.job(ids[0]!);
  assert.deepEqual([job.status, job.attempts], ['RUNNABLE', []]);
  assert.match(
    job.statusReason,
    /waits for a host: none takes jobs now, no node of group g came: max size reached$/,
  );
});

test('what the pool has is that of hosts that are there', async () => {
  const { world } = await busy();
  const { pool } = await world.ask('getOverview');
  assert.deepEqual(pool.total, { milliVcpus: 0, memoryMiB: 0, gpus: 0 });
});

test('K-148: a slice goes with its task', async () => {
  const world = await makeWorld({ command: ['run'], hosts: TO_COME });
  world.engine.hasWholeHosts = true;
  world.engine.begins = false;
  await world.ask('createComputeEnvironment', {
    computeEnvironmentName: 'f',
    type: 'MANAGED',
    computeResources: { type: 'FARGATE', maxvCpus: 8, subnets: ['s'], securityGroupIds: ['g'] },
  });
  const computeEnvironmentOrder = [{ order: 1, computeEnvironment: 'f' }];
  await world.ask('createJobQueue', { jobQueueName: 'f', priority: 1, computeEnvironmentOrder });
  const resourceRequirements = [
    { type: 'VCPU', value: '1' },
    { type: 'MEMORY', value: '2048' },
  ];
  const executionRoleArn = 'arn:aws:iam::012345678910:role/r';
  await world.ask('registerJobDefinition', {
    ...{ jobDefinitionName: 'fd', type: 'container', platformCapabilities: ['FARGATE'] },
    containerProperties: { image: 'x', command: ['run'], executionRoleArn, resourceRequirements },
  });
  const id = await world.submit({ jobQueue: 'f', jobDefinition: 'fd' });
  await world.settle();
  const { taskId, host } = world.engine.orders[0]!;
  assert.equal(host, 'grow:g:1');
  world.engine.hosts = () => COME;
  world.engine.say({ taskId, kind: 'running', startedAt: world.clock.wall(), host: 'a' });
  await world.settle();
  assert.deepEqual(await instances(world), [{ host: 'a', tasks: 1 }]);
  world.engine.end(taskId, 0);
  await world.settle();
  assert.deepEqual([(await world.job(id)).status, await instances(world)], ['SUCCEEDED', []]);
});
