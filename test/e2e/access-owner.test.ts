import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { silentLog } from '../../src/lib/logger.ts';
import type { Running } from '../../src/main/start-server.ts';
import { runCli } from '../support/cli.ts';
import { allow, makeUser, makeWaitingQueue } from '../support/iam.ts';
import { removeFolder } from '../support/leftovers.ts';
import { serverFor } from '../support/server.ts';
import { type Answered, ask, type Signing } from '../support/signed.ts';

/* Who submitted a job: who may stop it, who is shown it. */

const stops: (() => Promise<void>)[] = [];
let dataDir: string;
let server: Running;
let ann: Signing;
let bob: Signing;
const jobs: Record<string, string> = {};

const asBatch = (key: Signing, operation: string, input: object = {}): Promise<Answered> =>
  ask(server.url, key, { path: `/v1/${operation}`, body: JSON.stringify(input) });
const own = async (operation: string, input: object) =>
  (
    await ask(server.url, server.rootKey, {
      path: `/longshore/v1/${operation}`,
      body: JSON.stringify(input),
    })
  ).json;

before(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'longshore-owner-'));
  server = await serverFor(
    { after: (fn) => void stops.push(fn as () => Promise<void>) },
    { dataDir },
    silentLog,
  );
  [ann, bob] = [await makeUser(server, 'ann', { Path: '/team/' }), await makeUser(server, 'bob')];
  await makeWaitingQueue((operation, input) => asBatch(server.rootKey, operation, input));
  await asBatch(server.rootKey, 'registerjobdefinition', {
    jobDefinitionName: 'd',
    type: 'container',
    containerProperties: { image: 'busybox', vcpus: 1, memory: 64, command: ['true'] },
  });
  const mine = {
    Action: ['batch:TerminateJob', 'batch:CancelJob'],
    Resource: 'arn:aws:batch:*:*:job/*',
    Condition: { StringEquals: { 'longshore:JobOwner': `$\{aws:userid}` } },
  };
  for (const name of ['ann', 'bob']) await allow(server, name, [{ Action: 'batch:SubmitJob' }, mine]);
  for (const [name, key] of Object.entries({ root: server.rootKey, ann, bob }))
    jobs[name] = await submit(key, { jobName: name });
  jobs.array = await submit(ann, { jobName: 'array', arrayProperties: { size: 3 } });
});
after(async () => {
  for (const stop of stops) await stop();
  removeFolder(dataDir);
});

const submit = async (key: Signing, more: object): Promise<string> =>
  (await asBatch(key, 'submitjob', { jobQueue: 'q', jobDefinition: 'd', ...more })).json.jobId;

test('A-186: who submitted is shown of a job and of an array’s children, and found by', async () => {
  const found = async (submittedBy: string) =>
    (await own('searchjobs', { submittedBy })).jobs.map(({ jobName }: { jobName: string }) => jobName);
  assert.deepEqual(await found('ann'), ['array', 'ann']);
  assert.deepEqual(await found('arn:aws:iam::012345678910:user/team/ann'), ['array', 'ann']);
  assert.deepEqual(await found('root'), ['root']);
  assert.deepEqual(await found('an'), []);
  const { jobs: children } = await own('searchjobs', { arrayJobId: jobs.array, submittedBy: 'ann' });
  assert.equal(children.length, 3);
  const { submittedBy } = await own('explainjob', { jobId: `${jobs.array}:2` });
  assert.equal(submittedBy.arn, 'arn:aws:iam::012345678910:user/team/ann');
  assert.match(submittedBy.userId, /^AIDA/);
  assert.equal((await own('explainjob', { jobId: jobs.root })).submittedBy.userId, '012345678910');
  const { json } = await asBatch(server.rootKey, 'describejobs', { jobs: [jobs.ann] });
  assert.doesNotMatch(JSON.stringify(json), /submittedBy|team\/ann/);
});

test('A-186: the command line shows who submitted, lists by it, and says nothing where all are root’s', async () => {
  const cli = async (...args: string[]) => (await runCli([...args, '--data', dataDir])).stdout;
  assert.match(await cli('jobs'), /BY[\s\S]*array \[3\] +q +ann /);
  const mine = await cli('jobs', '--by', 'bob');
  assert.match(mine, /bob +q +bob /);
  assert.doesNotMatch(mine, /array/);
  assert.doesNotMatch(await cli('jobs', '--by', 'root'), / BY /);
  assert.match(
    await cli('explain', jobs.ann!),
    /submitted by ann \(arn:aws:iam::012345678910:user\/team\/ann\)/,
  );
});

test('A-146 A-165: a policy lets users stop their own jobs alone, and children of their arrays', async () => {
  const stop = async (key: Signing, jobId: string) =>
    (await asBatch(key, 'terminatejob', { jobId, reason: 'no more' })).status;
  assert.equal(await stop(bob, jobs.ann!), 403);
  assert.equal(await stop(bob, jobs.root!), 403);
  assert.equal(await stop(bob, `${jobs.array}:1`), 403);
  assert.equal(await stop(bob, '00000000-0000-4000-8000-000000000000'), 403);
  assert.equal(await stop(ann, `${jobs.array}:1`), 200);
  assert.equal(await stop(bob, jobs.bob!), 200);
});

test('A-146 A-166: bulk calls and stops by a filter reach the own jobs alone', async () => {
  const { json } = await asBatch(bob, 'canceljobs', { jobs: [jobs.root, jobs.ann], reason: 'no more' });
  assert.deepEqual(json.successful, []);
  assert.equal(json.errors.length, 2);
  const stopped = await ask(server.url, ann, {
    path: '/longshore/v1/stopjobs',
    body: JSON.stringify({ queues: ['q'], reason: 'no more' }),
  });
  assert.equal(stopped.json.stopped, 2);
  assert.equal((await own('explainjob', { jobId: jobs.root })).status, 'RUNNABLE');
});
