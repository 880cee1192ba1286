import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { reaches, until } from '../../../test/contract/engine-suite.ts';
import { addNode } from '../../../test/support/kubernetes/cluster.ts';
import { type FakeWorld, openFakeWorld, sleeper } from '../../../test/support/kubernetes/world.ts';
import type { HostView } from '../../domain/host.ts';
import type { TaskReport } from '../engine.ts';

/* Nodes that an autoscaler adds. */

const SIZE = { milliVcpus: 16_000, memoryMiB: 61_440, gpus: 0 };
const GROUP = { name: 'cpu', size: SIZE, max: 2, labels: { pool: 'cpu' }, isSpot: false };
const MINUTE = 60_000;

const open = (t: TestContext) => openFakeWorld(t, { growth: [GROUP] });

const toCome = (world: FakeWorld): readonly HostView[] =>
  world.engine.hosts().filter(({ isToCome }) => isToCome);

const nodeOf = (world: FakeWorld, name: string): HostView | undefined =>
  world.engine.hosts().find((host) => host.name === name);

/** A task on the first node to come, whose pod the scheduler has no place for. */
const pending = async (t: TestContext) => {
  const world = await open(t);
  const order = sleeper({ host: toCome(world)[0]!.id });
  await world.engine.start([order]);
  const pod = await until(world, 'its pod', () => world.podOf(order.taskId));
  await until(world, 'its words', () => world.engine.waitReason('job'));
  return { world, order, pod };
};

test('K-147 K-148: what is left of a group is hosts to come, one less for each node with its labels', async (t) => {
  const world = await open(t);
  assert.deepEqual(
    toCome(world).map(({ id, size, open, group }) => [id, size, open, group]),
    [
      ['grow:cpu:1', SIZE, true, 'cpu'],
      ['grow:cpu:2', SIZE, true, 'cpu'],
    ],
  );
  addNode(world.cluster.api, 'node3', { pool: 'cpu' });
  await world.sees('the node', () => nodeOf(world, 'node3') !== undefined);
  assert.deepEqual([toCome(world).length, nodeOf(world, 'node3')?.group], [1, 'cpu']);
  assert.equal(nodeOf(world, 'node1')?.group, undefined);
});

test('K-148: a pod for a node to come has the selector of its group and no pin, and waits with words', async (t) => {
  const { world, pod } = await pending(t);
  assert.deepEqual(pod.spec.nodeSelector, { pool: 'cpu' });
  assert.equal(pod.spec.affinity, undefined);
  assert.equal(pod.metadata.annotations?.['longshore.dev/growth'], 'grow:cpu:1');
  assert.match(world.engine.waitReason('job') ?? '', /^waits for a node of group cpu: 0\/1 nodes/);
  world.pass(14 * MINUTE);
  await world.tick();
  assert.ok(world.podOf(pod.metadata.labels!['longshore.dev/task']!), 'it may come yet');
});

test('K-148: the node comes: its pods first, then ours by pins; each task tells where it has come to', async (t) => {
  const { world, order } = await pending(t);
  const heard: TaskReport[] = [];
  world.engine.watch((reports) => heard.push(...reports));
  world.cluster.kubelets.pace.start = 3_600_000;
  addNode(world.cluster.api, 'node3', { pool: 'cpu' });
  const host = await until(world, 'the node', () => nodeOf(world, 'node3'));
  assert.deepEqual([host.open, host.why], [false, 'the pods that it was added for come first']);
  await world.sees('where it is', () => heard.length > 0);
  assert.deepEqual(heard[0], { taskId: order.taskId, kind: 'waiting', host: host.id });
  world.pass(10_000);
  await world.sees('it takes others', () => nodeOf(world, 'node3')?.open === true);
});

test('K-148: after a restart a task that has come to a node tells so, running and ended', async (t) => {
  const { world, order } = await pending(t);
  addNode(world.cluster.api, 'node3', { pool: 'cpu' });
  const { id } = await until(world, 'the node', () => nodeOf(world, 'node3'));
  await reaches(world, order.taskId, 'running');
  await world.reopen();
  assert.equal((await reaches(world, order.taskId, 'running')).host, id);
  assert.equal(nodeOf(world, 'node3')?.open, true, 'one that was there is not held back');
  await world.engine.stop(order.taskId, 1);
  assert.equal((await reaches(world, order.taskId, 'exited')).host, id);
});

