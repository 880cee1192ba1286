import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, test } from 'node:test';
import { SignJWT } from 'jose';
import type { Running } from '../../src/main/start-server.ts';
import { asRoot, element, keysIn, makeRole, query, trustDocument } from '../support/iam.ts';
import { CLIENT, type Issuer, startIssuer } from '../support/issuer.ts';
import { serverFor } from '../support/server.ts';
import { type Answered, ask, send } from '../support/signed.ts';

/* AssumeRoleWithWebIdentity: who has a token of an issuer that is trusted. */

const ACCOUNT = 'arn:aws:iam::012345678910';
const ACTION = { Action: 'sts:AssumeRoleWithWebIdentity' };
const stops: (() => unknown)[] = [];
const later = { after: (fn: unknown) => void stops.push(fn as () => unknown) };
let server: Running;
let issuer: Issuer;
let role: string;
before(async () => {
  server = await serverFor(later as never);
  issuer = await startIssuer(later as never);
  role = await roleFor(issuer, 'web');
});
after(async () => {
  for (const stop of stops.reverse()) await stop();
});

const providerOf = ({ place }: Issuer) => `${ACCOUNT}:oidc-provider/${place}`;

const roleFor = async (one: Issuer, name: string, more: object = {}): Promise<string> => {
  const made = await query(server, server.rootKey, 'iam', 'GetOpenIDConnectProvider', {
    OpenIDConnectProviderArn: providerOf(one),
  });
  if (made.status !== 200)
    await asRoot(server, 'CreateOpenIDConnectProvider', { Url: one.url, ClientIDList: [CLIENT, 'another'] });
  const trust = trustDocument({ Federated: providerOf(one) }, { ...ACTION, ...more });
  return makeRole(server, name, trust, [{ Action: 'batch:DescribeJobQueues' }]);
};

const asks = (WebIdentityToken: string, more: object = {}, headers: object = {}): Promise<Answered> =>
  send(server.url, {
    path: '/',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: new URLSearchParams({
      Action: 'AssumeRoleWithWebIdentity',
      Version: '2011-06-15',
      RoleArn: role,
      RoleSessionName: 'web',
      WebIdentityToken,
      ...more,
    }).toString(),
  });
const refusal = ({ status, text }: Answered) => [status, element(text, 'Code')];
const BAD = [400, 'InvalidIdentityToken'];

test('A-078: a token of an issuer that is trusted gives a session of the role, without a signature', async () => {
  const { status, text } = await asks(await issuer.token());
  assert.equal(status, 200);
  assert.deepEqual(
    ['SubjectFromWebIdentityToken', 'Provider', 'Audience'].map((name) => element(text, name)),
    ['the-subject', providerOf(issuer), CLIENT],
  );
  assert.equal(element(text, 'Arn'), 'arn:aws:sts::012345678910:assumed-role/web/web');
  const answer = await ask(server.url, keysIn(text), { path: '/v1/describejobqueues', body: '{}' });
  assert.equal(answer.status, 200);
  // a signature is not looked at
  const authorization = 'AWS4-HMAC-SHA256 Credential=x/20260101/us-east-1/batch/aws4_request, nothing';
  assert.equal((await asks(await issuer.token(), {}, { authorization })).status, 200);
});

test('A-079: of an issuer that nobody made known nothing is fetched', async () => {
  const other = await startIssuer(later as never);
  const { status, text } = await asks(await other.token());
  assert.deepEqual([status, element(text, 'Code')], BAD);
  assert.equal(element(text, 'Message'), `No OpenIDConnect provider found in your account for ${other.url}`);
  assert.deepEqual(other.asked, []);
});

test('A-080: a token for somebody else', async () => {
  for (const claims of [{ aud: 'somebody else' }, { aud: ['x', 'y'] }, { azp: 'x' }]) {
    const { status, text } = await asks(await issuer.token(claims));
    assert.deepEqual(
      [status, element(text, 'Code'), element(text, 'Message')],
      [...BAD, 'Incorrect token audience'],
    );
  }
  for (const claims of [{ aud: ['x', CLIENT] }, { aud: 'x', azp: 'another' }])
    assert.equal((await asks(await issuer.token(claims))).status, 200);
});

test('A-081: who is not trusted, and of a role that is not there', async () => {
  const nobody = await makeRole(server, 'not-web', trustDocument({ AWS: '*' }));
  for (const RoleArn of [nobody, `${ACCOUNT}:role/not-there`]) {
    const { status, text } = await asks(await issuer.token(), { RoleArn });
    assert.deepEqual(
      [status, element(text, 'Code'), element(text, 'Message')],
      [403, 'AccessDenied', 'Not authorized to perform sts:AssumeRoleWithWebIdentity'],
    );
  }
});

