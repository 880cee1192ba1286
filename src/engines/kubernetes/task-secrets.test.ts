import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { COMMANDS, reaches } from '../../../test/contract/engine-suite.ts';
import { tempFolder } from '../../../test/support/cli.ts';
import { isCreate, openFakeWorld } from '../../../test/support/kubernetes/world.ts';
import { containerOf, orderOf } from '../../../test/support/orders.ts';

/** A server with a file of secrets. */
const openWithSecrets = async (t: TestContext) => {
  const file = join(tempFolder(t), 'secrets.json');
  writeFileSync(file, JSON.stringify({ password: 'hidden' }));
  return openFakeWorld(t, { secretsFile: file });
};

const withSecret = () =>
  orderOf(COMMANDS.succeed, {
    container: containerOf(COMMANDS.succeed, { secrets: [{ name: 'P', valueFrom: 'password' }] }),
  });

const isOfSecrets = ({ path }: { path: string }) => path.includes('/secrets');

test('K-118 K-119: a Secret goes with its task also where a server ended before it told that the pod owns it', async (t) => {
  const world = await openWithSecrets(t);
  const { api } = world.cluster;
  api.vice = (asked) => (isOfSecrets(asked) && asked.method === 'PATCH' ? { kind: 'unheard' } : undefined);
  const order = withSecret();
  await world.engine.start([order]);
  await reaches(world, order.taskId, 'exited');
  await world.reopen();
  api.vice = () => undefined;
  assert.notEqual(api.secrets.find(world.nameOf(order.taskId)), undefined);
  await world.engine.forget([order.taskId]);
  world.pass(70_000);
  await world.sees('the pod is gone', () => world.podOf(order.taskId) === undefined);
  assert.equal(api.secrets.find(world.nameOf(order.taskId)), undefined);
});

for (const passed of [0, 70_000])
  test(`K-119: a Secret of a task that never got a pod goes when it is recalled from the next server ${passed / 1000} s after its start`, async (t) => {
    const world = await openWithSecrets(t);
    const { api } = world.cluster;
    api.vice = (asked) => (isCreate(asked) ? { kind: 'unheard' } : undefined);
    const order = withSecret();
    await world.engine.start([order]);
    await world.sees('a create', () => api.asked.some(isCreate));
    await world.reopen();
    api.vice = () => undefined;
    world.pass(passed);
    assert.equal(await world.engine.recall(order.taskId), true);
    assert.notEqual(api.secrets.find(world.nameOf(order.taskId)), undefined);
    await world.engine.forget([order.taskId]);
    await world.sees('it is gone', () => api.secrets.find(world.nameOf(order.taskId)) === undefined);
  });

test('K-119: the gated pod that a server before left takes the Secret along', async (t) => {
  const world = await openWithSecrets(t);
  const { api } = world.cluster;
  api.vice = (asked) => (isCreate(asked) ? { kind: 'unheard' } : undefined);
  const order = withSecret();
  await world.engine.start([order]);
  await world.sees('a create', () => api.asked.some(isCreate));
  api.vice = () => undefined;
  assert.equal(await world.engine.recall(order.taskId), true);
  await world.reopen();
  world.pass(70_000);
  await world.sees('the gated pod is gone', () => world.podOf(order.taskId) === undefined);
  assert.equal(api.secrets.find(world.nameOf(order.taskId)), undefined);
});

test('K-157: nothing is asked about Secrets of a task that has none', async (t) => {
  const world = await openWithSecrets(t);
  const order = orderOf(COMMANDS.succeed);
  await world.engine.start([order]);
  await reaches(world, order.taskId, 'exited');
  await world.engine.forget([order.taskId]);
  await world.sees('the pod is gone', () => world.podOf(order.taskId) === undefined);
  assert.equal(world.cluster.api.asked.some(isOfSecrets), false);
});
