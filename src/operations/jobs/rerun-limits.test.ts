import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failAll, makeWorld, type World } from '../../../test/support/world.ts';
import { callerOf } from '../access/authorise.ts';
import { submitJob } from './index.ts';

/* What runs again counts as when it was submitted: limits of who submitted it, and of its queue, hold. */

const JOB = { jobName: 'j', jobQueue: 'q', jobDefinition: 'd' };
const ANN = 'arn:aws:iam::012345678910:user/ann';

const makeKey = async (world: World, name = 'ann'): Promise<string> => {
  await world.ask('createUser', { UserName: name });
  return (await world.ask('createAccessKey', { UserName: name })).AccessKey.AccessKeyId;
};

const submitAs = async ({ service }: World, key: string, more: object = {}) =>
  (await submitJob(
    service,
    { ...JOB, ...more },
    callerOf((await service.principals.find(service, key))!),
  )) as { jobId: string; message?: string };

/** Ann may have two jobs that have not finished, and has four that FAILED. */
const withFailed = async (): Promise<{ world: World; key: string; jobs: string[] }> => {
  const world = await makeWorld({ command: ['wait'] });
  const key = await makeKey(world);
  const jobs = [];
  for (let n = 0; n < 4; n++) jobs.push((await submitAs(world, key)).jobId);
  await failAll(world);
  await world.ask('setLimits', { name: 'ann', jobs: 2 });
  return { world, key, jobs };
};

const refusal = async (world: World, input: object) => {
  const { type, status, message } = await world.refused('retryJobs', input);
  assert.deepEqual([type, status], ['ClientException', 400]);
  return message;
};

test('A-226: what runs again counts for who submitted it, and is refused where that one has enough', async () => {
  const { world, key, jobs } = await withFailed();
  for (const jobId of jobs.slice(0, 2)) await world.ask('retryJobs', { jobId });
  const over = `${ANN} has 2 jobs that have not finished, the most is 2.`;
  assert.equal(await refusal(world, { jobId: jobs[2] }), over);
  assert.equal((await submitAs(world, key)).message, over);
  assert.equal((await world.job(jobs[2]!)).status, 'FAILED');
  await failAll(world);
  await world.ask('retryJobs', { jobId: jobs[2] });
});

test('A-226: of several that run again together no more go than one after the other', async () => {
  const { world, jobs } = await withFailed();
  const asked = await Promise.allSettled(jobs.map((jobId) => world.ask('retryJobs', { jobId })));
  assert.equal(asked.filter(({ status }) => status === 'fulfilled').length, 2);
});

test('A-226: of an array those children count that run again', async () => {
  const world = await makeWorld({ command: ['wait'] });
  const { jobId } = await submitAs(world, await makeKey(world), { arrayProperties: { size: 5 } });
  await failAll(world);
  await world.ask('setLimits', { name: 'ann', jobs: 3 });
  assert.match(await refusal(world, { jobId }), /user\/ann has 0 jobs .* the most is 3\.$/);
  await world.ask('retryJobs', { jobId, indices: [0, 1] });
  await world.ask('retryJobs', { jobId: `${jobId}:2` });
  assert.match(await refusal(world, { jobId: `${jobId}:3` }), /has 3 jobs/);
});

test('A-226: who waits for them counts for its own submitter, and in its own queue', async () => {
  const world = await makeWorld({ command: ['wait'] });
  const [ann, bob] = [await makeKey(world), await makeKey(world, 'bob')];
  const { jobId } = await submitAs(world, ann);
  const dependsOn = [{ jobId }];
  for (let n = 0; n < 2; n++) await submitAs(world, bob, { dependsOn });
  await failAll(world);
  await world.ask('setLimits', { name: 'bob', jobs: 1 });
  const all = { jobId, withDependents: true };
  assert.match(await refusal(world, all), /user\/bob has 0 jobs/);
  await world.ask('setLimits', { name: 'bob' });
  await world.ask('setLimits', { name: 'queue/q', jobs: 2 });
  assert.equal(await refusal(world, all), 'Job queue q has 0 jobs that have not finished, the most is 2.');
  await world.ask('setLimits', { name: 'queue/q', jobs: 3 });
  assert.deepEqual(await world.ask('retryJobs', all), { jobs: 1, left: 0, dependents: 2 });
});

test('A-226: root’s own jobs run again as they like, but for the limit of their queue', async () => {
  const world = await makeWorld({ command: ['wait'] });
  const jobs = [await world.submit(), await world.submit()];
  await failAll(world);
  await world.ask('setLimits', { name: 'queue/q', jobs: 1 });
  await world.ask('retryJobs', { jobId: jobs[0] });
  assert.match(await refusal(world, { jobId: jobs[1] }), /^Job queue q has 1 jobs/);
});
