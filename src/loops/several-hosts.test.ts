import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMemory } from '../../test/support/memory-database.ts';
import { makeWorld, openWorld, type World } from '../../test/support/world.ts';
import { type HostView, machineOf } from '../domain/host.ts';
import { noteRecalled } from '../transitions/jobs/recall.ts';

/* An engine of several hosts, as the loops see it. */

const host = (id: string, more: Partial<HostView> = {}): HostView => ({
  ...machineOf({ milliVcpus: 2000, memoryMiB: 16_384, gpus: 0 }),
  ...{ id, name: `node-${id}`, cpuIsWeight: false, standing: false, isApart: true },
  ...more,
});
const HOSTS = [host('a'), host('b')];
const TWO = { vcpus: 2 };

const hostsOf = (world: World): (string | undefined)[] => world.engine.orders.map((order) => order.host);

/** Two jobs of two vCPUs, one on each host. */
const busy = async (connection = openMemory()) => {
  const world = await makeWorld({ command: ['run'], hosts: HOSTS, connection });
  const more = { containerOverrides: TWO, retryStrategy: { attempts: 2 } };
  const ids = [await world.submit(more), await world.submit(more)];
  await world.settle();
  const at = (name: string) => ids[hostsOf(world).indexOf(name)]!;
  return { world, onA: at('a'), onB: at('b') };
};

test('an order names the host that its task was placed on, and none that is closed', async () => {
  const { world } = await busy();
  assert.deepEqual(hostsOf(world).sort(), ['a', 'b']);
  world.engine.hosts = () => [host('a', { open: false }), host('b')];
  for (const { taskId } of [...world.engine.orders]) world.engine.end(taskId, 0);
  await world.submit();
  await world.submit();
  await world.settle();
  assert.deepEqual(hostsOf(world).slice(2), ['b', 'b']);
});

test('a multi-node job whose main node was not sent gives up the host that is silent, and its nodes start elsewhere', async () => {
  const world = await makeWorld({ command: ['run'], hosts: HOSTS });
  world.engine.begins = false;
  const container = { image: 'x', vcpus: 1, memory: 16, command: ['run'] };
  const nodeRangeProperties = [{ targetNodes: '0:', container }];
  const nodeProperties = { numNodes: 2, mainNode: 1, nodeRangeProperties };
  await world.ask('registerJobDefinition', { jobDefinitionName: 'm', type: 'multinode', nodeProperties });
  const id = await world.submit({ jobDefinition: 'm' });
  await world.settle();
  const [first] = hostsOf(world);
  world.engine.hosts = () => HOSTS.map((one) => ({ ...one, open: one.id !== first }));
  const { taskId } = world.engine.orders[0]!;
  await world.engine.recall(taskId);
  const { service } = world;
  await service.store.write((tx) => noteRecalled(service, tx, [taskId]));
  world.engine.begins = true;
  await world.settle();
  const other = first === 'a' ? 'b' : 'a';
  assert.deepEqual(hostsOf(world), [first, other, other]);
  const job = await world.job(id);
  assert.deepEqual([job.status, job.attempts.length], ['RUNNING', 0]);
  assert.deepEqual(
    world.engine.orders.slice(1).map(({ attempt }) => attempt),
    [1, 1],
  );
});

test('J-183: a host says why it takes no jobs: to who looks, to a job that was to start there, and to one that waits for any', async () => {
  const world = await makeWorld({ command: ['run'], hosts: HOSTS });
  world.engine.begins = false;
  const id = await world.submit({ containerOverrides: TWO });
  await world.settle();
  const why = 'silent since 2026-01-01T00:00:00Z: connect ECONNREFUSED';
  const [on] = hostsOf(world);
  world.engine.hosts = () => HOSTS.map((one) => ({ ...one, open: false, ...(one.id === on && { why }) }));
  assert.equal((await world.job(id)).statusReason, `on host node-${on}: ${why}`);
  const avoided = world.engine.hosts().map((one) => ({ ...one, isAvoided: true as const }));
  const { hosts } = world.engine;
  world.engine.hosts = () => avoided;
  assert.equal(
    (await world.job(id)).statusReason ?? '',
    '',
    'what others could not do there is nothing to it',
  );
  world.engine.hosts = hosts;
  const { pool } = await world.ask('getOverview');
  assert.deepEqual(pool.hosts.map((shown: { why?: string }) => shown.why).filter(Boolean), [why]);
  const other = await world.submit();
  await world.settle();
  assert.match((await world.job(other)).statusReason, /environment e waits for a host: none takes jobs now$/);
  world.engine.hosts = () => [
    host('a', { open: false }),
    host('b', { size: { ...HOSTS[1]!.size, milliVcpus: 500 } }),
  ];
  const large = await world.submit();
  await world.settle();
  assert.match((await world.job(large)).statusReason, /of those that take jobs now none is large enough/);
});

test('on one machine an order names no host', async () => {
  const world = await makeWorld({ command: ['run'] });
  await world.submit();
  await world.settle();
  assert.deepEqual(hostsOf(world), [undefined]);
});

