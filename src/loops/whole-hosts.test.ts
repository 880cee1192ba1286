import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeWorld, RESOURCES, type World } from '../../test/support/world.ts';
import { type HostView, machineOf } from '../domain/host.ts';

/* Environments over the nodes of a cluster, as clients see them. */

const node = (id: string, more: Partial<HostView> = {}): HostView => ({
  ...machineOf({ milliVcpus: 4000, memoryMiB: 16_384, gpus: 0 }),
  ...{ id, name: `node-${id}`, cpuIsWeight: false, standing: false },
  ...more,
});
const ON_DEMAND = node('a', { type: 'c5.xlarge' });
const SPOT = node('b', { type: 'c5.2xlarge', isSpot: true });

/** Over an environment and a queue `e` of this kind. */
const worldOf = async (resources: object, hosts: readonly HostView[]) => {
  const world = await makeWorld({ command: ['run'], hosts });
  world.engine.hasWholeHosts = true;
  const given = { ...RESOURCES, instanceTypes: ['c5'], ...resources };
  const computeEnvironmentName = 'w';
  await world.ask('createComputeEnvironment', {
    computeEnvironmentName,
    type: 'MANAGED',
    computeResources: given,
  });
  const computeEnvironmentOrder = [{ order: 1, computeEnvironment: 'w' }];
  await world.ask('createJobQueue', { jobQueueName: 'w', priority: 1, computeEnvironmentOrder });
  return world;
};

const environment = async (world: World) =>
  (await world.ask('describeComputeEnvironments', { computeEnvironments: ['w'] })).computeEnvironments[0];

const submit = (world: World, vcpus = 2) => world.submit({ jobQueue: 'w', containerOverrides: { vcpus } });

const why = async (world: World, id: string) => (await world.job(id)).statusReason;

test('K-144 K-146: EC2 is nodes of its types, whole, up to maxvCpus; desiredvCpus is what tasks ask', async () => {
  const world = await worldOf({ instanceTypes: ['c5.xlarge'], maxvCpus: 3 }, [ON_DEMAND, SPOT]);
  await submit(world);
  const second = await submit(world);
  await world.settle();
  assert.deepEqual(
    world.engine.orders.map(({ host }) => host),
    ['a'],
  );
  assert.equal((await environment(world)).computeResources.desiredvCpus, 2);
  assert.match(await why(world, second), /environment w has 1 of 3 vCPUs free and may launch no more$/);
  const { clusters } = await world.ask('describeClusters', {
    clusters: [(await environment(world)).ecsClusterArn],
  });
  assert.equal(clusters[0].registeredContainerInstancesCount, 1);
});

test('K-145: SPOT is nodes of Spot capacity; INVALID with its reason while there is none, and valid again when one comes', async () => {
  const world = await worldOf({ type: 'SPOT', spotIamFleetRole: 'fleet' }, [ON_DEMAND]);
  const id = await submit(world);
  await world.settle();
  const { status, statusReason } = await environment(world);
  assert.deepEqual([status, statusReason], ['INVALID', 'no node is of Spot capacity']);
  assert.match(await why(world, id), /environment w is INVALID: no node is of Spot capacity$/);
  const { environments } = await world.ask('getOverview');
  const shown = environments.find(({ name }: { name: string }) => name === 'w');
  assert.deepEqual([shown.status, shown.statusReason], [status, statusReason]);
  world.engine.hosts = () => [ON_DEMAND, SPOT];
  await world.settle();
  assert.deepEqual(
    world.engine.orders.map(({ host }) => host),
    ['b'],
  );
  assert.equal((await environment(world)).status, 'VALID');
  assert.equal(world.service.lastPlan.spotPrice, undefined, 'nobody plays with its price');
});

test('K-144: a job of a type that no node is of waits, for one may come', async () => {
  const world = await worldOf({ instanceTypes: ['m5.large'] }, [ON_DEMAND]);
  const id = await submit(world);
  await world.settle();
  assert.match(
    await why(world, id),
    /^1st in queue w; .*environment w waits for a host: none takes jobs now$/,
  );
  assert.equal((await environment(world)).statusReason, 'no node is of its types: m5.large');
  world.engine.hosts = () => [node('c', { type: 'm5.large' })];
  await world.settle();
  assert.equal((await world.job(id)).status, 'RUNNING');
});

test('K-144: another setup drains instances, and the same node takes the jobs of the new one beside them', async () => {
  const world = await worldOf({ allocationStrategy: 'BEST_FIT_PROGRESSIVE' }, [ON_DEMAND]);
  await submit(world);
  await world.settle();
  await world.ask('updateComputeEnvironment', {
    computeEnvironment: 'w',
    computeResources: { instanceTypes: ['c5', 'm5'] },
  });
  await submit(world);
  await world.settle();
  assert.equal((await environment(world)).status, 'UPDATING');
  assert.deepEqual(
    world.engine.orders.map(({ host }) => host),
    ['a', 'a'],
  );
  world.engine.end(world.engine.orders[0]!.taskId, 0);
  await world.settle();
  assert.equal((await environment(world)).status, 'VALID');
});

test('K-146: a wish for vCPUs launches nothing and is over at once', async () => {
  const world = await worldOf({ maxvCpus: 8 }, [ON_DEMAND]);
  await world.ask('updateComputeEnvironment', {
    computeEnvironment: 'w',
    computeResources: { desiredvCpus: 4 },
  });
  await world.settle();
  assert.equal((await environment(world)).computeResources.desiredvCpus, 0);
  await submit(world);
  await world.settle();
  assert.equal((await environment(world)).computeResources.desiredvCpus, 2);
});

test('K-144: FARGATE is a slice of any node', async () => {
  const world = await worldOf(
    { type: 'FARGATE', minvCpus: undefined, instanceTypes: undefined, instanceRole: undefined },
    [ON_DEMAND],
  );
  const container = {
    image: 'x',
    command: ['run'],
    executionRoleArn: 'arn:aws:iam::012345678910:role/r',
    resourceRequirements: [
      { type: 'VCPU', value: '1' },
      { type: 'MEMORY', value: '2048' },
    ],
  };
  const platformCapabilities = ['FARGATE'];
  await world.ask('registerJobDefinition', {
    ...{ jobDefinitionName: 'fd', type: 'container', platformCapabilities, containerProperties: container },
  });
  await world.submit({ jobQueue: 'w', jobDefinition: 'fd' });
  await world.settle();
  assert.deepEqual(
    world.engine.orders.map(({ host }) => host),
    ['a'],
  );
});
