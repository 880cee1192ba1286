import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ARN, clusterOf, container, launch, launchOf, put, T0 } from '../../../test/support/ecs.ts';
import { makeWorld, RESOURCES } from '../../../test/support/world.ts';
import { setInstanceDraining, setInstanceTerminated } from '../../store/instance-rows.ts';

test('W-105: no cluster means default, which nobody has; a blank name is refused', async () => {
  const world = await makeWorld();
  const failures = [{ arn: `${ARN}:cluster/default`, reason: 'MISSING' }];
  assert.deepEqual(await world.ask('describeClusters'), { clusters: [], failures });
  assert.deepEqual(await world.ask('describeClusters', { clusters: [] }), { clusters: [], failures });
  for (const blank of ['', ' ']) {
    const refusal = await world.refused('describeClusters', { clusters: [blank] });
    assert.deepEqual(
      [refusal.type, refusal.status, refusal.message],
      ['InvalidParameterException', 400, 'Clusters can not be blank.'],
    );
  }
});

test('W-104 W-106: a cluster by name and by ARN, with what runs and waits in it', async () => {
  const world = await makeWorld({ command: ['wait'] });
  const cluster = await clusterOf(world);
  await world.submit();
  await world.settle();
  world.engine.begins = false;
  await world.submit();
  await world.submit();
  await world.settle();
  for (const given of [cluster, `${ARN}:cluster/${cluster}`]) {
    const { clusters, failures } = await world.ask('describeClusters', { clusters: [given, given] });
    assert.deepEqual(failures, []);
    assert.equal(clusters.length, 1);
    const { registeredContainerInstancesCount: instances, ...rest } = clusters[0];
    assert.ok(instances >= 0);
    assert.deepEqual(rest, {
      clusterArn: `${ARN}:cluster/${cluster}`,
      clusterName: cluster,
      status: 'ACTIVE',
      runningTasksCount: 1,
      pendingTasksCount: 2,
      activeServicesCount: 0,
      statistics: [],
      tags: [],
      settings: [],
      capacityProviders: [],
      defaultCapacityProviderStrategy: [],
    });
  }
});

test('W-104: registered instances are counted while they are there', async () => {
  const world = await makeWorld();
  const count = async () => {
    const clusters = [await clusterOf(world)];
    return (await world.ask('describeClusters', { clusters })).clusters[0].registeredContainerInstancesCount;
  };
  const before = await count();
  await launch(world, 1, 2);
  assert.equal(await count(), before + 2);
  await world.service.store.write((tx) => setInstanceTerminated(tx, 'i-00000000000000001', 'idle', T0, 0));
  assert.equal(await count(), before + 1);
});

test('statistics and settings are told when they are asked for', async () => {
  const world = await makeWorld({ command: ['wait'] });
  await world.submit();
  await world.settle();
  const include = ['STATISTICS', 'SETTINGS'];
  const { clusters } = await world.ask('describeClusters', { clusters: [await clusterOf(world)], include });
  const statistics = Object.fromEntries(
    clusters[0].statistics.map(({ name, value }: { name: string; value: string }) => [name, value]),
  );
  assert.equal(statistics.runningEC2TasksCount, '1');
  assert.equal(statistics.runningFargateTasksCount, '0');
  assert.match(statistics.longshoreHeld, /^2 vCPUs and \S+ [GM]iB$/);
  assert.match(statistics.longshorePoolFree, /^2 vCPUs and \S+ [GM]iB$/);
  assert.equal(statistics.longshoreSpotPrice, undefined, 'nobody has Spot capacity');
  assert.deepEqual(clusters[0].settings, [{ name: 'containerInsights', value: 'disabled' }]);
});

test('E-169: what Spot costs is told where an environment is of it, once it is known', async () => {
  const world = await makeWorld();
  const told = async () => {
    const clusters = [await clusterOf(world)];
    const found = await world.ask('describeClusters', { clusters, include: ['STATISTICS'] });
    return found.clusters[0].statistics.find(({ name }: { name: string }) => name === 'longshoreSpotPrice');
  };
  assert.equal(await told(), undefined);
  await world.ask('createComputeEnvironment', {
    computeEnvironmentName: 's',
    type: 'MANAGED',
    computeResources: { ...RESOURCES, type: 'SPOT', spotIamFleetRole: 'fleet' },
  });
  await world.settle();
  assert.equal((await told()).value, '10%');
});

test('W-104: the cluster of a deleted environment is INACTIVE, and not listed', async () => {
  const world = await makeWorld();
  const cluster = await clusterOf(world);
  await world.ask('updateJobQueue', { jobQueue: 'q', state: 'DISABLED' });
  await world.ask('deleteJobQueue', { jobQueue: 'q' });
  await world.settle();
  await world.ask('updateComputeEnvironment', { computeEnvironment: 'e', state: 'DISABLED' });
  await world.ask('deleteComputeEnvironment', { computeEnvironment: 'e' });
  await world.settle();
  const { clusters } = await world.ask('describeClusters', { clusters: [cluster] });
  assert.equal(clusters[0].status, 'INACTIVE');
  assert.deepEqual((await world.ask('listClusters')).clusterArns, []);
});

