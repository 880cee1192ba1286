import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { COMMANDS, reaches, stateOf, until } from '../../../test/contract/engine-suite.ts';
import { tempFolder } from '../../../test/support/cli.ts';
import { setReady } from '../../../test/support/kubernetes/cluster.ts';
import {
  createsGoWrong,
  type FakeWorld,
  isCreate,
  openFakeWorld,
  sleeper,
} from '../../../test/support/kubernetes/world.ts';
import { containerOf, orderOf } from '../../../test/support/orders.ts';

const asked = ({ cluster }: FakeWorld, method: string, taskId: string) =>
  cluster.api.asked.filter((one) => one.method === method && one.path.includes(taskId));

const kindOf = async (world: FakeWorld, taskId: string) => (await stateOf(world, taskId))?.kind;

for (const vice of [
  { kind: 'unanswered' },
  { kind: 'unheard' },
  { kind: 'refuse', status: 503 },
  { kind: 'refuse', status: 429, retryAfter: 0 },
] as const)
  test(`K-006 K-005: a create that comes to ${vice.kind} ${'status' in vice ? vice.status : ''} is sent again, and is one pod`, async (t) => {
    const world = await openFakeWorld(t);
    createsGoWrong(world, vice, 2);
    const order = orderOf(COMMANDS.exit(3));
    await world.engine.start([order]);
    assert.equal((await reaches(world, order.taskId, 'exited')).exitCode, 3);
    assert.deepEqual([...world.cluster.kubelets.starts], [[world.nameOf(order.taskId), 1]]);
  });

test('K-009 K-010 K-011: a pod is kept by a finalizer until its end is stored, then it goes with ours taken off', async (t) => {
  const world = await openFakeWorld(t);
  const order = orderOf(COMMANDS.succeed);
  await world.engine.start([order]);
  await reaches(world, order.taskId, 'exited');
  const { api } = world.cluster;
  api.pods.delete(world.nameOf(order.taskId), {});
  assert.deepEqual(world.podOf(order.taskId)?.metadata.finalizers, ['longshore.dev/result']);
  await world.engine.forget([order.taskId]);
  await world.sees('the pod is gone', () => world.podOf(order.taskId) === undefined);
  assert.deepEqual(await world.engine.list(), []);
  // in the other order the API server writes it once more
  const written = api.asked.filter(({ method }) => method === 'DELETE' || method === 'PATCH');
  assert.deepEqual(
    written.map(({ method }) => method),
    ['DELETE', 'PATCH'],
  );
});

test('K-012: others’ finalizers stay', async (t) => {
  const world = await openFakeWorld(t);
  const order = orderOf(COMMANDS.succeed);
  await world.engine.start([order]);
  await reaches(world, order.taskId, 'exited');
  world.cluster.api.pods.change(world.nameOf(order.taskId), ({ metadata }) =>
    metadata.finalizers.push('others/own'),
  );
  await world.engine.forget([order.taskId]);
  await world.sees(
    'ours is off',
    () => world.podOf(order.taskId)?.metadata.finalizers.join() === 'others/own',
  );
});

test('K-013: what cannot be removed is tried on, and by the next server', async (t) => {
  const world = await openFakeWorld(t);
  const order = orderOf(COMMANDS.succeed);
  await world.engine.start([order]);
  await reaches(world, order.taskId, 'exited');
  world.cluster.api.vice = ({ method }) => (method === 'PATCH' ? { kind: 'refuse', status: 500 } : undefined);
  await world.engine.forget([order.taskId]);
  await world.sees('it was tried', () => asked(world, 'PATCH', order.taskId).length > 0);
  await world.reopen();
  assert.equal(await kindOf(world, order.taskId), 'exited');
  world.cluster.api.vice = () => undefined;
  await world.engine.forget([order.taskId]);
  world.pass(70_000);
  await world.sees('the pod is gone', () => world.podOf(order.taskId) === undefined);
});

