import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Log, silentLog } from '../../src/lib/logger.ts';
import type { Running } from '../../src/main/start-server.ts';
import { allow, asRoot, element, makeUser, query } from '../support/iam.ts';
import { removeFolder } from '../support/leftovers.ts';
import { serverFor, until } from '../support/server.ts';
import { type Answered, ask, type Signing } from '../support/signed.ts';

/* Who may do what, as clients see it. */

const stops: (() => Promise<void>)[] = [];
const lines: string[] = [];
const heard = (...parts: unknown[]) => void lines.push(JSON.stringify(parts));
const log: Log = { ...silentLog, info: heard, warn: heard, error: heard } as Log;
let dataDir: string;
let server: Running;
let ann: Signing;
before(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'longshore-access-'));
  server = await serverFor({ after: (fn) => void stops.push(fn as () => Promise<void>) }, { dataDir }, log);
  ann = await makeUser(server, 'ann', { Tags: [{ Key: 'team', Value: 'red' }] });
  await asBatch(server.rootKey, 'createcomputeenvironment', {
    computeEnvironmentName: 'e',
    type: 'UNMANAGED',
    serviceRole: 'arn:aws:iam::012345678910:role/batch',
    unmanagedvCpus: 1,
    // nothing runs: the jobs of these tests wait
    state: 'DISABLED',
  });
  for (const team of ['red', 'blue'])
    await asBatch(server.rootKey, 'createjobqueue', {
      jobQueueName: team,
      priority: 1,
      computeEnvironmentOrder: [{ order: 1, computeEnvironment: 'e' }],
      tags: { team },
    });
  await asBatch(server.rootKey, 'registerjobdefinition', {
    jobDefinitionName: 'd',
    type: 'container',
    containerProperties: { image: 'busybox', vcpus: 1, memory: 64, command: ['true'] },
  });
});
after(async () => {
  for (const stop of stops) await stop();
  removeFolder(dataDir);
});

const asBatch = (key: Signing, operation: string, input: object = {}): Promise<Answered> =>
  ask(server.url, key, { path: `/v1/${operation}`, body: JSON.stringify(input) });

test('A-059: GetCallerIdentity tells a user who it is, also under an explicit Deny', async () => {
  await allow(server, 'ann', [{ Effect: 'Deny', Action: '*' }]);
  const { status, text } = await query(server, ann, 'sts', 'GetCallerIdentity');
  assert.equal(status, 200);
  assert.match(element(text, 'UserId')!, /^AIDA/);
  assert.equal(element(text, 'Arn'), 'arn:aws:iam::012345678910:user/ann');
});

test('A-011 A-019: what is taken is gone for the next request, what is given is there', async () => {
  const bob = await makeUser(server, 'bob');
  const may = async () => (await asBatch(bob, 'describejobqueues')).status;
  assert.equal(await may(), 403);
  await allow(server, 'bob', [{ Action: 'batch:DescribeJobQueues' }]);
  assert.equal(await may(), 200);
  const key = { UserName: 'bob', AccessKeyId: bob.accessKeyId };
  await asRoot(server, 'UpdateAccessKey', { ...key, Status: 'Inactive' });
  const off = await asBatch(bob, 'describejobqueues');
  assert.deepEqual([off.status, off.headers['x-amzn-errortype']], [403, 'UnrecognizedClientException']);
  await asRoot(server, 'UpdateAccessKey', { ...key, Status: 'Active' });
  assert.equal(await may(), 200);
  await asRoot(server, 'DeleteUserPolicy', { UserName: 'bob', PolicyName: 'p' });
  assert.equal(await may(), 403);
  await asRoot(server, 'DeleteAccessKey', key);
  assert.equal((await query(server, bob, 'sts', 'GetCallerIdentity')).status, 403);
});

