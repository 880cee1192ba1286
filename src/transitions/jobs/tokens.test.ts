import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  both,
  counts,
  endTask,
  makeConsumable,
  needing,
  SPENT,
  statuses,
  submitNeeding,
  updateConsumable,
  worldOfTokens,
} from '../../../test/support/consumables.ts';
import { openMemory } from '../../../test/support/memory-database.ts';
import { makeWorld, openWorld } from '../../../test/support/world.ts';

const POOL = { milliVcpus: 16_000, memoryMiB: 1_000_000, gpus: 0 };

const AGAIN = { retryStrategy: { attempts: 3 } };

test('T-181 T-182 T-183: the life of R and N, step by step', async () => {
  const world = await worldOfTokens();
  const a = await submitNeeding(world, { R: 2, N: 1 });
  assert.deepEqual(await both(world), ['3/2/1', '4/0/4']);
  const b = await submitNeeding(world, { R: 2 });
  const c = await submitNeeding(world, { R: 1 });
  assert.deepEqual(await statuses(world, b, c), ['RUNNABLE', 'RUNNABLE']);
  assert.deepEqual(await both(world), ['3/2/1', '4/0/4']);
  await endTask(world, a, 1);
  assert.deepEqual(await statuses(world, a, b, c), ['FAILED', 'RUNNING', 'RUNNING']);
  assert.deepEqual(await both(world), ['3/3/0', '4/0/4']);
  await updateConsumable(world, 'R', 'REMOVE', 2);
  assert.equal(await counts(world, 'R'), '1/3/0');
  assert.deepEqual(await statuses(world, b, c), ['RUNNING', 'RUNNING']);
  await endTask(world, b);
  assert.equal(await counts(world, 'R'), '1/1/0');
  await endTask(world, c);
  assert.equal(await counts(world, 'R'), '1/0/1');
  await updateConsumable(world, 'N', 'SET', 0);
  const d = await submitNeeding(world, { N: 1 });
  assert.deepEqual(await statuses(world, d), ['RUNNABLE']);
  assert.equal(await counts(world, 'N'), '0/0/0');
});

test('T-180: taken with the move to STARTING, before anything runs; all resources or none', async () => {
  const world = await worldOfTokens();
  world.engine.begins = false;
  const starts = await submitNeeding(world, { R: 1, N: 1 });
  assert.deepEqual(await statuses(world, starts), ['STARTING']);
  assert.deepEqual(await both(world), ['3/1/2', '4/0/4']);
  await submitNeeding(world, { R: 1, N: 9 });
  assert.deepEqual(await both(world), ['3/1/2', '4/0/4']);
});

test('T-182 T-183: what is not replenished is gone, whatever the end', async () => {
  const world = await worldOfTokens();
  for (const code of [0, 1]) await endTask(world, await submitNeeding(world, { N: 2 }), code);
  assert.equal(await counts(world, 'N'), '1/0/1');
});

test('T-184: between attempts the job keeps its tokens, and the next takes nothing anew', async () => {
  const world = await worldOfTokens();
  const id = await submitNeeding(world, { R: 2, N: 1 }, AGAIN);
  await world.ask('updateComputeEnvironment', { computeEnvironment: 'e', state: 'DISABLED' });
  await endTask(world, id, 1);
  assert.deepEqual(await statuses(world, id), ['RUNNABLE']);
  assert.deepEqual(await both(world), ['3/2/1', '4/0/4']);
  await world.ask('updateComputeEnvironment', { computeEnvironment: 'e', state: 'ENABLED' });
  await world.settle();
  assert.deepEqual(await statuses(world, id), ['RUNNING']);
  assert.deepEqual(await both(world), ['3/2/1', '4/0/4']);
  await endTask(world, id);
  assert.deepEqual(await both(world), ['3/0/3', '4/0/4']);
});

test('T-184 T-190: a job that is tried again waits for nobody who waits for its tokens', async () => {
  const world = await worldOfTokens();
  const id = await submitNeeding(world, { R: 3 }, AGAIN);
  const waits = await submitNeeding(world, { R: 1 });
  await endTask(world, id, 1);
  assert.deepEqual(await statuses(world, id, waits), ['RUNNING', 'RUNNABLE']);
});

