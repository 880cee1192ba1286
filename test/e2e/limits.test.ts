import assert from 'node:assert/strict';
import { networkInterfaces } from 'node:os';
import { type TestContext, test } from 'node:test';
import { Batch } from '@aws-sdk/client-batch';
import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import type { Running } from '../../src/main/start-server.ts';
import { allow, assume, makeRole, makeUser, query, trustDocument } from '../support/iam.ts';
import { serverFor } from '../support/server.ts';
import { type Answered, ask, type Signing } from '../support/signed.ts';

/* How often somebody may ask. */

const RATE = { perSecond: 5, burst: 3 };
/** So that a busy machine is not slow enough for the next one. */
const SLOW = { perSecond: 0.1, burst: 3 };

/** Who may describe queues, read logs and see itself, three times at once. */
const limited = async (t: TestContext, rate = RATE): Promise<{ server: Running; ann: Signing }> => {
  const server = await serverFor(t, { rate });
  const ann = await makeUser(server, 'ann');
  await allow(server, 'ann', [{ Action: ['batch:Describe*', 'logs:*', 'ecs:*', 'ec2:*', 'iam:Get*'] }]);
  return { server, ann };
};

const queues = ({ url }: Running, key: Signing): Promise<Answered> =>
  ask(url, key, { path: '/v1/describejobqueues', body: '{}' });
const byTarget = ({ url }: Running, key: Signing, service: string, target: string): Promise<Answered> =>
  ask(url, { ...key, service }, { path: '/', headers: { 'x-amz-target': target }, body: '{}' });

/** Until there is nothing left to take. */
const empty = async (server: Running, key: Signing): Promise<Answered> => {
  for (let n = 0; n < 100; n++) {
    const answered = await queues(server, key);
    if (answered.status !== 200) return answered;
  }
  throw new Error('never refused');
};

test('A-222 A-223: over its rate each service tells a user so in its own words, and when to come again', async (t) => {
  const { server, ann } = await limited(t, SLOW);
  const batch = await empty(server, ann);
  assert.equal(batch.status, 429);
  assert.equal(batch.headers['x-amzn-errortype'], 'TooManyRequestsException');
  assert.equal(batch.json.message, 'Too Many Requests');
  const wait = Number(batch.headers['x-amz-retry-after']);
  assert.ok(wait > 0 && wait <= 1000 / SLOW.perSecond, String(wait));
  assert.equal(batch.headers['retry-after'], String(Math.ceil(wait / 1000)));
  const logs = await byTarget(server, ann, 'logs', 'Logs_20140328.DescribeLogGroups');
  assert.deepEqual(
    [logs.status, logs.json.__type, logs.json.message],
    [400, 'ThrottlingException', 'Rate exceeded'],
  );
  const ecs = await byTarget(server, ann, 'ecs', 'AmazonEC2ContainerServiceV20141113.ListClusters');
  assert.deepEqual([ecs.status, ecs.json.__type], [400, 'ThrottlingException']);
  for (const service of ['iam', 'sts'] as const) {
    const { status, text } = await query(
      server,
      ann,
      service,
      service === 'iam' ? 'GetUser' : 'GetCallerIdentity',
    );
    assert.equal(status, 400);
    assert.match(text, /<Code>Throttling<\/Code><Message>Rate exceeded</);
  }
  const ec2 = await query(server, ann, 'ec2', 'DescribeInstances');
  assert.equal(ec2.status, 503);
  assert.match(ec2.text, /<Code>RequestLimitExceeded<\/Code>/);
});

test('A-222 A-224: the bucket is each user’s own; root has none', async (t) => {
  const { server, ann } = await limited(t);
  const bob = await makeUser(server, 'bob');
  await allow(server, 'bob', [{ Action: 'batch:Describe*' }]);
  await empty(server, ann);
  assert.equal((await queues(server, bob)).status, 200);
  for (let n = 0; n < 20; n++) assert.equal((await queues(server, server.rootKey)).status, 200);
});