test('A-019: rights that change while many ask: no answer after the change is by the old ones', async () => {
  const eve = await makeUser(server, 'eve');
  for (let round = 0; round < 10; round++) {
    await allow(server, 'eve', [{ Action: 'batch:DescribeJobQueues' }]);
    const asking = Array.from({ length: 20 }, () => asBatch(eve, 'describejobqueues'));
    await asRoot(server, 'DeleteUserPolicy', { UserName: 'eve', PolicyName: 'p' });
    assert.equal((await asBatch(eve, 'describejobqueues')).status, 403);
    for (const { status } of await Promise.all(asking)) assert.ok(status === 200 || status === 403);
  }
});

const submit = async (key: Signing, queue: string, more: object = {}): Promise<Answered> =>
  asBatch(key, 'submitjob', { jobName: 'j', jobQueue: queue, jobDefinition: 'd', ...more });

test('A-143 A-154 A-168: a user submits to the queues of its team alone', async () => {
  await allow(server, 'ann', [
    {
      Action: 'batch:SubmitJob',
      Resource: 'arn:aws:batch:*:*:job-queue/*',
      Condition: { StringEquals: { 'aws:ResourceTag/team': `$\{aws:PrincipalTag/team}` } },
    },
    { Action: 'batch:SubmitJob', Resource: 'arn:aws:batch:*:*:job-definition/d:*' },
  ]);
  assert.equal((await submit(ann, 'red')).status, 200);
  const refused = await submit(ann, 'blue');
  assert.equal(refused.status, 403);
  assert.equal(
    refused.json.message,
    'User: arn:aws:iam::012345678910:user/ann is not authorized to perform: batch:SubmitJob on resource: ' +
      'arn:aws:batch:us-east-1:012345678910:job-queue/blue because no identity-based policy allows the batch:SubmitJob action',
  );
  // what is not there is refused in the same words
  assert.match((await submit(ann, 'nowhere')).json.message, /job-queue\/nowhere because no identity-based/);
});

test('A-156: policies know at once what changes of queues and definitions', async () => {
  const definition = {
    jobDefinitionName: 'moving',
    type: 'container',
    containerProperties: { image: 'busybox', vcpus: 1, memory: 64 },
  };
  await asBatch(server.rootKey, 'registerjobdefinition', definition);
  await allow(server, 'ann', [
    {
      Action: 'batch:SubmitJob',
      Resource: 'arn:aws:batch:*:*:job-queue/*',
      Condition: { StringEquals: { 'aws:ResourceTag/team': 'red' } },
    },
    { Action: 'batch:SubmitJob', Resource: 'arn:aws:batch:*:*:job-definition/moving:1' },
  ]);
  const may = async () => (await submit(ann, 'red', { jobDefinition: 'moving' })).status === 200;
  assert.equal(await may(), true);
  await asBatch(server.rootKey, 'registerjobdefinition', definition);
  assert.equal(await may(), false);
  await asBatch(server.rootKey, 'deregisterjobdefinition', { jobDefinition: 'moving:2' });
  assert.equal(await may(), true);
  const arn = 'arn:aws:batch:us-east-1:012345678910:job-queue/red';
  const tag = (team: string) =>
    ask(server.url, server.rootKey, {
      path: `/v1/tags/${encodeURIComponent(arn)}`,
      body: JSON.stringify({ tags: { team } }),
    });
  await tag('green');
  assert.equal(await may(), false);
  await tag('red');
  assert.equal(await may(), true);
});