test('T-184: one that is stopped between attempts gives them back', async () => {
  const world = await worldOfTokens();
  const id = await submitNeeding(world, { R: 2 }, AGAIN);
  await world.ask('updateComputeEnvironment', { computeEnvironment: 'e', state: 'DISABLED' });
  await endTask(world, id, 1);
  await world.ask('cancelJob', { jobId: id, reason: 'enough' });
  await world.settle();
  assert.deepEqual(await statuses(world, id), ['FAILED']);
  assert.equal(await counts(world, 'R'), '3/0/3');
});

test('T-184: children that are stopped between attempts, all at once, give them back', async () => {
  const world = await worldOfTokens();
  const array = await submitNeeding(world, { R: 1 }, { ...AGAIN, arrayProperties: { size: 3 } });
  await world.ask('updateComputeEnvironment', { computeEnvironment: 'e', state: 'DISABLED' });
  for (const index of [0, 2]) await endTask(world, `${array}:${index}`, 1);
  assert.equal(await counts(world, 'R'), '3/3/0');
  await world.ask('terminateJob', { jobId: array, reason: 'enough' });
  await world.settle();
  assert.equal(await counts(world, 'R'), '3/1/2');
  await endTask(world, `${array}:1`, 137);
  assert.equal(await counts(world, 'R'), '3/0/3');
});

test('T-185: cancelled while RUNNABLE: nothing was taken', async () => {
  const world = await worldOfTokens();
  const holds = await submitNeeding(world, { R: 3 });
  const waits = await submitNeeding(world, { R: 1, N: 1 });
  await world.ask('cancelJob', { jobId: waits, reason: 'enough' });
  await world.settle();
  assert.deepEqual(await both(world), ['3/3/0', '5/0/5']);
  await endTask(world, holds);
  assert.deepEqual(await both(world), ['3/0/3', '5/0/5']);
});

test('T-186: each child of an array takes its own', async () => {
  const world = await worldOfTokens();
  const array = await submitNeeding(world, { R: 1 }, { arrayProperties: { size: 5 } });
  assert.equal(await counts(world, 'R'), '3/3/0');
  assert.equal((await world.job(array)).arrayProperties.statusSummary.RUNNING, 3);
  for (const index of [0, 1, 2]) await endTask(world, `${array}:${index}`);
  assert.equal(await counts(world, 'R'), '3/2/1');
  for (const index of [3, 4]) await endTask(world, `${array}:${index}`);
  assert.equal(await counts(world, 'R'), '3/0/3');
  assert.deepEqual(await statuses(world, array), ['SUCCEEDED']);
});

test('T-187: of a multi-node job its own list once and a range’s for each of its nodes, all with the nodes', async () => {
  const world = await worldOfTokens();
  await makeConsumable(world, 'M', 5);
  const container = { image: 'i', vcpus: 1, memory: 4, command: ['run'] };
  const list = (consumableResource: string, quantity: number) => ({
    consumableResourceProperties: { consumableResourceList: [{ consumableResource, quantity }] },
  });
  await world.ask('registerJobDefinition', {
    jobDefinitionName: 'n',
    type: 'multinode',
    ...list('R', 1),
    nodeProperties: {
      numNodes: 3,
      mainNode: 0,
      nodeRangeProperties: [
        { targetNodes: '0', container, ...list('R', 1) },
        { targetNodes: '1:', container, ...list('M', 2) },
      ],
    },
  });
  const first = await world.submit({ jobDefinition: 'n', ...AGAIN });
  await world.settle();
  assert.deepEqual([await counts(world, 'R'), await counts(world, 'M')], ['3/2/1', '5/4/1']);
  const second = await world.submit({ jobDefinition: 'n' });
  await world.settle();
  assert.deepEqual(await statuses(world, first, second), ['RUNNING', 'RUNNABLE']);
  const { jobs } = await world.ask('listJobsByConsumableResource', { consumableResource: 'M' });
  assert.deepEqual(
    jobs.map((job: { quantity: number }) => job.quantity),
    [4, 4],
  );
  for (const code of [1, 0]) {
    for (const node of [1, 2, 0]) await endTask(world, `${first}#${node}`, code);
    if (code === 1) assert.deepEqual(await statuses(world, first, second), ['RUNNING', 'RUNNABLE']);
  }
  assert.deepEqual(await statuses(world, first, second), ['SUCCEEDED', 'RUNNING']);
  assert.deepEqual([await counts(world, 'R'), await counts(world, 'M')], ['3/2/1', '5/4/1']);
});

