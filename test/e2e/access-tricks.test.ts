import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Log, silentLog } from '../../src/lib/logger.ts';
import type { Running } from '../../src/main/start-server.ts';
import { allow, asRoot, keysIn, makeUser, query } from '../support/iam.ts';
import { serverFor } from '../support/server.ts';
import { type Answered, ask, type Signing, send, sign } from '../support/signed.ts';

/* What a user with few rights tries, to have more. */

const stops: (() => Promise<void>)[] = [];
const lines: string[] = [];
const heard = (...parts: unknown[]) => void lines.push(JSON.stringify(parts));
const log: Log = { ...silentLog, info: heard, warn: heard, error: heard } as Log;
const ACCOUNT = 'arn:aws:iam::012345678910';
const ADMINISTRATOR = 'arn:aws:iam::aws:policy/AdministratorAccess';
const BOUNDARY = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
let server: Running;
let ann: Signing;
before(async () => {
  server = await serverFor({ after: (fn) => void stops.push(fn as () => Promise<void>) }, {}, log);
  ann = await makeUser(server, 'ann');
  await makeUser(server, 'vic');
  await makeUser(server, 'bound', { PermissionsBoundary: BOUNDARY });
});
after(async () => {
  for (const stop of stops) await stop();
});

const asIam = (action: string, input: object): Promise<Answered> => query(server, ann, 'iam', action, input);
const asBatch = (key: Signing, operation: string, input: object): Promise<Answered> =>
  ask(server.url, key, { path: `/v1/${operation}`, body: JSON.stringify(input) });

test('A-179: a boundary that is sent along counts for nothing where the operation sets none', async () => {
  await allow(server, 'ann', [
    {
      Action: ['iam:AttachUserPolicy', 'iam:CreateAccessKey', 'iam:PutUserPolicy'],
      Condition: { StringEquals: { 'iam:PermissionsBoundary': BOUNDARY } },
    },
  ]);
  const attach = (UserName: string) =>
    asIam('AttachUserPolicy', { UserName, PolicyArn: ADMINISTRATOR, PermissionsBoundary: BOUNDARY });
  assert.equal((await attach('vic')).status, 403);
  assert.equal((await attach('ann')).status, 403);
  assert.equal((await attach('bound')).status, 200);
  assert.equal((await asIam('CreateAccessKey', { PermissionsBoundary: BOUNDARY })).status, 403);
});

test('A-179: a boundary that is no text takes none away', async () => {
  await allow(server, 'ann', [
    {
      Action: 'iam:PutUserPermissionsBoundary',
      Condition: { StringEquals: { 'iam:PermissionsBoundary': BOUNDARY } },
    },
  ]);
  const put = (PermissionsBoundary: unknown) =>
    asIam('PutUserPermissionsBoundary', { UserName: 'bound', PermissionsBoundary });
  assert.equal((await put({ x: BOUNDARY })).status, 403);
  assert.equal((await put(BOUNDARY)).status, 200);
  assert.match(await asRoot(server, 'GetUser', { UserName: 'bound' }), /PermissionsBoundaryArn/);
});

test('A-046: who may make users only within a boundary does not put another policy in its place', async () => {
  const within = `${ACCOUNT}:policy/within`;
  const documentOf = (Action: string) =>
    JSON.stringify({ Version: '2012-10-17', Statement: { Effect: 'Allow', Action, Resource: '*' } });
  await asRoot(server, 'CreatePolicy', { PolicyName: 'within', PolicyDocument: documentOf('batch:*') });
  await allow(server, 'ann', [
    {
      Action: ['iam:CreateUser', 'iam:PutUserPolicy', 'iam:CreateAccessKey'],
      Condition: { StringEquals: { 'iam:PermissionsBoundary': within } },
    },
    { Action: ['iam:CreatePolicy', 'iam:DeletePolicy'] },
  ]);
  assert.equal((await asIam('CreateUser', { UserName: 'free' })).status, 403);
  const made = { UserName: 'made' };
  assert.equal((await asIam('CreateUser', { ...made, PermissionsBoundary: within })).status, 200);
  await asIam('PutUserPolicy', { ...made, PolicyName: 'all', PolicyDocument: documentOf('*') });
  assert.equal((await asIam('DeletePolicy', { PolicyArn: within })).status, 409);
  assert.equal(
    (await asIam('CreatePolicy', { PolicyName: 'within', PolicyDocument: documentOf('*') })).status,
    409,
  );
  const key = keysIn((await asIam('CreateAccessKey', made)).text);
  assert.equal((await query(server, key, 'iam', 'ListUsers')).status, 403);
});

