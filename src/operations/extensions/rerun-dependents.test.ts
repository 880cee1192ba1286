import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeWorld, type World } from '../../../test/support/world.ts';

const makePool = (pool = 8): Promise<World> => makeWorld({ command: ['run'], pool });

/** Ends what runs now, all alike. */
const endAll = async (world: World, exitCode: number, done: Set<string>): Promise<void> => {
  for (const { taskId } of world.engine.orders) {
    if (done.has(taskId)) continue;
    done.add(taskId);
    world.engine.end(taskId, exitCode);
  }
  await world.settle();
};

const states = async (world: World, ids: readonly string[]): Promise<string> => {
  const found = [];
  for (const id of ids) found.push((await world.job(id)).status);
  return found.join(' ');
};

test('retryjobs with dependents: a chain that failed for its head waits for it again, and runs to its end', async () => {
  const world = await makePool();
  const done = new Set<string>();
  const a = await world.submit();
  const b = await world.submit({ dependsOn: [{ jobId: a }] });
  const c = await world.submit({ dependsOn: [{ jobId: b }] });
  await world.settle();
  await endAll(world, 1, done);
  // submitted after the end, it failed for it as well
  const late = await world.submit({ dependsOn: [{ jobId: a }] });
  await world.settle();
  const all = [a, b, c, late];
  assert.equal(await states(world, all), 'FAILED FAILED FAILED FAILED');
  assert.deepEqual(await world.ask('retryJobs', { jobId: a, withDependents: true }), {
    jobs: 1,
    left: 0,
    dependents: 3,
  });
  assert.equal(await states(world, all), 'STARTING PENDING PENDING PENDING');
  const { statusReason, stoppedAt } = await world.job(c);
  assert.match(statusReason, /waits for/);
  assert.equal(stoppedAt, undefined);
  for (let n = 0; n < 3; n++) {
    await world.settle();
    await endAll(world, 0, done);
  }
  assert.equal(await states(world, all), 'SUCCEEDED SUCCEEDED SUCCEEDED SUCCEEDED');
});

test('retryjobs with dependents: who waited for two that failed goes when both do', async () => {
  const world = await makePool();
  const done = new Set<string>();
  const a = await world.submit();
  const b = await world.submit();
  const both = await world.submit({ dependsOn: [{ jobId: a }, { jobId: b }] });
  await world.settle();
  await endAll(world, 1, done);
  const ask = (jobId: string) => world.ask('retryJobs', { jobId, withDependents: true });
  assert.equal((await ask(a)).dependents, 0);
  assert.equal((await ask(b)).dependents, 1);
  await world.settle();
  assert.equal(await states(world, [a, b, both]), 'RUNNING RUNNING PENDING');
  await endAll(world, 0, done);
  assert.equal(await states(world, [both]), 'RUNNING');
});

test('retryjobs with dependents of an array: twins one by one, and who waits for the whole', async () => {
  const world = await makePool();
  const done = new Set<string>();
  const array = { arrayProperties: { size: 3 } };
  const a = await world.submit(array);
  const twins = await world.submit({ ...array, dependsOn: [{ jobId: a, type: 'N_TO_N' }] });
  const whole = await world.submit({ ...array, dependsOn: [{ jobId: a }] });
  await world.settle();
  for (const [at, { taskId }] of [...world.engine.orders].entries()) {
    done.add(taskId);
    world.engine.end(taskId, at === 1 ? 1 : 0);
  }
  await world.settle();
  await endAll(world, 0, done);
  const children = (id: string) => [0, 1, 2].map((index) => `${id}:${index}`);
  assert.equal(await states(world, children(twins)), 'SUCCEEDED FAILED SUCCEEDED');
  assert.equal(await states(world, [twins, whole]), 'FAILED FAILED');
  const answer = await world.ask('retryJobs', { jobId: a, withDependents: true });
  assert.deepEqual(answer, { jobs: 1, left: 0, dependents: 4 });
  assert.equal(await states(world, [a, twins, whole]), 'PENDING PENDING PENDING');
  assert.equal(await states(world, children(twins)), 'SUCCEEDED PENDING SUCCEEDED');
  for (let n = 0; n < 3; n++) {
    await world.settle();
    await endAll(world, 0, done);
  }
  assert.equal(await states(world, [a, twins, whole]), 'SUCCEEDED SUCCEEDED SUCCEEDED');
});

test('retryjobs with dependents of an array whose children wait for one another: those behind, too', async () => {
  const world = await makePool();
  const done = new Set<string>();
  const jobId = await world.submit({ arrayProperties: { size: 3 }, dependsOn: [{ type: 'SEQUENTIAL' }] });
  await world.settle();
  await endAll(world, 1, done);
  const answer = await world.ask('retryJobs', { jobId, withDependents: true });
  assert.deepEqual(answer, { jobs: 1, left: 0, dependents: 2 });
  for (let n = 0; n < 4; n++) {
    await world.settle();
    await endAll(world, 0, done);
  }
  assert.equal(await states(world, [jobId]), 'SUCCEEDED');
});

test('retryjobs with dependents: what was stopped, or had begun, stays FAILED', async () => {
  const world = await makePool();
  const a = await world.submit();
  const stopped = await world.submit({ dependsOn: [{ jobId: a }] });
  await world.settle();
  await world.ask('cancelJob', { jobId: stopped, reason: 'not this one' });
  await endAll(world, 1, new Set());
  assert.equal((await world.ask('retryJobs', { jobId: a, withDependents: true })).dependents, 0);
  assert.equal(await states(world, [stopped]), 'FAILED');
});

test('retryjobs with dependents: an end of which they have still to hear is waited for', async () => {
  const world = await makePool();
  const a = await world.submit();
  await world.submit({ dependsOn: [{ jobId: a }] });
  await world.settle();
  await endAll(world, 1, new Set());
  await world.loops.stop();
  await world.service.store.write((tx) =>
    tx.run('INSERT INTO settled (job, ok, before_seq) SELECT seq, 0, 99 FROM jobs WHERE id = ?', [a]),
  );
  const { message } = await world.refused('retryJobs', { jobId: a, withDependents: true });
  assert.equal(message, `Job ${a} has just ended: ask again in a moment`);
  assert.equal(await states(world, [a]), 'FAILED');
});

test('retryjobs with dependents: a multi-node job behind another goes whole', async () => {
  const world = await makePool();
  const done = new Set<string>();
  const container = { image: 'i', vcpus: 1, memory: 64, command: ['run'] };
  await world.ask('registerJobDefinition', {
    jobDefinitionName: 'nodes',
    type: 'multinode',
    nodeProperties: {
      numNodes: 2,
      mainNode: 0,
      nodeRangeProperties: [{ targetNodes: '0:', container }],
    },
  });
  const a = await world.submit();
  const nodes = await world.submit({ jobDefinition: 'nodes', dependsOn: [{ jobId: a }] });
  await world.settle();
  await endAll(world, 1, done);
  assert.equal(await states(world, [nodes, `${nodes}#0`, `${nodes}#1`]), 'FAILED FAILED FAILED');
  await world.ask('retryJobs', { jobId: a, withDependents: true });
  assert.equal(await states(world, [nodes, `${nodes}#0`]), 'PENDING PENDING');
  await world.settle();
  await endAll(world, 0, done);
  assert.equal(await states(world, [nodes]), 'RUNNING');
});
