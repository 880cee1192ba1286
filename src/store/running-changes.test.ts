import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeWorld, type World } from '../../test/support/world.ts';
import { setInstanceIdle } from './instance-rows.ts';
import { setStop } from './job-rows.ts';
import { type Changes, takeChanges } from './running-changes.ts';
import type { Tx } from './store.ts';
import { activeTasks, setTaskStopped } from './task-rows.ts';

const END = { startedAt: 1, stoppedAt: 2, exitCode: 0, reason: null, statusReason: 'x' };

/** A world with two tasks that run, whose loops have stopped, and who has followed it from now on. */
const followed = async (): Promise<{ world: World; follower: number; ids: string[] }> => {
  const world = await makeWorld({ command: ['run'] });
  await world.submit({ arrayProperties: { size: 2 } });
  await world.settle();
  await world.loops.stop();
  const all = await world.service.store.write((tx) => takeChanges(tx, undefined));
  assert.ok(all.isAll);
  return { world, follower: all.follower, ids: [...all.tasks.keys()] };
};

const changesAfter = ({ service }: World, follower: number, act: (tx: Tx) => Promise<unknown>) =>
  service.store.write(async (tx) => {
    await act(tx);
    return takeChanges(tx, follower);
  });

const idsOf = ({ tasks, instances }: Changes) => [[...tasks.keys()], [...instances.keys()]];

test('who follows hears of all at first, then of nothing but what changed, once', async () => {
  const { world, follower, ids } = await followed();
  const [first] = ids as [string, string];
  const heard = await changesAfter(world, follower, (tx) => setTaskStopped(tx, first, END));
  assert.deepEqual([heard.isAll, ...idsOf(heard)], [false, [first], []]);
  assert.equal(heard.tasks.get(first), undefined, 'it is over');
  const again = await changesAfter(world, follower, async () => {});
  assert.deepEqual(idsOf(again), [[], []]);
});

test('a stop of its job changes a task, and so does losing its instance', async () => {
  const { world, follower, ids } = await followed();
  const [task] = await world.service.store.read(activeTasks);
  const { tasks } = await changesAfter(world, follower, (tx) => setStop(tx, task!.job, 2, 'enough'));
  assert.deepEqual(
    [...tasks].map(([id, now]) => [id, now?.stop_reason]),
    [[task!.id, 'enough']],
  );
  const lost = await changesAfter(world, follower, (tx) => tx.run('UPDATE tasks SET lost = 1'));
  assert.deepEqual([...lost.tasks.keys()].sort(), ids.sort());
});

test('a task that is given another name is gone, and there', async () => {
  const { world, follower, ids } = await followed();
  const [first] = ids as [string, string];
  const { tasks } = await changesAfter(world, follower, (tx) =>
    tx.run("UPDATE tasks SET id = 'new' WHERE id = ?", [first]),
  );
  assert.deepEqual(
    [...tasks].map(([id, now]) => [id, now?.id]).sort(),
    [
      [first, undefined],
      ['new', 'new'],
    ].sort(),
  );
});

test('what a lost transaction changed is not told, and what it had asked for is told again', async () => {
  const { world, follower, ids } = await followed();
  const [first, second] = ids as [string, string];
  const { store } = world.service;
  await store.write((tx) => setTaskStopped(tx, first, END));
  const lost = store.write(async (tx) => {
    await setTaskStopped(tx, second, END);
    assert.equal((await takeChanges(tx, follower)).tasks.size, 2);
    throw new Error('lost');
  });
  await assert.rejects(lost, /lost/);
  const heard = await changesAfter(world, follower, async () => {});
  assert.deepEqual([...heard.tasks.keys()], [first]);
});

test('another who follows takes the changes over: the first is told all anew', async () => {
  const { world, follower, ids } = await followed();
  const other = await changesAfter(world, -1, async () => {});
  assert.ok(other.isAll && other.follower !== follower);
  const first = await changesAfter(world, follower, async () => {});
  assert.deepEqual([first.isAll, [...first.tasks.keys()].sort()], [true, ids.sort()]);
});

test('instances that changed are told; what is terminated is gone', async () => {
  const { world, follower } = await followed();
  const at = { wall: 1, steady: 1, bootId: 'b' };
  const [id] = (
    await world.service.store.read((tx) => tx.all<{ id: string }>('SELECT id FROM instances WHERE state = 0'))
  ).map((row) => row.id);
  const idle = await changesAfter(world, follower, (tx) => setInstanceIdle(tx, id!, at));
  assert.deepEqual(idle.instances.get(id!)?.state, { kind: 'running', idleSince: at });
  const gone = await changesAfter(world, follower, (tx) => tx.run('UPDATE instances SET state = 2'));
  assert.deepEqual([gone.instances.has(id!), gone.instances.get(id!)], [true, undefined]);
});

test('an instance that is given another name is gone, and there; one that moves takes its tasks along', async () => {
  const { world, follower, ids } = await followed();
  const [instance] = (
    await world.service.store.read((tx) => tx.all<{ id: string }>('SELECT id FROM instances WHERE state < 2'))
  ).map(({ id }) => id);
  const moved = await changesAfter(world, follower, (tx) =>
    tx.run("UPDATE instances SET host = 'elsewhere'"),
  );
  assert.deepEqual(
    [...moved.tasks.values()].map((task) => task?.host),
    ids.map(() => 'elsewhere'),
  );
  const { instances } = await changesAfter(world, follower, (tx) =>
    tx.run("UPDATE instances SET id = 'new'"),
  );
  assert.deepEqual([instances.get(instance!), instances.get('new')?.id], [undefined, 'new']);
});
