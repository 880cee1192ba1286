import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Running } from '../../src/main/start-server.ts';
import {
  allow,
  asRoot,
  assume,
  element,
  keysIn,
  makeRole,
  makeUser,
  query,
  trustDocument,
} from '../support/iam.ts';
import { serverFor } from '../support/server.ts';
import { type Answered, ask, type Signing } from '../support/signed.ts';

/* Roles and their sessions, as clients see them. */

const ACCOUNT = 'arn:aws:iam::012345678910';
const SESSION = 'arn:aws:sts::012345678910:assumed-role';
const stops: (() => Promise<void>)[] = [];
let server: Running;
let ann: Signing;
before(async () => {
  server = await serverFor({ after: (fn) => void stops.push(fn as () => Promise<void>) });
  ann = await makeUser(server, 'ann', { Tags: [{ Key: 'team', Value: 'red' }] });
});
after(async () => {
  for (const stop of stops) await stop();
});

const LIST = [{ Action: ['batch:DescribeJobQueues', 'batch:DescribeComputeEnvironments'] }];
const BY_ANN = trustDocument({ AWS: `${ACCOUNT}:user/ann` });
const asBatch = (key: Signing, operation = 'describejobqueues'): Promise<Answered> =>
  ask(server.url, key, { path: `/v1/${operation}`, body: '{}' });
const may = async (key: Signing, operation?: string) => (await asBatch(key, operation)).status === 200;
const sts = (key: Signing, action: string, input: object = {}): Promise<Answered> =>
  query(server, key, 'sts', action, input);
const asks = (key: Signing, RoleArn: string, more: object = {}): Promise<Answered> =>
  sts(key, 'AssumeRole', { RoleArn, RoleSessionName: 'here', ...more });
const refusal = ({ status, text }: Answered) => [status, element(text, 'Code'), element(text, 'Message')];
const notTrusted = (action: string, arn: string, by = `${ACCOUNT}:user/ann`) => [
  403,
  'AccessDenied',
  `User: ${by} is not authorized to perform: ${action} on resource: ${arn}`,
];

test('A-001 A-060 A-069: a session has the rights of its role and none of the caller’s', async () => {
  const role = await makeRole(server, 'reader', BY_ANN, LIST, { Path: '/lab/' });
  await allow(server, 'ann', [{ Action: 'batch:ListJobs' }]);
  const { text } = await asks(ann, role);
  const { RoleId } = { RoleId: element(await asRoot(server, 'GetRole', { RoleName: 'reader' }), 'RoleId') };
  assert.equal(element(text, 'AssumedRoleId'), `${RoleId}:here`);
  assert.equal(element(text, 'Arn'), `${SESSION}/reader/here`);
  assert.equal(element(text, 'PackedPolicySize'), undefined);
  assert.match(text, /xmlns="https:\/\/sts\.amazonaws\.com\/doc\/2011-06-15\/"/);
  const keys = keysIn(text);
  assert.match(keys.accessKeyId, /^ASIA[A-Z2-7]{16}$/);
  const ends = Date.parse(element(text, 'Expiration')!);
  assert.ok(Math.abs(ends - Date.now() - 3_600_000) < 60_000);
  const who = (await sts(keys, 'GetCallerIdentity')).text;
  assert.deepEqual(
    [element(who, 'Arn'), element(who, 'UserId'), element(who, 'Account')],
    [`${SESSION}/reader/here`, `${RoleId}:here`, '012345678910'],
  );
  assert.equal(await may(keys), true);
  const other = await asBatch(keys, 'listjobs');
  assert.match(other.json.message, /^User: arn:aws:sts::012345678910:assumed-role\/reader\/here is not auth/);
});

test('A-109 A-110: the account leaves it to the caller’s policies, a name does not, and a Deny counts', async () => {
  const named = await makeRole(server, 'named', BY_ANN);
  const byAccount = await makeRole(server, 'by-account', trustDocument({ AWS: '012345678910' }));
  await allow(server, 'ann', [{ Action: 'batch:ListJobs' }]);
  assert.equal((await asks(ann, named)).status, 200);
  assert.deepEqual(refusal(await asks(ann, byAccount)), notTrusted('sts:AssumeRole', byAccount));
  await allow(server, 'ann', [{ Action: 'sts:AssumeRole', Resource: byAccount }]);
  assert.equal((await asks(ann, byAccount)).status, 200);
  await allow(server, 'ann', [{ Effect: 'Deny', Action: 'sts:AssumeRole', Resource: named }]);
  assert.equal((await asks(ann, named)).status, 403);
  await allow(server, 'ann', [{ Action: 'batch:ListJobs' }]);
});

