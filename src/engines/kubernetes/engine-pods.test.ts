import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reaches } from '../../../test/contract/engine-suite.ts';
import { CONTAINER, podOrder } from '../../../test/support/eks.ts';
import { openFakeWorld } from '../../../test/support/kubernetes/world.ts';

/* Jobs that say their pods themselves, over the fake API. */

const shell = (name: string, script: string) => ({
  ...CONTAINER,
  name,
  command: ['sh'],
  args: ['-c', script],
});

test('T-373 T-374: init containers come first, and what each container ended with is reported', async (t) => {
  const world = await openFakeWorld(t);
  const order = podOrder({
    containers: [shell('a', 'exit 0'), shell('b', 'exit 3'), shell('c', 'exit 4')],
    initContainers: [shell('i', 'exit 0'), shell('j', 'exit 0')],
  });
  await world.engine.start([order]);
  const report = await reaches(world, order.taskId, 'exited');
  assert.deepEqual([report.exitCode, report.reason], [3, 'Error']);
  const { nodeName, containers, initContainers } = report.pod!;
  assert.match(nodeName!, /^node\d$/);
  assert.deepEqual(
    containers.map(({ name, exitCode, containerID }) => [name, exitCode, containerID]),
    [
      ['a', 0, 'fake://a'],
      ['b', 3, 'fake://b'],
      ['c', 4, 'fake://c'],
    ],
  );
  assert.deepEqual(
    initContainers.map(({ name, exitCode }) => [name, exitCode]),
    [
      ['i', 0],
      ['j', 0],
    ],
  );
});

test('T-373: an init container that fails ends the attempt before its containers begin', async (t) => {
  const world = await openFakeWorld(t);
  const order = podOrder({
    containers: [shell('a', 'exit 0')],
    initContainers: [shell('i', 'exit 7'), shell('j', 'exit 0')],
  });
  await world.engine.start([order]);
  const report = await reaches(world, order.taskId, 'failed');
  assert.deepEqual([report.reason, report.exitCode], ['init container i ended with 7', 7]);
  assert.equal(report.pod?.containers[0]?.exitCode, undefined);
});

test('T-377: a stop deletes the pod with its grace, and all its containers end', async (t) => {
  const world = await openFakeWorld(t);
  const sleep = { ...CONTAINER, command: ['sleep'], args: ['600'] };
  const order = podOrder({
    containers: [
      { ...sleep, name: 'a' },
      { ...sleep, name: 'b' },
    ],
    shareProcessNamespace: true,
  });
  await world.engine.start([order]);
  await reaches(world, order.taskId, 'running');
  await world.engine.stop(order.taskId, 30);
  const { exitCode, pod } = await reaches(world, order.taskId, 'exited');
  assert.equal(exitCode, 143);
  assert.deepEqual(
    pod!.containers.map((container) => container.exitCode),
    [143, 143],
  );
});

test('T-378: the next server takes a pod up as it is, and one that is over is deleted once its end is stored', async (t) => {
  const world = await openFakeWorld(t);
  const sleep = { ...CONTAINER, command: ['sleep'], args: ['600'] };
  const order = podOrder({ containers: [{ ...sleep, name: 'a' }, shell('b', 'exit 0')] });
  await world.engine.start([order]);
  await reaches(world, order.taskId, 'running');
  await world.reopen();
  await world.engine.start([order]);
  const [report] = await world.engine.list();
  assert.equal(report?.kind, 'running');
  assert.equal(report.pod?.containers[0]?.name, 'a');
  assert.equal(world.cluster.kubelets.starts.get(world.nameOf(order.taskId)), 1);
  await world.engine.stop(order.taskId, 0);
  await reaches(world, order.taskId, 'exited');
  await world.engine.forget([order.taskId]);
  // a create of the server before may still come until then
  world.pass(120_000);
  await world.sees('the pod gone', () => world.podOf(order.taskId) === undefined);
});

test('T-371 K-120: what may not be is refused before anything is made, with the member’s name', async (t) => {
  const world = await openFakeWorld(t, { namespace: 'jobs' });
  const order = podOrder({ containers: [CONTAINER], metadata: { namespace: 'others' } });
  await world.engine.start([order]);
  const { reason } = await reaches(world, order.taskId, 'failed');
  assert.match(reason, /^CannotCreateContainerError: podProperties: metadata.namespace is others/);
  assert.equal(world.podOf(order.taskId), undefined);
});