test('A-082: tokens that are not to be believed', async () => {
  const now = Math.floor(Date.now() / 1000);
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { iss: issuer.url, sub: 'the-subject', aud: CLIENT, iat: now, exp: now + 600 };
  const { kid, jwk, privateKey } = issuer.key();
  const hmac = (secret: string, alg = 'HS256') => {
    const text = `${part({ alg, kid })}.${part(claims)}`;
    return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
  };
  const good = await issuer.token();
  const [header, , signature] = good.split('.');
  const stranger = await startIssuer(later as never);
  for (const [what, token] of [
    ['no algorithm', `${part({ alg: 'none', kid })}.${part(claims)}.`],
    ['no algorithm and a signature', `${part({ alg: 'none', kid })}.${part(claims)}.${signature}`],
    ['the public key for a secret', hmac(JSON.stringify(jwk))],
    ['an empty secret', hmac('')],
    ['no kid', await issuer.token({}, { kid: undefined })],
    ['other claims', `${header}.${part({ ...claims, sub: 'somebody-else' })}.${signature}`],
    ['another’s key', await stranger.token({ iss: issuer.url }, { kid })],
    ['an algorithm that is not the key’s', good.replace(header!, part({ alg: 'ES384', kid }))],
    [
      'a key that it brings along',
      await new SignJWT(claims)
        .setProtectedHeader({ alg: 'ES256', jwk: stranger.key().jwk })
        .sign(stranger.key().privateKey),
    ],
    ['not yet', await issuer.token({ nbf: now + 300 })],
    ['made in the future', await issuer.token({ iat: now + 300 })],
    ['no end', await issuer.token({ exp: undefined })],
    ['no subject', await issuer.token({ sub: undefined })],
    ['a claim under two names', await issuer.token({ SUB: 'somebody-else' })],
    ['a short subject', await issuer.token({ sub: 'short' })],
    ['no audience', await issuer.token({ aud: undefined })],
    [
      'an end that is a text',
      await new SignJWT({ ...claims, exp: `${now + 600}` as never })
        .setProtectedHeader({ alg: 'ES256', kid })
        .sign(privateKey),
    ],
    ['no token', 'abcd'],
    ['too many parts', `${good}.x`],
  ] as const)
    assert.deepEqual(refusal(await asks(token)), BAD, what);
  for (const iss of [
    `${issuer.url}/`,
    issuer.url.toUpperCase(),
    `${issuer.url}#`,
    issuer.url.replace('127.0.0.1', 'localhost'),
  ])
    assert.deepEqual(refusal(await asks(await issuer.token({ iss }))), BAD, iss);
  const ended = await asks(await issuer.token({ exp: now - 61 }));
  assert.deepEqual(refusal(ended), [400, 'ExpiredTokenException']);
  // a minute either way is none
  for (const near of [{ exp: now - 30 }, { nbf: now + 30, iat: now + 30 }])
    assert.equal((await asks(await issuer.token(near))).status, 200, JSON.stringify(near));
});

test('A-082 A-083: a key that is new is looked for once a minute', async (t) => {
  const own = await startIssuer(t);
  await roleFor(own, 'turning');
  const RoleArn = `${ACCOUNT}:role/turning`;
  assert.equal((await asks(await own.token(), { RoleArn })).status, 200);
  const fetched = own.asked.length;
  for (let n = 0; n < 5; n++) assert.equal((await asks(await own.token(), { RoleArn })).status, 200);
  await own.turn();
  const answers = await Promise.all(
    Array.from({ length: 10 }, async () => asks(await own.token({}, { kid: 'unknown' }), { RoleArn })),
  );
  for (const answer of answers) {
    assert.deepEqual(refusal(answer), BAD);
    assert.match(answer.text, /retrieve verification key from your identity provider/);
  }
  assert.equal(own.asked.length, fetched);
});

