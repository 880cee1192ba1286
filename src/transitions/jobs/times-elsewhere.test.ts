import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeWorld } from '../../../test/support/world.ts';

test('J-206: where times are of another clock, which may go behind, the wait before the begin counts for nothing', async () => {
  const world = await makeWorld({ command: ['run'] });
  Object.assign(world.engine, { begins: false, timesAreElsewhere: true });
  await world.submit({ timeout: { attemptDurationSeconds: 60 } });
  await world.settle();
  world.clock.advance(30_000);
  world.clock.jump(-3_600_000);
  world.engine.begin(world.engine.orders[0]!.taskId);
  world.clock.jump(3_600_000);
  await world.settle();
  world.clock.advance(59_000);
  await world.settle();
  assert.deepEqual(world.engine.stopped, []);
  world.clock.advance(1_000);
  await world.settle();
  assert.equal(world.engine.stopped.length, 1);
});

test('J-206: nor is the other clock compared with ours where the machine was booted meanwhile', async () => {
  const world = await makeWorld({ command: ['run'] });
  Object.assign(world.engine, { begins: false, timesAreElsewhere: true });
  await world.submit({ timeout: { attemptDurationSeconds: 60 } });
  await world.settle();
  world.clock.jump(-3_600_000);
  world.engine.begin(world.engine.orders[0]!.taskId);
  world.clock.jump(3_600_000);
  await world.settle();
  world.clock.bootId = 'boot-2';
  world.clock.advance(59_000);
  await world.settle();
  assert.deepEqual(world.engine.stopped, []);
  world.clock.advance(1_000);
  await world.settle();
  assert.equal(world.engine.stopped.length, 1);
});
