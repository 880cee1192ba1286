import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sharedWorld, submitAs } from '../../../test/support/shared-world.ts';
import { taskById } from '../../store/task-rows.ts';
import { unplaceTask } from '../jobs/recall.ts';

test('T-107: one behind a task that is recalled has its room from then on, not while it stood in line', async () => {
  const world = await sharedWorld({}, 2);
  world.engine.begins = false;
  for (const share of ['a', 'b']) await submitAs(world, share);
  await world.settle();
  await world.loops.stop();
  const [ahead, behind] = world.engine.orders.map(({ taskId }) => taskId);
  await world.service.store.write(async (tx) => {
    await tx.run('UPDATE tasks SET after = ? WHERE id = ?', [ahead!, behind!]);
    const { placed_age: before } = (await taskById(tx, behind!))!;
    world.clock.advance(60_000);
    await unplaceTask(world.service, tx, (await taskById(tx, ahead!))!);
    const { after, placed_age: since } = (await taskById(tx, behind!))!;
    assert.deepEqual({ after, waited: since! - before! }, { after: null, waited: 60_000 });
  });
});
