import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endTask, makeConsumable, needing, statuses } from '../../test/support/consumables.ts';
import { sharedWorld, submitAs } from '../../test/support/shared-world.ts';
import type { World } from '../../test/support/world.ts';

/* Queues of many shares, of which a plan looks at those that may start. */

const SHARES = 24;

/** Of other shares than `first`, which comes behind all of them since it has used something. */
const submitMany = async (world: World, more: object): Promise<string[]> => {
  const ids = [];
  for (let n = 0; n < SHARES; n++) ids.push(await submitAs(world, `s${n}`, more));
  return ids;
};

const inAnother = (world: World, more: object): Promise<string> =>
  world.submit({ jobQueue: 'other', ...more });

const madeWith = async (tokens: number): Promise<World> => {
  const world = await sharedWorld({}, 4);
  await world.ask('createJobQueue', {
    jobQueueName: 'other',
    priority: 1,
    computeEnvironmentOrder: [{ order: 1, computeEnvironment: 'e' }],
  });
  await makeConsumable(world, 'r', tokens);
  return world;
};

test('T-105 T-180: where some jobs ask for tokens the others start, and those as far as there are tokens', async () => {
  const world = await madeWith(1);
  const asking = await submitMany(world, needing({ r: 1 }));
  const plain = await submitMany(world, {});
  await world.settle();
  const running = async (ids: readonly string[]) => {
    const found = await statuses(world, ...ids);
    return ids.filter((_, at) => found[at] === 'RUNNING');
  };
  const had = new Set<string>();
  for (let n = 0; n < 5; n++) {
    const [one, ...more] = await running(asking);
    assert.deepEqual([more, (await running(plain)).length], [[], 3]);
    had.add(one!);
    await endTask(world, one!);
  }
  assert.equal(had.size, 5);
});

test('T-193: a queue of many shares keeps its place among others that ask for the same tokens, whichever share is first', async () => {
  const world = await madeWith(1);
  const holder = await inAnother(world, needing({ r: 1 }));
  await submitAs(world, 'first');
  await world.settle();
  world.clock.advance(60_000);
  const claimant = await submitAs(world, 'first', needing({ r: 1 }));
  await world.settle();
  const later = await inAnother(world, needing({ r: 1 }));
  await world.settle();
  const others = await submitMany(world, needing({ r: 1 }));
  for (let n = 0; n < 5; n++) {
    await inAnother(world, needing({ r: 2 }));
    await world.settle();
  }
  await endTask(world, holder);
  const [status, ...rest] = await statuses(world, later, claimant, ...others);
  assert.equal(status, 'RUNNABLE');
  assert.equal(rest.filter((one) => one === 'RUNNING').length, 1);
});
