import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reaches, stateOf } from '../../../test/contract/engine-suite.ts';
import type { Asked } from '../../../test/support/kubernetes/server.ts';
import { type FakeWorld, openFakeWorld, sleeper } from '../../../test/support/kubernetes/world.ts';
import { container, podWith, running } from '../../../test/support/pods.ts';
import { type EffectParts, Effects } from './effects.ts';
import { newTask } from './tasks.ts';

/** The first calls of a method become a no of this status. */
const refuses = ({ cluster }: FakeWorld, method: string, status: number, times = 1) => {
  let left = times;
  cluster.api.vice = (asked: Asked) =>
    asked.method === method && left-- > 0 ? { kind: 'refuse', status, body: 'no' } : undefined;
};

const asked = ({ cluster }: FakeWorld, method: string) =>
  cluster.api.asked.filter((one) => one.method === method).length;

// the credentials of a 401 are read anew first, once
for (const method of ['PATCH', 'DELETE'])
  for (const [status, times] of [
    [403, 1],
    [401, 2],
    [422, 1],
  ] as const)
    test(`K-022 K-094: a stop whose ${method} is refused with ${status} is tried again`, async (t) => {
      const world = await openFakeWorld(t);
      const order = sleeper();
      await world.engine.start([order]);
      await reaches(world, order.taskId, 'running');
      refuses(world, method, status, times);
      await world.engine.stop(order.taskId, 1);
      await world.sees('it was refused', () => asked(world, method) === times);
      await world.tick();
      await world.engine.stop(order.taskId, 1);
      assert.equal((await stateOf(world, order.taskId))?.kind, 'running');
      world.pass(30_000);
      assert.equal((await reaches(world, order.taskId, 'exited')).exitCode, 143);
    });

test('K-064: the delete of a pod that cannot begin is tried again when it is refused', async (t) => {
  const world = await openFakeWorld(t);
  const { api, kubelets } = world.cluster;
  kubelets.pace.start = 600_000;
  const order = sleeper();
  await world.engine.start([order]);
  await world.sees('it is bound', () => world.podOf(order.taskId)?.spec.nodeName !== undefined);
  refuses(world, 'DELETE', 403);
  api.pods.change(world.nameOf(order.taskId), ({ status }) => {
    const waiting = { reason: 'InvalidImageName', message: 'no such name' };
    status.containerStatuses = [{ name: 'default', state: { waiting } }];
  });
  await world.sees('it was refused', () => asked(world, 'DELETE') === 1);
  await world.tick();
  world.pass(30_000);
  assert.match((await reaches(world, order.taskId, 'failed')).reason!, /^CannotPullContainerError: /);
});

test('K-013: a pod that may not be removed is removed when that is allowed again', async (t) => {
  const world = await openFakeWorld(t);
  const order = sleeper();
  await world.engine.start([order]);
  await reaches(world, order.taskId, 'running');
  await world.engine.stop(order.taskId, 1);
  await reaches(world, order.taskId, 'exited');
  const before = asked(world, 'PATCH');
  refuses(world, 'PATCH', 403);
  await world.engine.forget([order.taskId]);
  await world.sees('it was refused', () => asked(world, 'PATCH') === before + 1);
  await world.tick();
  world.pass(30_000);
  await world.sees('it is gone', () => world.podOf(order.taskId) === undefined);
});

test('T-380: a pod that is given up is not deleted before what it printed is kept', async () => {
  let isCaughtUp = () => {};
  const caughtUp = new Promise<void>((done) => (isCaughtUp = done));
  const asked: string[] = [];
  const effects = new Effects({
    logs: { catchUp: () => caughtUp },
    api: { markStopped: async () => asked.push('mark'), delete: async () => asked.push('delete') },
    persistence: { persist: async (_: string, ask: () => Promise<unknown>) => ask().then(() => true) },
  } as unknown as EffectParts);
  const annotations = { 'longshore.dev/containers': 'a,b' };
  const pod = podWith(undefined, { annotations, containers: [container(running(), 'a')] });
  effects.do(newTask('t', undefined, { kind: 'there', pod }), { kind: 'delete-pod', pod });
  await new Promise(setImmediate);
  assert.deepEqual(asked, []);
  isCaughtUp();
  await new Promise(setImmediate);
  assert.deepEqual(asked, ['mark', 'delete']);
});
