import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeWorld, type World } from '../../../test/support/world.ts';
import { seqsSql } from '../../store/job-rows.ts';

const ids = (answer: { jobSummaryList: { jobId: string }[] }): string[] =>
  answer.jobSummaryList.map((job) => job.jobId);

const submitMany = async (world: World, count: number, more = {}): Promise<string[]> => {
  const made = [];
  for (let i = 0; i < count; i++) made.push(await world.submit(more));
  await world.settle();
  return made;
};

test('S-126 S-125 J-275: without a status the RUNNING ones, with one those of it', async () => {
  const world = await makeWorld({ command: ['run'], pool: 1 });
  const [running, waiting] = await submitMany(world, 2);
  assert.deepEqual(ids(await world.ask('listJobs', { jobQueue: 'q' })), [running]);
  assert.deepEqual(ids(await world.ask('listJobs', { jobQueue: 'q', jobStatus: 'RUNNABLE' })), [waiting]);
  assert.deepEqual(ids(await world.ask('listJobs', { jobQueue: 'q', jobStatus: 'FAILED' })), []);
});

test('S-287 S-326: what has not ended and has no reason is listed without a container', async () => {
  const world = await makeWorld({ command: ['run'] });
  await submitMany(world, 1);
  const { jobSummaryList } = await world.ask('listJobs', { jobQueue: 'q' });
  assert.equal(jobSummaryList.length, 1);
  assert.equal('container' in jobSummaryList[0]!, false);
});

test('S-124 J-277: by name or ARN; an unknown queue is refused', async () => {
  const world = await makeWorld({ command: ['run'] });
  const [id] = await submitMany(world, 1);
  assert.deepEqual(
    ids(await world.ask('listJobs', { jobQueue: 'arn:aws:batch:us-east-1:012345678910:job-queue/q' })),
    [id],
  );
  assert.equal(
    (await world.refused('listJobs', { jobQueue: 'nobody' })).message,
    'JobQueue nobody not found.',
  );
});

test('J-274 S-122: exactly one selector', async () => {
  const world = await makeWorld();
  const array = await world.submit({ arrayProperties: { size: 2 } });
  assert.match((await world.refused('listJobs', {})).message, /exactly one of/);
  assert.match(
    (await world.refused('listJobs', { jobQueue: 'q', arrayJobId: array })).message,
    /exactly one of/,
  );
});

test('an empty selector beside another counts as absent (J-274)', async () => {
  const world = await makeWorld({ command: ['wait'] });
  await world.ask('registerJobDefinition', {
    jobDefinitionName: 'm',
    type: 'multinode',
    nodeProperties: NODES,
  });
  const multiNodeJobId = await world.submit({ jobDefinition: 'm' });
  await world.settle();
  const { jobSummaryList } = await world.ask('listJobs', { jobQueue: '', arrayJobId: '', multiNodeJobId });
  assert.equal(jobSummaryList.length, 2);
});

const NODES = {
  numNodes: 2,
  mainNode: 0,
  nodeRangeProperties: [
    { targetNodes: '0:', container: { image: 'i', vcpus: 1, memory: 16, command: ['wait'] } },
  ],
};

test('J-278: an unknown array is refused', async () => {
  const world = await makeWorld();
  const plain = await world.submit();
  for (const arrayJobId of ['11111111-1111-4111-8111-111111111111', plain, 'x']) {
    assert.match((await world.refused('listJobs', { arrayJobId })).message, new RegExp(arrayJobId));
  }
});

test('S-127 S-131 W-071: pages hold at most maxResults, and together each job once, newest first', async () => {
  const world = await makeWorld();
  const made = await submitMany(world, 7);
  const seen: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = await world.ask('listJobs', {
      jobQueue: 'q',
      jobStatus: 'SUCCEEDED',
      maxResults: 3,
      nextToken,
    });
    assert.ok(page.jobSummaryList.length <= 3);
    seen.push(...ids(page));
    nextToken = page.nextToken;
  } while (nextToken);
  assert.deepEqual(seen, made.reverse());
});

