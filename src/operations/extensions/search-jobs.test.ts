import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeWorld, type World } from '../../../test/support/world.ts';

const names = (answer: { jobs: { jobName: string }[] }): string[] => answer.jobs.map((job) => job.jobName);

/** Of two queues: jobs that ended and one that runs, and one that waits. */
const mixed = async (): Promise<World> => {
  const world = await makeWorld({ command: ['run'], pool: 1 });
  await world.ask('createJobQueue', {
    jobQueueName: 'other',
    priority: 1,
    computeEnvironmentOrder: [{ order: 1, computeEnvironment: 'e' }],
  });
  const end = async (jobName: string, code: number, more = {}) => {
    const containerOverrides = { command: ['exit', String(code)] };
    await world.submit({ jobName, containerOverrides, ...more });
    await world.settle();
  };
  await end('align-1', 0, { tags: { team: 'a' } });
  await end('align-2', 3, { tags: { team: 'b' } });
  await end('sort', 3, { jobQueue: 'other' });
  for (const jobName of ['runs', 'waits']) await world.submit({ jobName });
  await world.settle();
  return world;
};

test('searchjobs: all queues, newest first', async () => {
  const world = await mixed();
  assert.deepEqual(names(await world.ask('searchJobs')), ['waits', 'runs', 'sort', 'align-2', 'align-1']);
});

test('searchjobs: oldest first when asked, pages too, children that run in their places', async () => {
  const world = await makeWorld({ command: ['run'], pool: 4 });
  await world.submit({ jobName: 'first' });
  await world.submit({ jobName: 'many', arrayProperties: { size: 3 } });
  await world.submit({ jobName: 'last' });
  await world.settle();
  const ask = (more: object) =>
    world.ask('searchJobs', { order: 'OLDEST', states: ['PENDING', 'RUNNABLE', 'RUNNING'], ...more });
  assert.deepEqual(names(await ask({})), ['first', 'many', 'many', 'many', 'many', 'last']);
  const page = await ask({ limit: 2 });
  assert.deepEqual(names(page), ['first', 'many']);
  assert.deepEqual(names(await ask({ nextToken: page.nextToken })), ['many', 'many', 'many', 'last']);
  const other = { nextToken: page.nextToken, order: 'NEWEST' };
  assert.equal((await world.refused('searchJobs', other)).message, 'Invalid nextToken.');
});

const FILTERS: [object, string[]][] = [
  [{ queues: ['other'] }, ['sort']],
  [{ states: ['RUNNING', 'RUNNABLE'] }, ['waits', 'runs']],
  [{ name: 'Align*' }, ['align-2', 'align-1']],
  [{ name: 'align-1' }, ['align-1']],
  [{ definition: 'd:1', name: 'sort' }, ['sort']],
  [{ definition: 'x*' }, []],
  [{ tag: 'team' }, ['align-2', 'align-1']],
  [{ tag: 'team=b' }, ['align-2']],
  [{ tag: 'team=' }, []],
  [{ tag: 'team=b', queues: ['other'] }, []],
  [{ tag: 'team=b', states: ['SUCCEEDED'] }, []],
  [{ exitCode: 3 }, ['sort', 'align-2']],
  [{ reason: 'Essential container' }, ['sort', 'align-2', 'align-1']],
  [{ ended: { from: 0 } }, ['sort', 'align-2', 'align-1']],
  [{ ended: { from: 0, to: 1 } }, []],
  [{ created: { to: 1 } }, []],
  [{ states: ['FAILED'], queues: ['q'], exitCode: 3, tag: 'team=b' }, ['align-2']],
];

for (const [filter, expected] of FILTERS) {
  test(`searchjobs: ${JSON.stringify(filter)}`, async () => {
    assert.deepEqual(names(await (await mixed()).ask('searchJobs', filter)), expected);
  });
}

test('searchjobs: a line says queue, attempt, times and tags', async () => {
  const world = await mixed();
  world.clock.advance(5000);
  const [failed] = (await world.ask('searchJobs', { name: 'align-2' })).jobs;
  const { queue, attempt, tags, waited, ran, container } = failed;
  assert.deepEqual(
    { queue, attempt, tags, waited, ran, container },
    { queue: 'q', attempt: 1, tags: { team: 'b' }, waited: 0, ran: 0, container: { exitCode: 3 } },
  );
  const [waits] = (await world.ask('searchJobs', { name: 'waits' })).jobs;
  assert.deepEqual([waits.waited, waits.ran, waits.attempt], [5000, undefined, 0]);
  assert.match(waits.statusReason, /1st in queue q/);
});

test('searchjobs: by the beginning of an id', async () => {
  const world = await mixed();
  const [job] = (await world.ask('searchJobs', { name: 'sort' })).jobs;
  assert.deepEqual(names(await world.ask('searchJobs', { id: job.jobId })), ['sort']);
  assert.equal((await world.ask('searchJobs', { id: job.jobId.slice(0, 4) })).jobs.length, 5);
  assert.deepEqual(names(await world.ask('searchJobs', { id: 'zz' })), []);
});

