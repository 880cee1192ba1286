import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeWorld, TOO_MUCH } from '../../../test/support/nodes.ts';
import { makeWorld, type World } from '../../../test/support/world.ts';
import { parseJobId } from '../../domain/job-id.ts';
import { findJob } from '../../store/job-rows.ts';
import { Endings } from './endings.ts';
import { settleStep } from './settle.ts';
import { sweepStep } from './stop-sweep.ts';

/*
 * What is shown between a stop and the sweep that carries it out: the loops stand still, so that every row is as it was.
 */

// biome-ignore lint/suspicious/noExplicitAny: answers are read member by member, as a client would
type Shown = any;

/** Nothing but two jobs has room; then the loops are stopped for good. */
const standing = async (submit: (world: World) => Promise<string[]>): Promise<[World, string[]]> => {
  const world = await makeWorld({ command: ['run'], pool: 2 });
  const ids = await submit(world);
  await world.settle();
  await world.loops.stop();
  world.clock.advance(60_000);
  return [world, ids];
};

const array =
  (size: number, more: Record<string, unknown> = {}) =>
  (world: World) =>
    Promise.all([world.submit({ arrayProperties: { size }, ...more })]);

const deleteQueue = async (world: World): Promise<void> => {
  await world.ask('updateJobQueue', { jobQueue: 'q', state: 'DISABLED' });
  await world.ask('deleteJobQueue', { jobQueue: 'q' });
};