test('J-281: jobs submitted while somebody pages change nothing of the pages', async () => {
  const world = await makeWorld();
  const made = await submitMany(world, 4);
  const first = await world.ask('listJobs', { jobQueue: 'q', jobStatus: 'SUCCEEDED', maxResults: 2 });
  await submitMany(world, 3);
  const { nextToken } = first;
  const second = await world.ask('listJobs', {
    jobQueue: 'q',
    jobStatus: 'SUCCEEDED',
    maxResults: 2,
    nextToken,
  });
  assert.deepEqual([...ids(first), ...ids(second)], made.reverse());
});

test('S-128: without maxResults a page holds 100', async () => {
  const world = await makeWorld();
  await submitMany(world, 101);
  const page = await world.ask('listJobs', { jobQueue: 'q', jobStatus: 'SUCCEEDED' });
  assert.equal(page.jobSummaryList.length, 100);
  assert.ok(page.nextToken);
});

test('J-279 J-280: maxResults 1 to 1000; a token goes with its selectors', async () => {
  const world = await makeWorld();
  await submitMany(world, 3);
  for (const maxResults of [0, -1, 1001]) {
    assert.match(
      (await world.refused('listJobs', { jobQueue: 'q', maxResults })).message,
      /maxResults must be between 1/,
    );
  }
  assert.equal(
    (await world.ask('listJobs', { jobQueue: 'q', jobStatus: 'SUCCEEDED', maxResults: 1000 })).jobSummaryList
      .length,
    3,
  );
  const { nextToken } = await world.ask('listJobs', { jobQueue: 'q', jobStatus: 'SUCCEEDED', maxResults: 1 });
  for (const other of [
    { jobStatus: 'FAILED', nextToken },
    { jobStatus: 'SUCCEEDED', nextToken: `${nextToken}x` },
    { nextToken: 'x' },
  ]) {
    assert.equal(
      (await world.refused('listJobs', { jobQueue: 'q', ...other })).message,
      'Invalid nextToken.',
    );
  }
  await world.ask('listJobs', { jobQueue: 'q', nextToken: '' });
});

test('J-282 J-283: an entry has what applies, and its exit code once there is one', async () => {
  const world = await makeWorld();
  const [id] = await submitMany(world, 1);
  const [entry] = (await world.ask('listJobs', { jobQueue: 'q', jobStatus: 'SUCCEEDED' })).jobSummaryList;
  assert.equal(entry.jobId, id);
  assert.equal(entry.jobName, 'j');
  assert.equal(entry.status, 'SUCCEEDED');
  assert.deepEqual(entry.container, { exitCode: 0 });
  for (const member of ['jobArn', 'createdAt', 'startedAt', 'stoppedAt', 'statusReason'])
    assert.ok(entry[member], member);
  assert.ok(!Object.values(entry).includes(null), 'J-007');
});

test('J-284 J-285: JOB_NAME, of any case and with a prefix, in whatever state', async () => {
  const world = await makeWorld();
  await submitMany(world, 1, { jobName: 'Alpha-1' });
  await submitMany(world, 1, { jobName: 'alpha-2' });
  await submitMany(world, 1, { jobName: 'beta' });
  const by = async (value: string) =>
    (
      await world.ask('listJobs', { jobQueue: 'q', filters: [{ name: 'JOB_NAME', values: [value] }] })
    ).jobSummaryList.map((job: { jobName: string }) => job.jobName);
  assert.deepEqual(await by('ALPHA-1'), ['Alpha-1']);
  assert.deepEqual(await by('aLPha*'), ['alpha-2', 'Alpha-1']);
  assert.deepEqual(await by('gamma'), []);
});