test('A-178: whoever may change itself does not take a name or path that it has no right to', async () => {
  await allow(server, 'ann', [
    { Action: ['iam:UpdateUser', 'iam:GetUser'], Resource: `${ACCOUNT}:user/ann` },
  ]);
  assert.equal((await asIam('UpdateUser', { UserName: 'ann', NewUserName: 'boss' })).status, 403);
  assert.equal((await asIam('UpdateUser', { UserName: 'ann', NewPath: '/admins/' })).status, 403);
  assert.equal((await asIam('UpdateUser', { UserName: 'ann' })).status, 200);
  assert.equal((await asIam('GetUser', {})).status, 200);
});

test('A-169 A-161: a range of nodes is asked about by the container that it runs', async () => {
  await allow(server, 'ann', [
    { Action: 'batch:RegisterJobDefinition', Condition: { StringEquals: { 'batch:Image': 'good' } } },
  ]);
  const register = (container: object, more: object = {}) =>
    asBatch(ann, 'registerjobdefinition', {
      jobDefinitionName: 'nodes',
      type: 'multinode',
      nodeProperties: {
        numNodes: 1,
        mainNode: 0,
        nodeRangeProperties: [
          { targetNodes: '0', container: { vcpus: 1, memory: 4, image: 'good', ...container }, ...more },
        ],
      },
    });
  assert.equal((await register({})).status, 200);
  const hidden = { containerProperties: { image: 'good' } };
  assert.equal((await register({ image: 'bad' }, hidden)).status, 403);
  const passing = await register({ jobRoleArn: `${ACCOUNT}:role/admin` }, hidden);
  assert.match(passing.json.message, /iam:PassRole on resource: .*role\/admin/);
});

test('A-140: the region of IAM is the same for all, whatever the signature says', async () => {
  const list = (region: string) => query(server, { ...ann, region }, 'iam', 'ListUsers');
  const only = (region: string) =>
    allow(server, 'ann', [
      { Action: 'iam:ListUsers', Condition: { StringEquals: { 'aws:RequestedRegion': region } } },
    ]);
  await only('moon-1');
  assert.equal((await list('moon-1')).status, 403);
  await only('us-east-1');
  assert.equal((await list('moon-1')).status, 200);
});

test('who has a signed request does not choose its operation', async () => {
  const signed = await sign(server.url, { ...server.rootKey, service: 'logs' }, { path: '/', body: '{}' });
  const { status, json } = await send(server.url, {
    ...signed,
    headers: { ...signed.headers, 'x-amz-target': 'Logs_20140328.DescribeLogGroups' },
  });
  assert.deepEqual([status, json.message], [403, "'X-Amz-Target' must be a signed header"]);
});

test('users and policies that are made with tags are tagged, too', async () => {
  await allow(server, 'ann', [{ Action: 'iam:CreateUser' }]);
  const Tags = [{ Key: 'admin', Value: 'yes' }];
  assert.match((await asIam('CreateUser', { UserName: 'new', Tags })).text, /iam:TagUser on resource: /);
  await allow(server, 'ann', [{ Action: ['iam:CreateUser', 'iam:TagUser'] }]);
  assert.equal((await asIam('CreateUser', { UserName: 'new', Tags })).status, 200);
});

test('A-128: no tag hides another whose key differs in case alone', async () => {
  await asBatch(server.rootKey, 'createschedulingpolicy', { name: 'p', tags: { Team: 'blue' } });
  await allow(server, 'ann', [{ Action: 'batch:*' }]);
  const tagged = (tags: object) =>
    ask(server.url, ann, {
      path: `/v1/tags/${encodeURIComponent('arn:aws:batch:us-east-1:012345678910:scheduling-policy/p')}`,
      body: JSON.stringify({ tags }),
    });
  assert.equal((await tagged({ team: 'red' })).status, 403);
  assert.equal((await tagged({ a: '1', A: '2' })).status, 403);
  assert.equal((await tagged({ Team: 'red', other: 'x' })).status, 200);
  const both = { name: 'q', tags: { team: 'blue', Team: 'red' } };
  assert.equal((await asBatch(ann, 'createschedulingpolicy', both)).status, 403);
});

test('a request about more than any operation takes is refused, and not asked about', async () => {
  await allow(server, 'ann', [{ Action: '*' }]);
  const many = (n: number) => Array.from({ length: n }, () => '7b1f0c9e-3a54-4c11-9d53-0f7a2b6f8f10');
  assert.equal((await asBatch(ann, 'terminatejobs', { reason: 'r', jobs: many(51) })).status, 400);
  const tags = Object.fromEntries(many(101).map((id, n) => [`${id}${n}`, '']));
  assert.equal((await asBatch(ann, 'createschedulingpolicy', { name: 'r', tags })).status, 403);
  const long = { jobName: 'j', jobQueue: 'q'.repeat(5000), jobDefinition: 'd' };
  assert.equal((await asBatch(ann, 'submitjob', long)).status, 403);
});