test('A-222: who asks what it may not is no quicker, and is still told that it may not', async (t) => {
  const { server, ann } = await limited(t, SLOW);
  const body = '{"jobs":["00000000-0000-4000-8000-000000000000"],"reason":"r"}';
  for (let n = 0; n < 10; n++) await ask(server.url, ann, { path: '/v1/createjobqueue', body });
  assert.equal((await queues(server, ann)).status, 429);
  assert.equal((await ask(server.url, ann, { path: '/v1/createjobqueue', body })).status, 403);
});

test('A-222: SDKs get through by their own back-off, with as many attempts as they make unasked', {
  timeout: 60_000,
}, async (t) => {
  const { server, ann } = await limited(t);
  const { accessKeyId, secretAccessKey } = ann;
  const credentials = { accessKeyId, secretAccessKey };
  const common = { endpoint: server.url, region: 'us-east-1', credentials };
  const batch = new Batch(common);
  const logs = new CloudWatchLogs(common);
  t.after(() => {
    batch.destroy();
    logs.destroy();
  });
  let retried = 0;
  for (let n = 0; n < 8; n++) {
    const { $metadata } = await batch.describeJobQueues({});
    retried += ($metadata.attempts ?? 1) - 1;
    retried += ((await logs.describeLogGroups({})).$metadata.attempts ?? 1) - 1;
  }
  assert.ok(retried > 0, 'nothing was limited');
});

const setLimits = async ({ url }: Running, key: Signing, input: object): Promise<Answered> =>
  ask(url, key, { path: '/longshore/v1/setlimits', body: JSON.stringify(input) });

test('A-222 A-223: a user has a rate of its own in place of all others’, from its next request on; SDKs get through it', {
  timeout: 60_000,
}, async (t) => {
  const server = await serverFor(t);
  const ann = await makeUser(server, 'ann');
  const bob = await makeUser(server, 'bob');
  for (const name of ['ann', 'bob']) await allow(server, name, [{ Action: 'batch:Describe*' }]);
  for (let n = 0; n < 20; n++) assert.equal((await queues(server, ann)).status, 200);
  assert.equal((await setLimits(server, ann, { name: 'ann', rate: '900000/s' })).status, 403);
  assert.equal((await setLimits(server, server.rootKey, { name: 'ann', rate: '5/s', burst: 2 })).status, 200);
  const refused = await empty(server, ann);
  assert.deepEqual([refused.status, refused.headers['x-amzn-errortype']], [429, 'TooManyRequestsException']);
  assert.ok(Number(refused.headers['x-amz-retry-after']) > 0);
  for (let n = 0; n < 20; n++) assert.equal((await queues(server, bob)).status, 200);
  const { accessKeyId, secretAccessKey } = ann;
  const batch = new Batch({
    ...{ endpoint: server.url, region: 'us-east-1' },
    credentials: { accessKeyId, secretAccessKey },
  });
  t.after(() => batch.destroy());
  let retried = 0;
  for (let n = 0; n < 6; n++) retried += ((await batch.describeJobQueues({})).$metadata.attempts ?? 1) - 1;
  assert.ok(retried > 0, 'nothing was limited');
  await setLimits(server, server.rootKey, { name: 'ann' });
  for (let n = 0; n < 20; n++) assert.equal((await queues(server, ann)).status, 200);
});

test('A-222: all sessions of a role share its own rate', async (t) => {
  const server = await serverFor(t);
  const ann = await makeUser(server, 'ann');
  const trust = trustDocument({ AWS: 'arn:aws:iam::012345678910:user/ann' });
  const role = await makeRole(server, 'ci', trust, [{ Action: 'batch:Describe*' }]);
  const [one, other] = [await assume(server, ann, role), await assume(server, ann, role)];
  await setLimits(server, server.rootKey, { name: 'role/ci', rate: '0.01/s', burst: 2 });
  assert.deepEqual([(await queues(server, one)).status, (await queues(server, other)).status], [200, 200]);
  assert.deepEqual([(await queues(server, one)).status, (await queues(server, other)).status], [429, 429]);
  assert.equal((await query(server, ann, 'sts', 'GetCallerIdentity')).status, 200);
});