test('T-188: a job short of tokens stays RUNNABLE and says of what, how much, and who holds it', async () => {
  const world = await worldOfTokens();
  await makeConsumable(world, 'free', 1);
  const holds = await submitNeeding(world, { R: 2 });
  const waits = await submitNeeding(world, { R: 2, free: 1 });
  const behind = await submitNeeding(world, { R: 1 });
  assert.deepEqual(await statuses(world, waits, behind), ['RUNNABLE', 'RUNNABLE']);
  assert.equal(
    (await world.job(waits)).statusReason,
    `1st in queue q; waits for consumable resource R: needs 2, 1 of 3 available, held by ${holds} (2)`,
  );
  assert.equal(
    (await world.job(behind)).statusReason,
    `2nd in queue q; waits for consumable resource R: needs 1, 1 of 3 available, kept for ${waits} that comes before it and needs 2`,
  );
});

test('T-189: a job that needs more than the total is taken, and waits until it is raised', async () => {
  const world = await worldOfTokens();
  const id = await submitNeeding(world, { R: 4 });
  assert.match((await world.job(id)).statusReason, /needs 4, 3 of 3 available, until its total is raised$/);
  await updateConsumable(world, 'R', 'ADD', 1);
  assert.deepEqual(await statuses(world, id), ['RUNNING']);
});

test('T-190: who needs no tokens, or others, is not held up; among those that need them nobody overtakes', async () => {
  const world = await worldOfTokens();
  await makeConsumable(world, 'S', 1);
  const holds = await submitNeeding(world, { R: 2 });
  const waits = await submitNeeding(world, { R: 2 });
  const smaller = await submitNeeding(world, { R: 1 });
  const other = await submitNeeding(world, { S: 1 });
  const none = await world.submit();
  await world.settle();
  assert.deepEqual(await statuses(world, holds, waits, smaller, other, none), [
    'RUNNING',
    'RUNNABLE',
    'RUNNABLE',
    'RUNNING',
    'RUNNING',
  ]);
});

test('T-191: of two that need A and B, and B and A, one goes after the other', async () => {
  const world = await worldOfTokens();
  await makeConsumable(world, 'A', 1);
  await makeConsumable(world, 'B', 1);
  const first = await world.submit(needing({ A: 1, B: 1 }));
  const second = await world.submit(needing({ B: 1, A: 1 }));
  await world.settle();
  assert.deepEqual(await statuses(world, first, second), ['RUNNING', 'RUNNABLE']);
  await endTask(world, first);
  assert.deepEqual(await statuses(world, second), ['RUNNING']);
});

test('T-192: a server that comes after one that was killed counts the same, and goes on with it', async () => {
  const connection = openMemory();
  const world = await makeWorld({ command: ['run'], pool: 16, connection });
  await makeConsumable(world, 'R', 9);
  await makeConsumable(world, 'N', 9, SPENT);
  const starting = await submitNeeding(world, { R: 1, N: 1 }, AGAIN);
  const between = await submitNeeding(world, { R: 3, N: 1 }, AGAIN);
  await world.ask('updateComputeEnvironment', { computeEnvironment: 'e', state: 'DISABLED' });
  await endTask(world, between, 1);
  const waits = await submitNeeding(world, { R: 1 });
  assert.deepEqual(await both(world), ['9/4/5', '7/0/7']);
  // what it would still do is not done
  await world.loops.stop();
  const next = openWorld({ connection, clock: world.clock, capacity: POOL });
  await next.loops.start();
  await next.settle();
  assert.deepEqual(await both(next), ['9/4/5', '7/0/7']);
  assert.deepEqual(await statuses(next, between, waits), ['RUNNABLE', 'RUNNABLE']);
  await next.ask('updateComputeEnvironment', { computeEnvironment: 'e', state: 'ENABLED' });
  await next.settle();
  assert.deepEqual(await statuses(next, starting, between, waits), ['RUNNING', 'RUNNING', 'RUNNING']);
  assert.deepEqual(await both(next), ['9/5/4', '7/0/7']);
});

