import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { COMMANDS, reaches, stateOf } from '../../../test/contract/engine-suite.ts';
import type { Asked, Vice } from '../../../test/support/kubernetes/server.ts';
import { type FakeWorld, isCreate, openFakeWorld, sleeper } from '../../../test/support/kubernetes/world.ts';
import { orderOf } from '../../../test/support/orders.ts';

/** Real milliseconds after which the first create comes. */
const LATE = 400;
const late: Vice = { kind: 'late', milliseconds: LATE };
const comes = () => sleep(LATE + 300);

const no = (code: number, reason: string, message: string): Vice => ({
  kind: 'refuse',
  status: code,
  body: JSON.stringify({ code, reason, message }),
});
const QUOTA = no(403, 'Forbidden', 'pods "x" is forbidden: exceeded quota: few');
const WEBHOOK = no(403, 'Forbidden', 'admission webhook "policy" denied the request');

/** The creates that are sent go wrong like this, in turn; those after them do not. */
const createsBecome = ({ cluster }: FakeWorld, ...vices: Vice[]) => {
  cluster.api.vice = (asked: Asked) => (isCreate(asked) ? vices.shift() : undefined);
};

const creates = ({ cluster }: FakeWorld) => cluster.api.asked.filter(isCreate).length;

test('K-006 K-018: a refusal says nothing of an earlier try: one that is recalled then never begins', async (t) => {
  const world = await openFakeWorld(t);
  createsBecome(world, late, QUOTA);
  const order = orderOf(COMMANDS.succeed);
  await world.engine.start([order]);
  await world.sees('both were sent', () => creates(world) === 2);
  await world.tick();
  assert.equal(await world.engine.recall(order.taskId), true);
  await world.engine.forget([order.taskId]);
  await comes();
  assert.equal(world.cluster.kubelets.starts.size, 0);
  assert.deepEqual(await world.engine.list(), []);
  world.pass(70_000);
  await world.sees('nothing is left', () => world.podOf(order.taskId) === undefined);
});

test('K-006 K-121: what is refused for good does not fail while an earlier try may still come, and runs then', async (t) => {
  const world = await openFakeWorld(t);
  createsBecome(world, late, WEBHOOK);
  const order = orderOf(COMMANDS.succeed);
  await world.engine.start([order]);
  await reaches(world, order.taskId, 'exited');
  assert.equal(creates(world), 2);
});

test('K-006 K-121: it fails with its words when nothing came, also where the watch could not tell', async (t) => {
  const world = await openFakeWorld(t);
  createsBecome(world, { kind: 'unheard' }, WEBHOOK);
  const order = orderOf(COMMANDS.succeed);
  await world.engine.start([order]);
  await world.sees('both were sent', () => creates(world) === 2);
  await world.tick();
  assert.equal((await stateOf(world, order.taskId))?.kind, 'waiting');
  assert.match(world.engine.waitReason('job')!, /may still make/);
  world.pass(70_000);
  assert.match((await reaches(world, order.taskId, 'failed')).reason!, /admission webhook "policy"/);
});

test('K-008: a pod whose end is stored keeps its name as long as an earlier try may come', async (t) => {
  const world = await openFakeWorld(t);
  createsBecome(world, late);
  const order = orderOf(COMMANDS.succeed);
  await world.engine.start([order]);
  await reaches(world, order.taskId, 'exited');
  await world.engine.forget([order.taskId]);
  await comes();
  assert.deepEqual([...world.cluster.kubelets.starts.values()], [1]);
  assert.deepEqual(await world.engine.list(), []);
  world.pass(70_000);
  await world.sees('it is removed', () => world.podOf(order.taskId) === undefined);
});

test('K-016 K-018: a pod that is taken back keeps its name as long as an earlier try may come', async (t) => {
  const world = await openFakeWorld(t);
  world.cluster.kubelets.pace.bind = 10_000;
  createsBecome(world, late);
  const order = sleeper();
  await world.engine.start([order]);
  await world.sees('the pod', () => world.podOf(order.taskId) !== undefined);
  assert.equal(await world.engine.recall(order.taskId), true);
  await world.engine.forget([order.taskId]);
  await comes();
  assert.equal(world.cluster.kubelets.starts.size, 0);
  world.pass(70_000);
  await world.sees('it is removed', () => world.podOf(order.taskId) === undefined);
});

test('K-018: a gated pod that somebody deletes keeps the name for its time all the same, also for the next server', async (t) => {
  const world = await openFakeWorld(t);
  createsBecome(world, late);
  const order = orderOf(COMMANDS.succeed);
  await world.engine.start([order]);
  await world.sees('a create', () => creates(world) === 1);
  assert.equal(await world.engine.recall(order.taskId), true);
  world.cluster.api.pods.delete(world.nameOf(order.taskId), { gracePeriodSeconds: 0 });
  await world.reopen();
  await comes();
  assert.equal(world.cluster.kubelets.starts.size, 0);
  world.pass(70_000);
  await world.sees('the gated pod is gone', () => world.podOf(order.taskId) === undefined);
});

test('K-018: a gated pod whose own create is not answered is met as what it is, and stands its time', async (t) => {
  const world = await openFakeWorld(t);
  const { api, kubelets } = world.cluster;
  const vices: Vice[] = [late, { kind: 'unanswered' }];
  api.vice = (asked) => {
    if (asked.query.get('watch')) return { kind: 'refuse', status: 500 };
    return isCreate(asked) ? vices.shift() : undefined;
  };
  api.cutWatches();
  const order = orderOf(COMMANDS.succeed);
  await world.engine.start([order]);
  await world.sees('a create', () => creates(world) === 1);
  assert.equal(await world.engine.recall(order.taskId), true);
  await world.engine.forget([order.taskId]);
  await comes();
  assert.equal(kubelets.starts.size, 0);
  world.pass(70_000);
  await world.sees('the gated pod is gone', () => world.podOf(order.taskId) === undefined);
});

test('K-018: one that was not taken back in time and then meets its gated pod is reported', async (t) => {
  const world = await openFakeWorld(t);
  const { api } = world.cluster;
  const vices: Vice[] = [{ kind: 'unheard' }, { kind: 'unanswered' }];
  let isDown = true;
  api.vice = (asked) => {
    if (isCreate(asked) && vices.length > 0) return vices.shift();
    return isDown ? { kind: 'hang' } : undefined;
  };
  api.cutWatches();
  const order = orderOf(COMMANDS.succeed);
  await world.engine.start([order]);
  await world.sees('a create', () => creates(world) === 1);
  const recalled = world.engine.recall(order.taskId);
  await world.sees('the gated pod', () => world.podOf(order.taskId) !== undefined);
  await world.tick();
  world.pass(5000);
  assert.equal(await recalled, false);
  await world.engine.stop(order.taskId, 1);
  isDown = false;
  world.pass(30_000);
  assert.equal((await reaches(world, order.taskId, 'failed')).reason, 'stopped before it began');
});

test('K-150: one that waits for a quota and is stopped ends, for it has no pod', async (t) => {
  const world = await openFakeWorld(t);
  createsBecome(world, QUOTA, QUOTA, QUOTA);
  const order = orderOf(COMMANDS.succeed);
  await world.engine.start([order]);
  await world.sees('it waits', () => world.engine.waitReason(order.jobId) !== undefined);
  await world.engine.stop(order.taskId, 1);
  world.pass(30_000);
  assert.equal((await reaches(world, order.taskId, 'failed')).reason, 'stopped before it began');
});
