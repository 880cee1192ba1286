import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { EXTENSIONS } from '../../src/api/extensions.ts';
import { BATCH, ECS, LOGS } from '../../src/api/shapes.gen.ts';
import { TABLES } from '../../src/auth/questions/questions.ts';
import type { Running } from '../../src/main/start-server.ts';
import { asRoot, makeRole, makeUser, trustDocument } from '../support/iam.ts';
import { serverFor } from '../support/server.ts';
import { type Answered, ask, type Raw, type Signing, send, sign } from '../support/signed.ts';

/* Every operation that is routed, asked by who may not. */

const stops: (() => Promise<void>)[] = [];
let server: Running;
let ann: Signing;
before(async () => {
  server = await serverFor({ after: (fn) => void stops.push(fn as () => Promise<void>) });
  ann = await makeUser(server, 'ann');
  await makeRole(server, 'open', trustDocument({ AWS: '012345678910' }));
});
after(async () => {
  for (const stop of stops) await stop();
});

/** An operation that is first asked which role it is about is asked about one that trusts who is allowed to have it. */
const MORE: Readonly<Record<string, string>> = {
  AssumeRole: '&RoleSessionName=here&RoleArn=arn:aws:iam::012345678910:role/open',
};

/** Every operation that is routed: how it is asked with a body that may be wrong. */
const everything: { service: string; operation: string; raw: Raw }[] = [
  ...Object.entries({ ...BATCH.operations, ...EXTENSIONS.operations }).map(
    ([operation, { method, path }]) => ({
      service: operation in EXTENSIONS.operations ? 'longshore' : 'batch',
      operation,
      raw: {
        method,
        path: path.replace(
          '{resourceArn}',
          encodeURIComponent('arn:aws:batch:us-east-1:012345678910:job-queue/q'),
        ),
        body: method === 'POST' ? '{}' : '',
      },
    }),
  ),
  ...[
    { name: 'logs', model: LOGS, prefix: 'Logs_20140328' },
    { name: 'ecs', model: ECS, prefix: 'AmazonEC2ContainerServiceV20141113' },
  ].flatMap(({ name, model, prefix }) =>
    Object.keys(model.operations).map((operation) => ({
      service: name,
      operation,
      raw: { path: '/', headers: { 'x-amz-target': `${prefix}.${operation}` }, body: '{}' },
    })),
  ),
  ...['iam', 'ec2', 'sts'].flatMap((name) =>
    Object.keys(TABLES[name]!).map((operation) => ({
      service: name,
      operation,
      raw: {
        path: '/',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: `Action=${operation}${MORE[operation] ?? ''}`,
      },
    })),
  ),
];

const signedAs = (service: string): string => (service === 'longshore' ? 'batch' : service);

test('A-017 A-018: a user without policies may do nothing but ask who it is', async () => {
  const answered: string[] = [];
  for (const { service, operation, raw } of everything) {
    const { status, text } = await ask(server.url, { ...ann, service: signedAs(service) }, raw);
    if (!/AccessDenied|UnauthorizedOperation/.test(text) && !/not authorized to perform/.test(text))
      answered.push(`${operation} ${status} ${text.slice(0, 80)}`);
  }
  // of the jobs that StopJobs finds each is asked about; the last has a token to show for it
  assert.deepEqual(
    answered.map((line) => line.split(' ')[0]),
    ['StopJobs', 'GetCallerIdentity', 'GetSessionToken', 'AssumeRoleWithWebIdentity'],
  );
});

/** What nobody signs. */
const UNSIGNED_ONE = 'AssumeRoleWithWebIdentity';

/** What only a missing or wrong signature is called, in the words of each protocol. */
const UNSIGNED = [
  'MissingAuthenticationTokenException',
  'IncompleteSignatureException',
  'InvalidSignatureException',
  'UnrecognizedClientException',
  'InvalidClientTokenId',
  'AuthFailure',
];
/** Of a service that is not here. */
const ELSEWHERE = ['InvalidAction', 'UnknownOperationException'];

test('every operation refuses who does not sign, signs with another key, signed long ago or has signed something else', async () => {
  const hour = 3_600_000;
  for (const { service, operation, raw } of everything.filter((one) => one.operation !== UNSIGNED_ONE)) {
    const name = signedAs(service);
    const signing = { ...server.rootKey, service: name };
    const attacks: [string, () => Promise<Answered>][] = [
      ['unsigned', () => send(server.url, raw)],
      ['foreign key', () => ask(server.url, { ...signing, accessKeyId: 'AKIAIOSFODNN7EXAMPLE' }, raw)],
      [
        'wrong secret',
        () =>
          ask(server.url, { ...ann, secretAccessKey: server.rootKey.secretAccessKey, service: name }, raw),
      ],
      ['a token', () => ask(server.url, { ...signing, sessionToken: 'token' }, raw)],
      ['replayed', () => ask(server.url, { ...signing, at: new Date(Date.now() - hour) }, raw)],
      ['not yet', () => ask(server.url, { ...signing, at: new Date(Date.now() + hour) }, raw)],
      ['another service', () => ask(server.url, { ...signing, service: 's3' }, raw)],
      [
        'another body',
        async () =>
          send(server.url, { ...(await sign(server.url, signing, raw)), body: `${raw.body ?? ''} ` }),
      ],
    ];
    for (const [attack, tried] of attacks) {
      const { status, headers } = await tried();
      const type = String(headers['x-amzn-errortype']);
      assert.ok(status >= 400 && status < 500, `${operation}: ${attack} was answered ${status}`);
      const expected = attack === 'another service' ? [...UNSIGNED, ...ELSEWHERE] : UNSIGNED;
      assert.ok(expected.includes(type), `${operation}: ${attack} was answered ${type}`);
    }
  }
});

test('A-007 A-008: root is asked nothing, and an administrator is refused nothing', async () => {
  const boss = await makeUser(server, 'boss');
  await asRoot(server, 'AttachUserPolicy', {
    UserName: 'boss',
    PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess',
  });
  for (const key of [boss, server.rootKey])
    for (const { service, operation, raw } of everything) {
      const { text } = await ask(server.url, { ...key, service: signedAs(service) }, raw);
      assert.doesNotMatch(text, /not authorized to perform/, operation);
    }
});