test('A-083: an issuer that is not there, sends elsewhere, says too much, or says nothing useful', async (t) => {
  const unreachable = [400, 'IDPCommunicationError'];
  const page =
    (one: Issuer, jwks_uri: string) => (path: string, response: import('node:http').ServerResponse) => {
      if (path === '/.well-known/openid-configuration')
        response.end(JSON.stringify({ issuer: one.url, jwks_uri }));
      else response.end(JSON.stringify({ keys: [one.key().jwk] }));
    };
  const elsewhere = await startIssuer(t);
  const ways: [string, (one: Issuer) => Parameters<Issuer['behave']>[0], unknown[]][] = [
    ['500', () => (_, response) => response.writeHead(500).end(), unreachable],
    [
      'elsewhere',
      () => (path, response) => response.writeHead(302, { location: `${elsewhere.url}${path}` }).end(),
      unreachable,
    ],
    ['huge', () => (_, response) => response.end(`"${'x'.repeat(1_100_000)}"`), unreachable],
    ['cut off', () => (_, response) => void response.socket?.destroy(), unreachable],
    ['no JSON', () => (_, response) => response.end('<html>'), BAD],
    [
      'another issuer',
      () => (_, response) =>
        response.end(JSON.stringify({ issuer: elsewhere.url, jwks_uri: `${elsewhere.url}/keys` })),
      BAD,
    ],
    ['keys of others', (one) => page(one, `${elsewhere.url}/keys`), BAD],
    ['keys of a file', (one) => page(one, 'file:///etc/passwd'), BAD],
    [
      'no keys',
      (one) => (path, response) =>
        path === '/keys' ? response.end('{"keys":{}}') : page(one, `${one.url}/keys`)(path, response),
      BAD,
    ],
    [
      'keys that are none',
      (one) => (path, response) =>
        path === '/keys' ? response.end('{"keys":[1,null]}') : page(one, `${one.url}/keys`)(path, response),
      BAD,
    ],
  ];
  for (const [what, behaviour, expected] of ways) {
    const own = await startIssuer(t);
    await roleFor(own, `away-${what.replaceAll(' ', '-')}`);
    own.behave(behaviour(own));
    assert.deepEqual(refusal(await asks(await own.token())), expected, what);
    const asked = own.asked.length;
    // not asked again at once
    assert.deepEqual(refusal(await asks(await own.token())), expected, what);
    if (what !== 'keys that are none') assert.equal(own.asked.length, asked, what);
  }
  assert.deepEqual(elsewhere.asked, []);
});

test('A-083: an issuer that hangs is given up after five seconds, and asked once by many', async (t) => {
  const own = await startIssuer(t);
  await roleFor(own, 'hanging');
  own.behave((_, response) => void response.write('{'));
  const answers = await Promise.all(Array.from({ length: 20 }, async () => asks(await own.token())));
  for (const answer of answers) assert.deepEqual(refusal(answer), [400, 'IDPCommunicationError']);
  assert.equal(own.asked.length, 1);
});

test('A-084: what the token says is there for the trust policy', async () => {
  const { place } = issuer;
  const held = async (Condition: object, claims: object = {}) => {
    await asRoot(server, 'UpdateAssumeRolePolicy', {
      RoleName: 'web',
      PolicyDocument: trustDocument({ Federated: providerOf(issuer) }, { ...ACTION, Condition }),
    });
    return (await asks(await issuer.token({ ...claims }))).status === 200;
  };
  const claims = { repository: 'lab/pipeline', amr: ['a', 'b'], admin: true };
  for (const [condition, expected] of [
    [{ StringEquals: { [`${place}:aud`]: CLIENT, [`${place}:sub`]: 'the-subject' } }, true],
    [{ StringEquals: { [`${place}:sub`]: 'somebody' } }, false],
    [{ StringLike: { [`${place}:repository`]: 'lab/*' } }, true],
    [{ 'ForAnyValue:StringEquals': { [`${place}:amr`]: 'b' } }, true],
    [{ StringEquals: { 'aws:FederatedProvider': providerOf(issuer) } }, true],
    [{ IpAddress: { 'aws:SourceIp': '127.0.0.0/8' } }, true],
    [{ IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }, false],
    [{ Null: { [`${place}:admin`]: 'true', 'aws:PrincipalArn': 'true' } }, true],
    [{ StringEquals: { 'sts:RoleSessionName': 'web' } }, true],
  ] as const)
    assert.equal(await held(condition, claims), expected, JSON.stringify(condition));
  assert.equal(await held({}), true);
});

test('A-061 A-070: a session for a token has names, times and policies as others', async () => {
  for (const more of [
    { RoleSessionName: 'a' },
    { DurationSeconds: '899' },
    { DurationSeconds: '7200' },
    { ProviderId: 'x' },
    { Policy: '{' },
  ])
    assert.equal((await asks(await issuer.token(), more)).status, 400, JSON.stringify(more));
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Action: 'a:b', Resource: '*' },
  });
  const { text } = await asks(await issuer.token(), { Policy });
  const answer = await ask(server.url, keysIn(text), { path: '/v1/describejobqueues', body: '{}' });
  assert.equal(answer.status, 403);
});

test('A-084: a session tells policies whose token it was made for', async () => {
  const keys = keysIn((await asks(await issuer.token())).text);
  const put = (Condition: object) =>
    asRoot(server, 'PutRolePolicy', {
      RoleName: 'web',
      PolicyName: 'p',
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: { Effect: 'Allow', Action: 'batch:DescribeJobQueues', Resource: '*', Condition },
      }),
    });
  const may = async () =>
    (await ask(server.url, keys, { path: '/v1/describejobqueues', body: '{}' })).status === 200;
  await put({ StringEquals: { 'aws:FederatedProvider': providerOf(issuer) } });
  assert.equal(await may(), true);
  await put({ StringEquals: { 'aws:FederatedProvider': 'x' } });
  assert.equal(await may(), false);
});
