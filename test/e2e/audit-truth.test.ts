import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type AuditRecord, readAudit } from '../../src/cli/audit-records.ts';
import { silentLog } from '../../src/lib/logger.ts';
import type { Running } from '../../src/main/start-server.ts';
import { runCli } from '../support/cli.ts';
import {
  allow,
  assume,
  element,
  makeRole,
  makeUser,
  makeWaitingQueue,
  query,
  trustDocument,
} from '../support/iam.ts';
import { CLIENT, startIssuer } from '../support/issuer.ts';
import { removeFolder } from '../support/leftovers.ts';
import { serverFor, until } from '../support/server.ts';
import { type Answered, ask, type Signing, send } from '../support/signed.ts';

/* Records say what was, and no more than what was. */

// biome-ignore lint/suspicious/noExplicitAny: records are read member by member
type Told = any;

const ACCOUNT = 'arn:aws:iam::012345678910';
const stops: (() => unknown)[] = [];
const later = { after: (fn: unknown) => void stops.push(fn as () => unknown) };
let dataDir: string;
let server: Running;

const asBatch = (key: Signing, operation: string, input: object = {}): Promise<Answered> =>
  ask(server.url, key, { path: `/v1/${operation}`, body: JSON.stringify(input) });

const own = (operation: string, input: object): Promise<Answered> =>
  ask(server.url, server.rootKey, { path: `/longshore/v1/${operation}`, body: JSON.stringify(input) });

const records = async (folder = dataDir): Promise<Told[]> => {
  const all: AuditRecord[] = [];
  for await (const one of readAudit(folder, 0)) all.push(one);
  return all;
};
const recordsOf = async ({ headers }: Answered): Promise<Told[]> =>
  (await records()).filter(({ requestID }) => requestID === headers['x-amzn-requestid']);
/** Waits for the record of a request. */
const recordOf = (answered: Answered): Promise<Told> => until(async () => (await recordsOf(answered))[0]);

before(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'longshore-audit-'));
  server = await serverFor(later as never, { dataDir }, silentLog);
  await makeWaitingQueue((operation, input) => asBatch(server.rootKey, operation, input));
});
after(async () => {
  for (const stop of stops.reverse()) await stop();
  removeFolder(dataDir);
});

const register = (jobDefinitionName: string, more: object = {}): Promise<Answered> =>
  asBatch(server.rootKey, 'registerjobdefinition', {
    jobDefinitionName,
    type: 'container',
    containerProperties: { image: 'busybox', vcpus: 1, memory: 64, ...more },
  });

test('A-191: who has no key writes nothing of its own into a record, and a key that can be none is not kept', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-audit-'));
  const ends: (() => unknown)[] = [];
  const life = await serverFor({ after: (fn) => void ends.push(fn as () => unknown) }, { dataDir: folder });
  const odd =
    'X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=%1b%5b31mEVIL%0aFAKE%20LINE%2F20261130%2Fus-east-1%2Fbatch%2Faws4_request&X-Amz-Date=20261130T000000Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature=00';
  const answered = await send(life.url, { path: `/v1/listjobs?${odd}`, body: '{}' });
  assert.equal(answered.status, 403);
  for (const end of ends) await end();
  const [failed] = await records(folder);
  assert.deepEqual([failed.eventName, failed.userIdentity.accessKeyId], ['FailedSignatures', '']);
  const { stdout } = await runCli(['audit', '--data', folder]);
  assert.doesNotMatch(stdout, /\u001b|EVIL|FAKE/);
  removeFolder(folder);
});

const ODD = '\u001b[31m\u202e\u009b2J';

test('A-192: `longshore audit` shows what a terminal would obey, and obeys none of it', async () => {
  await register('d');
  const job = await asBatch(server.rootKey, 'submitjob', { jobName: 'j', jobQueue: 'q', jobDefinition: 'd' });
  const answered = await asBatch(server.rootKey, 'canceljob', { jobId: job.json.jobId, reason: ODD });
  assert.equal(answered.status, 200, answered.text);
  await recordOf(answered);
  const id = String(answered.headers['x-amzn-requestid']);
  for (const args of [[id], ['--json'], []]) {
    const { stdout } = await runCli(['audit', ...args, '--data', dataDir]);
    assert.doesNotMatch(stdout, /[\u001b\u007f-\u009f\u202e]/);
  }
  const { stdout } = await runCli(['audit', id, '--data', dataDir]);
  assert.equal(JSON.parse(stdout).requestParameters.reason, ODD);
});

