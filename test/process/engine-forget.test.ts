import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { COMMANDS, reaches, stateOf, until } from '../contract/engine-suite.ts';
import { orderOf } from '../support/orders.ts';
import { openProcessWorld } from '../support/process-world.ts';

/** With so many the engine lets their records go at once. */
const MANY = 64;

test('of a task that is forgotten nothing is heard while its folder is going', async (t) => {
  const world = await openProcessWorld(t);
  const orders = Array.from({ length: MANY }, () => orderOf(COMMANDS.succeed));
  await world.engine.start(orders);
  for (const { taskId } of orders) await reaches(world, taskId, 'exited');
  await world.engine.forget(orders.map(({ taskId }) => taskId));
  assert.deepEqual(await world.engine.list(), []);
});

test('a server that closes with nothing left to run leaves no memory group behind, whatever is not forgotten', async (t) => {
  const world = await openProcessWorld(t);
  if (world.engine.memoryMode === 'watched') return t.skip('there are no groups here');
  const order = orderOf(COMMANDS.succeed);
  await world.engine.start([order]);
  await reaches(world, order.taskId, 'exited');
  const run = readFileSync(join(world.dataDir, 'tasks', order.taskId, 'run'), 'utf8');
  const group = /^# \d+ \S+ (.+)$/m.exec(run)![1]!;
  assert.ok(existsSync(group));
  await world.engine.close();
  assert.ok(!existsSync(dirname(group)));
});

test('a group that another task is in by now is not emptied for the one that had it before', async (t) => {
  const world = await openProcessWorld(t);
  if (world.engine.memoryMode === 'watched') return t.skip('there are no groups here');
  const over = orderOf(COMMANDS.succeed);
  const running = orderOf(COMMANDS.sleep);
  await world.engine.start([over, running]);
  await reaches(world, over.taskId, 'exited');
  await reaches(world, running.taskId, 'running');
  const runOf = (id: string) => join(world.dataDir, 'tasks', id, 'run');
  const limits = (id: string) => readFileSync(runOf(id), 'utf8').split('\n', 1)[0]!;
  const [own, taken] = [limits(over.taskId), limits(running.taskId)];
  assert.notEqual(own, taken);
  writeFileSync(
    runOf(over.taskId),
    readFileSync(runOf(over.taskId), 'utf8').replace(own, () => taken),
  );
  await world.reopen();
  await world.engine.list();
  // the look at leftovers, once a second, ends with the removal of what is forgotten
  await world.engine.forget([over.taskId]);
  await until(
    world,
    'a look at leftovers',
    async () => (await stateOf(world, over.taskId)) === undefined || undefined,
  );
  assert.equal((await stateOf(world, running.taskId))?.kind, 'running');
});