test('K-166 K-022: a stop marks the pod before it deletes it with the grace', async (t) => {
  const world = await openFakeWorld(t);
  const order = sleeper();
  await world.engine.start([order]);
  await reaches(world, order.taskId, 'running');
  await world.engine.stop(order.taskId, 30);
  assert.equal((await reaches(world, order.taskId, 'exited')).exitCode, 143);
  const { annotations } = world.podOf(order.taskId)!.metadata;
  assert.equal(annotations['longshore.dev/stopped'], 'stopped before it began');
  const about = world.cluster.api.asked.filter(({ path }) => path.endsWith(world.nameOf(order.taskId)));
  assert.deepEqual(
    about.map(({ method }) => method),
    ['PATCH', 'DELETE'],
  );
});

test('K-025: stopped before it was bound it fails, and says so', async (t) => {
  const world = await openFakeWorld(t);
  world.cluster.kubelets.pace.bind = 60_000;
  const order = sleeper();
  await world.engine.start([order]);
  await world.sees('the pod', () => world.podOf(order.taskId) !== undefined);
  await world.engine.stop(order.taskId, 30);
  assert.equal((await reaches(world, order.taskId, 'failed')).reason, 'stopped before it began');
});

test('K-047: a pod that somebody else deletes while it runs is lost', async (t) => {
  const world = await openFakeWorld(t);
  const order = sleeper();
  await world.engine.start([order]);
  await reaches(world, order.taskId, 'running');
  world.cluster.api.pods.delete(world.nameOf(order.taskId), {});
  await reaches(world, order.taskId, 'lost');
});

test('K-048 K-008: a pod that vanishes is lost when it ran, else waits again, and is never made anew', async (t) => {
  const world = await openFakeWorld(t);
  const { api, kubelets } = world.cluster;
  const runs = sleeper();
  await world.engine.start([runs]);
  await reaches(world, runs.taskId, 'running');
  kubelets.pace.bind = 60_000;
  const waits = sleeper();
  await world.engine.start([waits]);
  await world.sees('the pod', () => world.podOf(waits.taskId) !== undefined);
  await world.tick();
  for (const { taskId } of [runs, waits]) api.pods.vanish(world.nameOf(taskId));
  await reaches(world, runs.taskId, 'lost');
  await reaches(world, waits.taskId, 'unstarted');
  await world.engine.start([runs, waits]);
  await world.tick();
  assert.deepEqual([world.podOf(runs.taskId), world.podOf(waits.taskId)], [undefined, undefined]);
});

test('K-086: what vanished in a gap of the watch is found by the list that follows', async (t) => {
  const world = await openFakeWorld(t);
  const { api } = world.cluster;
  const order = sleeper();
  await world.engine.start([order]);
  await reaches(world, order.taskId, 'running');
  api.vice = ({ query }) => (query.get('watch') ? { kind: 'refuse', status: 500 } : undefined);
  api.cutWatches();
  api.pods.vanish(world.nameOf(order.taskId));
  api.forget();
  api.vice = () => undefined;
  world.pass(20_000);
  await reaches(world, order.taskId, 'lost');
});

test('K-067 K-069: a pod on a silent node is lost once the cluster has given it up, and freed when that is stored', async (t) => {
  const world = await openFakeWorld(t);
  const { api, kubelets } = world.cluster;
  const host = world.engine.hosts().find(({ name }) => name === 'node2')!;
  const order = sleeper({ host: host.id });
  await world.engine.start([order]);
  await reaches(world, order.taskId, 'running');
  kubelets.silent.add('node2');
  setReady(api, 'node2', 'Unknown');
  await world.sees('the host is closed', () =>
    world.engine.hosts().some(({ name, open }) => name === 'node2' && !open),
  );
  assert.equal(await kindOf(world, order.taskId), 'running');
  api.pods.delete(world.nameOf(order.taskId), {});
  api.pods.change(world.nameOf(order.taskId), ({ status }) => {
    status.conditions = [{ type: 'DisruptionTarget', status: 'True', reason: 'DeletionByTaintManager' }];
  });
  await reaches(world, order.taskId, 'lost');
  await world.engine.forget([order.taskId]);
  await world.sees('it is gone', () => world.podOf(order.taskId) === undefined);
});

test('K-139: a task is pinned to the node that it was placed on', async (t) => {
  const world = await openFakeWorld(t);
  const [one, two] = world.engine.hosts();
  const orders = [two!, one!].map(({ id }) => orderOf(COMMANDS.succeed, { host: id }));
  await world.engine.start(orders);
  for (const { taskId } of orders) await reaches(world, taskId, 'exited');
  assert.deepEqual(
    orders.map(({ taskId }) => world.podOf(taskId)!.spec.nodeName),
    [two!.name, one!.name],
  );
});

