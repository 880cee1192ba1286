import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { readRootKey } from '../../src/main/data-folder.ts';
import { type Ended, runCli, type Serving, startServe, tempFolder } from '../support/cli.ts';
import { asRoot, makeUser, type Target } from '../support/iam.ts';
import { until } from '../support/server.ts';
import { type Answered, ask, type Signing } from '../support/signed.ts';

/* Whoever has a built-in policy alone can do its work with the command line, and no more than it says. */

const stops: (() => unknown)[] = [];
const keys: Record<string, Signing> = {};
const jobs: Record<string, string> = {};
let serving: Serving;
let target: Target;

const api = (who: string, operation: string, input: object): Promise<Answered> =>
  ask(target.url, keys[who]!, { path: operation, body: JSON.stringify(input) });

const cli = (who: string, ...args: string[]): Promise<Ended> =>
  runCli(args, {
    env: {
      AWS_ENDPOINT_URL_BATCH: target.url,
      AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: target.url,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: keys[who]!.accessKeyId,
      AWS_SECRET_ACCESS_KEY: keys[who]!.secretAccessKey,
    },
  });

const submit = async (who: string, more: object = {}): Promise<string> => {
  const { text, json } = await api(who, '/v1/submitjob', {
    ...{ jobName: who, jobQueue: 'default', jobDefinition: 'waits', ...more },
  });
  assert.ok(json.jobId, text);
  return json.jobId;
};

const inState = (jobId: string, state: string): Promise<true> =>
  until(async () => {
    const { json } = await api('root', '/v1/describejobs', { jobs: [jobId] });
    return json.jobs[0].status === state ? true : undefined;
  });

before(async () => {
  const t = { after: (fn: () => unknown) => void stops.push(fn) } as never;
  serving = await startServe(t, ['--account', '012345678910', '--capacity', 'vcpus=4,memory=1GiB'], {
    dataDir: tempFolder(t),
  });
  keys.root = readRootKey(serving.dataDir);
  target = { url: serving.url, rootKey: keys.root };
  // the queue is made with its first job
  await runCli(['run', '--data', serving.dataDir, '--', 'true']);
  await api('root', '/v1/registerjobdefinition', {
    jobDefinitionName: 'waits',
    type: 'container',
    containerProperties: { image: 'i', vcpus: 1, memory: 64, command: ['sleep', '1000'] },
  });
  for (const [name, policy] of [
    ['ann', 'Submitter'],
    ['bob', 'Submitter'],
    ['olga', 'Operator'],
  ] as const) {
    keys[name] = await makeUser(target, name);
    const PolicyArn = `arn:aws:iam::aws:policy/longshore/${policy}`;
    await asRoot(target, 'AttachUserPolicy', { UserName: name, PolicyArn });
  }
  for (const who of ['root', 'ann', 'bob']) jobs[who] = await submit(who);
  for (const id of Object.values(jobs)) await inState(id, 'RUNNING');
});
after(async () => {
  for (const stop of stops) await stop();
});

for (const who of ['ann', 'olga'])
  test(`A-051: ${who === 'ann' ? 'a Submitter' : 'an Operator'} reads with each command that reads`, async () => {
    await submit('root', { containerOverrides: { vcpus: 4 } });
    for (const args of [
      ['jobs', '--by', 'ann'],
      ['explain', jobs.root!],
      ['explain', jobs.ann!],
      ['logs', jobs.root!],
      ['status'],
      ['queues'],
      ['environments'],
    ]) {
      const { code, stderr } = await cli(who, ...args);
      assert.deepEqual([code, stderr], [0, ''], args.join(' '));
    }
    const array = await submit('root', { arrayProperties: { size: 2 } });
    assert.deepEqual((await cli(who, 'explain', array)).stderr, '');
  });

