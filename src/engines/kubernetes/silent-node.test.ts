import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { reaches, stateOf } from '../../../test/contract/engine-suite.ts';
import { setReady } from '../../../test/support/kubernetes/cluster.ts';
import { type FakeWorld, openFakeWorld, sleeper } from '../../../test/support/kubernetes/world.ts';
import type { TaskReport } from '../engine.ts';

/* What a node's silence comes to. */

/** A task that runs on node2, whose kubelet does nothing any more; and what is told from then on. */
const runningOnNode2 = async (t: TestContext) => {
  const world = await openFakeWorld(t);
  const host = world.engine.hosts().find(({ name }) => name === 'node2')!;
  const { taskId, ...rest } = sleeper({ host: host.id });
  await world.engine.start([{ taskId, ...rest }]);
  await reaches(world, taskId, 'running');
  const told: TaskReport[] = [];
  world.engine.watch((reports) => void told.push(...reports));
  world.cluster.kubelets.silent.add('node2');
  return { world, taskId, told, kind: async () => (await stateOf(world, taskId))?.kind };
};

const seesOpen = (world: FakeWorld, isOpen: boolean) =>
  world.sees(`node2 is ${isOpen ? 'open' : 'closed'}`, () =>
    world.engine.hosts().some(({ name, open }) => name === 'node2' && open === isOpen),
  );

/** The cluster gives up the pods of a node that it does not hear. */
const giveUp = ({ cluster: { api }, nameOf }: FakeWorld, taskId: string) => {
  api.pods.delete(nameOf(taskId), {});
  api.pods.change(nameOf(taskId), ({ status }) => {
    status.conditions = [{ type: 'DisruptionTarget', status: 'True', reason: 'DeletionByTaintManager' }];
  });
};

/** Until what was told last of nodes and pods is surely heard: another node's news comes behind it. */
const hearsAll = async (world: FakeWorld) => {
  setReady(world.cluster.api, 'node1', 'False');
  await world.sees('node1 is closed', () =>
    world.engine.hosts().some(({ name, open }) => name === 'node1' && !open),
  );
  for (let i = 0; i < 5; i++) await world.tick();
};

test('K-068: a node that answers again before its pods are given up goes on, and nothing is told', async (t) => {
  const { world, taskId, told, kind } = await runningOnNode2(t);
  setReady(world.cluster.api, 'node2', 'Unknown');
  await seesOpen(world, false);
  // so the node controller says it of its pods
  world.cluster.api.pods.change(world.nameOf(taskId), ({ status }) => {
    status.conditions = [{ type: 'Ready', status: 'False' }];
  });
  for (let i = 0; i < 5; i++) {
    world.pass(60_000);
    await world.tick();
  }
  assert.equal(await kind(), 'running');
  setReady(world.cluster.api, 'node2', 'True');
  await seesOpen(world, true);
  world.pass(60_000);
  await world.tick();
  assert.deepEqual([await kind(), told], ['running', []]);
});

test('K-067: a pod that is given up runs on while its node answers, and is lost once that is told to be silent', async (t) => {
  const { world, taskId, told, kind } = await runningOnNode2(t);
  giveUp(world, taskId);
  await hearsAll(world);
  world.pass(5000);
  await world.tick();
  assert.deepEqual([await kind(), told], ['running', []]);
  setReady(world.cluster.api, 'node2', 'Unknown');
  await seesOpen(world, false);
  world.pass(1000);
  const { reason } = await reaches(world, taskId, 'lost');
  assert.equal(reason, 'the node node2 does not answer');
});
