import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeWorld, type World } from '../../test/support/world.ts';

/* An engine may take seconds for a recall: whoever waits for many waits for the slowest, not for their sum. */

/** Lets the loops take the turns that they take by themselves. */
const turns = async () => {
  for (let i = 0; i < 200; i++) await new Promise((done) => setImmediate(done));
};

/** Recalls come to this, once so many are asked for at once, in this order. */
const answeringTogether = ({ engine }: World, many: number, comesTo: boolean): string[] => {
  const asked: string[] = [];
  let answer = () => {};
  const all = new Promise<void>((done) => {
    answer = done;
  });
  engine.recall = async (id) => {
    if (asked.push(id) === many) answer();
    await all;
    return comesTo;
  };
  return asked;
};

const threeStarting = async () => {
  const world = await makeWorld({ command: ['run'] });
  world.engine.begins = false;
  const jobId = await world.submit({ arrayProperties: { size: 3 } });
  await world.settle();
  const ids = world.engine.orders.map(({ taskId }) => taskId);
  assert.equal(ids.length, 3);
  return { world, jobId, ids };
};

test('stops of tasks that have not begun recall them all at once', async () => {
  const { world, jobId, ids } = await threeStarting();
  const asked = answeringTogether(world, 3, true);
  await world.ask('terminateJob', { jobId, reason: 'enough' });
  await turns();
  assert.deepEqual(asked.toSorted(), ids.toSorted());
  assert.equal((await world.job(jobId)).status, 'FAILED');
  await world.loops.stop();
});

test('one recall that goes wrong keeps no other stop from being told, and its own is told again', async () => {
  const { world, jobId, ids } = await threeStarting();
  let wrong = 1;
  world.engine.recall = async () => {
    if (wrong-- > 0) throw new Error('the engine has a bad moment');
    return false;
  };
  await world.ask('terminateJob', { jobId, reason: 'enough' });
  await turns();
  assert.deepEqual(world.engine.stopped.toSorted(), ids.slice(1).toSorted());
  world.loops.wake();
  await turns();
  assert.deepEqual(world.engine.stopped.toSorted(), ids.toSorted());
  await world.loops.stop();
});

/** Compares the store with the engine, as every tenth look does. */
const compare = async (world: World) => {
  for (let looks = 0; looks < 12; looks++) {
    world.timers.advance(1000);
    await turns();
  }
};

test('K-077: tasks that nobody has use for are recalled at once, and stopped without a grace where they have begun', async () => {
  const world = await makeWorld({ command: ['run'] });
  const strays = ['a', 'b', 'c'];
  world.engine.list = async () => strays.map((taskId) => ({ taskId, kind: 'running', startedAt: 1 }));
  const asked = answeringTogether(world, 3, false);
  await compare(world);
  assert.deepEqual(asked.slice(0, 3), strays);
  assert.deepEqual(world.engine.stopped.slice(0, 3), strays);
  await world.loops.stop();
});

test('K-014: what is over and known to the engine alone is forgotten again', async () => {
  const world = await makeWorld({ command: ['run'] });
  const ended = { kind: 'exited', startedAt: 1, stoppedAt: 2, exitCode: 0 } as const;
  world.engine.list = async () => [{ taskId: 'a', ...ended }];
  await compare(world);
  assert.equal(world.engine.forgotten[0], 'a');
  await world.loops.stop();
});

test('tasks that the engine has nothing of are recalled at once, and their jobs start anew', async () => {
  const { world, ids } = await threeStarting();
  world.engine.list = async () => [];
  const asked = answeringTogether(world, 3, true);
  await compare(world);
  assert.deepEqual(asked.slice(0, 3).toSorted(), ids.toSorted());
  assert.ok(world.engine.orders.length >= 6);
  await world.loops.stop();
});
