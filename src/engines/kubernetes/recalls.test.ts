import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { COMMANDS, reaches, stateOf } from '../../../test/contract/engine-suite.ts';
import { createsGoWrong, isCreate, openFakeWorld, sleeper } from '../../../test/support/kubernetes/world.ts';
import { orderOf } from '../../../test/support/orders.ts';

/** A world with the pod of an order that no node takes yet. */
const withUnboundPod = async (t: TestContext) => {
  const world = await openFakeWorld(t);
  const { api, kubelets } = world.cluster;
  kubelets.pace.bind = 60_000;
  const order = sleeper();
  await world.engine.start([order]);
  await world.sees('the pod', () => world.podOf(order.taskId) !== undefined);
  await world.tick();
  return { world, api, order };
};

test('K-015 K-016 K-017: a pod that is not bound is taken back with what was seen of it, and never starts', async (t) => {
  const world = await openFakeWorld(t);
  world.cluster.kubelets.pace.bind = 60_000;
  const order = sleeper();
  await world.engine.start([order]);
  await world.sees('the pod', () => world.podOf(order.taskId) !== undefined);
  assert.equal(await world.engine.recall(order.taskId), true);
  assert.equal(world.podOf(order.taskId), undefined);
  await world.engine.start([order]);
  await world.tick();
  assert.equal(world.podOf(order.taskId), undefined);
  assert.equal((await stateOf(world, order.taskId))?.kind, undefined);
});

test('K-016 K-021: a pod that is bound in the very moment is looked at again, and counts as begun', async (t) => {
  const { world, api, order } = await withUnboundPod(t);
  api.vice = ({ method }) => {
    if (method === 'DELETE')
      api.pods.change(world.nameOf(order.taskId), ({ spec }) => (spec.nodeName = 'node1'));
    return undefined;
  };
  assert.equal(await world.engine.recall(order.taskId), false);
  api.vice = () => undefined;
  await reaches(world, order.taskId, 'running');
  assert.equal(world.podOf(order.taskId)!.metadata.deletionTimestamp, undefined);
});

test('K-018 K-007: of a task whose create is not answered a gated pod takes the name, and the late create meets it', async (t) => {
  const world = await openFakeWorld(t);
  const { api, kubelets } = world.cluster;
  let creates = 0;
  api.vice = (one) => (isCreate(one) && ++creates === 1 ? { kind: 'late', milliseconds: 400 } : undefined);
  const order = orderOf(COMMANDS.succeed);
  await world.engine.start([order]);
  await world.sees('a create', () => creates === 1);
  assert.equal(await world.engine.recall(order.taskId), true);
  assert.deepEqual(world.podOf(order.taskId)!.spec.schedulingGates, [{ name: 'longshore.dev/recalled' }]);
  await new Promise((done) => setTimeout(done, 600));
  assert.equal(kubelets.starts.size, 0);
  await world.engine.forget([order.taskId]);
  assert.deepEqual(await world.engine.list(), []);
  world.pass(70_000);
  await world.sees('the gated pod is gone', () => world.podOf(order.taskId) === undefined);
});

test('K-018: a create that came before the gated pod is known, and what it made is taken back or runs', async (t) => {
  const world = await openFakeWorld(t);
  createsGoWrong(world, { kind: 'unanswered' });
  world.cluster.kubelets.pace.bind = 60_000;
  const order = sleeper();
  await world.engine.start([order]);
  await world.sees('the pod', () => world.podOf(order.taskId) !== undefined);
  assert.equal(await world.engine.recall(order.taskId), true);
  const { metadata, spec } = world.podOf(order.taskId)!;
  assert.deepEqual([typeof metadata.deletionTimestamp, spec.nodeName], ['string', undefined]);
  world.pass(70_000);
  await world.sees('it is gone', () => world.podOf(order.taskId) === undefined);
});

test('K-020 K-018: a task that a server before may have sent is taken back by a gated pod, later by not knowing it', async (t) => {
  const world = await openFakeWorld(t);
  const [early, late] = [sleeper(), sleeper()];
  assert.equal(await world.engine.recall(early.taskId), true);
  assert.notEqual(world.podOf(early.taskId), undefined);
  world.pass(70_000);
  assert.equal(await world.engine.recall(late.taskId), true);
  assert.equal(world.podOf(late.taskId), undefined);
  await world.engine.start([early, late]);
  assert.deepEqual(await world.engine.list(), []);
});

test('K-018: a gated pod that a server before left is no task, and goes', async (t) => {
  const world = await openFakeWorld(t);
  const order = sleeper();
  await world.engine.recall(order.taskId);
  await world.reopen();
  assert.deepEqual(await world.engine.list(), []);
  world.pass(70_000);
  await world.sees('it is gone', () => world.podOf(order.taskId) === undefined);
});

test('a task cannot be recalled while the API does not answer, and goes on then', async (t) => {
  const world = await openFakeWorld(t);
  const { api } = world.cluster;
  api.vice = () => ({ kind: 'hang' });
  const order = orderOf(COMMANDS.succeed);
  await world.engine.start([order]);
  await world.sees('a create', () => api.asked.some(isCreate));
  const recalled = world.engine.recall(order.taskId);
  await world.tick();
  world.pass(5000);
  assert.equal(await recalled, false);
  api.vice = () => undefined;
  world.pass(30_000);
  await reaches(world, order.taskId, 'exited');
});

test('K-017: a pod whose finalizer is off, though that was not answered, is taken back when the watch tells first that it is gone', async (t) => {
  const { world, api, order } = await withUnboundPod(t);
  api.vice = ({ method }) => (method === 'PATCH' ? { kind: 'unanswered' } : undefined);
  assert.equal(await world.engine.recall(order.taskId), true);
  assert.deepEqual(await world.engine.list(), []);
});