test('K-148: a node that comes with a list, for the watch was behind, is left to its pods first as well', async (t) => {
  const { world } = await pending(t);
  const { api } = world.cluster;
  world.cluster.kubelets.pace.start = 3_600_000;
  api.vice = ({ query }) => (query.get('watch') ? { kind: 'refuse', status: 503 } : undefined);
  api.cutWatches();
  addNode(api, 'node3', { pool: 'cpu' });
  await world.tick();
  api.forget();
  api.vice = () => undefined;
  const host = await until(world, 'the node', () => {
    world.pass(1000);
    return nodeOf(world, 'node3');
  });
  assert.deepEqual([host.open, host.why], [false, 'the pods that it was added for come first']);
  world.pass(10_000);
  await world.sees('it takes others', () => nodeOf(world, 'node3')?.open === true);
});

test('K-148: one that is bound before its node is known tells where it has come to as soon as that is', async (t) => {
  const { world, order } = await pending(t);
  world.cluster.api.vice = ({ path, query }) =>
    path === '/api/v1/nodes' && query.get('watch') ? { kind: 'refuse', status: 503 } : undefined;
  world.cluster.api.endWatches();
  addNode(world.cluster.api, 'node3', { pool: 'cpu' });
  assert.equal((await reaches(world, order.taskId, 'running')).host, undefined);
  const heard: TaskReport[] = [];
  world.engine.watch((reports) => heard.push(...reports));
  world.cluster.api.vice = () => undefined;
  const { id } = await until(world, 'the node', () => {
    world.pass(16_000);
    return nodeOf(world, 'node3');
  });
  world.pass(1000);
  await world.sees('where it is', () => heard.some((report) => 'host' in report && report.host === id));
  assert.equal((await reaches(world, order.taskId, 'running')).host, id);
});

test('K-149: no node in 15 minutes: recalled, no attempt used, and its group closed for 15, with the autoscaler’s newest word', async (t) => {
  const { world, order, pod } = await pending(t);
  const event = (from: string, message: string, at: string) => ({
    involvedObject: { uid: pod.metadata.uid },
    type: 'Normal',
    reason: 'NotTriggerScaleUp',
    message,
    source: { component: from },
    lastTimestamp: at,
  });
  world.cluster.api.events.set(pod.metadata.uid, [
    event('cluster-autoscaler', 'an older word', '2026-01-01T00:00:00Z'),
    event(
      'cluster-autoscaler',
      "pod didn't trigger scale-up: 1 max node group size reached",
      '2026-01-01T00:01:00Z',
    ),
    event('default-scheduler', '0/2 nodes are available', '2026-01-01T00:02:00Z'),
  ]);
  world.pass(MINUTE);
  await world.sees('its word', () => /max node group size/.test(world.engine.waitReason('job') ?? ''));
  world.pass(14 * MINUTE);
  const { reason } = await reaches(world, order.taskId, 'unstarted');
  assert.equal(
    reason,
    "no node of group cpu came: pod didn't trigger scale-up: 1 max node group size reached",
  );
  assert.deepEqual(
    toCome(world).map(({ open, why }) => [open, why]),
    [[false, reason]],
  );
  assert.equal(nodeOf(world, 'node1')?.open, true, 'no node has to do with it');
  world.pass(15 * MINUTE - 1000);
  assert.equal(toCome(world).length, 1);
  world.pass(1000);
  assert.deepEqual(
    toCome(world).map(({ open }) => open),
    [true, true],
  );
});