test('A-065: who is not trusted is told the same of a role that is not there', async () => {
  const trusting = await makeRole(server, 'nobody', trustDocument({ Service: 'ecs-tasks.amazonaws.com' }));
  const byAccount = await makeRole(server, 'byacc', trustDocument({ AWS: `${ACCOUNT}:root` }));
  for (const arn of [
    trusting,
    byAccount,
    `${ACCOUNT}:role/not-there`,
    `${ACCOUNT}:role/NAMED`,
    'arn:aws:iam::999999999999:role/x',
  ])
    assert.deepEqual(refusal(await asks(ann, arn)), notTrusted('sts:AssumeRole', arn));
});

test('A-055: a user made anew under a name that is trusted is not', async () => {
  const eve = await makeUser(server, 'eve');
  const role = await makeRole(server, 'for-eve', trustDocument({ AWS: `${ACCOUNT}:user/eve` }));
  assert.equal((await asks(eve, role)).status, 200);
  await asRoot(server, 'DeleteAccessKey', { UserName: 'eve', AccessKeyId: eve.accessKeyId });
  await asRoot(server, 'DeleteUser', { UserName: 'eve' });
  assert.equal((await asks(await makeUser(server, 'eve'), role)).status, 403);
});

test('A-061 A-062: names and times of sessions', async () => {
  const role = await makeRole(server, 'timed', BY_ANN, LIST, { MaxSessionDuration: 7200 });
  for (const [more, text] of [
    [{ RoleSessionName: 'a' }, /'roleSessionName' failed .*greater than or equal to 2$/],
    [{ RoleSessionName: 'a b' }, /'roleSessionName' failed .*regular expression/],
    [{ DurationSeconds: 899 }, /'durationSeconds' failed .*greater than or equal to 900$/],
    [{ DurationSeconds: 43_201 }, /less than or equal to 43200$/],
    [{ ExternalId: 'x' }, /'externalId' failed /],
  ] as const) {
    const [status, code, message] = refusal(await asks(ann, role, more));
    assert.deepEqual([status, code], [400, 'ValidationError']);
    assert.match(String(message).replaceAll('&#39;', "'"), text);
  }
  assert.deepEqual(refusal(await asks(ann, role, { DurationSeconds: 7201 })), [
    400,
    'ValidationError',
    'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
  ]);
  const { text } = await asks(ann, role, { DurationSeconds: 7200 });
  assert.ok(Math.abs(Date.parse(element(text, 'Expiration')!) - Date.now() - 7_200_000) < 60_000);
  const missing = refusal(await sts(ann, 'AssumeRole'));
  assert.match(String(missing[2]), /roleArn&#39; failed .*roleSessionName&#39; failed/);
});

test('A-063: a session has another role for an hour at the most', async () => {
  const first = await makeRole(server, 'first', BY_ANN);
  const second = await makeRole(server, 'second', trustDocument({ AWS: first }), LIST, {
    MaxSessionDuration: 43_200,
  });
  const keys = await assume(server, ann, first);
  assert.deepEqual(refusal(await asks(keys, second, { DurationSeconds: 3601 })), [
    400,
    'ValidationError',
    'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
  ]);
  assert.equal(await may(await assume(server, keys, second, { DurationSeconds: 3600 })), true);
});

test('A-064 A-068: root has no role, and nobody a second factor', async () => {
  const role = await makeRole(server, 'for-all', trustDocument('*'));
  const denied = (text: string) => [403, 'AccessDenied', text];
  assert.deepEqual(
    refusal(await asks(server.rootKey, role)),
    denied('Roles may not be assumed by root accounts.'),
  );
  for (const action of ['AssumeRole', 'GetSessionToken'])
    assert.match(
      String(
        refusal(await sts(ann, action, { RoleArn: role, RoleSessionName: 'here', TokenCode: '123456' }))[2],
      ),
      /^MultiFactorAuthentication failed/,
    );
});

test('A-067: an external id is compared by the trust policy alone', async () => {
  const trust = trustDocument(
    { AWS: `${ACCOUNT}:user/ann` },
    { Condition: { StringEquals: { 'sts:ExternalId': 'the one' } } },
  );
  const role = await makeRole(server, 'external', trust.replace('the one', 'the-one'));
  assert.equal((await asks(ann, role)).status, 403);
  assert.equal((await asks(ann, role, { ExternalId: 'the-other' })).status, 403);
  assert.equal((await asks(ann, role, { ExternalId: 'the-one' })).status, 200);
});

test('A-066: tags and a source identity are asked about for themselves', async () => {
  const role = await makeRole(server, 'tagged', BY_ANN);
  const more = { Tags: [{ Key: 'a', Value: 'b' }] };
  assert.deepEqual(refusal(await asks(ann, role, more)), notTrusted('sts:TagSession', role));
  const identity = { SourceIdentity: 'somebody' };
  assert.deepEqual(refusal(await asks(ann, role, identity)), notTrusted('sts:SetSourceIdentity', role));
  const Action = ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'];
  const PolicyDocument = trustDocument(
    { AWS: `${ACCOUNT}:user/ann` },
    { Action, Condition: { StringEqualsIfExists: { 'aws:RequestTag/a': 'b' } } },
  );
  await asRoot(server, 'UpdateAssumeRolePolicy', { RoleName: 'tagged', PolicyDocument });
  const { status, text } = await asks(ann, role, { ...more, ...identity });
  assert.equal(status, 200);
  assert.equal(element(text, 'SourceIdentity'), 'somebody');
  assert.ok(Number(element(text, 'PackedPolicySize')) > 0);
  assert.equal((await asks(ann, role, { Tags: [{ Key: 'a', Value: 'c' }] })).status, 403);
});

const OPEN = ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'];

test('A-071: session tags lie over the role’s, and those that go on go on', async () => {
  const trust = trustDocument({ AWS: `${ACCOUNT}:user/ann` }, { Action: OPEN });
  const Tags = [
    { Key: 'Team', Value: 'role' },
    { Key: 'kept', Value: 'role' },
  ];
  const held = (Condition: object) => [{ Action: 'batch:DescribeJobQueues', Condition }];
  const of = (team: string, kept: string) =>
    held({ StringEquals: { 'aws:PrincipalTag/team': team, 'aws:PrincipalTag/kept': kept } });
  const first = await makeRole(server, 'tags-1', trust, of('session', 'role'), { Tags });
  const second = await makeRole(
    server,
    'tags-2',
    trustDocument({ AWS: first }, { Action: OPEN }),
    held({
      StringEquals: { 'aws:PrincipalTag/team': 'session' },
      Null: { 'aws:PrincipalTag/other': 'true' },
    }),
  );
  const sent = [
    { Key: 'team', Value: 'session' },
    { Key: 'other', Value: 'x' },
  ];
  assert.equal(await may(await assume(server, ann, first)), false);
  const keys = await assume(server, ann, first, { Tags: sent, TransitiveTagKeys: ['team'] });
  assert.equal(await may(keys), true);
  assert.equal(await may(await assume(server, keys, second)), true);
  const again = await asks(keys, second, { Tags: [{ Key: 'TEAM', Value: 'other' }] });
  assert.deepEqual(refusal(again).slice(0, 2), [400, 'InvalidParameterValue']);
  const unknown = await asks(ann, first, { Tags: sent, TransitiveTagKeys: ['nothing'] });
  assert.equal(unknown.status, 400);
  // what goes on is asked about, too
  await asRoot(server, 'UpdateAssumeRolePolicy', {
    RoleName: 'tags-2',
    PolicyDocument: trustDocument({ AWS: first }),
  });
  assert.deepEqual(
    refusal(await asks(keys, second)),
    notTrusted('sts:TagSession', second, `${SESSION}/tags-1/here`),
  );
});

test('a source identity goes on, and is not changed on the way', async () => {
  const first = await makeRole(
    server,
    'source-1',
    trustDocument({ AWS: `${ACCOUNT}:user/ann` }, { Action: OPEN }),
  );
  const second = await makeRole(server, 'source-2', trustDocument({ AWS: first }, { Action: OPEN }), [
    { Action: 'batch:DescribeJobQueues', Condition: { StringEquals: { 'aws:SourceIdentity': 'ann-1' } } },
  ]);
  const keys = await assume(server, ann, first, { SourceIdentity: 'ann-1' });
  assert.equal(await may(await assume(server, keys, second)), true);
  assert.equal((await asks(keys, second, { SourceIdentity: 'ann-2' })).status, 403);
});

test('A-070 A-106 A-107: session policies cut, and give nothing', async () => {
  const role = await makeRole(server, 'cut', BY_ANN, LIST);
  const of = (Action: string) =>
    JSON.stringify({ Version: '2012-10-17', Statement: { Effect: 'Allow', Action, Resource: '*' } });
  const one = await assume(server, ann, role, { Policy: of('batch:DescribeJobQueues') });
  assert.deepEqual([await may(one), await may(one, 'describecomputeenvironments')], [true, false]);
  const { json } = await asBatch(one, 'describecomputeenvironments');
  assert.match(json.message, /because no session policy allows/);
  const none = await assume(server, ann, role, { Policy: of('batch:ListJobs') });
  assert.equal(await may(none), false);
  await asRoot(server, 'CreatePolicy', {
    PolicyName: 'queues',
    PolicyDocument: of('batch:DescribeJobQueues'),
  });
  const PolicyArns = [{ arn: `${ACCOUNT}:policy/queues` }];
  const both = await assume(server, ann, role, {
    PolicyArns,
    Policy: of('batch:DescribeComputeEnvironments'),
  });
  assert.deepEqual([await may(both), await may(both, 'describecomputeenvironments')], [true, true]);
  const managed = await assume(server, ann, role, { PolicyArns });
  assert.equal(await may(managed), true);
  // one that is gone allows nothing, and is not as if there were none
  await asRoot(server, 'DeletePolicy', { PolicyArn: `${ACCOUNT}:policy/queues` });
  assert.equal(await may(managed), false);
  assert.equal((await asks(ann, role, { PolicyArns })).status, 400);
  // nor does another one that takes its ARN give anything back
  await asRoot(server, 'CreatePolicy', { PolicyName: 'queues', PolicyDocument: of('*') });
  assert.equal(await may(managed), false);
  assert.equal(await may(await assume(server, ann, role, { PolicyArns })), true);
  assert.equal(refusal(await asks(ann, role, { Policy: '{' }))[1], 'MalformedPolicyDocument');
  assert.equal((await asks(ann, role, { Policy: `${of('a:b')}${' '.repeat(2048)}` })).status, 400);
});

test('A-073 A-074: what a role may do changes for its sessions at once, and they end with it', async () => {
  const role = await makeRole(server, 'short', BY_ANN, LIST);
  const keys = await assume(server, ann, role);
  assert.equal(await may(keys), true);
  await asRoot(server, 'DeleteRolePolicy', { RoleName: 'short', PolicyName: 'p' });
  assert.equal(await may(keys), false);
  // who is trusted no more keeps what it has, and gets no other
  const PolicyDocument = trustDocument({ Service: 'batch.amazonaws.com' });
  await asRoot(server, 'UpdateAssumeRolePolicy', { RoleName: 'short', PolicyDocument });
  assert.equal((await sts(keys, 'GetCallerIdentity')).status, 200);
  assert.equal((await asks(ann, role)).status, 403);
  await asRoot(server, 'DeleteRole', { RoleName: 'short' });
  assert.deepEqual(refusal(await sts(keys, 'GetCallerIdentity')).slice(0, 2), [403, 'InvalidClientTokenId']);
  await makeRole(server, 'short', BY_ANN, LIST);
  assert.equal(await may(keys), false);
});

test('A-141 A-142 A-145: what policies know of a session', async () => {
  const role = await makeRole(server, 'known', BY_ANN, LIST, { Path: '/lab/' });
  const RoleId = element(await asRoot(server, 'GetRole', { RoleName: 'known' }), 'RoleId');
  const keys = await assume(server, ann, role);
  for (const [Condition, expected] of [
    [{ ArnEquals: { 'aws:PrincipalArn': role } }, true],
    [{ ArnEquals: { 'aws:PrincipalArn': `${SESSION}/known/here` } }, false],
    [{ StringEquals: { 'aws:PrincipalType': 'AssumedRole', 'aws:userid': `${RoleId}:here` } }, true],
    [
      { Null: { 'aws:username': 'true', 'aws:TokenIssueTime': 'false', 'aws:FederatedProvider': 'true' } },
      true,
    ],
    [{ Bool: { 'aws:MultiFactorAuthPresent': 'false' } }, true],
    [{ DateLessThan: { 'aws:TokenIssueTime': new Date(Date.now() - 3_600_000).toISOString() } }, false],
  ] as const) {
    await asRoot(server, 'PutRolePolicy', {
      RoleName: 'known',
      PolicyName: 'p',
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: { Effect: 'Allow', Action: 'batch:DescribeJobQueues', Resource: '*', Condition },
      }),
    });
    assert.equal(await may(keys), expected, JSON.stringify(Condition));
  }
});