test('A-222 A-226: of a user whose limits are set with a slip nothing is taken away', async (t) => {
  const server = await serverFor(t);
  await makeUser(server, 'ann');
  const set = (input: object) => setLimits(server, server.rootKey, { name: 'ann', ...input });
  await set({ rate: '5/s', jobs: 5 });
  for (const slip of [{ x: 1 }, { jobs: null }, { Jobs: 7 }]) {
    const { status, headers } = await set(slip);
    assert.deepEqual([status, headers['x-amzn-errortype']], [400, 'ClientException']);
  }
  const list = () => ask(server.url, server.rootKey, { path: '/longshore/v1/listlimits', body: '{}' });
  assert.deepEqual((await list()).json, { limits: [{ name: 'ann', rate: '5/s', jobs: 5 }] });
  assert.equal((await set({})).status, 200);
  assert.deepEqual((await list()).json, { limits: [] });
});

test('A-150 A-168: whose limits are set is asked about by its ARN', async (t) => {
  const server = await serverFor(t);
  const ann = await makeUser(server, 'ann');
  await makeUser(server, 'bob', { Path: '/lab/' });
  const Resource = ['arn:aws:iam::*:user/lab/*', 'arn:aws:batch:*:*:job-queue/night'];
  await allow(server, 'ann', [
    { Action: 'longshore:SetLimits', Resource },
    { Action: 'longshore:ListLimits' },
  ]);
  const status = async (input: object) => (await setLimits(server, ann, input)).status;
  assert.equal(await status({ name: 'bob', jobs: 5 }), 200);
  assert.equal(await status({ name: 'ann', jobs: 5 }), 403);
  assert.equal(await status({ name: 'queue/day', jobs: 5 }), 403);
  // it may, and there is none
  assert.equal(await status({ name: 'queue/night', jobs: 5 }), 400);
  const { json } = await ask(server.url, ann, { path: '/longshore/v1/listlimits', body: '{}' });
  assert.deepEqual(json, { limits: [{ name: 'bob', jobs: 5 }] });
});

/** An address of this machine that is not loopback. */
const outside = Object.values(networkInterfaces())
  .flat()
  .find((one) => one && !one.internal && one.family === 'IPv4')?.address;

test('A-227: after so many wrong signatures an address is put off for a while, but for who signs well; others go on', {
  skip: outside === undefined && 'this machine has no address but loopback',
}, async (t) => {
  const server = await serverFor(t, { host: '0.0.0.0' });
  const { port } = new URL(server.url);
  const far = `http://${outside}:${port}`;
  const near = `http://127.0.0.1:${port}`;
  const wrong = { ...server.rootKey, secretAccessKey: 'wrong' };
  const at = (url: string, key: Signing) => ask(url, key, { path: '/v1/describejobqueues', body: '{}' });
  let statuses = new Set<number>();
  for (let n = 0; n < 400 && !statuses.has(429); n++) statuses.add((await at(far, wrong)).status);
  assert.deepEqual([...statuses], [403, 429]);
  // whoever shares the address gets through, and no guess at a key does
  const all = (key: Signing) => Promise.all(Array.from({ length: 30 }, () => at(far, key)));
  const guessed = (await all({ ...server.rootKey, accessKeyId: 'AKIAGUESSED' })).find(
    ({ status }) => status === 429,
  );
  assert.ok(Number(guessed?.headers['x-amz-retry-after']) > 0);
  assert.ok((await all(wrong)).some(({ status }) => status === 429));
  assert.deepEqual(new Set((await all(server.rootKey)).map(({ status }) => status)), new Set([200]));
  // all of a machine share its loopback address
  statuses = new Set();
  for (let n = 0; n < 150; n++) statuses.add((await at(near, wrong)).status);
  assert.deepEqual([...statuses], [403]);
  await new Promise((done) => setTimeout(done, 2000));
  assert.equal((await at(far, wrong)).status, 403);
});
