import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endTask, makeConsumable, needing, statuses } from '../../test/support/consumables.ts';
import { makeWorld, RESOURCES, type World } from '../../test/support/world.ts';
import type { EnvironmentView, ShapeView } from '../scheduler/snapshot.ts';
import { setStarting } from '../store/job-moves.ts';
import { jobBySeq } from '../store/job-rows.ts';
import type { Tx } from '../store/store.ts';
import { queueView } from './queue-view.ts';
import { quotaOfOne } from './shape-quota.ts';
import { environmentViews } from './supply.ts';

const { oldest: OLDEST, rotating: ROTATING } = quotaOfOne(1);
/** More than two plans know. */
const MANY = OLDEST + 2 * ROTATING + 20;

const memory = (mib: number) => ({
  containerOverrides: { resourceRequirements: [{ type: 'MEMORY', value: `${mib}` }] },
});

/** Jobs of so many shapes, none of which the type m3.medium (3.75 GiB) holds. */
const submitLarge = (world: World): Promise<string[]> =>
  Promise.all(Array.from({ length: MANY }, (_, n) => world.submit(memory(5000 + n))));

const status = async (world: World, id: string): Promise<string> => (await world.job(id)).status;

/** So many and no more, whether there is something left to do or not. */
const turns = async ({ service }: World, count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn++) {
    service.wake();
    for (let i = 0; i < 5; i++) await new Promise((done) => setImmediate(done));
  }
};

const environment = (world: World, name: string, instanceTypes: readonly string[]) =>
  world.ask('createComputeEnvironment', {
    computeEnvironmentName: name,
    type: 'MANAGED',
    computeResources: { ...RESOURCES, instanceTypes },
  });

test('E-133 E-136: behind more shapes that wait than one plan knows, a job that fits is found in a later one', async () => {
  const world = await makeWorld({ pool: 1, command: ['run'] });
  await environment(world, 'large', ['r5.large']);
  await world.ask('updateComputeEnvironment', { computeEnvironment: 'large', state: 'DISABLED' });
  await world.ask('updateJobQueue', {
    jobQueue: 'q',
    computeEnvironmentOrder: [
      { order: 1, computeEnvironment: 'e' },
      { order: 2, computeEnvironment: 'large' },
    ],
  });
  const [first] = await submitLarge(world);
  const small = await world.submit();
  await world.settle();
  assert.equal(await status(world, small), 'RUNNING');
  assert.equal(await status(world, first!), 'RUNNABLE');
});

test('E-137 E-138: a job behind more shapes that can never run than one plan knows has its room kept from plan to plan', async () => {
  const world = await makeWorld({ pool: 2, command: ['run'] });
  await environment(world, 'small', ['m3.medium', 'c5.large']);
  await world.ask('updateJobQueue', {
    jobQueue: 'q',
    computeEnvironmentOrder: [{ order: 1, computeEnvironment: 'small' }],
  });
  await world.ask('createJobQueue', {
    jobQueueName: 'lower',
    priority: 0,
    computeEnvironmentOrder: [{ order: 1, computeEnvironment: 'small' }],
  });
  const running = [await world.submit(), await world.submit()];
  await world.settle();
  await Promise.all(Array.from({ length: MANY }, (_, n) => world.submit(memory(50_000 + n))));
  const whole = await world.submit({ containerOverrides: { vcpus: 2 } });
  await world.settle();
  const lower = await world.submit({ jobQueue: 'lower' });
  await world.settle();
  world.engine.end(world.engine.orders[0]!.taskId, 0);
  await world.settle();
  assert.deepEqual(await Promise.all(running.map((id) => status(world, id))), ['SUCCEEDED', 'RUNNING']);
  assert.deepEqual([await status(world, whole), await status(world, lower)], ['RUNNABLE', 'RUNNABLE']);
  world.engine.end(world.engine.orders[1]!.taskId, 0);
  await world.settle();
  assert.deepEqual([await status(world, whole), await status(world, lower)], ['RUNNING', 'RUNNABLE']);
});

test('T-193: a job behind more shapes than one plan knows keeps its place among the queues that ask for the same tokens', async () => {
  const world = await makeWorld({ pool: 2, command: ['run'] });
  await environment(world, 'small', ['m3.medium', 'c5.large']);
  const order = [{ order: 1, computeEnvironment: 'small' }];
  await world.ask('updateJobQueue', { jobQueue: 'q', computeEnvironmentOrder: order });
  await world.ask('createJobQueue', { jobQueueName: 'other', priority: 1, computeEnvironmentOrder: order });
  await makeConsumable(world, 'r', 1);
  const holder = await world.submit(needing({ r: 1 }, { jobQueue: 'other' }));
  await world.settle();
  await Promise.all(Array.from({ length: MANY }, (_, n) => world.submit(memory(50_000 + n))));
  const behind = await world.submit(needing({ r: 1 }));
  await turns(world, 10);
  const later = await world.submit(needing({ r: 1 }, { jobQueue: 'other' }));
  await turns(world, 10);
  await endTask(world, holder);
  assert.deepEqual(await statuses(world, holder, behind, later), ['SUCCEEDED', 'RUNNING', 'RUNNABLE']);
  await endTask(world, behind);
  assert.deepEqual(await statuses(world, later), ['RUNNING']);
});