test('K-140: pinned to a node that has no room it is taken back, and the node closed for a minute', async (t) => {
  const world = await openFakeWorld(t);
  const { api } = world.cluster;
  const host = world.engine.hosts()[0]!;
  const order = sleeper({ host: host.id });
  const nodeOf = () => world.engine.hosts().find(({ id }) => id === host.id)!;
  api.vice = (one) => {
    if (isCreate(one)) api.nodes.change(host.name, ({ spec }) => (spec.unschedulable = true));
    return undefined;
  };
  await world.engine.start([order]);
  await until(world, 'what it waits for', () => world.engine.waitReason('job'));
  assert.match(world.engine.waitReason('job')!, /didn't match Pod's node affinity/);
  api.nodes.change(host.name, ({ spec }) => (spec.unschedulable = false));
  await world.sees('the node is open', () => nodeOf().open);
  world.cluster.kubelets.pace.bind = 60_000;
  world.pass(10_000);
  await reaches(world, order.taskId, 'unstarted');
  assert.equal(nodeOf().open, false);
  world.pass(60_000);
  assert.equal(nodeOf().open, true);
});

test('K-150: beyond a quota a task waits, says so, and can be recalled; it is made when there is room', async (t) => {
  const world = await openFakeWorld(t);
  const { api } = world.cluster;
  const body = JSON.stringify({
    message: 'pods "x" is forbidden: exceeded quota: few',
    reason: 'Forbidden',
    code: 403,
  });
  createsGoWrong(world, { kind: 'refuse', status: 403, body }, 2);
  const [waits, back] = [orderOf(COMMANDS.succeed), orderOf(COMMANDS.succeed)];
  await world.engine.start([waits, back]);
  assert.match(
    await until(world, 'a reason', () => world.engine.waitReason('job')),
    /waits for a quota: .*exceeded quota/,
  );
  await world.sees('both were refused', () => api.asked.filter(isCreate).length === 2);
  await world.tick();
  assert.equal(await world.engine.recall(back.taskId), true);
  world.pass(30_000);
  await reaches(world, waits.taskId, 'exited');
  assert.equal(api.asked.filter(isCreate).length, 3);
});

test('K-121: what the API never allows fails with its words', async (t) => {
  const world = await openFakeWorld(t);
  const body = JSON.stringify({
    message: 'Pod "x" is invalid: spec.containers[0]',
    reason: 'Invalid',
    code: 422,
  });
  createsGoWrong(world, { kind: 'refuse', status: 422, body });
  const order = orderOf(COMMANDS.succeed);
  await world.engine.start([order]);
  assert.equal(
    (await reaches(world, order.taskId, 'failed')).reason,
    'CannotCreateContainerError: Pod "x" is invalid: spec.containers[0]',
  );
});

test('K-075: a pod whose labels are not whole is a task by its name', async (t) => {
  const world = await openFakeWorld(t);
  const order = sleeper();
  await world.engine.start([order]);
  await reaches(world, order.taskId, 'running');
  await world.engine.close();
  world.cluster.api.pods.change(world.nameOf(order.taskId), ({ metadata }) => {
    delete metadata.labels['longshore.dev/task'];
  });
  await world.reopen();
  assert.equal(await kindOf(world, order.taskId), 'running');
});

test('K-003: pods of others are not looked at', async (t) => {
  const world = await openFakeWorld(t);
  const metadata = {
    name: 'theirs',
    labels: { 'longshore.dev/data': 'other', 'longshore.dev/task': 'a'.repeat(32) },
  };
  world.cluster.api.pods.create({ metadata, spec: { containers: [{ name: 'default', args: ['true'] }] } });
  await world.reopen();
  assert.deepEqual(await world.engine.list(), []);
});

