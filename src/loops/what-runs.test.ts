import assert from 'node:assert/strict';
import { test } from 'node:test';
import { falseIn } from '../../test/support/kept.ts';
import { losingCommits } from '../../test/support/losing-commits.ts';
import { makeWorld, type World } from '../../test/support/world.ts';
import type { HostView } from '../domain/host.ts';
import { liveInstances } from '../store/instance-rows.ts';
import { activeTasks } from '../store/task-rows.ts';

/** What the loops keep is what the store has. */
const checkKept = async ({ service, loops }: World): Promise<void> => {
  const kept = loops.kept()!;
  const wrong = await service.store.read(async (tx) => {
    const [tasks, instances] = [await activeTasks(tx), await liveInstances(tx)];
    const rows = await tx.all<{ id: string }>('SELECT id FROM temp.changed');
    return falseIn(kept, { tasks, instances, pending: new Set(rows.map(({ id }) => id)) });
  });
  assert.deepEqual(wrong, []);
};

const tasksOf = ({ loops }: World): number => [...loops.kept()!.tasks.values()].length;

test('what a turn keeps of what runs is what it would read anew, as tasks come, stop and end', async () => {
  const world = await makeWorld({ command: ['run'] });
  const parent = await world.submit({
    arrayProperties: { size: 8 },
    timeout: { attemptDurationSeconds: 60 },
  });
  await world.settle();
  await checkKept(world);
  assert.equal(tasksOf(world), 4);
  world.engine.end(world.engine.orders[0]!.taskId, 0);
  await world.settle();
  await checkKept(world);
  world.clock.advance(61_000);
  await world.settle();
  await checkKept(world);
  await world.ask('terminateJob', { jobId: parent, reason: 'enough' });
  await world.settle();
  await checkKept(world);
});

test('nothing is kept of a turn whose commit was lost', async () => {
  const disk = losingCommits();
  const world = await makeWorld({ command: ['run'], connection: disk.connection });
  await world.submit();
  await world.settle();
  const before = tasksOf(world);
  disk.loseNext();
  world.engine.end(world.engine.orders[0]!.taskId, 0);
  for (let i = 0; i < 5; i++) await new Promise((done) => setImmediate(done));
  assert.equal(tasksOf(world), before);
  await checkKept(world);
  await world.settle();
  await checkKept(world);
  assert.equal(tasksOf(world), 0);
});

test('a host that comes, grows or closes changes the room that is kept, and an UNMANAGED environment’s instances', async () => {
  const world = await makeWorld({ command: ['run'] });
  await world.ask('createComputeEnvironment', {
    computeEnvironmentName: 'own',
    type: 'UNMANAGED',
    serviceRole: 'r',
  });
  await world.submit();
  await world.settle();
  const [machine] = world.service.capacity.hosts as [HostView];
  const larger = { ...machine, size: { ...machine.size, milliVcpus: 8000 } };
  for (const hosts of [[machine, { ...machine, id: 'b', open: false, standing: false }], [larger]]) {
    Object.assign(world.service, { capacity: { ...world.service.capacity, hosts } });
    await world.settle();
    await checkKept(world);
    assert.equal([...world.loops.kept()!.room.hosts.values()].length, hosts.length);
  }
  const sizes = [...world.loops.kept()!.instances.values()].filter(({ type }) => type === 'host');
  assert.deepEqual(
    sizes.map(({ size }) => size.milliVcpus),
    [8000],
  );
});

test('a host that is listed no more is none of the room, whatever was on it', async () => {
  const world = await makeWorld({ command: ['run'] });
  const { capacity } = world.service;
  const [machine] = capacity.hosts as [HostView];
  const other = { ...machine, id: 'b', size: { ...machine.size, milliVcpus: 2000 }, standing: false };
  const have = (hosts: readonly HostView[]) =>
    Object.assign(world.service, { capacity: { ...capacity, hosts } });
  have([other]);
  await world.submit();
  await world.settle();
  have([machine]);
  for (const end of [false, true]) {
    if (end) world.engine.end(world.engine.orders[0]!.taskId, 0);
    await world.settle();
    await checkKept(world);
    assert.deepEqual(
      [...world.loops.kept()!.room.hosts.values()].map(({ id }) => id),
      [machine.id],
    );
  }
});