test('A-140 A-142 A-144: what is known of a request: its address, its way, its time, who asks and with what', async () => {
  const held = async (Condition: object) => {
    await allow(server, 'ann', [{ Action: 'batch:ListJobs', Condition }]);
    return (await asBatch(ann, 'listjobs', { jobQueue: 'red' })).status === 200;
  };
  const now = Date.now();
  for (const [condition, expected] of [
    [{ IpAddress: { 'aws:SourceIp': '127.0.0.0/8' } }, true],
    [{ IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }, false],
    [{ Bool: { 'aws:SecureTransport': 'false' } }, true],
    [
      {
        StringEquals: {
          'aws:RequestedRegion': 'us-east-1',
          'aws:username': 'ann',
          'aws:PrincipalType': 'User',
        },
      },
      true,
    ],
    [{ ArnEquals: { 'aws:PrincipalArn': 'arn:aws:iam::012345678910:user/ann' } }, true],
    [
      { StringEquals: { 'aws:PrincipalAccount': '012345678910', 'aws:ResourceAccount': '012345678910' } },
      true,
    ],
    [{ StringLike: { 'aws:userid': 'AIDA*' } }, true],
    [{ DateGreaterThan: { 'aws:CurrentTime': new Date(now - 60_000).toISOString() } }, true],
    [{ NumericLessThan: { 'aws:EpochTime': String(Math.floor(now / 1000) + 60) } }, true],
    [{ DateLessThan: { 'aws:CurrentTime': new Date(now - 60_000).toISOString() } }, false],
    [{ Null: { 'aws:UserAgent': 'true', 'aws:Referer': 'true' } }, true],
    [{ Null: { 'aws:TokenIssueTime': 'true', 'aws:MultiFactorAuthPresent': 'true' } }, true],
  ] as const)
    assert.equal(await held(condition), expected, JSON.stringify(condition));
});

const jobIn = async (queue: string, jobName = 'j'): Promise<string> =>
  (await submit(server.rootKey, queue, { jobName, tags: { team: queue } })).json.jobId;
const MINE = {
  Action: ['batch:CancelJob', 'batch:TerminateJob'],
  Resource: 'arn:aws:batch:*:*:job/*',
  Condition: { StringEquals: { 'aws:ResourceTag/team': 'red' } },
};

