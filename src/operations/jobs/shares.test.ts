import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sharedWorld, submitAs } from '../../../test/support/shared-world.ts';
import { makeWorld, type World } from '../../../test/support/world.ts';
import { SHARE_LIST } from '../../store/job-rows.ts';
import { WHICH_SHARES_ARE_ACTIVE } from '../../store/share-rows.ts';

const JOB = { jobName: 'j', jobQueue: 'shared', jobDefinition: 'urgent', shareIdentifier: 'a' };
const ONLYBE =
  'Job with shareIdentifier or schedulingPriority can onlybe submitted to job queue with fair share scheduling policy.';
const EITHER =
  'Either schedulingPriority in job definition or schedulingPriorityOverride should be specified.';
const PATTERN = 'ShareIdentifier name should match a valid pattern.';
const RANGE = 'Scheduling priority must be between 0 and 9999.';

for (const [rules, more, text] of [
  ['T-089 J-091', { shareIdentifier: undefined }, 'shareIdentifier must be specified.'],
  ['T-089', { shareIdentifier: '' }, 'shareIdentifier must be specified.'],
  ['T-090', { jobDefinition: 'd' }, EITHER],
  ['T-092 J-090', { jobQueue: 'q' }, ONLYBE],
  ['T-092', { jobQueue: 'q', shareIdentifier: undefined, schedulingPriorityOverride: 0 }, ONLYBE],
  ['T-094', { schedulingPriorityOverride: -1 }, RANGE],
  ['T-094', { schedulingPriorityOverride: 10_000 }, RANGE],
  ['T-095', { shareIdentifier: 'a b' }, PATTERN],
  ['T-095 J-332', { shareIdentifier: 'a'.repeat(256) }, PATTERN],
] as const) {
  test(`${rules}: SubmitJob refuses ${JSON.stringify(more).slice(0, 60)}`, async () => {
    const world = await sharedWorld();
    const refusal = await world.refused('submitJob', { ...JOB, ...more });
    assert.deepEqual([refusal.type, refusal.status, refusal.message], ['ClientException', 400, text]);
    assert.deepEqual((await world.ask('searchJobs')).jobs, []);
  });
}

test('T-091 T-096: a priority of 0 in the definition will do, and a share that the policy does not name', async () => {
  const world = await sharedWorld({ shareDistribution: [{ shareIdentifier: 'other' }] });
  const job = await world.job(await submitAs(world, 'a'));
  assert.deepEqual([job.shareIdentifier, job.schedulingPriority], ['a', 0]);
});

test('T-093 T-391: a queue without a policy takes a definition with a priority, and shows it', async () => {
  const world = await sharedWorld();
  const job = await world.job(await world.submit({ jobDefinition: 'urgent' }));
  assert.equal(job.schedulingPriority, 0);
  assert.equal('shareIdentifier' in job, false);
});

test('T-102 J-114: the override replaces the definition’s priority, 0 too; lists show the share', async () => {
  const world = await sharedWorld();
  const [{ containerProperties }] = (await world.ask('describeJobDefinitions')).jobDefinitions;
  await world.ask('registerJobDefinition', {
    jobDefinitionName: 'd',
    type: 'container',
    schedulingPriority: 7,
    containerProperties,
  });
  await world.loops.stop();
  for (const [override, shown] of [
    [undefined, 7],
    [0, 0],
    [9999, 9999],
  ]) {
    const id = await submitAs(world, 'a', { jobDefinition: 'd', schedulingPriorityOverride: override });
    assert.equal((await world.job(id)).schedulingPriority, shown);
  }
  const { jobSummaryList } = await world.ask('listJobs', { jobQueue: 'shared', jobStatus: 'SUBMITTED' });
  assert.deepEqual(
    jobSummaryList.map((job: { shareIdentifier: string }) => job.shareIdentifier),
    ['a', 'a', 'a'],
  );
});

test('T-101: DescribeJobDefinitions shows schedulingPriority when it was set, 0 included', async () => {
  const world = await sharedWorld();
  const { jobDefinitions } = await world.ask('describeJobDefinitions');
  const shown = Object.fromEntries(
    jobDefinitions.map((one: { jobDefinitionName: string; schedulingPriority?: number }) => [
      one.jobDefinitionName,
      one.schedulingPriority,
    ]),
  );
  assert.deepEqual(shown, { d: undefined, urgent: 0 });
});

test('T-103: children have their array’s share and priority', async () => {
  const world = await sharedWorld();
  const id = await submitAs(world, 'a', { arrayProperties: { size: 2 }, schedulingPriorityOverride: 5 });
  for (const one of [id, `${id}:0`, `${id}:1`]) {
    const job = await world.job(one);
    assert.deepEqual([job.shareIdentifier, job.schedulingPriority], ['a', 5]);
  }
});

test('T-103: nodes have their job’s share and priority', async () => {
  const world = await sharedWorld();
  await world.ask('registerJobDefinition', {
    jobDefinitionName: 'nodes',
    type: 'multinode',
    schedulingPriority: 3,
    nodeProperties: {
      numNodes: 2,
      mainNode: 0,
      nodeRangeProperties: [
        { targetNodes: '0:', container: { image: 'busybox', vcpus: 1, memory: 64, command: ['run'] } },
      ],
    },
  });
  const id = await submitAs(world, 'a', { jobDefinition: 'nodes' });
  await world.settle();
  for (const one of [id, `${id}#1`]) {
    const job = await world.job(one);
    assert.deepEqual([job.shareIdentifier, job.schedulingPriority], ['a', 3]);
  }
});