test('T-193: one pool for all queues and environments', async () => {
  const world = await worldOfTokens();
  await world.ask('createComputeEnvironment', {
    computeEnvironmentName: 'other',
    type: 'UNMANAGED',
    serviceRole: 'r',
  });
  await world.ask('createJobQueue', {
    jobQueueName: 'other',
    priority: 9,
    computeEnvironmentOrder: [{ order: 1, computeEnvironment: 'other' }],
  });
  const [here, there] = [
    await submitNeeding(world, { R: 3 }),
    await submitNeeding(world, { R: 1 }, { jobQueue: 'other' }),
  ];
  assert.deepEqual(await statuses(world, here, there), ['RUNNING', 'RUNNABLE']);
});

test('T-194: a RUNNING job that is terminated gives them back when it is FAILED, not before', async () => {
  const world = await worldOfTokens();
  const id = await submitNeeding(world, { R: 2 });
  await world.ask('terminateJob', { jobId: id, reason: 'enough' });
  await world.settle();
  assert.equal(await counts(world, 'R'), '3/2/1');
  await endTask(world, id, 137);
  assert.deepEqual(await statuses(world, id), ['FAILED']);
  assert.equal(await counts(world, 'R'), '3/0/3');
});

test('T-164: a raised total starts waiting jobs without further request', async () => {
  const world = await worldOfTokens();
  const [holds, waits] = [await submitNeeding(world, { R: 3 }), await submitNeeding(world, { R: 3 })];
  await updateConsumable(world, 'R', 'SET', 6);
  assert.deepEqual(await statuses(world, holds, waits), ['RUNNING', 'RUNNING']);
});

test('T-165: after the total was lowered below what is in use nothing starts until enough is free', async () => {
  const world = await worldOfTokens();
  const holds = await submitNeeding(world, { R: 3 });
  await updateConsumable(world, 'R', 'SET', 1);
  const waits = await submitNeeding(world, { R: 1 });
  assert.equal(await counts(world, 'R'), '1/3/0');
  assert.deepEqual(await statuses(world, holds, waits), ['RUNNING', 'RUNNABLE']);
  await endTask(world, holds);
  assert.deepEqual(await statuses(world, waits), ['RUNNING']);
});

test('a job that runs again asks for its tokens anew, with changes and without', async () => {
  const world = await worldOfTokens();
  for (const more of [{}, { changes: { vcpus: '2' } }]) {
    const id = await submitNeeding(world, { R: 3 }, { retryStrategy: { attempts: 2 } });
    for (let attempt = 0; attempt < 2; attempt++) await endTask(world, id, 1);
    assert.equal(await counts(world, 'R'), '3/0/3');
    const holds = await submitNeeding(world, { R: 1 });
    await world.ask('retryJobs', { jobId: id, ...more });
    await world.settle();
    assert.deepEqual(await statuses(world, id), ['RUNNABLE']);
    const request = { consumableResource: 'R' };
    assert.match((await world.refused('deleteConsumableResource', request)).message, /in use by jobs$/);
    await endTask(world, holds);
    assert.deepEqual(await statuses(world, id), ['RUNNING']);
    assert.equal(await counts(world, 'R'), '3/3/0');
    await endTask(world, id);
    assert.equal(await counts(world, 'R'), '3/0/3');
  }
});

test('a job does not run again for a resource that is deleted', async () => {
  const world = await worldOfTokens();
  const id = await submitNeeding(world, { R: 1 });
  await endTask(world, id, 1);
  await world.ask('deleteConsumableResource', { consumableResource: 'R' });
  assert.equal((await world.refused('retryJobs', { jobId: id })).message, 'ConsumableResource R not found.');
});

test('jobs that ask for no tokens read and write nothing of them, in no turn', async () => {
  const connection = openMemory();
  const statements: string[] = [];
  const prepare = connection.prepare.bind(connection);
  connection.prepare = ((sql: string) => {
    statements.push(sql);
    return prepare(sql);
  }) as typeof connection.prepare;
  const world = await makeWorld({ command: ['run'], connection });
  const ofTokens = () => statements.filter((sql) => /\b(consumables|holds|demands)\b/.test(sql));
  await makeConsumable(world, 'R', 1);
  const others = ofTokens().length;
  const array = await world.submit({ arrayProperties: { size: 6 }, ...AGAIN });
  await world.settle();
  for (const index of [0, 1, 2]) await endTask(world, `${array}:${index}`, index % 2);
  await world.ask('terminateJob', { jobId: array, reason: 'enough' });
  await world.settle();
  assert.deepEqual(ofTokens().slice(others), []);
  await submitNeeding(world, { R: 1 });
  assert.notDeepEqual(ofTokens().slice(others), []);
});
