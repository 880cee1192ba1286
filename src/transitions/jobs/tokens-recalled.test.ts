import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  both,
  endTask,
  statuses,
  submitNeeding,
  updateConsumable,
  worldOfTokens,
} from '../../../test/support/consumables.ts';
import type { Tx } from '../../store/store.ts';
import { noteRecalled } from './recall.ts';

test('T-185: an attempt that is recalled before it began took nothing, of what is spent neither', async () => {
  const world = await worldOfTokens();
  world.engine.begins = false;
  const id = await submitNeeding(world, { R: 2, N: 1 });
  const { taskId } = world.engine.orders[0]!;
  const recall = (tx: Tx) => noteRecalled(world.service, tx, [taskId]);
  await world.service.store.write(recall);
  assert.deepEqual(await statuses(world, id), ['RUNNABLE']);
  assert.deepEqual(await both(world), ['3/0/3', '5/0/5']);
  await world.settle();
  assert.deepEqual(await statuses(world, id), ['STARTING']);
  assert.deepEqual(await both(world), ['3/2/1', '4/0/4']);
});

test('T-185 T-163: to a total that was set since, a recalled attempt gives nothing back of what is spent; to one that was changed it does', async () => {
  for (const [operation, quantity, after] of [
    ['SET', 2, '2/0/2'],
    ['ADD', 2, '7/0/7'],
    ['REMOVE', 4, '1/0/1'],
  ] as const) {
    const world = await worldOfTokens();
    world.engine.begins = false;
    const id = await submitNeeding(world, { R: 1, N: 1 });
    await updateConsumable(world, 'N', operation, quantity);
    await updateConsumable(world, 'R', 'SET', 9);
    const { taskId } = world.engine.orders[0]!;
    await world.service.store.write((tx) => noteRecalled(world.service, tx, [taskId]));
    assert.deepEqual(await statuses(world, id), ['RUNNABLE']);
    assert.deepEqual(await both(world), ['9/0/9', after]);
  }
});

test('T-184: a later attempt that is recalled keeps what the job holds', async () => {
  const world = await worldOfTokens();
  const id = await submitNeeding(world, { R: 2, N: 1 }, { retryStrategy: { attempts: 3 } });
  world.engine.begins = false;
  await endTask(world, id, 1);
  const { taskId } = world.engine.orders.at(-1)!;
  await world.service.store.write((tx) => noteRecalled(world.service, tx, [taskId]));
  assert.deepEqual(await statuses(world, id), ['RUNNABLE']);
  assert.deepEqual(await both(world), ['3/2/1', '4/0/4']);
});