test('E-173: each of many shapes says in the end that it can never run, and goes on saying so', async () => {
  const world = await makeWorld({ pool: 1 });
  const ids = await submitLarge(world);
  await world.settle();
  for (let plan = 0; plan < 2; plan++) {
    for (const id of [ids[0]!, ids[OLDEST + 10]!, ids[MANY - 1]!]) {
      assert.match(
        (await world.job(id)).statusReason,
        /^MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT - .*no type of it can ever run it$/,
      );
    }
    await world.settle();
  }
});

test('E-180: jobs of many shapes end when they have waited for so long, also those that the last plan did not know', async () => {
  const world = await makeWorld({ pool: 1 });
  const reason = 'MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT';
  await world.ask('updateJobQueue', {
    jobQueue: 'q',
    jobStateTimeLimitActions: [{ reason, state: 'RUNNABLE', maxTimeSeconds: 600, action: 'CANCEL' }],
  });
  const ids = await submitLarge(world);
  await turns(world, 8);
  world.clock.advance(600_000);
  await turns(world, 8);
  for (const id of [ids[0]!, ids[OLDEST + 10]!, ids[MANY - 1]!])
    assert.equal(await status(world, id), 'FAILED');
});

/** Of the first queue, where its environment may grow to so many vCPUs. */
const shapesIn = async ({ service }: World, tx: Tx, maxvCpus: number): Promise<readonly ShapeView[]> => {
  const [queue] = await service.catalog.allQueues(tx);
  const { hosts } = service.capacity;
  const environments = environmentViews(await service.catalog.allEnvironments(tx), {}, []).map((view) => ({
    ...view,
    supply: { ...view.supply, maxMilliVcpus: maxvCpus * 1000 } as EnvironmentView['supply'],
  }));
  const room = { hosts, environments, heldMilliVcpus: 0, milliVcpus: 0, ahead: 0 };
  const before = { reservations: [], claims: [], shapes: new Map() };
  return (await queueView(tx, queue!, room, before, { oldest: 10, rotating: 5 })).view.shapes;
};

test('E-149: how many of a shape wait is counted as far as its environment may grow, this transaction included', async () => {
  const world = await makeWorld({ pool: 1, command: ['run'] });
  await environment(world, 'large', ['c5.large']);
  await world.ask('updateJobQueue', {
    jobQueue: 'q',
    computeEnvironmentOrder: [{ order: 1, computeEnvironment: 'large' }],
  });
  await world.ask('updateComputeEnvironment', { computeEnvironment: 'large', state: 'DISABLED' });
  const { store } = world.service;
  const counts = (tx: Tx, maxvCpus: number): Promise<number[]> =>
    shapesIn(world, tx, maxvCpus).then((shapes) => shapes.map(({ waiting }) => waiting));
  const counted = (maxvCpus: number): Promise<number[]> => store.read((tx) => counts(tx, maxvCpus));
  const array = await world.submit({ arrayProperties: { size: 20 } });
  await world.submit();
  await world.submit(memory(200));
  await turns(world, 2);
  assert.deepEqual(
    [await counted(100), await counted(7)],
    [
      [21, 1],
      [7, 1],
    ],
  );
  const within = await store.write(async (tx) => {
    await setStarting(tx, (await jobBySeq(tx, 2))!, 1);
    return counts(tx, 100);
  });
  assert.deepEqual(within, [20, 1]);
  await world.submit(memory(200));
  await turns(world, 2);
  assert.deepEqual(await counted(100), [20, 2]);
  await world.loops.stop();
  await world.ask('terminateJob', { jobId: array, reason: 'enough' });
  assert.deepEqual(await counted(100), [1, 2]);
});

test('E-149: a plan knows as many jobs of a shape as could start and one more, and of one without others the first alone', async () => {
  const world = await makeWorld({ pool: 4, command: ['run'] });
  await world.ask('updateComputeEnvironment', { computeEnvironment: 'e', state: 'DISABLED' });
  for (let n = 0; n < 9; n++) await world.submit();
  await world.submit(memory(200));
  await turns(world, 2);
  const shapes = await world.service.store.read((tx) => shapesIn(world, tx, 0));
  assert.deepEqual(
    shapes.map(({ heads }) => heads.map(({ seq, rank }) => [seq, rank])),
    [[1, 2, 3, 4, 5].map((seq) => [seq, seq]), [[10, 10]]],
  );
});
