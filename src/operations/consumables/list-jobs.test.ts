import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  asking,
  consumableArn,
  endTask,
  makeConsumable,
  needing,
} from '../../../test/support/consumables.ts';
import { makeWorld, type World } from '../../../test/support/world.ts';

type Entry = Readonly<Record<string, unknown>>;

const list = async (world: World, more: object = {}): Promise<Entry[]> =>
  (await world.ask('listJobsByConsumableResource', { consumableResource: 'r', ...more })).jobs;
const idOf = ({ jobArn }: Entry): string => String(jobArn).split('/').at(-1)!;
const ids = async (world: World, ...filters: object[]): Promise<string[]> =>
  (await list(world, { filters })).map(idOf);
const byStatus = (...values: string[]) => ({ name: 'JOB_STATUS', values });
const byName = (...values: string[]) => ({ name: 'JOB_NAME', values });

/** A resource `r` of two, with one job that ended, one that runs with both, and one that waits. */
const jobsOfR = async () => {
  const world = await makeWorld({ command: ['run'] });
  await makeConsumable(world, 'r', 2);
  const ended = await world.submit(needing({ r: 1 }, { jobName: 'first' }));
  await world.settle();
  await endTask(world, ended);
  const runs = await world.submit(needing({ r: 2 }, { jobName: 'Second' }));
  await world.settle();
  const waits = await world.submit(needing({ r: 1 }, { jobName: 'third' }));
  await world.submit();
  await world.settle();
  return { world, ended, runs, waits };
};

test('T-169 T-170: jobs of every status that ask for it, newest first, by the name or the ARN', async () => {
  const { world, ended, runs, waits } = await jobsOfR();
  assert.deepEqual(await ids(world), [waits, runs, ended]);
  const named = await list(world, { consumableResource: consumableArn('r') });
  assert.deepEqual(named.map(idOf), [waits, runs, ended]);
});

test('T-169: filters hold together, any value of each; names in any case, with * what begins so', async () => {
  const { world, ended, runs, waits } = await jobsOfR();
  assert.deepEqual(await ids(world, byStatus('RUNNING')), [runs]);
  assert.deepEqual(await ids(world, byStatus('RUNNABLE', 'SUCCEEDED')), [waits, ended]);
  assert.deepEqual(await ids(world, byName('SECOND', 'Fir*')), [runs, ended]);
  assert.deepEqual(await ids(world, byName('t*'), byStatus('RUNNING')), []);
  const wrong = async (filter: object) =>
    (await world.refused('listJobsByConsumableResource', { consumableResource: 'r', filters: [filter] }))
      .message;
  assert.match(await wrong({ name: 'JOB_DEFINITION', values: ['d'] }), /^Filter name must be one of/);
  assert.match(await wrong(byStatus('running')), /^JOB_STATUS must be one of \[SUBMITTED, /);
});

test('T-171: a filter by the name of the resource, as the sample sends it, does nothing', async () => {
  const { world } = await jobsOfR();
  assert.equal((await ids(world, { name: 'CONSUMABLE_RESOURCE_NAME', values: ['other'] })).length, 3);
});

test('T-172 T-173: an entry has what the job asks for, its times and why it waits', async () => {
  const { world, ended, runs, waits } = await jobsOfR();
  const [third, second, first] = await list(world);
  const arn = 'arn:aws:batch:us-east-1:012345678910';
  const { createdAt, startedAt } = await world.job(runs);
  assert.deepEqual(second, {
    jobArn: `${arn}:job/${runs}`,
    jobQueueArn: `${arn}:job-queue/q`,
    jobName: 'Second',
    jobStatus: 'RUNNING',
    jobDefinitionArn: `${arn}:job-definition/d:1`,
    quantity: 2,
    createdAt,
    consumableResourceProperties: asking({ [consumableArn('r')]: 2 }),
    startedAt,
  });
  assert.equal(idOf(first!), ended);
  assert.equal(first!.startedAt, (await world.job(ended)).startedAt);
  assert.equal(third!.startedAt, undefined);
  assert.equal(
    third!.statusReason,
    `1st in queue q; waits for consumable resource r: needs 1, 0 of 2 available, held by ${runs} (2)`,
  );
  assert.equal(third!.statusReason, (await world.job(waits)).statusReason);
});

test('T-170: of an array itself, and each child that holds or waits', async () => {
  const world = await makeWorld({ command: ['run'] });
  await makeConsumable(world, 'r', 1);
  const older = await world.submit(needing({ r: 1 }));
  const array = await world.submit(needing({ r: 1 }, { arrayProperties: { size: 3 } }));
  await world.settle();
  await endTask(world, older);
  await endTask(world, `${array}:0`);
  assert.deepEqual(await ids(world), [`${array}:2`, `${array}:1`, array, older]);
  assert.deepEqual(await ids(world, byStatus('PENDING')), [array]);
  await world.ask('terminateJob', { jobId: array, reason: 'enough' });
  await world.settle();
  await endTask(world, `${array}:1`, 137);
  assert.deepEqual(await ids(world), [array, older]);
});

test('T-004: in pages, in the middle of arrays too', async () => {
  const world = await makeWorld({ command: ['run'] });
  await makeConsumable(world, 'r', 0);
  const array = await world.submit(needing({ r: 1 }, { arrayProperties: { size: 4 } }));
  const newest = await world.submit(needing({ r: 1 }));
  await world.settle();
  const found: string[] = [];
  let nextToken: string | undefined;
  do {
    const page: { jobs: Entry[]; nextToken?: string } = await world.ask('listJobsByConsumableResource', {
      consumableResource: 'r',
      maxResults: 2,
      ...(nextToken && { nextToken }),
    });
    assert.ok(page.jobs.length <= 2);
    found.push(...page.jobs.map(idOf));
    nextToken = page.nextToken;
  } while (nextToken);
  assert.deepEqual(found, [newest, ...[3, 2, 1, 0].map((index) => `${array}:${index}`), array]);
});
