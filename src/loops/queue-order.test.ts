import assert from 'node:assert/strict';
import { test } from 'node:test';
import { priorityThenLast } from '../../test/support/priority-order.ts';
import { makeWorld, type World } from '../../test/support/world.ts';

/* The real operations, loops and store with another order than the house's own: nothing but it was changed for that. */

/** One job runs on the only instance; `d` has the priority 0, `high` has 5. */
const ordered = async (pool = 1): Promise<{ world: World; running: string }> => {
  const world = await makeWorld({ pool, command: ['run'], order: priorityThenLast });
  const [{ containerProperties }] = (await world.ask('describeJobDefinitions')).jobDefinitions;
  await world.ask('registerJobDefinition', {
    jobDefinitionName: 'high',
    type: 'container',
    schedulingPriority: 5,
    containerProperties,
  });
  const running = await world.submit();
  await world.settle();
  return { world, running };
};

const asking = (type: 'MEMORY' | 'VCPU', value: number) => ({
  containerOverrides: { resourceRequirements: [{ type, value: `${value}` }] },
});
const memory = (mib: number) => asking('MEMORY', mib);

/** Jobs of both priorities, of two shapes, an array and a job that is tried again; by name, in the order they are to start in. */
const submitted = async (world: World): Promise<Record<string, string>> => {
  const low = await world.submit(memory(200));
  const array = await world.submit({ arrayProperties: { size: 3 } });
  const high = await world.submit({ jobDefinition: 'high', ...memory(200) });
  const highArray = await world.submit({ jobDefinition: 'high', arrayProperties: { size: 2 } });
  const last = await world.submit(memory(300));
  await world.settle();
  const children = (parent: string, size: number) => Array.from({ length: size }, (_, n) => `${parent}:${n}`);
  const [a, b] = children(highArray, 2);
  const [c, d, e] = children(array, 3);
  return { a: a!, b: b!, high, last, c: c!, d: d!, e: e!, low };
};

/** Ends what runs, again and again; the names of what started, in order. */
const started = async (world: World, jobs: Record<string, string>): Promise<string[]> => {
  const names: string[] = [];
  for (let ended = 0; ended < world.engine.orders.length; ended++) {
    const { taskId, jobId } = world.engine.orders[ended]!;
    world.engine.end(taskId, 0);
    await world.settle();
    names.push(Object.keys(jobs).find((name) => jobs[name] === jobId) ?? '-');
  }
  return names;
};

test('jobs start in another order, children of an array by their indexes, whatever they ask', async () => {
  const { world } = await ordered();
  const jobs = await submitted(world);
  assert.deepEqual(await started(world, jobs), ['-', ...Object.keys(jobs)]);
});

test('a job tells its position in that order, a stopped array is passed', async () => {
  const { world } = await ordered();
  const jobs = await submitted(world);
  const positions = async () => {
    const reasons = await Promise.all(
      Object.values(jobs).map(async (id) => (await world.job(id)).statusReason),
    );
    return reasons.map((reason) => Number(/(\d+)(st|nd|rd|th) in queue q/.exec(reason)?.[1]));
  };
  assert.deepEqual(await positions(), [1, 2, 3, 4, 5, 6, 7, 8]);
  await world.loops.stop();
  await world.ask('terminateJob', { jobId: jobs.a!.split(':')[0], reason: 'r' });
  assert.deepEqual((await positions()).slice(2), [1, 2, 3, 4, 5, 6]);
});

test('a job that is tried again has its old place', async () => {
  const { world, running } = await ordered();
  const again = await world.submit({ jobDefinition: 'high', retryStrategy: { attempts: 2 } });
  const low = await world.submit();
  await world.settle();
  const end = async (id: string, code: number) => {
    world.engine.end(world.engine.orders.findLast(({ jobId }) => jobId === id)!.taskId, code);
    await world.settle();
  };
  await end(running, 0);
  await end(again, 1);
  await end(again, 0);
  assert.deepEqual(
    world.engine.orders.map(({ jobId }) => jobId),
    [running, again, again, low],
  );
});

test('E-180: a time limit acts on the head by that order', async () => {
  const { world } = await ordered(8);
  const reason = 'CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY';
  await world.ask('updateJobQueue', {
    jobQueue: 'q',
    jobStateTimeLimitActions: [{ reason, state: 'RUNNABLE', maxTimeSeconds: 600, action: 'CANCEL' }],
  });
  const low = await world.submit(asking('VCPU', 8));
  const high = await world.submit({ jobDefinition: 'high', ...asking('VCPU', 7) });
  await world.settle();
  world.clock.advance(601_000);
  await world.settle();
  const statuses = async () => [(await world.job(low)).status, (await world.job(high)).status];
  assert.deepEqual(await statuses(), ['RUNNABLE', 'FAILED']);
  world.clock.advance(601_000);
  await world.settle();
  world.clock.advance(601_000);
  await world.settle();
  assert.deepEqual(await statuses(), ['FAILED', 'FAILED']);
});

test('of more shapes than a plan knows those are known that stand first in that order', async () => {
  const { world, running } = await ordered();
  const early: string[] = [];
  for (let n = 0; n < 600; n++) early.push(await world.submit(memory(130 + n)));
  const high = await world.submit({ jobDefinition: 'high', ...memory(129) });
  await world.settle();
  for (const id of [running, high, early.at(-1)!, early.at(-2)!]) {
    const order = world.engine.orders.at(-1)!;
    assert.equal(order.jobId, id);
    world.engine.end(order.taskId, 0);
    await world.settle();
  }
});

test('every job has a rank of its own, and the parts of one stand right behind it by their indexes, however they were made', async () => {
  const { world } = await ordered(8);
  const first = await world.submit({ arrayProperties: { size: 3 } });
  await world.settle();
  const { taskId } = world.engine.orders.find(({ jobId }) => jobId === `${first}:1`)!;
  world.engine.end(taskId, 0);
  await world.settle();
  await world.ask('registerJobDefinition', {
    jobDefinitionName: 'nodes',
    type: 'multinode',
    nodeProperties: {
      numNodes: 3,
      mainNode: 0,
      nodeRangeProperties: [
        { targetNodes: '0:', container: { image: 'x', vcpus: 1, memory: 16, command: ['run'] } },
      ],
    },
  });
  await world.submit();
  await world.submit({ arrayProperties: { size: 3 }, dependsOn: [{ jobId: first, type: 'N_TO_N' }] });
  await world.submit({ jobDefinition: 'nodes' });
  await world.submit();
  const jobs = await world.service.store.read((tx) =>
    tx.all<{ seq: number; rank: number; parent: number; idx: number }>(
      'SELECT seq, rank, parent, idx FROM jobs ORDER BY seq',
    ),
  );
  assert.deepEqual(
    jobs.map(({ seq }) => seq),
    jobs.map((_, at) => at + 1),
  );
  const rankOf = new Map(jobs.map(({ seq, rank }) => [seq, rank]));
  assert.equal(new Set(rankOf.values()).size, jobs.length);
  for (const { rank, parent, idx } of jobs.filter((job) => job.parent > 0))
    assert.equal(rank, rankOf.get(parent)! + 1 + idx);
});