test('A-165 A-166: a user stops its own jobs; of many the others are named, and go on', async () => {
  await allow(server, 'ann', [MINE]);
  const [red, other, blue] = [await jobIn('red'), await jobIn('red'), await jobIn('blue')];
  const stop = (operation: string, input: object) => asBatch(ann, operation, { reason: 'r', ...input });
  assert.equal((await stop('terminatejob', { jobId: blue })).status, 403);
  assert.equal((await stop('canceljob', { jobId: red })).status, 200);
  const { status, json } = await stop('terminatejobs', { jobs: [other, blue] });
  assert.equal(status, 200);
  assert.deepEqual(json.successful, [other]);
  assert.deepEqual([json.errors.length, json.errors[0].code], [1, 'AccessDeniedException']);
  assert.match(
    JSON.stringify(json.errors[0]),
    /not authorized to perform: batch:TerminateJob on resource: [^"]*:job\//,
  );
});

test('StopJobs stops those that the user may stop, and counts no others', async () => {
  await allow(server, 'ann', [MINE]);
  const blue = await jobIn('blue', 'stopped-together');
  await jobIn('red', 'stopped-together');
  const stopAll = async (key: Signing, dryRun: boolean) => {
    const input = { queues: ['red', 'blue'], name: 'stopped-together', reason: 'r', dryRun };
    return (await ask(server.url, key, { path: '/longshore/v1/stopjobs', body: JSON.stringify(input) })).json;
  };
  assert.equal((await stopAll(server.rootKey, true)).matched, 2);
  assert.deepEqual(await stopAll(ann, true), { matched: 1, stopped: 0 });
  assert.deepEqual(await stopAll(ann, false), { matched: 1, stopped: 1 });
  const { json } = await asBatch(server.rootKey, 'describejobs', { jobs: [blue] });
  assert.notEqual(json.jobs[0].status, 'FAILED');
});

test('A-185: lists show the jobs of all to who may list', async () => {
  const jobId = await jobIn('blue');
  await allow(server, 'ann', [{ Action: ['batch:ListJobs', 'batch:DescribeJobs'] }]);
  const listed = await asBatch(ann, 'listjobs', { jobQueue: 'blue', jobStatus: 'RUNNABLE' });
  const { json } = await asBatch(ann, 'describejobs', { jobs: [jobId] });
  assert.equal(listed.status, 200);
  assert.equal(json.jobs[0].jobId, jobId);
});

test('RetryJobs is no way around SubmitJob', async () => {
  await allow(server, 'ann', [MINE]);
  const jobId = await jobIn('red');
  await asBatch(server.rootKey, 'terminatejob', { jobId, reason: 'r' });
  const again = () =>
    ask(server.url, ann, {
      path: '/longshore/v1/retryjobs',
      body: JSON.stringify({ jobId, changes: { command: ['id'] } }),
    });
  assert.match((await again()).json.message, /batch:SubmitJob on resource: [^ ]*job-queue\/red/);
  await allow(server, 'ann', [{ Action: 'batch:SubmitJob' }]);
  assert.match(
    (await again()).json.message,
    /batch:RegisterJobDefinition on resource: [^ ]*job-definition\/d:1/,
  );
});

test('RetryJobs runs nothing that waits again in a queue that is denied', async () => {
  const jobId = await jobIn('red');
  const waits = await submit(server.rootKey, 'blue', { dependsOn: [{ jobId }] });
  await asBatch(server.rootKey, 'terminatejob', { jobId, reason: 'r' });
  await until(async () => {
    const { json } = await asBatch(server.rootKey, 'describejobs', { jobs: [waits.json.jobId] });
    return json.jobs[0].status === 'FAILED' ? true : undefined;
  });
  const queues = 'arn:aws:batch:us-east-1:012345678910:job-queue/blue';
  await allow(server, 'ann', [
    { Action: 'batch:SubmitJob' },
    { Effect: 'Deny', Action: 'batch:SubmitJob', Resource: queues },
  ]);
  const again = (withDependents: boolean) =>
    ask(server.url, ann, {
      path: '/longshore/v1/retryjobs',
      body: JSON.stringify({ jobId, withDependents }),
    });
  assert.match((await again(true)).json.message, /job-queue\/blue with an explicit deny/);
  const { status, json } = await again(false);
  assert.deepEqual([status, json.jobs], [200, 1]);
});

test('A-171: who may register may not pass any role', async () => {
  await allow(server, 'ann', [{ Action: 'batch:*' }]);
  const role = 'arn:aws:iam::012345678910:role/secret';
  const register = () =>
    asBatch(ann, 'registerjobdefinition', {
      jobDefinitionName: 'mine',
      type: 'container',
      containerProperties: { image: 'i', vcpus: 1, memory: 64, jobRoleArn: role },
    });
  const { status, json } = await register();
  assert.equal(status, 403);
  assert.match(json.message, /iam:PassRole on resource: arn:aws:iam::012345678910:role\/secret/);
  await allow(server, 'ann', [
    { Action: 'batch:*' },
    {
      Action: 'iam:PassRole',
      Resource: role,
      Condition: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
    },
  ]);
  assert.equal((await register()).status, 200);
});

test('A-178 A-179: who manages users may be held to its own, and to those that a policy bounds', async () => {
  await makeUser(server, 'carl', { Path: '/lab/' });
  const boundary = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
  await allow(server, 'ann', [
    { Action: ['iam:GetUser', 'iam:CreateAccessKey'], Resource: `arn:aws:iam::*:user/$\{aws:username}` },
    { Action: 'iam:CreateUser', Condition: { StringEquals: { 'iam:PermissionsBoundary': boundary } } },
    { Action: 'iam:AttachUserPolicy', Condition: { ArnEquals: { 'iam:PolicyARN': boundary } } },
  ]);
  const may = async (action: string, input: object = {}) =>
    (await query(server, ann, 'iam', action, input)).status;
  assert.equal(await may('GetUser'), 200);
  assert.equal(await may('GetUser', { UserName: 'carl' }), 403);
  assert.equal(await may('CreateAccessKey', { UserName: 'carl' }), 403);
  assert.equal(await may('CreateUser', { UserName: 'dora' }), 403);
  assert.equal(await may('CreateUser', { UserName: 'dora', PermissionsBoundary: boundary }), 200);
  const attach = (PolicyArn: string) => may('AttachUserPolicy', { UserName: 'dora', PolicyArn });
  assert.equal(await attach('arn:aws:iam::aws:policy/AdministratorAccess'), 403);
  assert.equal(await attach(boundary), 200);
  const path = await query(server, ann, 'iam', 'GetUser', { UserName: 'carl' });
  assert.match(path.text, /user\/lab\/carl because/);
});

test('A-183: the services of JSON 1.1 answer 400, with the text in both spellings', async () => {
  await allow(server, 'ann', [{ Action: 'none:None' }]);
  for (const [service, target] of [
    ['logs', 'Logs_20140328.DescribeLogGroups'],
    ['ecs', 'AmazonEC2ContainerServiceV20141113.ListClusters'],
  ] as const) {
    const { status, json } = await ask(
      server.url,
      { ...ann, service },
      { path: '/', headers: { 'x-amz-target': target }, body: '{}' },
    );
    assert.deepEqual([status, json.__type, json.message], [400, 'AccessDeniedException', json.Message]);
  }
});

test('A-184: who may nothing learns nothing of a body that cannot be read', async () => {
  const broken = (key: Signing) => ask(server.url, key, { path: '/v1/submitjob', body: '{' });
  assert.match((await broken(ann)).json.message, /batch:SubmitJob on resource: \* because/);
  assert.equal((await broken(server.rootKey)).status, 400);
});

test('A-020: any region will do for IAM', async () => {
  const { status } = await query(server, { ...server.rootKey, region: 'eu-west-1' }, 'iam', 'ListUsers');
  assert.equal(status, 200);
});

test('A-002 A-007: root is root in every partition', async (t) => {
  const china = await serverFor(t, { region: 'cn-north-1' });
  const { text } = await query(china, { ...china.rootKey, region: 'cn-north-1' }, 'iam', 'GetUser');
  assert.equal(element(text, 'Arn'), 'arn:aws-cn:iam::012345678910:root');
});

test('A-027: what is not here is told', async () => {
  const { status, text } = await query(server, server.rootKey, 'iam', 'CreateSAMLProvider');
  assert.deepEqual([status, element(text, 'Code')], [400, 'InvalidAction']);
  assert.match(text, /users, groups, roles, access keys, policies, instance profiles and OIDC providers/);
});

test('A-012 A-013: no secret is in the log, and none in the database', async () => {
  const { accessKeyId, secretAccessKey } = await makeUser(server, 'quiet');
  assert.ok(lines.length > 0 && !lines.some((line) => line.includes(secretAccessKey)));
  const files = readdirSync(dataDir).filter((name) => name.startsWith('longshore.db'));
  const bytes = files.map((name) => readFileSync(join(dataDir, name)));
  assert.ok(bytes.some((one) => one.includes(accessKeyId)));
  assert.ok(!bytes.some((one) => one.includes(secretAccessKey)));
  assert.equal(statSync(join(dataDir, 'sealing-key')).mode & 0o777, 0o600);
});

test('A-014 A-015: the use of a key is noted', async () => {
  await allow(server, 'ann', [{ Action: 'batch:ListJobs' }]);
  await asBatch(ann, 'listjobs', { jobQueue: 'red' });
  const text = await asRoot(server, 'GetAccessKeyLastUsed', { AccessKeyId: ann.accessKeyId });
  assert.equal(element(text, 'UserName'), 'ann');
  assert.equal(element(text, 'Region'), 'us-east-1');
  assert.ok(Date.now() - Date.parse(element(text, 'LastUsedDate')!) < 120_000);
});
