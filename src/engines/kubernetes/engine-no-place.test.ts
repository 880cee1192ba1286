import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { reaches, until } from '../../../test/contract/engine-suite.ts';
import { type FakeWorld, isCreate, openFakeWorld, sleeper } from '../../../test/support/kubernetes/world.ts';
import { containerOf } from '../../../test/support/orders.ts';
import type { StartOrder } from '../engine.ts';

/* Pods that the cluster's scheduler has no place for. */

const openIn = (world: FakeWorld): string[] =>
  world.engine.hosts().flatMap(({ name, open }) => (open ? [name] : []));

/** An engine whose pods are not bound: of all of them the scheduler says this. */
const worldSaying = async (
  t: TestContext,
  message: string,
  orders: (world: FakeWorld) => readonly StartOrder[],
): Promise<{ world: FakeWorld; ids: readonly string[] }> => {
  const world = await openFakeWorld(t);
  world.cluster.kubelets.pace.bind = 3_600_000;
  const given = orders(world);
  const ids = given.map(({ taskId }) => taskId);
  await world.engine.start(given);
  const condition = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message };
  for (const id of ids) {
    await world.sees('its pod', () => world.podOf(id) !== undefined);
    world.cluster.api.pods.change(world.nameOf(id), ({ status }) => (status.conditions = [condition]));
  }
  for (const { jobId } of given)
    assert.equal(await until(world, 'its words', () => world.engine.waitReason(jobId)), message);
  return { world, ids };
};

const oneEach = (more: object) => (world: FakeWorld) =>
  world.engine.hosts().map(({ id }) => sleeper({ host: id, jobId: `job on ${id}`, ...more }));

test('K-140: pods that name a claim which is not there close no node, and fail with those words', async (t) => {
  const message = '0/2 nodes are available: persistentvolumeclaim "typo" not found.';
  const { world, ids } = await worldSaying(t, message, oneEach({}));
  world.pass(10_000);
  await world.tick();
  assert.deepEqual(openIn(world), ['node1', 'node2']);
  world.pass(50_000);
  for (const id of ids)
    assert.equal((await reaches(world, id, 'failed')).reason, `ResourceInitializationError: ${message}`);
  assert.deepEqual(openIn(world), ['node1', 'node2']);
});

test('K-140: what the scheduler says before the create is answered is not forgotten for the answer', async (t) => {
  const world = await openFakeWorld(t);
  const { api, kubelets } = world.cluster;
  kubelets.pace.bind = 0;
  let isAnswered = false;
  api.vice = (one) => (isCreate(one) ? { kind: 'slow', milliseconds: 300 } : undefined);
  api.nodes.change('node1', ({ spec }) => (spec.unschedulable = true));
  const order = sleeper({ host: world.engine.hosts().find(({ name }) => name === 'node1')!.id });
  await world.engine.start([order]);
  await until(world, 'its words', () => world.engine.waitReason('job'));
  setTimeout(() => (isAnswered = true), 600);
  await world.sees('the answer has come', () => isAnswered);
  assert.match(world.engine.waitReason('job') ?? '', /node affinity/);
});

const ARM = { container: containerOf([], { runtimePlatform: { cpuArchitecture: 'ARM64' } }) };
const NO_LABEL = "0/2 nodes are available: 1 node(s) didn't match Pod's node affinity/selector.";

test('K-140: a job of an architecture that no node is of fails and closes none', async (t) => {
  const { world, ids } = await worldSaying(t, NO_LABEL, oneEach(ARM));
  world.pass(60_000);
  for (const id of ids) await reaches(world, id, 'failed');
  assert.deepEqual(openIn(world), ['node1', 'node2']);
});

test('K-140: where another node is of its architecture the one that is not is closed for a minute, and the job goes on', async (t) => {
  const { world, ids } = await worldSaying(t, NO_LABEL, ({ cluster, engine }) => {
    cluster.api.nodes.change('node2', ({ metadata }) => (metadata.labels['kubernetes.io/arch'] = 'arm64'));
    return engine
      .hosts()
      .flatMap(({ name, id }) => (name === 'node1' ? [sleeper({ host: id, ...ARM })] : []));
  });
  world.pass(10_000);
  await reaches(world, ids[0]!, 'unstarted');
  assert.deepEqual(openIn(world), ['node2']);
  world.pass(60_000);
  assert.deepEqual(openIn(world), ['node1', 'node2']);
});

test('K-140: what a node has no room for closes that node, and fails no attempt however often', async (t) => {
  const { world, ids } = await worldSaying(t, '0/2 nodes are available: 1 Insufficient cpu.', oneEach({}));
  world.pass(10_000);
  for (const id of ids) await reaches(world, id, 'unstarted');
  assert.deepEqual(openIn(world), []);
  world.pass(60_000);
  assert.deepEqual(openIn(world), ['node1', 'node2']);
});