test('W-109: clusters are listed in pages, each once', async () => {
  const world = await makeWorld();
  for (const computeEnvironmentName of ['f', 'g'])
    await world.ask('createComputeEnvironment', {
      computeEnvironmentName,
      type: 'MANAGED',
      computeResources: RESOURCES,
    });
  const arns: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = await world.ask('listClusters', { maxResults: 2, ...(nextToken && { nextToken }) });
    arns.push(...page.clusterArns);
    nextToken = page.nextToken;
  } while (nextToken);
  assert.equal(arns.length, 3);
  assert.deepEqual(arns[0], `${ARN}:cluster/${await clusterOf(world)}`);
  const wrong = await world.refused('listClusters', { nextToken: 'nobody’s' });
  assert.equal(wrong.type, 'InvalidParameterException');
});

for (const operation of [
  'describeTasks',
  'describeContainerInstances',
  'listTasks',
  'listContainerInstances',
]) {
  test(`W-108: ${operation} of a cluster that is not there, or of none`, async () => {
    const world = await makeWorld();
    for (const cluster of [undefined, 'nobody', 'arn:aws:ecs:eu-west-1:012345678910:cluster/e']) {
      const refusal = await world.refused(operation, {
        tasks: ['x'],
        containerInstances: ['x'],
        ...(cluster && { cluster }),
      });
      assert.deepEqual(
        [refusal.type, refusal.status, refusal.message],
        ['ClusterNotFoundException', 400, 'Cluster not found.'],
      );
    }
  });
}

test('W-107 W-108: 1 to 100 of them', async () => {
  const world = await makeWorld();
  const cluster = await clusterOf(world);
  for (const [operation, member] of [
    ['describeTasks', 'tasks'],
    ['describeContainerInstances', 'containerInstances'],
  ] as const) {
    for (const list of [[], [''], Array(101).fill('x')]) {
      const refusal = await world.refused(operation, { cluster, [member]: list });
      assert.equal(refusal.type, 'InvalidParameterException');
    }
    assert.equal(
      (await world.ask(operation, { cluster, [member]: Array(100).fill('x') })).failures.length,
      1,
    );
  }
});

test('W-108 W-110: a container instance with what it has, what is left of it, and its EC2 instance', async () => {
  const world = await makeWorld({ command: ['wait'] });
  const cluster = await clusterOf(world);
  await launch(world, 7);
  await world.submit();
  await world.settle();
  await put(world, 7);
  const arn = `${ARN}:container-instance/${cluster}/${container(7)}`;
  const short = `${ARN}:container-instance/${container(7)}`;
  for (const given of [container(7), arn, short]) {
    const { containerInstances, failures } = await world.ask('describeContainerInstances', {
      cluster,
      containerInstances: [given],
    });
    assert.deepEqual(failures, []);
    const [found] = containerInstances;
    assert.equal(found.containerInstanceArn, arn);
    assert.equal(found.ec2InstanceId, 'i-00000000000000007');
    assert.equal(found.status, 'ACTIVE');
    assert.equal(found.agentConnected, true);
    assert.deepEqual([found.runningTasksCount, found.pendingTasksCount], [1, 0]);
    assert.equal(found.registeredAt, T0 / 1000 + 1.5);
    const has = (list: { name: string; integerValue: number; stringSetValue?: string[] }[]) =>
      Object.fromEntries(list.map((r) => [r.name, r.stringSetValue?.length ?? r.integerValue]));
    assert.deepEqual(has(found.registeredResources), { CPU: 8192, MEMORY: 61_000, PORTS: 0, GPU: 2 });
    assert.deepEqual(has(found.remainingResources), { CPU: 7168, MEMORY: 60_872, PORTS: 0, GPU: 1 });
    const type = found.attributes.find(({ name }: { name: string }) => name === 'ecs.instance-type');
    assert.equal(type.value, 'p3.2xlarge');
  }
});

test('W-108: of the machine itself no more is left than the pool has beside the other environments', async () => {
  const world = await makeWorld({ pool: 4, memoryMiB: 10_000, command: ['wait'] });
  const names = ['u', 'v'];
  for (const name of names) {
    const fields = { computeEnvironmentName: name, type: 'UNMANAGED', serviceRole: 'r' };
    await world.ask('createComputeEnvironment', fields);
    const computeEnvironmentOrder = [{ order: 1, computeEnvironment: name }];
    await world.ask('createJobQueue', { jobQueueName: `q${name}`, priority: 1, computeEnvironmentOrder });
  }
  const left = async (name: string): Promise<[number, number]> => {
    await world.settle();
    const cluster = await clusterOf(world, name);
    const { containerInstanceArns } = await world.ask('listContainerInstances', { cluster });
    const fields = { cluster, containerInstances: containerInstanceArns };
    const { containerInstances } = await world.ask('describeContainerInstances', fields);
    const amount = (n: number): number => containerInstances[0].remainingResources[n].integerValue;
    return [amount(0) / 1024, amount(1)];
  };
  assert.deepEqual(await left('u'), [4, 10_000]);
  await world.submit();
  assert.deepEqual(await left('u'), [2, 10_000 - 3961], 'an instance of another is carved from it');
  await world.submit({ jobQueue: 'qu' });
  assert.deepEqual([await left('u'), await left('v')], Array(2).fill([1, 10_000 - 3961 - 128]));
  await world.service.store.write((tx) => tx.run('UPDATE tasks SET memory_mib = 50000'));
  assert.deepEqual((await left('u'))[1], 0, 'never less than nothing');
});