test('T-104: a job waits for one of another share', async () => {
  const world = await sharedWorld();
  const first = await submitAs(world, 'a');
  const second = await submitAs(world, 'b', { dependsOn: [{ jobId: first }] });
  await world.settle();
  assert.equal((await world.job(second)).status, 'PENDING');
  for (const { taskId } of await world.engine.list()) world.engine.end(taskId, 0);
  await world.settle();
  assert.equal((await world.job(second)).status, 'RUNNING');
});

const names = async (world: World, more: object): Promise<string[]> =>
  (await world.ask('listJobs', { jobQueue: 'shared', ...more })).jobSummaryList.map(
    (job: { jobName: string }) => job.jobName,
  );
const ofShare = (value: string) => ({ filters: [{ name: 'SHARE_IDENTIFIER', values: [value] }] });

test('T-097 T-386 T-390: ListJobs by SHARE_IDENTIFIER: exact, with jobStatus, newest first, no children', async () => {
  const world = await sharedWorld({}, 2);
  for (const [name, share] of [
    ['one', 'a'],
    ['two', 'A'],
    ['three', 'a'],
    ['four', 'a*'],
  ])
    await submitAs(world, share!, { jobName: name });
  await submitAs(world, 'a', { jobName: 'array', arrayProperties: { size: 2 } });
  await world.settle();
  assert.deepEqual(await names(world, ofShare('a')), ['one']);
  assert.deepEqual(await names(world, { ...ofShare('A') }), ['two']);
  assert.deepEqual(await names(world, { ...ofShare('a'), jobStatus: 'RUNNABLE' }), ['three']);
  assert.deepEqual(await names(world, { ...ofShare('a*'), jobStatus: 'RUNNABLE' }), ['four']);
  assert.deepEqual(await names(world, { ...ofShare('a'), jobStatus: 'PENDING' }), ['array']);
  assert.deepEqual(await names(world, { ...ofShare('nobody'), jobStatus: 'RUNNABLE' }), []);
});

test('T-386: in pages, each job once', async () => {
  const world = await sharedWorld();
  await world.loops.stop();
  for (let n = 0; n < 6; n++) await submitAs(world, n % 2 ? 'a' : 'b', { jobName: `n${n}` });
  const jobStatus = 'SUBMITTED';
  const first = await world.ask('listJobs', {
    jobQueue: 'shared',
    jobStatus,
    maxResults: 2,
    ...ofShare('a'),
  });
  const { nextToken } = first;
  const shown = first.jobSummaryList.map((job: { jobName: string }) => job.jobName);
  assert.deepEqual(shown, ['n5', 'n3']);
  assert.deepEqual(await names(world, { jobStatus, maxResults: 2, nextToken, ...ofShare('a') }), ['n1']);
});

test('T-386: a queue without shares has an empty list; one value, and no second filter', async () => {
  const world = await makeWorld();
  const list = { jobQueue: 'q', ...ofShare('a') };
  assert.deepEqual((await world.ask('listJobs', list)).jobSummaryList, []);
  for (const filters of [
    [{ name: 'SHARE_IDENTIFIER', values: ['a', 'b'] }],
    [...ofShare('a').filters, { name: 'JOB_NAME', values: ['x'] }],
  ])
    assert.match((await world.refused('listJobs', { jobQueue: 'q', filters })).message, /^filters/);
});

test('T-386: of a queue that is being deleted its share’s waiting jobs read as FAILED', async () => {
  const world = await sharedWorld({}, 1);
  for (const name of ['runs', 'waits']) await submitAs(world, 'a', { jobName: name });
  await submitAs(world, 'b', { jobName: 'other' });
  await world.settle();
  await world.loops.stop();
  await world.ask('updateJobQueue', { jobQueue: 'shared', state: 'DISABLED' });
  await world.ask('deleteJobQueue', { jobQueue: 'shared' });
  assert.deepEqual(await names(world, { ...ofShare('a'), jobStatus: 'FAILED' }), ['waits']);
  assert.deepEqual(await names(world, { ...ofShare('a'), jobStatus: 'RUNNABLE' }), []);
});

test('T-098 T-099: the 501st active share is refused; one whose only job ended without running is inactive', async () => {
  const world = await sharedWorld();
  await world.ask('updateComputeEnvironment', { computeEnvironment: 'e', state: 'DISABLED' });
  const ids = [];
  for (let n = 1; n <= 500; n++) ids.push(await submitAs(world, `u${n}`));
  await world.settle();
  const { message } = await world.refused('submitJob', { ...JOB, shareIdentifier: 'u501' });
  assert.equal(message, 'Job queue shared has reached the limit of 500 active share identifiers.');
  await submitAs(world, 'u500');
  await world.ask('cancelJob', { jobId: ids[6], reason: 'not wanted' });
  await world.settle();
  await submitAs(world, 'u501');
  await world.refused('submitJob', { ...JOB, shareIdentifier: 'u7' });
});

test('neither the list of a share nor the count of active ones walks over jobs', async () => {
  const world = await sharedWorld();
  const asked: [string, number[] | Record<string, number>][] = [
    [SHARE_LIST, [2, 1, 2, 9, 9]],
    [WHICH_SHARES_ARE_ACTIVE, { queue: 2, since: 0 }],
  ];
  for (const [sql, params] of asked) {
    const steps = await world.service.store.read((tx) =>
      tx.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, params),
    );
    const ofJobs = steps.map(({ detail }) => detail).find((detail) => /\bj\b/.test(detail));
    assert.match(ofJobs!, /SEARCH j (EXISTS )?USING (COVERING )?INDEX jobs_shared/);
    assert.equal(
      steps.some(({ detail }) => /TEMP B-TREE/.test(detail)),
      false,
    );
  }
});