test('K-067 K-143: what is told lost of a host is tried again by its strategy, elsewhere, and the instance is gone', async () => {
  const { world, onA, onB } = await busy();
  world.engine.hosts = () => [host('a'), host('b', { open: false, isLost: true })];
  const { taskId } = world.engine.orders.find((order) => order.host === 'b')!;
  // not so soon that others would line up behind it
  world.clock.advance(60_000);
  world.engine.lose(taskId);
  await world.settle();
  const lost = await world.job(onB);
  assert.match(lost.attempts[0].statusReason, /^Host EC2 \(instance i-\w+\) terminated\.$/);
  assert.deepEqual([lost.status, (await world.job(onA)).status], ['RUNNABLE', 'RUNNING']);
  assert.match(lost.statusReason, /host node-a, with the most room of 1 open hosts, has 0 vCPUs /);
  const { environments, pool } = await world.ask('getOverview');
  assert.equal(environments[0].instances, 1);
  assert.deepEqual(
    pool.hosts.map(({ name, open }: HostView) => [name, open]),
    [
      ['node-a', true],
      ['node-b', false],
    ],
  );
  assert.deepEqual([pool.total.milliVcpus, pool.free.milliVcpus], [4000, 0], 'a closed one has nothing free');
  world.engine.end(world.engine.orders.find((order) => order.host === 'a')!.taskId, 0);
  await world.settle();
  assert.deepEqual([hostsOf(world).at(-1), (await world.job(onB)).status], ['a', 'RUNNING']);
});

test('K-067: without another attempt the job has failed with that reason', async () => {
  const world = await makeWorld({ command: ['run'], hosts: HOSTS });
  const id = await world.submit();
  await world.settle();
  world.engine.lose(world.engine.orders[0]!.taskId);
  await world.settle();
  const { status, statusReason } = await world.job(id);
  assert.deepEqual([status, /^Host EC2 /.test(statusReason)], ['FAILED', true]);
});

test('K-153: a container instance says which host it is on, and whether that is heard', async () => {
  const { world, onB } = await busy();
  const arn = (await world.job(onB)).container.containerInstanceArn;
  const shown = async () => {
    const input = { cluster: arn.split('/')[1], containerInstances: [arn] };
    const [instance] = (await world.ask('describeContainerInstances', input)).containerInstances;
    const node = instance.attributes.find(({ name }: { name: string }) => name === 'longshore.node');
    return [node.value, instance.agentConnected];
  };
  assert.deepEqual(await shown(), ['node-b', true]);
  world.engine.hosts = () => [host('a'), host('b', { open: false })];
  assert.deepEqual(await shown(), ['node-b', false]);
});

test('K-153: a part of a host keeps its own type, is in the host’s zone, and drains with it', async () => {
  const { world, onB } = await busy();
  const more = { open: false, isDraining: true, type: 'c5.large', zone: 'eu-west-1c' } as const;
  world.engine.hosts = () => [host('a'), host('b', more)];
  const arn = (await world.job(onB)).container.containerInstanceArn;
  const input = { cluster: arn.split('/')[1], containerInstances: [arn] };
  const [instance] = (await world.ask('describeContainerInstances', input)).containerInstances;
  assert.deepEqual([instance.status, instance.agentConnected], ['DRAINING', true]);
  assert.deepEqual(
    instance.attributes.slice(0, 2).map(({ value }: { value: string }) => value),
    ['c6i.large', 'eu-west-1c'],
  );
  const listed = async (status: string) =>
    (await world.ask('listContainerInstances', { cluster: input.cluster, status })).containerInstanceArns;
  assert.deepEqual([await listed('DRAINING'), (await listed('ACTIVE')).includes(arn)], [[arn], false]);
});

test('K-153: a cluster without a host is described', async () => {
  const { world, onB } = await busy();
  world.engine.hosts = () => [];
  const [, cluster] = (await world.job(onB)).container.containerInstanceArn.split('/');
  const found = await world.ask('describeClusters', { clusters: [cluster], include: ['STATISTICS'] });
  const free = found.clusters[0].statistics.find(
    ({ name }: { name: string }) => name === 'longshorePoolFree',
  );
  assert.equal(free.value, '0 vCPUs and 0 MiB');
});

test('K-078: a server that starts tells its engine what the store holds as live, and where', async () => {
  const connection = openMemory();
  const { world } = await busy(connection);
  await world.submit({ containerOverrides: TWO });
  await world.settle();
  const startedAt = world.clock.wall();
  await world.loops.stop();
  const next = openWorld({ connection, hosts: HOSTS });
  await next.loops.start();
  const tasks = world.engine.orders.map(({ taskId, host }) => ({ taskId, host, startedAt }));
  assert.deepEqual(next.engine.expected.sort(byTask), tasks.sort(byTask));
  await next.loops.stop();
});

const byTask = (a: { taskId: string }, b: { taskId: string }) => (a.taskId < b.taskId ? -1 : 1);
