import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readRootKey } from '../../src/main/data-folder.ts';
import { startServe, tempFolder } from '../support/cli.ts';
import { asRoot, assume, element, keysIn, makeRole, makeUser, query, trustDocument } from '../support/iam.ts';
import { serverFor } from '../support/server.ts';
import { type Answered, ask, type Signing } from '../support/signed.ts';

/* What is tried with temporary keys that one has, or has not. */

const TRUST = trustDocument('*');
const LIST = [{ Action: 'batch:*' }];
const type = ({ status, headers }: Answered) => [status, headers['x-amzn-errortype']];

/** One operation of each service that is routed by another way. */
const EVERYWHERE = (url: string, key: Signing): Promise<Answered>[] => [
  ask(url, key, { path: '/v1/describejobqueues', body: '{}' }),
  ask(url, key, { path: '/longshore/v1/getoverview', body: '{}' }),
  ask(url, { ...key, service: 'logs' }, target('Logs_20140328.DescribeLogGroups')),
  ask(url, { ...key, service: 'ecs' }, target('AmazonEC2ContainerServiceV20141113.ListClusters')),
  query({ url, rootKey: key }, key, 'iam', 'ListUsers'),
  query({ url, rootKey: key }, key, 'sts', 'GetCallerIdentity'),
  query({ url, rootKey: key }, key, 'ec2', 'DescribeInstances'),
];
const target = (name: string) => ({ path: '/', headers: { 'x-amz-target': name }, body: '{}' });

test('a key of a session without its token, with another’s and with an altered one is nobody’s, on every way', async (t) => {
  const server = await serverFor(t);
  const ann = await makeUser(server, 'ann');
  const role = await makeRole(server, 'r', TRUST, [{ Action: '*' }]);
  const keys = await assume(server, ann, role);
  const other = await assume(server, ann, role);
  for (const answer of await Promise.all(EVERYWHERE(server.url, keys))) assert.equal(answer.status, 200);
  const { sessionToken, ...without } = keys;
  for (const tried of [
    without,
    { ...keys, sessionToken: other.sessionToken! },
    { ...keys, sessionToken: `${sessionToken}x` },
    { ...keys, sessionToken: sessionToken!.slice(1) },
    { ...keys, sessionToken: '' },
    { ...other, sessionToken: sessionToken! },
    { ...keys, accessKeyId: other.accessKeyId },
    { ...ann, sessionToken: sessionToken! },
    { ...server.rootKey, sessionToken: sessionToken! },
    { ...keys, accessKeyId: 'ASIAAAAAAAAAAAAAAAAA' },
  ])
    for (const answer of await Promise.all(EVERYWHERE(server.url, tried))) {
      assert.ok([401, 403].includes(answer.status), `${JSON.stringify(tried)} ${answer.text}`);
      assert.match(
        String(answer.headers['x-amzn-errortype']),
        /^(UnrecognizedClientException|InvalidClientTokenId|AuthFailure)$/,
      );
    }
  const wrong = { ...keys, secretAccessKey: other.secretAccessKey };
  for (const answer of await Promise.all(EVERYWHERE(server.url, wrong)))
    assert.equal(answer.headers['x-amzn-errortype'], 'InvalidSignatureException');
  const replayed = { ...keys, at: new Date(Date.now() - 3_600_000) };
  for (const answer of await Promise.all(EVERYWHERE(server.url, replayed)))
    assert.equal(answer.headers['x-amzn-errortype'], 'InvalidSignatureException');
});

test('A-072: a token that ended is told so, in the words of each service', async (t) => {
  const server = await serverFor(t);
  const ann = await makeUser(server, 'ann');
  const keys = await assume(server, ann, await makeRole(server, 'r', TRUST, [{ Action: '*' }]));
  const { store } = server.service;
  await store.write((tx) => tx.run('UPDATE sessions SET expires_at = ?', [Date.now() - 1]));
  const answers = await Promise.all(EVERYWHERE(server.url, keys));
  const [json, query] = [Array(4).fill('ExpiredTokenException'), Array(3).fill('ExpiredToken')];
  assert.deepEqual(
    answers.map(type),
    [...json, ...query].map((name) => [403, name]),
  );
});

test('A-075: a session that was answered is there after kill -9, and one that was ended is not', async (t) => {
  const dataDir = `${tempFolder(t)}/data`;
  const first = await startServe(t, [], { dataDir });
  const server = { url: first.url, rootKey: readRootKey(dataDir) };
  const ann = await makeUser(server, 'ann');
  const [kept, gone] = [await makeRole(server, 'kept', TRUST, LIST), await makeRole(server, 'gone', TRUST)];
  const [keptKeys, goneKeys] = [await assume(server, ann, kept), await assume(server, ann, gone)];
  const own = keysIn((await query(server, ann, 'sts', 'GetSessionToken')).text);
  await asRoot(server, 'DeleteRole', { RoleName: 'gone' });
  const PolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Action: 'batch:ListJobs', Resource: '*' },
  });
  await asRoot(server, 'PutRolePolicy', { RoleName: 'kept', PolicyName: 'p', PolicyDocument });
  await first.end('SIGKILL');
  const again = await startServe(t, [], { dataDir });
  const who = async (key: Signing) =>
    (await query({ ...server, url: again.url }, key, 'sts', 'GetCallerIdentity')).text;
  assert.equal(element(await who(keptKeys), 'Arn'), 'arn:aws:sts::000000000000:assumed-role/kept/here');
  assert.equal(element(await who(own), 'Arn'), 'arn:aws:iam::000000000000:user/ann');
  assert.equal(element(await who(goneKeys), 'Code'), 'InvalidClientTokenId');
  const answer = await ask(again.url, keptKeys, { path: '/v1/describejobqueues', body: '{}' });
  assert.equal(answer.status, 403);
});

test('A-019 A-073: no session that is asked for or used while its role goes outlives it', async (t) => {
  const server = await serverFor(t);
  const ann = await makeUser(server, 'ann');
  for (let round = 0; round < 10; round++) {
    const role = await makeRole(server, 'passing', TRUST, LIST);
    const keys = await assume(server, ann, role);
    const input = { RoleArn: role, RoleSessionName: 'here' };
    const asking = Array.from({ length: 20 }, (_, n) =>
      n % 2
        ? query(server, ann, 'sts', 'AssumeRole', input)
        : ask(server.url, keys, { path: '/v1/describejobqueues', body: '{}' }),
    );
    await asRoot(server, 'DeleteRolePolicy', { RoleName: 'passing', PolicyName: 'p' });
    await asRoot(server, 'DeleteRole', { RoleName: 'passing' });
    const answers = await Promise.all(asking);
    const issued = answers
      .filter(({ text }) => text.includes('<SessionToken>'))
      .map(({ text }) => keysIn(text));
    for (const key of [keys, ...issued])
      assert.equal((await query(server, key, 'sts', 'GetCallerIdentity')).status, 403);
    for (const { status } of answers) assert.ok(status === 200 || status === 403);
  }
  const left = await server.service.store.read((tx) => tx.all('SELECT id FROM sessions'));
  assert.deepEqual(left, []);
});