test('K-155: other nodes are told the address of the main one’s pod, also by a later server', async (t) => {
  const world = await openFakeWorld(t);
  const node = (index: number) =>
    sleeper({ jobId: `multi#${index}`, node: { job: 'multi', index, mainNode: 0 }, jobVariables: {} });
  const [main, first, second] = [node(0), node(1), node(2)];
  await world.engine.start([main]);
  await reaches(world, main.taskId, 'running');
  await world.engine.start([first]);
  await reaches(world, first.taskId, 'running');
  await world.reopen();
  await world.engine.start([second]);
  await reaches(world, second.taskId, 'running');
  const addressOf = (taskId: string) =>
    JSON.stringify(world.podOf(taskId)!.spec).match(/MAIN_NODE_PRIVATE_IPV4_ADDRESS","value":"([^"]+)"/)?.[1];
  assert.deepEqual(
    [main, first, second].map(({ taskId }) => addressOf(taskId)),
    [undefined, '10.0.0.9', '10.0.0.9'],
  );
});

test('K-049: what a pod says as it goes is its end, not that it vanished', async (t) => {
  const world = await openFakeWorld(t);
  const order = sleeper();
  await world.engine.start([order]);
  await reaches(world, order.taskId, 'running');
  const at = '2026-01-01T00:00:00Z';
  world.cluster.api.pods.change(world.nameOf(order.taskId), ({ metadata, status }) => {
    const terminated = { exitCode: 7, reason: 'Error', startedAt: at, finishedAt: at };
    Object.assign(status, {
      phase: 'Failed',
      containerStatuses: [{ name: 'default', state: { terminated } }],
    });
    const gone = { finalizers: [], deletionTimestamp: '2026-01-01T00:01:00Z', deletionGracePeriodSeconds: 0 };
    Object.assign(metadata, gone);
  });
  assert.equal((await reaches(world, order.taskId, 'exited')).exitCode, 7);
});

test('K-062 K-063: events are read of a pod that does not begin for a minute, and what they say is told', async (t) => {
  const world = await openFakeWorld(t);
  const { api, kubelets } = world.cluster;
  kubelets.pace.start = 60_000;
  const order = sleeper();
  await world.engine.start([order]);
  await world.sees('it is bound', () => world.podOf(order.taskId)?.spec.nodeName !== undefined);
  const { uid } = world.podOf(order.taskId)!.metadata;
  api.events.set(uid, [
    { type: 'Warning', reason: 'FailedMount', message: 'no such claim', involvedObject: { uid } },
  ]);
  const reads = () => api.asked.filter(({ path }) => path.endsWith('/events')).length;
  for (let i = 0; i < 3; i++) {
    await world.tick();
    world.pass(15_000);
  }
  assert.equal(reads(), 0);
  await until(world, 'the words', () => {
    world.pass(5000);
    return /no such claim/.test(world.engine.waitReason('job') ?? '') || undefined;
  });
});

test('K-118 K-119: Secrets are made before their pod and owned by it; those of a pod that never came go', async (t) => {
  const file = join(tempFolder(t), 'secrets.json');
  writeFileSync(file, JSON.stringify({ password: 'hidden' }));
  const world = await openFakeWorld(t, { secretsFile: file });
  const { api } = world.cluster;
  const withSecret = () =>
    orderOf(COMMANDS.succeed, {
      container: containerOf(COMMANDS.succeed, { secrets: [{ name: 'P', valueFrom: 'password' }] }),
    });
  const made = withSecret();
  await world.engine.start([made]);
  await reaches(world, made.taskId, 'exited');
  const posts = api.asked.filter(({ method }) => method === 'POST').map(({ path }) => path.split('/').at(-1));
  assert.deepEqual(posts.slice(-2), ['secrets', 'pods']);
  const name = world.nameOf(made.taskId);
  await world.sees('it is owned', () =>
    api.asked.some(({ method, path }) => method === 'PATCH' && path.endsWith(`/secrets/${name}`)),
  );
  const body = JSON.stringify({ message: 'no', reason: 'Invalid', code: 422 });
  createsGoWrong(world, { kind: 'refuse', status: 422, body });
  const refused = withSecret();
  await world.engine.start([refused]);
  await reaches(world, refused.taskId, 'failed');
  assert.notEqual(api.secrets.find(world.nameOf(refused.taskId)), undefined);
  await world.engine.forget([refused.taskId]);
  await world.sees('its secret is gone', () => api.secrets.find(world.nameOf(refused.taskId)) === undefined);
});