test('K-149: one pod that no node of a group takes closes it for nobody, while it gives others what they wait for', async (t) => {
  for (const gives of ['a node', 'a place', 'nothing'] as const) {
    const world = await open(t);
    const [first] = toCome(world);
    const odd = { ...sleeper().container, runtimePlatform: { cpuArchitecture: 'ARM64' } };
    const stuck = sleeper({ host: first!.id, container: odd });
    if (gives === 'a place') addNode(world.cluster.api, 'node3', { pool: 'cpu' });
    await world.engine.start([stuck]);
    await until(world, 'its words', () => world.engine.waitReason('job'));
    world.pass(5 * MINUTE);
    if (gives === 'a node') addNode(world.cluster.api, 'node3', { pool: 'cpu' });
    if (gives !== 'nothing') await world.sees('the node', () => nodeOf(world, 'node3') !== undefined);
    if (gives === 'a place') {
      const other = sleeper({ host: first!.id });
      await world.engine.start([other]);
      await reaches(world, other.taskId, 'running');
    }
    world.pass(10 * MINUTE);
    assert.match((await reaches(world, stuck.taskId, 'unstarted')).reason, /^no node of group cpu came/);
    const isOpen = toCome(world).every((host) => host.open);
    assert.equal(isOpen, gives !== 'nothing', gives);
  }
});

test('K-016 K-149: the node that comes while the API is too busy to recall its pod runs it to its end', async (t) => {
  const { world, order } = await pending(t);
  let deletes = 0;
  world.cluster.api.vice = ({ method }) =>
    method === 'DELETE' && deletes++ < 2 ? { kind: 'refuse', status: 503 } : undefined;
  world.pass(15 * MINUTE);
  await world.sees('it is given up', () => deletes === 1);
  addNode(world.cluster.api, 'node3', { pool: 'cpu' });
  await reaches(world, order.taskId, 'running');
  world.pass(MINUTE);
  await world.sees('others are told', () => toCome(world).length > 0);
  for (let ticks = 0; ticks < 5; ticks++) await world.tick();
  assert.equal(world.podOf(order.taskId)?.metadata.deletionTimestamp, undefined);
  assert.equal(deletes, 1, 'nobody asks any more');
  assert.equal((await reaches(world, order.taskId, 'running')).kind, 'running');
});

test('K-016 K-149: a pod that is bound in the very moment of its recall runs', async (t) => {
  const { world, order } = await pending(t);
  const { api } = world.cluster;
  let deletes = 0;
  api.vice = ({ method }) => {
    if (method === 'DELETE' && deletes++ === 0) addNode(api, 'node3', { pool: 'cpu' });
    // bound before the delete is looked at, and not told yet
    if (method === 'DELETE')
      api.pods.change(world.nameOf(order.taskId), ({ spec }) => (spec.nodeName = 'node3'));
    return undefined;
  };
  world.pass(15 * MINUTE);
  await reaches(world, order.taskId, 'running');
  assert.equal(world.podOf(order.taskId)?.metadata.deletionTimestamp, undefined);
});

test('K-016 K-149: a pod of which something else changed meanwhile is looked at again, and recalled', async (t) => {
  const { world, order } = await pending(t);
  const { api } = world.cluster;
  let deletes = 0;
  api.vice = ({ method }) => {
    if (method === 'DELETE' && deletes++ === 0)
      api.pods.change(world.nameOf(order.taskId), ({ metadata }) => (metadata.labels!.more = 'words'));
    return undefined;
  };
  world.pass(15 * MINUTE);
  assert.match((await reaches(world, order.taskId, 'unstarted')).reason, /^no node of group cpu came/);
  assert.ok(deletes >= 2);
});

test('K-149: what the pod names and is not there closes no group', async (t) => {
  const { world, order } = await pending(t);
  world.cluster.kubelets.pace.bind = 3_600_000;
  const message = '0/2 nodes are available: persistentvolumeclaim "typo" not found.';
  const condition = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message };
  world.cluster.api.pods.change(
    world.nameOf(order.taskId),
    ({ status }) => (status.conditions = [condition]),
  );
  await world.sees('the words', () => world.engine.waitReason('job') === message);
  world.pass(MINUTE);
  assert.match((await reaches(world, order.taskId, 'failed')).reason, /"typo" not found/);
  assert.equal(toCome(world).length, 2);
});

test('K-148: a task of a group that nobody tells of any more goes back to wait', async (t) => {
  const world = await openFakeWorld(t);
  const order = sleeper({ host: 'grow:cpu:1' });
  await world.engine.start([order]);
  assert.equal((await reaches(world, order.taskId, 'unstarted')).reason, 'its node is gone');
});
