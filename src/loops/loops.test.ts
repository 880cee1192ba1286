import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeWorld } from '../../test/support/world.ts';
import { Loops } from './loops.ts';

test('J-132: a request that comes while the loops begin is looked at, and so is every one after it', async () => {
  const world = await makeWorld();
  await world.loops.stop();
  const id = await world.submit();
  const loops = new Loops(world.service, world.timers);
  const begun = loops.start();
  loops.wake();
  await begun;
  for (let turns = 0; turns < 5; turns++) await new Promise((done) => setImmediate(done));
  assert.equal((await world.job(id)).status, 'SUCCEEDED');
  await loops.stop();
});

test('what a task prints that an earlier server started is followed again after a restart, until it ends', async () => {
  const world = await makeWorld({ command: ['wait'] });
  await world.submit();
  await world.settle();
  await world.loops.stop();
  const told: string[] = [];
  const output = Object.assign(Object.create(world.service.output), {
    follow: (id: string) => void told.push(`follow ${id}`),
    ended: (id: string) => void told.push(`ended ${id}`),
  });
  const loops = new Loops({ ...world.service, output }, world.timers);
  await loops.start();
  await world.settle();
  const { taskId } = world.engine.orders[0]!;
  assert.deepEqual([...new Set(told)], [`follow ${taskId}`]);
  world.engine.end(taskId, 0);
  await world.settle();
  assert.equal(told.at(-1), `ended ${taskId}`);
  await loops.stop();
});

test('a task that was told to stop with a grace is told to stop at once when its instance goes', async () => {
  const world = await makeWorld({ command: ['wait'] });
  const id = await world.submit();
  await world.settle();
  const graces: number[] = [];
  world.engine.stop = async (_task: string, graceSeconds = -1) => void graces.push(graceSeconds);
  await world.ask('terminateJob', { jobId: id, reason: 'enough' });
  await world.settle();
  assert.deepEqual(graces, [30]);
  await world.service.store.write(async (tx) => void tx.run('UPDATE tasks SET lost = 1', []));
  for (let i = 0; i < 3; i++) {
    world.loops.wake();
    await world.settle();
  }
  assert.deepEqual(graces, [30, 0]);
  await world.loops.stop();
});

/** Lets the loops take the turns that they take by themselves, without a look. */
const turnsOfTheirOwn = async () => {
  for (let turns = 0; turns < 50; turns++) await new Promise((done) => setImmediate(done));
};

test('arrays that wait for each other follow without a look between them (J-217, J-243)', async () => {
  const world = await makeWorld();
  let last: string | undefined;
  for (let level = 0; level < 4; level++) {
    const dependsOn = last === undefined ? [] : [{ jobId: last }];
    last = await world.submit({ arrayProperties: { size: 2 }, dependsOn });
  }
  await turnsOfTheirOwn();
  assert.equal((await world.job(last!)).status, 'SUCCEEDED');
  await world.loops.stop();
});

test('a deleted queue goes with its last array, without a look (E-127)', async () => {
  const world = await makeWorld({ command: ['wait'] });
  await world.submit({ arrayProperties: { size: 2 } });
  await world.settle();
  await world.ask('updateJobQueue', { jobQueue: 'q', state: 'DISABLED' });
  await world.ask('deleteJobQueue', { jobQueue: 'q' });
  await turnsOfTheirOwn();
  for (const { taskId } of world.engine.orders) world.engine.end(taskId, 143);
  await turnsOfTheirOwn();
  assert.deepEqual((await world.ask('describeJobQueues', { jobQueues: ['q'] })).jobQueues, []);
  await world.loops.stop();
});

test('J-168: what the comparison with the engine finds is applied in the same turn, not a look later', async () => {
  const world = await makeWorld({ command: ['wait'] });
  const id = await world.submit();
  await world.settle();
  let compared = 0;
  world.engine.list = async () => {
    compared++;
    return [];
  };
  while (compared === 0) {
    world.timers.advance(1000);
    await turnsOfTheirOwn();
  }
  assert.equal((await world.job(id)).status, 'FAILED');
  await world.loops.stop();
});