test('J-286 J-287: JOB_DEFINITION and the times of creation', async () => {
  const world = await makeWorld();
  const [id] = await submitMany(world, 1);
  const at = world.clock.wall();
  const by = async (name: string, value: string) =>
    ids(await world.ask('listJobs', { jobQueue: 'q', filters: [{ name, values: [value] }] }));
  assert.deepEqual(await by('JOB_DEFINITION', 'd'), [id]);
  assert.deepEqual(await by('JOB_DEFINITION', 'D'), []);
  assert.deepEqual(await by('JOB_DEFINITION', 'd*'), [id]);
  assert.deepEqual(await by('JOB_DEFINITION', 'arn:aws:batch:us-east-1:012345678910:job-definition/d:1'), [
    id,
  ]);
  assert.deepEqual(await by('AFTER_CREATED_AT', String(at - 1)), [id]);
  assert.deepEqual(await by('BEFORE_CREATED_AT', String(at)), []);
  assert.match(
    (await world.refused('listJobs', { jobQueue: 'q', filters: [{ name: 'X', values: ['y'] }] })).message,
    /filters\[0\]\.name/,
  );
});

/** Fills a queue with jobs like `id`, as submissions would have left them; `name`: of the job `i`, in SQL. */
const fill = (world: World, id: string, count: number, name: string): Promise<void> =>
  world.service.store.write(async (tx) => {
    await tx.run(
      `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
       INSERT INTO jobs (id, rank, name, queue, spec, shape, state, unmet, created_at)
       SELECT ${uuidOf('i')}, 100 + i, ${name}, queue, spec, shape, i % 7, 0, i
       FROM n CROSS JOIN jobs WHERE id = ?`,
      [count, id],
    );
  });

const uuidOf = (i: string): string => `printf('11111111-1111-4111-8111-%012d', ${i})`;
const filledId = (i: number): string => `11111111-1111-4111-8111-${String(i).padStart(12, '0')}`;

const pagesOf = async (world: World, input: object): Promise<string[][]> => {
  const pages: string[][] = [];
  let nextToken: string | undefined;
  do {
    const page = await world.ask('listJobs', { jobQueue: 'q', ...input, nextToken });
    pages.push(ids(page));
    nextToken = page.nextToken;
  } while (nextToken);
  return pages;
};

const filtersOf = (name: string, value: string) => [{ name, values: [value] }];

test('J-281 J-284: a filter finds its jobs among many others, all of them, each once, without short pages', async () => {
  const world = await makeWorld({ command: ['run'], pool: 1 });
  const first = await world.submit({ jobName: 'wanted' });
  await world.loops.stop();
  await fill(world, first, 42_000, "CASE WHEN i % 5000 = 0 THEN 'wanted' ELSE 'other' END");
  const wanted = [...[40, 35, 30, 25, 20, 15, 10, 5].map((thousands) => filledId(thousands * 1000)), first];
  for (const value of ['wanted', 'Wanted', 'want*']) {
    const filters = filtersOf('JOB_NAME', value);
    assert.deepEqual(await pagesOf(world, { filters }), [wanted]);
    assert.deepEqual(
      await pagesOf(world, { filters, maxResults: 2 }),
      [0, 2, 4, 6, 8].map((at) => wanted.slice(at, at + 2)),
    );
  }
  assert.deepEqual(await pagesOf(world, { filters: filtersOf('JOB_NAME', 'nobody*') }), [[]]);
  assert.deepEqual(await pagesOf(world, { filters: filtersOf('JOB_DEFINITION', 'nobody') }), [[]]);
  const all = (await pagesOf(world, { filters: filtersOf('JOB_DEFINITION', 'd*') })).flat();
  assert.deepEqual([all.length, all[0], all.at(-1)], [42_001, filledId(42_000), first]);
});

test('J-281 J-287: by the time of creation, across the pages and whatever the wall clock did meanwhile', async () => {
  const world = await makeWorld({ command: ['run'], pool: 1 });
  const began = world.clock.wall();
  const made: { id: string; at: number }[] = [];
  for (const leap of [0, 10, 10, -15, 0, 10, -50, 10, 60, 10]) {
    world.clock.jump(leap);
    made.unshift({ id: await world.submit(), at: world.clock.wall() });
    await world.submit({ jobQueue: 'q', arrayProperties: { size: 3 }, jobName: 'array' });
  }
  const by = async (name: string, value: number, more = {}) =>
    (await pagesOf(world, { filters: filtersOf(name, String(value)), ...more }))
      .flat()
      .filter((id) => made.some((job) => job.id === id));
  for (const at of [...new Set(made.map((job) => job.at))].flatMap((time) => [time - 1, time, time + 1])) {
    for (const more of [{}, { maxResults: 1 }, { maxResults: 3 }]) {
      const ids = (found: typeof made) => found.map(({ id }) => id);
      assert.deepEqual(
        await by('BEFORE_CREATED_AT', at, more),
        ids(made.filter((job) => job.at < at)),
        `${at - began}`,
      );
      assert.deepEqual(await by('AFTER_CREATED_AT', at, more), ids(made.filter((job) => job.at > at)));
    }
  }
});

