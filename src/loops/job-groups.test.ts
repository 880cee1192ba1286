import assert from 'node:assert/strict';
import { test } from 'node:test';
import { groupsByPriority } from '../../test/support/priority-order.ts';
import { makeWorld, type World } from '../../test/support/world.ts';
import { type JobState, stateCode } from '../domain/job-state.ts';
import { type KnownShapes, shapesOf } from './known-shapes.ts';

/* The real operations, loops and store with an order of several groups of a queue's jobs: nothing but it was changed for that. */

const QUOTA = { oldest: 4, rotating: 3 };
const queue = 1;

const memory = (mib: number) => ({
  containerOverrides: { resourceRequirements: [{ type: 'MEMORY', value: `${mib}` }] },
});

/** A world with a definition `p1`, `p2` and so on of each scheduling priority: a group each; `d` has the priority 0. */
const withGroups = async (groups: number, pool = 1): Promise<World> => {
  const world = await makeWorld({ pool, command: ['run'], order: groupsByPriority });
  const [{ containerProperties }] = (await world.ask('describeJobDefinitions')).jobDefinitions;
  for (let n = 1; n < groups; n++)
    await world.ask('registerJobDefinition', {
      jobDefinitionName: `p${n}`,
      type: 'container',
      schedulingPriority: n,
      containerProperties,
    });
  return world;
};

test('jobs start group by group, within each as they came, whatever they ask and whatever array they are of', async () => {
  const world = await withGroups(3);
  const running = await world.submit();
  await world.settle();
  const low = await world.submit(memory(200));
  const array = await world.submit({ jobDefinition: 'p1', arrayProperties: { size: 2 }, ...memory(300) });
  const high = await world.submit({ jobDefinition: 'p2', ...memory(200) });
  const middle = await world.submit({ jobDefinition: 'p1' });
  const later = await world.submit({ jobDefinition: 'p2', ...memory(300) });
  await world.settle();
  const inOrder = [high, later, `${array}:0`, `${array}:1`, middle, low];
  const positions = async (ids: readonly string[]) => {
    const reasons = await Promise.all(ids.map(async (id) => (await world.job(id)).statusReason));
    return reasons.map((reason) => Number(/(\d+)(st|nd|rd|th) in queue q/.exec(reason)?.[1]));
  };
  assert.deepEqual(await positions(inOrder), [1, 2, 3, 4, 5, 6]);
  const { queues } = await world.ask('getOverview');
  assert.equal(queues[0].head.jobId, high, 'the overview names the first of that order');
  for (const id of [running, ...inOrder]) {
    const order = world.engine.orders.at(-1)!;
    assert.equal(order.jobId, id);
    world.engine.end(order.taskId, 0);
    await world.settle();
  }
});

test('positions in a queue of groups pass what is left of a stopped array, and go no further than 1,001', async () => {
  const world = await withGroups(2);
  await world.submit();
  await world.settle();
  const stopped = await world.submit({ jobDefinition: 'p1', arrayProperties: { size: 1000 } });
  const array = await world.submit({ jobDefinition: 'p1', arrayProperties: { size: 1100 } });
  const low = await world.submit();
  await world.settle();
  await world.loops.stop();
  await world.ask('terminateJob', { jobId: stopped, reason: 'r' });
  const reason = async (id: string) => (await world.job(id)).statusReason;
  assert.match(await reason(`${array}:0`), /1st in queue q/);
  assert.match(await reason(`${array}:70`), /71st in queue q/);
  assert.match(await reason(low), /more than 1,000 ahead in queue q/);
});

/** Looks at the queue again and again; resolves to the seqs of the jobs that each look found first of their shapes. */
const looker = ({ service }: World) => {
  let known: KnownShapes | undefined;
  return async () => {
    const found = await service.store.read((tx) =>
      shapesOf(tx, queue, known, { reserved: 0, claimed: [] }, QUOTA),
    );
    known = found.known;
    return found.shapes.filter(({ rotating }) => !rotating).map(({ first }) => first);
  };
};

/** The seqs of the jobs of all groups but the lowest. */
const seqsOfGroups = async ({ service }: World): Promise<number[]> =>
  (
    await service.store.read((tx) =>
      tx.all<{ seq: number }>('SELECT seq FROM jobs WHERE job_group > 1 ORDER BY seq'),
    )
  ).map(({ seq }) => seq);

const setState = ({ service }: World, state: JobState, where: string) =>
  service.store.write((tx) => tx.run(`UPDATE jobs SET state = ? WHERE ${where}`, [stateCode(state)]));

/** 300 shapes of the lowest group, then a job of each of the others; the loops stand still. */
const crowded = async (groups: number): Promise<World> => {
  const world = await withGroups(groups);
  await world.loops.stop();
  for (let n = 0; n < 300; n++) await world.submit(memory(200 + n));
  for (let n = 1; n < groups; n++) await world.submit({ jobDefinition: `p${n}`, ...memory(1000 + n) });
  await setState(world, 'RUNNABLE', 'state = 0');
  return world;
};

test('the first job of each of 500 groups is known to every look, however many shapes wait before them', async () => {
  const world = await crowded(500);
  const heads = await seqsOfGroups(world);
  assert.equal(heads.length, 499);
  const look = looker(world);
  for (let n = 0; n < 40; n++) {
    const found = new Set(await look());
    assert.deepEqual(
      heads.filter((seq) => !found.has(seq)),
      [],
      `look ${n}`,
    );
  }
});

test('who is the first of its group once another has ended, or was not there before, is known to the next look', async () => {
  const world = await crowded(3);
  const look = looker(world);
  for (let n = 0; n < 3; n++) await look();
  await world.ask('submitJob', { jobName: 'j', jobQueue: 'q', jobDefinition: 'p2', ...memory(2000) });
  await setState(world, 'RUNNABLE', 'state = 0');
  const [middle, head, next] = (await seqsOfGroups(world)) as [number, number, number];
  const before = await look();
  assert.deepEqual([before.includes(middle), before.includes(head)], [true, true]);
  await setState(world, 'SUCCEEDED', `seq = ${head}`);
  assert.ok((await look()).includes(next));
});