/** All that a list shows, page by page; each page is looked at. */
const listed = async (world: World, input: Record<string, unknown>, size = 100): Promise<Shown[]> => {
  const all: Shown[] = [];
  let nextToken: string | undefined;
  do {
    const page: Shown = await world.ask('listJobs', { ...input, maxResults: size, nextToken });
    all.push(...page.jobSummaryList);
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return all;
};

const idsOf = (shown: readonly Shown[]): string[] => shown.map((job) => job.jobId);

/** Works off what the loops would: ends that others wait for first, then the sweep, to its end. */
const sweep = async (world: World): Promise<void> => {
  const { service, clock } = world;
  let more = true;
  while (more) {
    more = await service.store.write(async (tx) => {
      const endings = new Endings(tx, service);
      const settling = await settleStep(tx, clock.wall(), endings);
      const sweeping = await sweepStep(service, tx, endings);
      await endings.finish();
      return settling || sweeping;
    });
  }
};

/** Whether the job's own row says that it has ended. */
const hasEnded = (world: World, jobId: string): Promise<boolean> =>
  world.service.store.read(async (tx) => (await findJob(tx, parseJobId(jobId)!))!.state === 6);

test('J-226: children that have not begun are FAILED from the answer of TerminateJob on, and stay as shown', async () => {
  const [world, [id]] = await standing(array(2500));
  const asked = world.clock.wall();
  await world.ask('terminateJob', { jobId: id, reason: 'enough' });
  world.clock.advance(5000);
  const shown = await world.job(`${id}:2499`);
  assert.deepEqual(
    [shown.status, shown.statusReason, shown.stoppedAt, shown.isTerminated, shown.startedAt],
    ['FAILED', 'enough', asked, true, undefined],
  );
  assert.equal((await world.job(`${id}:0`)).status, 'RUNNING');
  const parent = await world.job(id!);
  assert.equal(parent.status, 'PENDING');
  assert.deepEqual(parent.arrayProperties.statusSummary, {
    SUBMITTED: 0,
    PENDING: 0,
    RUNNABLE: 0,
    STARTING: 0,
    RUNNING: 2,
    SUCCEEDED: 0,
    FAILED: 2498,
  });
  assert.equal(parent.statusReason, '2498 of 2500 children have ended, 2498 of them FAILED');
  assert.equal(await hasEnded(world, `${id}:2499`), false);
  await sweep(world);
  assert.equal(await hasEnded(world, `${id}:2499`), true);
  assert.deepEqual(await world.job(`${id}:2499`), shown);
  assert.equal((await world.job(id!)).statusReason, parent.statusReason);
});

test('J-226: lists show what a stop is about to end as FAILED, each once over the pages, and none as waiting', async () => {
  const [world, [id]] = await standing(array(2500));
  await world.ask('cancelJob', { jobId: `${id}:100`, reason: 'alone' });
  await world.ask('cancelJob', { jobId: id, reason: 'no more' });
  for (const jobStatus of ['SUBMITTED', 'PENDING', 'RUNNABLE'])
    assert.deepEqual(await listed(world, { arrayJobId: id, jobStatus }), []);
  const failed = await listed(world, { arrayJobId: id, jobStatus: 'FAILED' }, 999);
  assert.deepEqual(
    idsOf(failed),
    Array.from({ length: 2498 }, (_, i) => `${id}:${i + 2}`),
  );
  assert.deepEqual(
    [98, 99].map((i) => [failed[i].statusReason, failed[i].status]),
    [
      ['alone', 'FAILED'],
      ['no more', 'FAILED'],
    ],
  );
  const [parent] = await listed(world, { jobQueue: 'q', jobStatus: 'PENDING' });
  assert.equal(parent.statusReason, '2498 of 2500 children have ended, 2498 of them FAILED');
});

test('a page that the sweep overtakes goes on where it was', async () => {
  const [world, [id]] = await standing(array(30));
  await world.ask('terminateJob', { jobId: id, reason: 'enough' });
  const input = { arrayJobId: id, jobStatus: 'FAILED', maxResults: 20 };
  const first = await world.ask('listJobs', input);
  await sweep(world);
  const second = await world.ask('listJobs', { ...input, nextToken: first.nextToken });
  assert.equal(second.nextToken, undefined);
  assert.deepEqual(
    [...idsOf(first.jobSummaryList), ...idsOf(second.jobSummaryList)],
    Array.from({ length: 28 }, (_, i) => `${id}:${i + 2}`),
  );
});

test('J-176: of two stops the first is what its waiting children show, before the sweep and after', async () => {
  const [world, [id]] = await standing(array(4));
  await world.ask('cancelJob', { jobId: id, reason: 'first' });
  await world.ask('terminateJob', { jobId: id, reason: 'second' });
  await world.ask('terminateJob', { jobId: `${id}:2`, reason: 'third' });
  const shown = [await world.job(`${id}:2`), await world.job(`${id}:3`)];
  assert.deepEqual(
    shown.map((job) => [job.status, job.statusReason, job.isCancelled, job.isTerminated]),
    [
      ['FAILED', 'first', true, undefined],
      ['FAILED', 'first', true, undefined],
    ],
  );
  await sweep(world);
  assert.deepEqual([await world.job(`${id}:2`), await world.job(`${id}:3`)], shown);
});

test('J-226 J-245: a dependency that fails later does not change the reason of what reads as ended', async () => {
  const [world, [first, id]] = await standing(async (w) => {
    await w.submit();
    await w.submit();
    const target = await w.submit();
    return [target, await w.submit({ arrayProperties: { size: 3 }, dependsOn: [{ jobId: target }] })];
  });
  assert.match((await world.job(`${id}:1`)).statusReason, /^waits for 1 job to succeed/);
  await world.ask('terminateJob', { jobId: id, reason: 'enough' });
  const shown = await world.job(`${id}:1`);
  assert.deepEqual([shown.status, shown.statusReason], ['FAILED', 'enough']);
  await world.ask('terminateJob', { jobId: first, reason: 'too' });
  await sweep(world);
  assert.equal(await hasEnded(world, `${id}:1`), true);
  assert.deepEqual(await world.job(`${id}:1`), shown);
});

test('J-226: children that were doomed from the start end by the stop that came first for everybody', async () => {
  const [world, ids] = await standing(async (w) => [await w.submit(), await w.submit(), await w.submit()]);
  const target = ids[2];
  await world.ask('terminateJob', { jobId: target, reason: 'alone' });
  const id = await world.submit({ arrayProperties: { size: 3 }, dependsOn: [{ jobId: target }] });
  await world.ask('terminateJob', { jobId: id, reason: 'enough' });
  const shown = await world.job(`${id}:1`);
  assert.deepEqual([shown.status, shown.statusReason], ['FAILED', 'enough']);
  await sweep(world);
  assert.equal(await hasEnded(world, `${id}:1`), true);
  assert.deepEqual(await world.job(`${id}:1`), shown);
});

test('a job that waits for a stopped child says that it is FAILED', async () => {
  const [world, [id, behind]] = await standing(async (w) => {
    const array = await w.submit({ arrayProperties: { size: 4 } });
    return [array, await w.submit({ dependsOn: [{ jobId: `${array}:3` }] })];
  });
  await world.ask('terminateJob', { jobId: id, reason: 'enough' });
  const { statusReason } = await world.job(behind!);
  assert.equal(statusReason, `waits for 1 job to succeed: ${id}:3 is FAILED`);
});

test('J-174 E-127: nodes of a job that waits end with it when its queue is deleted', async () => {
  const world = await nodeWorld(TOO_MUCH);
  const { jobId } = await world.ask('submitJob', { jobName: 'n', jobQueue: 'q', jobDefinition: 'm' });
  await world.settle();
  await world.loops.stop();
  assert.equal((await world.job(`${jobId}#0`)).status, 'RUNNABLE');
  await deleteQueue(world);
  const ids = [jobId, `${jobId}#0`, `${jobId}#1`];
  const { jobs } = await world.ask('describeJobs', { jobs: ids });
  for (const job of jobs)
    assert.deepEqual([job.status, job.statusReason], ['FAILED', 'JobQueue deleted'], job.jobId);
  const nodes = await listed(world, { multiNodeJobId: jobId, jobStatus: 'FAILED' });
  assert.equal(nodes.length, 3);
  assert.deepEqual(await listed(world, { multiNodeJobId: jobId, jobStatus: 'RUNNABLE' }), []);
  await sweep(world);
  assert.equal(await hasEnded(world, jobId), true);
  assert.deepEqual((await world.ask('describeJobs', { jobs: ids })).jobs, jobs);
  assert.deepEqual(await listed(world, { multiNodeJobId: jobId, jobStatus: 'FAILED' }), nodes);
});

test('J-174 E-127: jobs that have not begun are FAILED from the answer of DeleteJobQueue on, and stay as shown', async () => {
  const [world, ids] = await standing(async (w) => {
    const head = await w.submit();
    const parent = await w.submit({ arrayProperties: { size: 3 } });
    return [head, parent, await w.submit({ dependsOn: [{ jobId: head }] }), await w.submit()];
  });
  const [head, parent, plain, last] = ids as [string, string, string, string];
  await deleteQueue(world);
  const asked = world.clock.wall();
  world.clock.advance(5000);
  const ended = [plain, last, `${parent}:1`, `${parent}:2`];
  const { jobs } = await world.ask('describeJobs', { jobs: ended });
  for (const job of jobs)
    assert.deepEqual(
      [job.status, job.statusReason, job.stoppedAt],
      ['FAILED', 'JobQueue deleted', asked],
      job.jobId,
    );
  assert.deepEqual(
    [(await world.job(head)).status, (await world.job(`${parent}:0`)).status],
    ['RUNNING', 'RUNNING'],
  );
  const { FAILED, RUNNABLE } = (await world.job(parent)).arrayProperties.statusSummary;
  assert.deepEqual([FAILED, RUNNABLE], [2, 0]);
  assert.deepEqual(idsOf(await listed(world, { jobQueue: 'q', jobStatus: 'RUNNABLE' })), []);
  assert.deepEqual(idsOf(await listed(world, { jobQueue: 'q', jobStatus: 'PENDING' })), [parent]);
  assert.deepEqual(idsOf(await listed(world, { jobQueue: 'q', jobStatus: 'FAILED' }, 1)), [last, plain]);
  assert.deepEqual(idsOf(await listed(world, { arrayJobId: parent, jobStatus: 'FAILED' })), ended.slice(2));
  const filters = [{ name: 'JOB_NAME', values: ['*'] }];
  assert.deepEqual(
    (await listed(world, { jobQueue: 'q', filters })).map((job) => job.status),
    ['FAILED', 'FAILED', 'PENDING', 'RUNNING'],
  );
  await sweep(world);
  assert.deepEqual((await world.ask('describeJobs', { jobs: ended })).jobs, jobs);
});

test('J-174 E-127: a stop that follows the deletion of the queue changes nothing of what was shown', async () => {
  const [world, [id, plain]] = await standing(async (w) => [
    await w.submit({ arrayProperties: { size: 4 } }),
    await w.submit(),
  ]);
  await deleteQueue(world);
  const shown = [await world.job(`${id}:3`), await world.job(plain!)];
  for (const jobId of [plain, `${id}:3`, id]) await world.ask('terminateJob', { jobId, reason: 'late' });
  assert.deepEqual([await world.job(`${id}:3`), await world.job(plain!)], shown);
  await sweep(world);
  assert.deepEqual([await world.job(`${id}:3`), await world.job(plain!)], shown);
});

test('J-265: an array that is terminated after its queue’s deletion: what waited has ended by that, what runs is terminated', async () => {
  const [world, [id]] = await standing(array(4));
  await deleteQueue(world);
  await world.ask('terminateJob', { jobId: id, reason: 'enough' });
  const waited = await world.job(`${id}:3`);
  assert.deepEqual([waited.status, waited.statusReason], ['FAILED', 'JobQueue deleted']);
  assert.equal(waited.isTerminated, undefined);
  assert.equal((await world.job(`${id}:0`)).isTerminated, true);
});
