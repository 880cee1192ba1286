import assert from 'node:assert/strict';
import { test } from 'node:test';
import { COMMANDS, reaches, until } from '../../../test/contract/engine-suite.ts';
import { VirtualTime } from '../../../test/support/docker-imagined.ts';
import { createsGoWrong, isCreate, openFakeWorld, sleeper } from '../../../test/support/kubernetes/world.ts';
import { orderOf } from '../../../test/support/orders.ts';
import { podWith, running } from '../../../test/support/pods.ts';
import { Creating, type CreatingParts } from './creating.ts';
import { LateCreates } from './late-creates.ts';
import type { Pod } from './objects.ts';
import { newTask, type Task } from './tasks.ts';
import { WaitReasons } from './wait-reasons.ts';

const ORDERED = { kind: 'ordered', isSent: false } as const;

test('K-139: a task whose node is gone gets no pod that could go anywhere: it waits to be placed again', async (t) => {
  const world = await openFakeWorld(t);
  const order = orderOf(COMMANDS.succeed, { host: 'gone' });
  await world.engine.start([order]);
  assert.equal((await reaches(world, order.taskId, 'unstarted')).reason, 'its node is gone');
  assert.equal(world.cluster.api.asked.filter(isCreate).length, 0);
});

test('K-006: a proxy’s page for an answer to a create is none: it is asked again, and is one pod', async (t) => {
  const world = await openFakeWorld(t);
  createsGoWrong(world, { kind: 'page' });
  const order = orderOf(COMMANDS.exit(3));
  await world.engine.start([order]);
  assert.equal((await reaches(world, order.taskId, 'exited')).exitCode, 3);
  assert.deepEqual([...world.cluster.kubelets.starts.values()], [1]);
});

test('K-006: an answer that is no pod is none', async (t) => {
  const world = await openFakeWorld(t);
  createsGoWrong(world, { kind: 'refuse', status: 200, body: '{"kind":"Pod","metadata":{}}' });
  const order = orderOf(COMMANDS.succeed);
  await world.engine.start([order]);
  await reaches(world, order.taskId, 'exited');
});

test('K-064: a proxy’s page for an answer to the delete of a pod that cannot begin is none', async (t) => {
  const world = await openFakeWorld(t);
  const { api, kubelets } = world.cluster;
  kubelets.pace.start = 600_000;
  const order = sleeper();
  await world.engine.start([order]);
  await world.sees('it is bound', () => world.podOf(order.taskId)?.spec.nodeName !== undefined);
  let pages = 0;
  api.vice = ({ method }) =>
    method === 'DELETE' && ++pages === 1 ? { kind: 'refuse', status: 200, body: '<html>' } : undefined;
  api.pods.change(world.nameOf(order.taskId), ({ status }) => {
    const waiting = { reason: 'InvalidImageName', message: 'no such name' };
    status.containerStatuses = [{ name: 'default', state: { waiting } }];
  });
  await reaches(world, order.taskId, 'failed');
});

test('K-121: jobs wait for a namespace that is not there, and say so', async (t) => {
  const world = await openFakeWorld(t);
  const { api } = world.cluster;
  api.lacksNamespace = true;
  const order = orderOf(COMMANDS.succeed);
  await world.engine.start([order]);
  const why = await until(world, 'a reason', () => world.engine.waitReason('job'));
  assert.equal(why, 'waits for its namespace: namespaces "jobs" not found');
  api.lacksNamespace = false;
  world.pass(30_000);
  await reaches(world, order.taskId, 'exited');
});

test('of thousands that are to be made only those have a body whose turn it is, and each gets one', async () => {
  const tasks = Array.from({ length: 300 }, (_, n) => newTask(`${n}`, orderOf(['x']), ORDERED));
  let [made, bodies, most, isOpen] = [0, 0, 0, false];
  const created = Promise.withResolvers<void>();
  const creating = new Creating({
    bodyOf: () => {
      most = Math.max(most, ++bodies);
      return { kind: 'made', name: 'n', pod: {}, secrets: [] };
    },
    api: {
      create: async () => {
        if (!isOpen) await created.promise;
        bodies--;
        return podWith(running());
      },
    },
    isVoid: (task: Task) => task.stage.kind !== 'ordered',
    meet: (task: Task, pod: Pod) => {
      task.stage = { kind: 'there', pod };
      made++;
    },
    ...{ tell: () => {}, insistence: {}, late: new LateCreates(new VirtualTime()) },
    ...{ waits: new WaitReasons(), secrets: { make: async () => {} } },
  } as unknown as CreatingParts);
  for (const task of tasks) creating.create(task);
  await new Promise(setImmediate);
  assert.equal(bodies, 64);
  isOpen = true;
  created.resolve();
  while (made < tasks.length) await new Promise(setImmediate);
  assert.equal(most, 64);
});