test('searchjobs: pages go on where the last one ended, and a token is good for its own question', async () => {
  const world = await mixed();
  const first = await world.ask('searchJobs', { limit: 2 });
  assert.deepEqual(names(first), ['waits', 'runs']);
  const second = await world.ask('searchJobs', { limit: 2, nextToken: first.nextToken });
  assert.deepEqual(names(second), ['sort', 'align-2']);
  const third = await world.ask('searchJobs', { limit: 2, nextToken: second.nextToken });
  assert.deepEqual([names(third), third.nextToken], [['align-1'], undefined]);
  const other = { name: 'sort', nextToken: first.nextToken };
  assert.equal((await world.refused('searchJobs', other)).message, 'Invalid nextToken.');
});

test('searchjobs: children of an array by index; without it those that run', async () => {
  const world = await makeWorld({ command: ['run'], pool: 2 });
  const arrayJobId = await world.submit({ jobName: 'many', arrayProperties: { size: 4 } });
  await world.settle();
  const index = ({ jobs }: { jobs: { arrayProperties: { index?: number } }[] }) =>
    jobs.map((job) => job.arrayProperties.index);
  assert.deepEqual(index(await world.ask('searchJobs', { arrayJobId })), [0, 1, 2, 3]);
  assert.deepEqual(index(await world.ask('searchJobs', { arrayJobId, states: ['RUNNABLE'] })), [2, 3]);
  assert.deepEqual(index(await world.ask('searchJobs', { states: ['RUNNING'] })), [1, 0]);
  const [array] = (await world.ask('searchJobs', { name: 'many' })).jobs;
  assert.deepEqual(array.children, { waiting: 2, starting: 0, running: 2, succeeded: 0, failed: 0 });
});

test('searchjobs: what a stop in force is about to end is not shown as waiting', async () => {
  const world = await makeWorld({ command: ['run'], pool: 1 });
  const arrayJobId = await world.submit({ arrayProperties: { size: 3 } });
  await world.settle();
  await world.loops.stop();
  await world.ask('terminateJob', { jobId: arrayJobId, reason: 'r' });
  assert.deepEqual((await world.ask('searchJobs', { arrayJobId, states: ['RUNNABLE'] })).jobs, []);
});

test('searchjobs: wrong requests are refused', async () => {
  const world = await makeWorld();
  for (const [input, words] of [
    [{ limit: 201 }, /between 1 and 200/],
    [{ queues: ['nobody'] }, /JobQueue nobody not found/],
    [{ arrayJobId: 'x' }, /not an array/],
  ] as const)
    assert.match((await world.refused('searchJobs', input)).message, words);
});

test('searchjobs: a call looks at 10,000 jobs and says how far it came', async () => {
  const world = await makeWorld();
  await world.submit({ jobName: 'oldest' });
  await world.settle();
  await world.service.store.write((tx) =>
    tx.run(
      `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12000)
       INSERT INTO jobs (id, name, queue, spec, shape, state, created_at)
       SELECT 'x' || i, 'other', queue, spec, shape, 6, 5 FROM n, jobs j WHERE j.name = 'oldest'`,
    ),
  );
  const first = await world.ask('searchJobs', { name: 'oldest' });
  assert.deepEqual([first.jobs, first.looked, first.lookedTo], [[], 10_000, 5]);
  const second = await world.ask('searchJobs', { name: 'oldest', nextToken: first.nextToken });
  assert.deepEqual([names(second), second.looked, second.nextToken], [['oldest'], 2001, undefined]);
});

test('searchjobs: by a tag as it is now, children by their array’s; its index is read as far as need be', async () => {
  const world = await makeWorld({ command: ['run'] });
  const arrayJobId = await world.submit({
    jobName: 'many',
    arrayProperties: { size: 2 },
    tags: { team: 'a' },
  });
  await world.submit({ jobName: 'other' });
  await world.settle();
  const index = async (input: object) =>
    (await world.ask('searchJobs', input)).jobs.map(
      (job: { arrayProperties?: { index?: number } }) => job.arrayProperties?.index,
    );
  assert.deepEqual(await index({ tag: 'team=a', states: ['RUNNING'] }), [1, 0]);
  assert.deepEqual(await index({ tag: 'team=a', arrayJobId }), [0, 1]);
  assert.deepEqual(await index({ tag: 'team=b', arrayJobId }), []);
  const resourceArn = `arn:aws:batch:us-east-1:012345678910:job/${arrayJobId}`;
  await world.ask('tagResource', { resourceArn, tags: { team: 'b' } });
  assert.deepEqual(names(await world.ask('searchJobs', { tag: 'team=a' })), []);
  const found = await world.ask('searchJobs', { tag: 'team=b' });
  assert.deepEqual([names(found), found.looked, found.jobs[0].tags], [['many'], 1, { team: 'b' }]);
});

test('searchjobs: pages of a tag go on where the last one ended', async () => {
  const world = await makeWorld();
  for (const jobName of ['a', 'b', 'c']) await world.submit({ jobName, tags: { team: 'a' } });
  const first = await world.ask('searchJobs', { tag: 'team=a', limit: 2 });
  const second = await world.ask('searchJobs', { tag: 'team=a', limit: 2, nextToken: first.nextToken });
  assert.deepEqual([names(first), names(second), second.nextToken], [['c', 'b'], ['a'], undefined]);
});
