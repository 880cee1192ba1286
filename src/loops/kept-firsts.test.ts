import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeConsumable, needing } from '../../test/support/consumables.ts';
import { sharedWorld, submitAs } from '../../test/support/shared-world.ts';
import type { World } from '../../test/support/world.ts';
import { allShapes } from '../store/runnable.ts';
import type { Tx } from '../store/store.ts';
import { KeptFirsts } from './kept-firsts.ts';

const memory = (mib: number) => ({
  containerOverrides: { resourceRequirements: [{ type: 'MEMORY', value: `${mib}` }] },
});

const queueOf = async (tx: Tx): Promise<number> =>
  (await tx.all<{ seq: number }>("SELECT seq FROM queues WHERE name = 'shared'"))[0]!.seq;

/** What is kept, and what there is, by shape. */
const compared = (world: World, kept: KeptFirsts) =>
  world.service.store.write(async (tx) => {
    const queue = await queueOf(tx);
    const firsts = await kept.of(tx, queue);
    const there = await allShapes(tx, queue);
    assert.deepEqual(firsts.groups, new Set(there.map((shape) => shape.job_group)));
    return {
      kept: firsts.byShape
        .values()
        .map(({ shape }) => shape)
        .toSorted((a, b) => a.id - b.id),
      there: there.toSorted((a, b) => a.id - b.id),
    };
  });

test('the first job of each shape is known after whatever becomes of jobs', async () => {
  const world = await sharedWorld({}, 2);
  const kept = new KeptFirsts();
  let most = 0;
  const check = async (what: string) => {
    await world.settle();
    const seen = await compared(world, kept);
    assert.deepEqual(seen.kept, seen.there, what);
    most = Math.max(most, seen.there.length);
  };
  await check('nothing');
  await world.ask('updateComputeEnvironment', { computeEnvironment: 'e', state: 'DISABLED' });
  for (const share of ['a', 'b', 'c']) await submitAs(world, share, memory(200));
  await check('submitted');
  const array = await submitAs(world, 'a', { arrayProperties: { size: 5 }, ...memory(300) });
  const other = await submitAs(world, 'b', { arrayProperties: { size: 5 }, ...memory(300) });
  await check('arrays');
  const urgent = await submitAs(world, 'b', { schedulingPriorityOverride: 9, ...memory(200) });
  const behind = await submitAs(world, 'c', { dependsOn: [{ jobId: urgent }], ...memory(500) });
  await check('an urgent one, and one that waits for it');
  await world.ask('cancelJob', { jobId: `${array}:0`, reason: 'r' });
  await check('a child is cancelled');
  await world.ask('terminateJob', { jobId: array, reason: 'r' });
  await check('an array is stopped');
  await world.ask('retryJobs', { jobId: array, indices: [1, 2], changes: { memory: 400 } });
  await check('children run again as others');
  await world.ask('updateComputeEnvironment', { computeEnvironment: 'e', state: 'ENABLED' });
  await check('some started');
  await world.service.store.write((tx) =>
    tx.run('UPDATE jobs SET rank = rank + 1000 WHERE state = 2 AND parent = 0'),
  );
  await check('some stand elsewhere');
  for (const { taskId } of await world.engine.list()) world.engine.end(taskId, 0);
  await check('some ended');
  await world.loops.stop();
  await world.ask('terminateJobs', { jobs: [other, behind], reason: 'r' });
  const seen = await compared(world, kept);
  assert.deepEqual(seen.kept, seen.there, 'an array is stopped, and its children have not been told');
  assert.ok(most >= 5, `${most} shapes at the most`);
});

test('what was read in a transaction that is lost is read again', async () => {
  const world = await sharedWorld({}, 1);
  const kept = new KeptFirsts();
  await world.ask('updateComputeEnvironment', { computeEnvironment: 'e', state: 'DISABLED' });
  await submitAs(world, 'a');
  await world.settle();
  await compared(world, kept);
  await submitAs(world, 'b');
  await world.settle();
  const lost = world.service.store.write(async (tx) => {
    assert.equal((await kept.of(tx, await queueOf(tx))).byShape.size, 2);
    throw new Error('lost');
  });
  await assert.rejects(lost, /lost/);
  const seen = await compared(world, kept);
  assert.equal(seen.there.length, 2);
  assert.deepEqual(seen.kept, seen.there);
});

test('another that asks takes over, and nobody misses what moved meanwhile', async () => {
  const world = await sharedWorld({}, 1);
  const [one, other] = [new KeptFirsts(), new KeptFirsts()];
  await world.ask('updateComputeEnvironment', { computeEnvironment: 'e', state: 'DISABLED' });
  for (const [share, kept] of [
    ['a', one],
    ['b', other],
    ['c', one],
    ['d', other],
  ] as const) {
    await submitAs(world, share);
    await world.settle();
    const seen = await compared(world, kept);
    assert.deepEqual(seen.kept, seen.there);
  }
});

test('jobs ask for the same when their room and their tokens are the same, of whichever share', async () => {
  const world = await sharedWorld({}, 1);
  await makeConsumable(world, 'r', 9);
  await world.ask('updateComputeEnvironment', { computeEnvironment: 'e', state: 'DISABLED' });
  for (const share of ['a', 'b']) {
    await submitAs(world, share);
    for (const r of [1, 2]) await submitAs(world, share, needing({ r }));
  }
  await world.settle();
  const firsts = await world.service.store.write(async (tx) => new KeptFirsts().of(tx, await queueOf(tx)));
  const likes = Map.groupBy(firsts.byShape.values(), ({ like }) => like);
  assert.deepEqual(
    Array.from(likes.values(), (some) => some.length),
    [2, 2, 2],
  );
});