test('A-076 A-077: a session of one’s own has one’s rights, but for IAM and most of STS', async () => {
  await allow(server, 'ann', [...LIST, { Action: ['iam:*', 'sts:*'] }]);
  const { text } = await sts(ann, 'GetSessionToken');
  assert.ok(Math.abs(Date.parse(element(text, 'Expiration')!) - Date.now() - 43_200_000) < 60_000);
  const keys = keysIn(text);
  assert.equal(element((await sts(keys, 'GetCallerIdentity')).text, 'Arn'), `${ACCOUNT}:user/ann`);
  assert.equal(await may(keys), true);
  assert.deepEqual(refusal(await query(server, keys, 'iam', 'ListUsers')), [
    403,
    'InvalidClientTokenId',
    'The security token included in the request is invalid.',
  ]);
  assert.deepEqual(refusal(await sts(keys, 'GetSessionToken')), [
    403,
    'AccessDenied',
    'Cannot call GetSessionToken with session credentials',
  ]);
  assert.equal((await sts(keys, 'GetAccessKeyInfo', { AccessKeyId: ann.accessKeyId })).status, 403);
  const role = await makeRole(server, 'from-session', BY_ANN, LIST);
  assert.equal(await may(await assume(server, keys, role)), true);
  assert.equal((await sts(ann, 'GetSessionToken', { DurationSeconds: 129_601 })).status, 400);
  await allow(server, 'ann', [{ Action: 'batch:ListJobs' }]);
  assert.equal(await may(keys), false);
});