test('A-051 A-159: a Submitter submits with tags, and tags its own jobs alone', async () => {
  const detached = await cli('ann', ...['run', '--definition', 'waits', '--tag', 'a=b', '--detach']);
  assert.deepEqual([detached.code, detached.stderr], [0, '']);
  const arn = (who: string) => `arn:aws:batch:us-east-1:012345678910:job/${jobs[who]}`;
  const tag = async (resource: string) =>
    (await api('ann', `/v1/tags/${encodeURIComponent(resource)}`, { tags: { c: 'd' } })).status;
  assert.equal(await tag(arn('bob')), 403);
  assert.equal(await tag('arn:aws:batch:us-east-1:012345678910:job-queue/default'), 403);
  assert.equal(await tag('arn:aws:batch:us-east-1:012345678910:job-definition/waits:1'), 403);
  assert.ok((await tag(arn('ann'))) < 300);
});

test('A-051: a Submitter makes no definition: `run` of what has none yet is refused, with what it asks', async () => {
  const { code, stderr } = await cli('ann', 'run', '--image', 'another', '--', 'true');
  assert.equal(code, 125);
  assert.match(stderr, /batch:RegisterJobDefinition/);
});

test('A-146: a Submitter stops its own jobs alone, one by one and by a filter, and runs them alone again', async () => {
  const stop = async (who: string, operation: string) =>
    (await api('ann', operation, { jobId: jobs[who], reason: 'r' })).status;
  for (const operation of ['/v1/canceljob', '/v1/terminatejob'])
    for (const who of ['bob', 'root']) assert.equal(await stop(who, operation), 403);
  assert.equal(await stop('ann', '/v1/terminatejob'), 200);
  const two = [await submit('ann', { dependsOn: [{ jobId: jobs.bob }] }), await submit('ann')];
  const { json } = await api('ann', '/longshore/v1/stopjobs', { id: two[0], reason: 'r' });
  assert.equal(json.stopped, 1);
  const others = await api('ann', '/longshore/v1/stopjobs', { id: jobs.bob, reason: 'r' });
  assert.equal(others.json.stopped, 0);
  await api('root', '/v1/terminatejob', { jobId: jobs.bob, reason: 'r' });
  for (const who of ['ann', 'bob']) await inState(jobs[who]!, 'FAILED');
  const again = async (by: string, who: string) =>
    (await api(by, '/longshore/v1/retryjobs', { jobId: jobs[who] })).status;
  assert.deepEqual([await again('ann', 'bob'), await again('ann', 'ann')], [403, 200]);
  assert.equal(await again('olga', 'bob'), 200);
});

test('A-146: what waited for a Submitter’s job is run again with it where it is its own, too', async () => {
  const first = await submit('ann');
  await submit('ann', { dependsOn: [{ jobId: first }] });
  const behind = await submit('bob', { dependsOn: [{ jobId: first }] });
  await api('ann', '/v1/terminatejob', { jobId: first, reason: 'r' });
  await inState(behind, 'FAILED');
  const again = (withDependents: boolean) =>
    api('ann', '/longshore/v1/retryjobs', { jobId: first, withDependents });
  assert.equal((await again(true)).status, 403);
  assert.equal((await again(false)).status, 200);
});

test('A-051: an Operator stops and switches for everybody, and tags jobs alone', async () => {
  const jobId = await submit('ann');
  const stopped = await api('olga', '/v1/terminatejob', { jobId, reason: 'r' });
  assert.equal(stopped.status, 200);
  const update = { jobQueue: 'default', priority: 7 };
  assert.equal((await api('olga', '/v1/updatejobqueue', update)).status, 200);
  const tag = async (resource: string) => {
    const path = `/v1/tags/${encodeURIComponent(`arn:aws:batch:us-east-1:012345678910:${resource}`)}`;
    return (await api('olga', path, { tags: { c: 'd' } })).status;
  };
  assert.equal(await tag('job-queue/default'), 403);
  assert.ok((await tag(`job/${jobId}`)) < 300);
});