test('J-281 J-285: of more names than a page merges the newest jobs are looked through: short pages with a token', async () => {
  const world = await makeWorld({ command: ['run'], pool: 1 });
  const first = await world.submit({ jobName: 'early' });
  await world.loops.stop();
  await fill(world, first, 32_000, "CASE WHEN i <= 11000 THEN 'early-' || i ELSE 'late' END");
  const pages = await pagesOf(world, { filters: filtersOf('JOB_NAME', 'Early*') });
  assert.deepEqual(
    pages.slice(0, 3).map((page) => page.length),
    [0, 0, 100],
  );
  assert.deepEqual(pages.flat(), [...Array.from({ length: 11_000 }, (_, i) => filledId(11_000 - i)), first]);
});

test('a filter reads no more rows than a page looks at, and sorts none', async () => {
  const world = await makeWorld();
  const plan = await world.service.store.read((tx) =>
    tx.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${seqsSql([0, 1, 2, 3, 4, 5, 6])}`, [
      ...Array(14).fill(1),
      1000,
    ]),
  );
  const text = plan.map(({ detail }) => detail).join('\n');
  assert.equal(text.match(/USING COVERING INDEX jobs_listed/g)?.length, 7);
  assert.doesNotMatch(text, /TEMP B-TREE|SCAN jobs/);
});

test('S-117 J-269 J-270: DescribeJobs takes 100 ids and leaves out the unknown', async () => {
  const world = await makeWorld();
  const unknown = '11111111-1111-4111-8111-111111111111';
  const refusal = await world.refused('describeJobs', { jobs: Array.from({ length: 101 }, () => unknown) });
  assert.equal(refusal.message, 'Maximum number of jobs supported is  100');
  assert.deepEqual(await world.ask('describeJobs', { jobs: [unknown, 'nonsense'] }), { jobs: [] });
  assert.deepEqual(await world.ask('describeJobs', { jobs: [] }), { jobs: [] });
  assert.match((await world.refused('describeJobs', {})).message, /jobs is required/);
});

test('J-272 J-273: in the order asked, repeated ones once, ARNs beside ids', async () => {
  const world = await makeWorld();
  const [a, b] = await submitMany(world, 2);
  const arn = `arn:aws:batch:us-east-1:012345678910:job/${a}`;
  const { jobs } = await world.ask('describeJobs', { jobs: [b, arn, b, a] });
  assert.deepEqual(
    jobs.map((job: { jobId: string }) => job.jobId),
    [b, a],
  );
});

test('a waiting job says its place, what it needs and what there is; one that never can says that first', async () => {
  const world = await makeWorld({ command: ['run'], pool: 2 });
  await submitMany(world, 4);
  const never = await world.submit({ containerOverrides: { vcpus: 300 } });
  await world.settle();
  const waiting = await world.ask('listJobs', { jobQueue: 'q', jobStatus: 'RUNNABLE' });
  const reasons = waiting.jobSummaryList.map((job: { statusReason: string }) => job.statusReason);
  assert.match(
    reasons[0],
    /^MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE - .*needs 300 vCPUs and 128 MiB; environment e has at most 256/,
  );
  assert.match(
    reasons[1],
    /^2nd in queue q; needs 1 vCPU and 128 MiB; environment e would launch .*: the pool has 0 vCPUs and .* free of 2 vCPUs .*, its 1 instance that could hold it is busy/,
  );
  assert.match(reasons[2], /^1st in queue q; /);
  assert.equal((await world.job(never)).statusReason, reasons[0], 'DescribeJobs says the same');
});
