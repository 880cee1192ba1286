import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeWorld, submitNodes } from '../../../test/support/nodes.ts';
import { makeWorld, type World } from '../../../test/support/world.ts';

/* What lists of jobs show and take beyond the reference of 2018. */

// biome-ignore lint/suspicious/noExplicitAny: answers are read member by member, as a client would
const listed = async (world: World, more: object): Promise<any[]> =>
  (await world.ask('listJobs', { jobQueue: 'q', ...more })).jobSummaryList;

test('T-149 T-144: capacityUsage is what a job asks for, whatever its state; an array has none, its children have', async () => {
  const world = await nodeWorld();
  const vcpus = (quantity: number) => [{ capacityUnit: 'VCPU', quantity }];
  const ofList = async (more: object) =>
    (await listed(world, more)).map(({ capacityUsage }) => capacityUsage);
  const nodes = await submitNodes(world);
  await world.submit({ containerOverrides: { vcpus: 200 } });
  const half = { resourceRequirements: [{ type: 'VCPU', value: '0.5' }] };
  const array = await world.submit({ arrayProperties: { size: 2 }, containerOverrides: half });
  await world.settle();
  const one = (await ofList({ jobQueue: undefined, multiNodeJobId: nodes, jobStatus: 'RUNNING' }))[0]![0];
  assert.deepEqual(await ofList({}), [vcpus(3 * one.quantity)]);
  assert.deepEqual(await ofList({ jobStatus: 'RUNNABLE' }), [vcpus(200)]);
  assert.deepEqual(await ofList({ jobStatus: 'PENDING' }), [undefined]);
  const child = { jobQueue: undefined, arrayJobId: array };
  const states = ['RUNNABLE', 'RUNNING'].map((jobStatus) => ofList({ ...child, jobStatus }));
  assert.deepEqual((await Promise.all(states)).flat(), [vcpus(0.5), vcpus(0.5)]);
  const job = await world.job(nodes);
  assert.ok(!('capacityUsage' in job) && !('scheduledAt' in job), 'T-152');
});

test('T-150: scheduledAt is when a job got its place, absent before', async () => {
  const world = await makeWorld({ command: ['run'], pool: 1 });
  world.engine.begins = false;
  await world.submit();
  world.clock.advance(5000);
  await world.settle();
  const at = world.clock.wall();
  await world.submit();
  await world.settle();
  const [starting] = await listed(world, { jobStatus: 'STARTING' });
  assert.deepEqual([starting.scheduledAt, starting.createdAt], [at, at - 5000]);
  const [waits] = await listed(world, { jobStatus: 'RUNNABLE' });
  assert.ok(!('scheduledAt' in waits));
});

test('T-150: of several attempts the last counts, also while the next is waited for and at the end', async () => {
  const world = await makeWorld({ command: ['run'], pool: 1 });
  const id = await world.submit({ retryStrategy: { attempts: 2 } });
  await world.settle();
  const first = world.clock.wall();
  world.clock.advance(5000);
  world.engine.begins = false;
  world.engine.end(world.engine.orders.at(-1)!.taskId, 1);
  await world.settle();
  const [again] = await listed(world, { jobStatus: 'STARTING' });
  assert.equal(again.scheduledAt, first + 5000);
  await world.ask('terminateJob', { jobId: id, reason: 'r' });
  await world.settle();
  const [over] = await listed(world, { jobStatus: 'FAILED' });
  assert.ok(over.scheduledAt >= first);
});

test('T-150: children have their own, nodes and their job one; an array has none', async () => {
  const world = await nodeWorld();
  const nodes = await submitNodes(world);
  await world.settle();
  const at = world.clock.wall();
  assert.deepEqual(
    (await listed(world, {})).map(({ scheduledAt }) => scheduledAt),
    [at],
  );
  const of = { jobQueue: undefined, multiNodeJobId: nodes, jobStatus: 'RUNNING' };
  assert.deepEqual(
    (await listed(world, of)).map(({ scheduledAt }) => scheduledAt),
    [at, at, at],
  );
  world.clock.advance(1000);
  const array = await world.submit({ arrayProperties: { size: 2 } });
  await world.settle();
  const children = await listed(world, { jobQueue: undefined, arrayJobId: array });
  assert.equal(children[0].scheduledAt, at + 1000);
  const [parent] = await listed(world, { jobStatus: 'PENDING' });
  assert.ok(!('scheduledAt' in parent));
});