test('A-076 A-077: root’s session ends after an hour, and is not for IAM', async () => {
  const { text } = await sts(server.rootKey, 'GetSessionToken', { DurationSeconds: 7200 });
  assert.ok(Math.abs(Date.parse(element(text, 'Expiration')!) - Date.now() - 3_600_000) < 60_000);
  const keys = keysIn(text);
  assert.equal(element((await sts(keys, 'GetCallerIdentity')).text, 'Arn'), `${ACCOUNT}:root`);
  assert.equal(await may(keys, 'describecomputeenvironments'), true);
  assert.equal(refusal(await query(server, keys, 'iam', 'ListUsers'))[1], 'InvalidClientTokenId');
  assert.equal((await asks(keys, `${ACCOUNT}:role/for-all`)).status, 403);
});

test('A-073: the sessions of a user end with it', async () => {
  const tom = await makeUser(server, 'tom');
  const keys = keysIn((await sts(tom, 'GetSessionToken')).text);
  await asRoot(server, 'DeleteAccessKey', { UserName: 'tom', AccessKeyId: tom.accessKeyId });
  assert.equal((await sts(keys, 'GetCallerIdentity')).status, 200);
  const rows = () =>
    server.service.store.read((tx) => tx.all('SELECT id FROM sessions WHERE id = ?', [keys.accessKeyId]));
  assert.equal((await rows()).length, 1);
  await asRoot(server, 'DeleteUser', { UserName: 'tom' });
  assert.deepEqual(await rows(), []);
  assert.equal(refusal(await sts(keys, 'GetCallerIdentity'))[1], 'InvalidClientTokenId');
});

test('A-030: a session that names no user is told so', async () => {
  const role = await makeRole(server, 'iam-reader', BY_ANN, [{ Action: 'iam:*' }]);
  // a user of the session's name is not meant
  await makeUser(server, 'here');
  const keys = await assume(server, ann, role);
  for (const action of ['GetUser', 'CreateAccessKey', 'ListAccessKeys'])
    assert.deepEqual(refusal(await query(server, keys, 'iam', action)), [
      400,
      'ValidationError',
      'Must specify userName when calling with non-User credentials',
    ]);
});

test('GetAccessKeyInfo knows the account of our keys', async () => {
  const info = (AccessKeyId: string) => sts(server.rootKey, 'GetAccessKeyInfo', { AccessKeyId });
  const session = keysIn((await sts(ann, 'GetSessionToken')).text);
  for (const id of [ann.accessKeyId, session.accessKeyId, server.rootKey.accessKeyId])
    assert.equal(element((await info(id)).text, 'Account'), '012345678910');
  assert.equal(refusal(await info('AKIAIOSFODNN7EXAMPLE'))[1], 'ValidationError');
});