test('a list that is too long is told so to who may do nothing, as to root, and nothing else gets past with it', async () => {
  await allow(server, 'ann', [{ Action: 'iam:GetUser' }]);
  const many = (n: number): (string | null)[] =>
    Array.from({ length: n }, (_, at) => `7b1f0c9e-3a54-4c11-9d53-0f7a2b6f${8000 + at}`);
  const ecs = (key: Signing, operation: string, body: object) =>
    ask(
      server.url,
      { ...key, service: 'ecs' },
      {
        path: '/',
        headers: { 'x-amz-target': `AmazonEC2ContainerServiceV20141113.${operation}` },
        body: JSON.stringify(body),
      },
    );
  const ways: ((key: Signing, list: (string | null)[]) => Promise<Answered>)[] = [
    (key, jobs) => asBatch(key, 'canceljobs', { reason: 'r', jobs }),
    (key, jobs) => asBatch(key, 'terminatejobs', { reason: 'r', jobs }),
    (key, clusters) => ecs(key, 'DescribeClusters', { clusters }),
    (key, tasks) => ecs(key, 'DescribeTasks', { tasks }),
    (key, containerInstances) => ecs(key, 'DescribeContainerInstances', { containerInstances }),
  ];
  for (const asking of ways) {
    const [own, roots] = [await asking(ann, many(101)), await asking(server.rootKey, many(101))];
    assert.deepEqual([own.status, own.json.message], [400, roots.json.message]);
    // what is no text is not counted by the operation either
    const hidden = [...many(1), ...Array.from({ length: 150 }, () => null)];
    const past = await asking(ann, hidden);
    assert.ok(/not authorized to perform|NULL_VALUE/.test(past.text), past.text);
    assert.match((await asking(ann, many(1))).text, /not authorized to perform/);
  }
});

test('a policy of 100 KB is refused for its size, and can be tried', async () => {
  await allow(server, 'ann', [{ Action: 'iam:*' }]);
  const statements = Array.from({ length: 900 }, (_, n) => ({
    Effect: 'Allow',
    Action: `a${n}:*`,
    Resource: '*',
    Condition: { StringLike: { [`aws:RequestTag/k${n}`]: '*a*b*c*' } },
  }));
  const large = JSON.stringify({ Version: '2012-10-17', Statement: statements });
  assert.ok(large.length > 100_000);
  const PolicyDocument = large;
  const made = await asIam('CreatePolicy', { PolicyName: 'large', PolicyDocument });
  assert.match(made.text, /<Code>LimitExceeded<\/Code>.*PolicySize: 6144/s);
  const put = await asIam('PutUserPolicy', { UserName: 'vic', PolicyName: 'large', PolicyDocument });
  assert.match(put.text, /<Code>LimitExceeded<\/Code>/);
  // white space does not count
  const padded = `${JSON.stringify({ Version: '2012-10-17', Statement: statements[0] })}${' '.repeat(100_000)}`;
  assert.equal((await asIam('CreatePolicy', { PolicyName: 'padded', PolicyDocument: padded })).status, 200);
  const tried = await asIam('SimulateCustomPolicy', { PolicyInputList: [large], ActionNames: ['a899:x'] });
  assert.match(tried.text, /<EvalDecision>implicitDeny</);
  assert.equal(
    (await asIam('CreatePolicy', { PolicyName: 'x', PolicyDocument: `${padded}${padded}` })).status,
    400,
  );
});

test('tags whose keys differ in case alone can be taken away by who may take each', async () => {
  const resourceArn = 'arn:aws:batch:us-east-1:012345678910:scheduling-policy/both';
  await asBatch(server.rootKey, 'createschedulingpolicy', { name: 'both', tags: { Team: 'a', team: 'b' } });
  const untag = () =>
    ask(server.url, ann, {
      method: 'DELETE',
      path: `/v1/tags/${encodeURIComponent(resourceArn)}?tagKeys=Team&tagKeys=team`,
    });
  const only = (...keys: string[]) =>
    allow(server, 'ann', [
      { Action: 'batch:UntagResource', Condition: { 'ForAllValues:StringEquals': { 'aws:TagKeys': keys } } },
    ]);
  await only('team');
  assert.equal((await untag()).status, 403);
  await only('team', 'Team');
  assert.equal((await untag()).status, 200);
});

test('the log tells who changed what somebody may do, and what was refused, of every service', async () => {
  lines.length = 0;
  await allow(server, 'ann', [{ Action: 'iam:PutUserPolicy' }]);
  assert.match(lines.join(), /PutUserPolicy.*"UserName":"ann".*who may do what was changed/);
  assert.match(lines.join(), new RegExp(`"by":"${ACCOUNT}:root"`));
  lines.length = 0;
  await asIam('ListUsers', {});
  await ask(
    server.url,
    { ...ann, service: 'logs' },
    { path: '/', headers: { 'x-amz-target': 'Logs_20140328.DescribeLogGroups' }, body: '{}' },
  );
  assert.equal(lines.filter((line) => line.includes('a request was refused')).length, 2);
});