test('T-150: a node that has its place and waits for the main one to run has its time, too', async () => {
  const world = await nodeWorld();
  world.engine.begins = false;
  const nodes = await submitNodes(world);
  await world.settle();
  const of = { jobQueue: undefined, multiNodeJobId: nodes, jobStatus: 'RUNNABLE' };
  const at = world.clock.wall();
  assert.deepEqual(
    (await listed(world, of)).map(({ scheduledAt }) => scheduledAt),
    [at, at],
  );
});

test('T-151: isCancelled and isTerminated are there only when they are true', async () => {
  const world = await makeWorld({ command: ['run'], pool: 1 });
  const runs = await world.submit({ jobName: 'terminated' });
  await world.settle();
  const waits = await world.submit({ jobName: 'cancelled' });
  await world.submit({ jobName: 'neither' });
  await world.ask('cancelJob', { jobId: waits, reason: 'r' });
  await world.ask('terminateJob', { jobId: runs, reason: 'r' });
  const flags = async (jobStatus: string) =>
    Object.fromEntries(
      (await listed(world, { jobStatus })).map((job) => [
        job.jobName,
        Object.keys(job).filter((member) => /^is[A-Z]/.test(member)),
      ]),
    );
  assert.deepEqual(await flags('FAILED'), { cancelled: ['isCancelled'] });
  assert.deepEqual(await flags('RUNNING'), { terminated: ['isTerminated'] });
  await world.settle();
  assert.deepEqual(Object.values(await flags('RUNNABLE')).flat(), []);
  const [cancelled] = await listed(world, { jobStatus: 'FAILED' });
  assert.equal(cancelled.isCancelled, true);
});

test('T-387: filters go with a queue alone, one at a time, by their names', async () => {
  const world = await makeWorld();
  const arrayJobId = await world.submit({ arrayProperties: { size: 2 } });
  const one = { name: 'JOB_NAME', values: ['j'] };
  for (const input of [
    { arrayJobId, filters: [one] },
    { multiNodeJobId: arrayJobId, filters: [one] },
    { jobQueue: 'q', filters: [one, one] },
    { jobQueue: 'q', filters: [{ ...one, name: 'job_name' }] },
    { jobQueue: 'q', filters: [{ ...one, name: 'JOB_ID' }] },
  ])
    assert.match((await world.refused('listJobs', input)).message, /^filters/);
});

test('T-388: a page of a filtered list holds 100 at most, one of another 1000', async () => {
  const world = await makeWorld();
  await world.submit({ jobName: 'many' });
  await world.settle();
  await world.service.store.write((tx) =>
    tx.run(
      `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200)
       INSERT INTO jobs (id, name, queue, spec, shape, state, created_at)
       SELECT 'x' || i, name, queue, spec, shape, state, 5 FROM n, jobs j WHERE j.name = 'many'`,
    ),
  );
  const filters = [{ name: 'JOB_NAME', values: ['many'] }];
  const page = await world.ask('listJobs', { jobQueue: 'q', filters, maxResults: 1000 });
  assert.equal(page.jobSummaryList.length, 100);
  const next = { jobQueue: 'q', filters, maxResults: 1000, nextToken: page.nextToken };
  assert.equal((await world.ask('listJobs', next)).jobSummaryList.length, 100);
  assert.equal((await listed(world, { jobStatus: 'SUCCEEDED', maxResults: 1000 })).length, 1000);
});

test('T-389: the case of a name counts in JOB_DEFINITION, not in JOB_NAME', async () => {
  const world = await makeWorld();
  await world.submit({ jobName: 'Align' });
  const found = async (name: string, value: string) =>
    (await listed(world, { filters: [{ name, values: [value] }] })).length;
  assert.deepEqual([await found('JOB_NAME', 'aLIGN'), await found('JOB_NAME', 'AL*')], [1, 1]);
  assert.deepEqual([await found('JOB_DEFINITION', 'D'), await found('JOB_DEFINITION', 'd')], [0, 1]);
});

test('T-390: children and nodes are in no filtered list', async () => {
  const world = await nodeWorld();
  const ids = [await submitNodes(world), await world.submit({ arrayProperties: { size: 2 } })];
  await world.settle();
  const filters = [{ name: 'JOB_NAME', values: ['*'] }];
  assert.deepEqual(
    (await listed(world, { filters })).map(({ jobId }) => jobId),
    ids.reverse(),
  );
});