test('A-187 A-189: the record of a web identity says whose token it was', async () => {
  const issuer = await startIssuer(later as never);
  const provider = `${ACCOUNT}:oidc-provider/${issuer.place}`;
  await query(server, server.rootKey, 'iam', 'CreateOpenIDConnectProvider', {
    Url: issuer.url,
    ClientIDList: [CLIENT],
  });
  const trust = trustDocument({ Federated: provider }, { Action: 'sts:AssumeRoleWithWebIdentity' });
  const RoleArn = await makeRole(server, 'web', trust);
  const token = await issuer.token();
  const answered = await send(server.url, {
    path: '/',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      Action: 'AssumeRoleWithWebIdentity',
      Version: '2011-06-15',
      RoleArn,
      RoleSessionName: 'web',
      WebIdentityToken: token,
    }).toString(),
  });
  assert.equal(element(answered.text, 'SubjectFromWebIdentityToken'), 'the-subject');
  const record = await recordOf(answered);
  assert.deepEqual(record.userIdentity, {
    type: 'WebIdentityUser',
    principalId: `${provider}:${CLIENT}:the-subject`,
    userName: 'the-subject',
    identityProvider: provider,
    accountId: '012345678910',
  });
  const { subjectFromWebIdentityToken, provider: told, audience } = record.responseElements;
  assert.deepEqual([subjectFromWebIdentityToken, told, audience], ['the-subject', provider, CLIENT]);
  assert.ok(!JSON.stringify(record).includes(token));
});

test('A-187 A-189: a web identity that the trust policy refuses is told by its token; of a token that nobody believes nothing is', async () => {
  const issuer = await startIssuer(later as never);
  const provider = `${ACCOUNT}:oidc-provider/${issuer.place}`;
  const RoleArn = await makeRole(
    server,
    'nobody-web',
    trustDocument(
      { Federated: provider },
      {
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: { StringEquals: { [`${issuer.place}:sub`]: 'another' } },
      },
    ),
  );
  await query(server, server.rootKey, 'iam', 'CreateOpenIDConnectProvider', {
    Url: issuer.url,
    ClientIDList: [CLIENT],
  });
  const asks = (WebIdentityToken: string) =>
    send(server.url, {
      path: '/',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        ...{ Action: 'AssumeRoleWithWebIdentity', Version: '2011-06-15' },
        ...{ RoleArn, RoleSessionName: 'web', WebIdentityToken },
      }).toString(),
    });
  const token = await issuer.token();
  const refused = await asks(token);
  assert.equal(refused.status, 403);
  assert.doesNotMatch(refused.text, /the-subject/);
  const { userIdentity, errorCode } = await recordOf(refused);
  assert.equal(errorCode, 'AccessDenied');
  assert.deepEqual(userIdentity, {
    type: 'WebIdentityUser',
    principalId: `${provider}:${CLIENT}:the-subject`,
    userName: 'the-subject',
    identityProvider: provider,
    accountId: '012345678910',
  });
  const [head, body] = token.split('.');
  const forged = await asks(`${head}.${body}.AAAA`);
  assert.equal(element(forged.text, 'Code'), 'InvalidIdentityToken');
  // what was asked later stands in the files: nothing of the other is to come
  const after = await asks(token);
  await recordOf(after);
  assert.ok((await recordsOf(forged)).every((one) => !JSON.stringify(one).includes('the-subject')));
});

