import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeWorld, type World } from '../../../test/support/world.ts';
import { submitJob } from '../jobs/index.ts';
import { callerOf } from './authorise.ts';

/* Limits of one user, role or queue. */

const withUser = async (): Promise<{ world: World; key: string }> => {
  const world = await makeWorld({ command: ['wait'] });
  await world.ask('createUser', { UserName: 'ann' });
  const { AccessKey } = await world.ask('createAccessKey', { UserName: 'ann' });
  return { world, key: AccessKey.AccessKeyId };
};

const limits = async (world: World) => (await world.ask('listLimits')).limits;

test('A-222 A-226: limits are set and listed, the last ones whole, and with nothing they are gone', async () => {
  const { world } = await withUser();
  const trust = {
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' },
  };
  await world.ask('createRole', { RoleName: 'ci', AssumeRolePolicyDocument: JSON.stringify(trust) });
  assert.deepEqual(await limits(world), []);
  assert.deepEqual(await world.ask('setLimits', { name: 'ANN', rate: '0.5/s', burst: 3, jobs: 10 }), {
    ...{ name: 'ann', rate: '0.5/s', burst: 3, jobs: 10 },
  });
  await world.ask('setLimits', { name: 'queue/q', jobs: 5 });
  await world.ask('setLimits', { name: 'role/ci', rate: '50/s' });
  await world.ask('setLimits', { name: 'user/ann', jobs: 7 });
  assert.deepEqual(await limits(world), [
    { name: 'ann', jobs: 7 },
    { name: 'role/ci', rate: '50/s' },
    { name: 'queue/q', jobs: 5 },
  ]);
  for (const name of ['ann', 'role/ci', 'queue/q']) await world.ask('setLimits', { name });
  assert.deepEqual(await limits(world), []);
});

test('A-222 A-226: what is no limit is refused, and nothing changes', async () => {
  const { world } = await withUser();
  for (const [input, told] of [
    [{ name: 'bob', jobs: 1 }, 'there is no user bob'],
    [{ name: 'role/bob', jobs: 1 }, 'there is no role bob'],
    [{ name: 'queue/bob', jobs: 1 }, 'there is no queue bob'],
    [{ name: 'queue/q', rate: '1/s' }, 'rate and burst are of users and roles; a queue has jobs alone'],
    [{ name: 'ann', rate: '5' }, 'rate must be requests a second such as 50/s, got 5'],
    [{ name: 'ann', rate: '0/s' }, 'rate must be requests a second such as 50/s, got 0/s'],
    [{ name: 'ann', burst: 5 }, 'burst goes with rate'],
    [{ name: 'ann', rate: '5/s', burst: 0 }, 'burst must be between 1 and 1000000000'],
    [{ name: `queue/${'q'.repeat(2043)}`, jobs: 1 }, 'name has 2048 characters at the most'],
    [{ name: 'ann', jobs: 0 }, 'jobs must be between 1 and 1000000000'],
  ] as const)
    assert.equal((await world.refused('setLimits', input)).message, told);
  assert.deepEqual(await limits(world), []);
});

test('A-004 A-222: a user or queue that is made anew under its name has no limits of before', async () => {
  const { world, key } = await withUser();
  await world.ask('setLimits', { name: 'ann', jobs: 1 });
  await world.ask('setLimits', { name: 'queue/q', jobs: 1 });
  await world.ask('deleteAccessKey', { UserName: 'ann', AccessKeyId: key });
  await world.ask('deleteUser', { UserName: 'ann' });
  await world.ask('createUser', { UserName: 'ann' });
  await world.ask('updateJobQueue', { jobQueue: 'q', state: 'DISABLED' });
  await world.ask('deleteJobQueue', { jobQueue: 'q' });
  await world.settle();
  await world.ask('createJobQueue', {
    ...{ jobQueueName: 'q', priority: 1 },
    computeEnvironmentOrder: [{ order: 1, computeEnvironment: 'e' }],
  });
  assert.deepEqual(await limits(world), []);
});

const OVER = 'Job queue q has 4 jobs that have not finished, the most is 5.';

test('A-226: a queue takes so many jobs that have not finished, children each, whoever submits; those that end make room', async () => {
  const { world, key } = await withUser();
  await world.ask('setLimits', { name: 'queue/q', jobs: 5 });
  const array = await world.submit({ arrayProperties: { size: 4 } });
  assert.equal((await world.refused('submitJob', { ...JOB, arrayProperties: { size: 2 } })).message, OVER);
  await world.submit();
  const refused = await world.refused('submitJob', JOB);
  assert.deepEqual([refused.status, refused.type], [400, 'ClientException']);
  const caller = callerOf((await world.service.principals.find(world.service, key))!);
  assert.deepEqual(await submitJob(world.service, JOB, caller), refused);
  await world.settle();
  await world.ask('terminateJob', { jobId: `${array}:3`, reason: 'r' });
  for (const { taskId, kind } of await world.engine.list())
    if (kind === 'running') world.engine.end(taskId, 0);
  await world.settle();
  await world.submit();
  await world.ask('setLimits', { name: 'queue/q' });
  await world.submit({ arrayProperties: { size: 10 } });
});
const JOB = { jobName: 'j', jobQueue: 'q', jobDefinition: 'd' };

test('A-226: of many that come at once no more are taken than the queue takes', async () => {
  const { world } = await withUser();
  await world.ask('setLimits', { name: 'queue/q', jobs: 3 });
  const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => world.submit()));
  assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 3);
});

test('A-226: a user has its own most in place of the usual one, above it or below, from its next request on', async () => {
  const { world, key } = await withUser();
  const { service } = world;
  const submit = async () =>
    submitJob(service, JOB, callerOf((await service.principals.find(service, key))!)) as Promise<{
      message?: string;
    }>;
  const { id } = (await service.principals.find(service, key))!;
  await service.store.write((tx) => tx.run('INSERT INTO unfinished_jobs VALUES (?, 999999)', [id]));
  assert.equal((await submit()).message, undefined);
  await world.ask('setLimits', { name: 'ann', jobs: 1 });
  assert.equal(
    (await submit()).message,
    'arn:aws:iam::012345678910:user/ann has 1000000 jobs that have not finished, the most is 1.',
  );
  await world.submit();
  await world.ask('setLimits', { name: 'ann', jobs: 1_000_001 });
  assert.equal((await submit()).message, undefined);
  assert.match((await submit()).message!, /has 1000001 jobs/);
  await world.ask('setLimits', { name: 'ann' });
  assert.match((await submit()).message!, /the most is 1000000\.$/);
});