test('W-108: who is not there, or in another cluster, is MISSING; a terminated one is INACTIVE', async () => {
  const world = await makeWorld();
  const cluster = await clusterOf(world);
  await launch(world, 1);
  await world.service.store.write((tx) => setInstanceTerminated(tx, 'i-00000000000000001', 'idle', T0, 0));
  const elsewhere = `${ARN}:container-instance/other/${container(1)}`;
  const { containerInstances, failures } = await world.ask('describeContainerInstances', {
    cluster,
    containerInstances: [container(1), container(2), elsewhere, 'arn:aws:s3:::x'],
  });
  assert.deepEqual(
    containerInstances.map((found: { status: string; agentConnected: boolean }) => [
      found.status,
      found.agentConnected,
    ]),
    [['INACTIVE', false]],
  );
  assert.deepEqual(failures, [
    { arn: `${ARN}:container-instance/${cluster}/${container(2)}`, reason: 'MISSING' },
    { arn: elsewhere, reason: 'MISSING' },
    { arn: 'arn:aws:s3:::x', reason: 'MISSING' },
  ]);
});

test('W-108 W-109: one that drains says so, is connected, and is listed as such', async () => {
  const world = await makeWorld();
  const cluster = await clusterOf(world);
  await launch(world, 1, 2);
  await world.service.store.write((tx) =>
    setInstanceDraining(tx, 'i-00000000000000001', 'price', { wall: T0, steady: 1, bootId: 'b' }, undefined),
  );
  const described = await world.ask('describeContainerInstances', {
    cluster,
    containerInstances: [container(1), container(2)],
  });
  assert.deepEqual(
    described.containerInstances.map((found: { status: string; agentConnected: boolean }) => [
      found.status,
      found.agentConnected,
    ]),
    [
      ['DRAINING', true],
      ['ACTIVE', true],
    ],
  );
  for (const status of ['DRAINING', 'ACTIVE']) {
    const { containerInstanceArns } = await world.ask('listContainerInstances', { cluster, status });
    const at = status === 'DRAINING' ? 1 : 2;
    assert.ok(
      containerInstanceArns.some((arn: string) => arn.endsWith(container(at))),
      status,
    );
    assert.ok(!containerInstanceArns.some((arn: string) => arn.endsWith(container(3 - at))), status);
  }
});

test('W-109: container instances in pages, by status; a query is refused, not dropped', async () => {
  const world = await makeWorld();
  const cluster = await clusterOf(world);
  const list = async (more: object = {}) => world.ask('listContainerInstances', { cluster, ...more });
  const own = (await list()).containerInstanceArns.length;
  await launch(world, 1, 2, 3);
  const first = await list({ maxResults: 2 + own });
  assert.equal(first.containerInstanceArns.length, 2 + own);
  const second = await list({ maxResults: 2 + own, nextToken: first.nextToken });
  assert.equal(second.containerInstanceArns.length, 1);
  assert.equal('nextToken' in second, false);
  assert.equal((await list({ status: 'DRAINING' })).containerInstanceArns.length, 0);
  assert.equal((await list({ status: 'REGISTERING' })).containerInstanceArns.length, 0);
  assert.equal((await list({ status: 'ACTIVE' })).containerInstanceArns.length, 3 + own);
  const refusal = await world.refused('listContainerInstances', { cluster, filter: 'attribute:x exists' });
  assert.match(refusal.message, /^filter is not supported/);
});

test('W-108: a slice that Fargate cut for a task is no container instance', async () => {
  const world = await makeWorld({ command: ['wait'] });
  const cluster = await clusterOf(world);
  const list = async () => (await world.ask('listContainerInstances', { cluster })).containerInstanceArns;
  await world.submit();
  await world.settle();
  const { taskId } = world.engine.orders[0]!;
  const before = await list();
  await launchOf(world, 'fargate', [9]);
  await put(world, 9);
  assert.deepEqual(await list(), before);
  const { failures } = await world.ask('describeContainerInstances', {
    cluster,
    containerInstances: [container(9)],
  });
  assert.equal(failures.length, 1);
  const { tasks } = await world.ask('describeTasks', { cluster, tasks: [taskId] });
  assert.equal('containerInstanceArn' in tasks[0], false);
});