test('A-189: a role session’s record has its role with the path, and since when the session is', async () => {
  const ann = await makeUser(server, 'ann');
  await allow(server, 'ann', [{ Action: 'sts:AssumeRole' }]);
  const trust = trustDocument({ AWS: `${ACCOUNT}:user/ann` });
  const role = await makeRole(server, 'ci', trust, [{ Action: 'batch:*' }], { Path: '/team/a/' });
  const session = await assume(server, ann, role);
  await register('d');
  const submitted = await asBatch(session, 'submitjob', { jobName: 'j', jobQueue: 'q', jobDefinition: 'd' });
  const changed = await asBatch(session, 'canceljob', { jobId: submitted.json.jobId, reason: 'r' });
  for (const answered of [submitted, changed]) {
    const { sessionContext } = (await recordOf(answered)).userIdentity;
    assert.equal(sessionContext.sessionIssuer.arn, `${ACCOUNT}:role/team/a/ci`);
    assert.match(sessionContext.attributes.creationDate, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    assert.equal(sessionContext.attributes.mfaAuthenticated, 'false');
  }
});

test('A-187: a stop that only asks how many it would reach changes nothing, and has no record', async () => {
  const filter = { name: 'dry*', reason: 'r' };
  await register('d');
  await asBatch(server.rootKey, 'submitjob', { jobName: 'dry-1', jobQueue: 'q', jobDefinition: 'd' });
  const dry = await own('stopjobs', { ...filter, dryRun: true });
  assert.deepEqual([dry.status, dry.json], [200, { matched: 1, stopped: 0 }]);
  const done = await own('stopjobs', { ...filter, expected: 1 });
  assert.equal((await recordOf(done)).responseElements.stopped, 1);
  assert.deepEqual(await recordsOf(dry), []);
});

test('A-187: what operations themselves refuse with 403 is recorded', async () => {
  const refused = await query(server, server.rootKey, 'sts', 'AssumeRole', {
    RoleArn: `${ACCOUNT}:role/any`,
    RoleSessionName: 'here',
  });
  assert.equal(refused.status, 403);
  const record = await recordOf(refused);
  assert.deepEqual(
    [record.errorCode, record.errorMessage, record.userIdentity.type],
    ['AccessDenied', 'Roles may not be assumed by root accounts.', 'Root'],
  );
  assert.equal((await recordsOf(refused)).length, 1);
});

test('A-186: a name finds a user’s and root’s jobs, and none of a session that is only called so', async () => {
  const bob = await makeUser(server, 'bob', { Path: '/team/' });
  await allow(server, 'bob', [{ Action: ['sts:AssumeRole', 'batch:*'] }]);
  const trust = trustDocument({ AWS: `${ACCOUNT}:user/team/bob` });
  const role = await makeRole(server, 'runner', trust, [{ Action: 'batch:*' }]);
  await register('d');
  const submitAs = async (key: Signing, jobName: string) => {
    const { status, text } = await asBatch(key, 'submitjob', { jobName, jobQueue: 'q', jobDefinition: 'd' });
    assert.equal(status, 200, text);
  };
  await submitAs(server.rootKey, 'of-root');
  await submitAs(bob, 'of-bob');
  for (const RoleSessionName of ['root', 'bob'])
    await submitAs(await assume(server, bob, role, { RoleSessionName }), `of-session-${RoleSessionName}`);
  const found = async (submittedBy: string): Promise<string[]> => {
    const { json } = await own('searchjobs', { submittedBy, name: 'of-*' });
    return json.jobs.map(({ jobName }: { jobName: string }) => jobName);
  };
  assert.deepEqual(await found('root'), ['of-root']);
  assert.deepEqual(await found('bob'), ['of-bob']);
  assert.deepEqual(await found('runner/root'), ['of-session-root']);
  assert.deepEqual(await found(`${ACCOUNT}:user/team/bob`), ['of-bob']);
});

/** An address of this machine that is not loopback. */
const outside = Object.values(networkInterfaces())
  .flat()
  .find((one) => one && !one.internal && one.family === 'IPv4')?.address;

test('A-191 A-227: what is shut out unlooked-at is counted as no wrong signature', {
  skip: outside === undefined && 'this machine has no address but loopback',
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-audit-'));
  const ends: (() => unknown)[] = [];
  const life = await serverFor(
    { after: (fn) => void ends.push(fn as () => unknown) },
    { dataDir: folder, host: '0.0.0.0' },
    silentLog,
  );
  const url = `http://${outside}:${new URL(life.url).port}`;
  const unknown = { ...life.rootKey, accessKeyId: 'AKIANOBODYNOBODYNOBO' };
  const statuses: number[] = [];
  while (statuses.length < 400 && statuses.at(-1) !== 429)
    statuses.push((await ask(url, unknown, { path: '/v1/describejobqueues', body: '{}' })).status);
  assert.equal(statuses.at(-1), 429);
  for (const end of ends) await end();
  const failed = (await records(folder)).filter(({ eventName }) => eventName === 'FailedSignatures');
  assert.deepEqual([...new Set(failed.map(({ errorCode }) => errorCode))], ['UnrecognizedClientException']);
  const counted = failed.reduce((sum, { additionalEventData }) => sum + additionalEventData.count, 0);
  assert.equal(counted, statuses.length - 1);
  removeFolder(folder);
});

test('A-190: values of a log driver’s options are in no record', async () => {
  const answered = await register('logs', {
    logConfiguration: { logDriver: 'fluentd', options: { 'fluentd-address': 'https://u:SECRET@h' } },
  });
  const record = await recordOf(answered);
  assert.ok(!JSON.stringify(record).includes('SECRET'));
  assert.deepEqual(Object.keys(record.requestParameters.containerProperties.logConfiguration.options), [
    'fluentd-address',
  ]);
});

test('A-189: of a query what it asks is recorded, without what names the operation', async () => {
  const answered = await query(server, server.rootKey, 'iam', 'CreateGroup', { GroupName: 'g' });
  assert.deepEqual((await recordOf(answered)).requestParameters, { groupName: 'g' });
});

test('A-192: `explain` and `wait` obey nothing that stands in a reason', async () => {
  await register('d');
  const job = await asBatch(server.rootKey, 'submitjob', {
    jobName: 'odd',
    jobQueue: 'q',
    jobDefinition: 'd',
  });
  await asBatch(server.rootKey, 'terminatejob', { jobId: job.json.jobId, reason: `${ODD}\nFAKE LINE` });
  for (const command of ['explain', 'wait']) {
    const { stdout } = await runCli([command, job.json.jobId, '--data', dataDir]);
    assert.match(stdout, /\\u001b\[31m.*\\u000aFAKE LINE/);
    assert.doesNotMatch(stdout, /[\u001b\u007f-\u009f\u202e]/);
  }
});
