import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import type { Model } from '../../src/api/model.ts';
import { BATCH, ECS, LOGS } from '../../src/api/shapes.gen.ts';
import type { Running } from '../../src/main/start-server.ts';
import { serverFor } from '../support/server.ts';
import { ask, type Raw } from '../support/signed.ts';

/* Whatever is sent, the server answers in words or lets go, and goes on. */

const stops: (() => Promise<void>)[] = [];
let server: Running;
before(async () => {
  server = await serverFor({ after: (fn) => void stops.push(fn as () => Promise<void>) });
});
after(async () => {
  for (const stop of stops) await stop();
});

const stands = async (): Promise<void> => {
  const { status } = await ask(server.url, server.rootKey, { path: '/v1/describejobqueues', body: '{}' });
  assert.equal(status, 200);
};

/** Sends bytes as they are; resolves to all that came back when the connection is closed. */
const raw = (bytes: string | Buffer): Promise<string> =>
  new Promise((resolve) => {
    const { hostname, port } = new URL(server.url);
    let text = '';
    const socket = connect(Number(port), hostname, () => socket.end(bytes));
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      text += chunk;
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(text));
  });

for (const [what, bytes, answer] of [
  ['no HTTP at all', '\x16\x03\x01\x02\x00\x01\x00', /^HTTP\/1\.1 400 /],
  ['headers of 100 KB', `GET / HTTP/1.1\r\nHost: x\r\nA: ${'a'.repeat(100_000)}\r\n\r\n`, /^HTTP\/1\.1 431 /],
  [
    'two lengths',
    'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}',
    /^HTTP\/1\.1 400 /,
  ],
  [
    'a length and chunks',
    'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    /^HTTP\/1\.1 400 /,
  ],
  ['no Host', 'POST / HTTP/1.1\r\n\r\n', /^HTTP\/1\.1 400 /],
  [
    'a request that breaks off',
    'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{',
    /^(HTTP\/1\.1 400 [\s\S]*)?$/,
  ],
  [
    'a path of odd bytes',
    'POST /v1/%00%ff%zz?%zz=%ff HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
    /^HTTP\/1\.1 403 /,
  ],
] as const) {
  test(`${what}: an answer or a closed connection, and the server stands`, async () => {
    assert.match(await raw(bytes), answer);
    await stands();
  });
}

test('300 connections that say nothing keep nobody else out', async (t) => {
  const { hostname, port } = new URL(server.url);
  const idle = await Promise.all(
    Array.from(
      { length: 300 },
      () =>
        new Promise<Socket>((resolve) => {
          const socket = connect(Number(port), hostname, () => resolve(socket));
          socket.on('error', () => {});
        }),
    ),
  );
  t.after(() => {
    for (const socket of idle) socket.destroy();
  });
  await stands();
});

for (const [what, body] of [
  ['lists in lists', `{"jobQueues":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
  ['objects in objects', `{"x":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}}`],
  ['__proto__', '{"__proto__":{"maxResults":"1"},"constructor":{},"toString":1}'],
  ['a lone surrogate', '{"jobQueues":["\\ud800"]}'],
  ['no UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])],
  ['a byte order mark', '\ufeff{}'],
  ['numbers beyond all', '{"maxResults":1e999}'],
] as const) {
  test(`a body of ${what} is answered below 500`, async () => {
    const { status } = await ask(server.url, server.rootKey, { path: '/v1/describejobqueues', body });
    assert.ok(status < 500, String(status));
    await stands();
  });
}

const ODD = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    false,
    0,
    -1,
    1.5,
    1e20,
    2 ** 31,
    '',
    ' ',
    'x',
    '\u0000',
    'é😀',
    [],
    {},
    [null],
  ),
  fc.constantFrom<unknown>(
    'a'.repeat(5000),
    Array(200).fill('x'),
    { a: { b: { c: [] } } },
    'arn:aws:batch:::',
    '%',
    '*',
  ),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.integer(),
);

/** A value for a member: of its type most of the time, of any other else. */
const anyValue = (model: Model, type: string, depth: number): fc.Arbitrary<unknown> => {
  const spelled = type.replace(/!$/, '');
  const right = (): fc.Arbitrary<unknown> => {
    const inner = spelled.slice(1);
    if (depth === 0) return fc.constant(undefined);
    if (spelled[0] === '[') return fc.array(anyValue(model, inner, depth - 1), { maxLength: 3 });
    if (spelled[0] === '{')
      return fc.dictionary(fc.string(), anyValue(model, inner, depth - 1), { maxKeys: 2 });
    if (spelled[0] === '@') return structureOf(model, inner, depth - 1);
    if (spelled[0] === 'e') return fc.constantFrom(...model.enums[inner]!);
    if (spelled[0] === 'i') return fc.integer({ min: -2, max: 200 });
    if (spelled[0] === 'b') return fc.boolean();
    return fc.constantFrom('x', 'optimal', 'c5.large', '1', 'a b', 'x:1');
  };
  return fc.oneof({ weight: 8, arbitrary: right() }, { weight: 1, arbitrary: ODD });
};

const structureOf = (model: Model, shape: string, depth: number): fc.Arbitrary<Record<string, unknown>> =>
  fc.record(
    Object.fromEntries(
      Object.entries(model.shapes[shape] ?? {}).map(([member, type]) => [
        member,
        anyValue(model, type, depth),
      ]),
    ),
    { requiredKeys: [] },
  );

const operations = [
  ...Object.entries(BATCH.operations).map(
    ([name, o]) => ['batch', BATCH, name, o.input, o.method, o.path] as const,
  ),
  ...Object.entries(LOGS.operations).map(
    ([name, o]) => ['logs', LOGS, `Logs_20140328.${name}`, o.input, o.method, o.path] as const,
  ),
  ...Object.entries(ECS.operations).map(
    ([name, o]) =>
      ['ecs', ECS, `AmazonEC2ContainerServiceV20141113.${name}`, o.input, o.method, o.path] as const,
  ),
].filter(([, , , , method, path]) => method === 'POST' && !path.includes('{'));

for (const [service, model, name, input, , path] of operations) {
  test(`${name}: no request of any shape is the server’s fault`, async () => {
    await fc.assert(
      fc.asyncProperty(structureOf(model, input, 5), async (body) => {
        const request: Raw = {
          path,
          body: JSON.stringify(body),
          ...(service !== 'batch' && { headers: { 'x-amz-target': name } }),
        };
        const answer = await ask(server.url, { ...server.rootKey, service }, request);
        assert.ok(answer.status < 500, answer.text);
        assert.equal(typeof answer.json, 'object', 'a JSON object');
        assert.match(String(answer.headers['x-amzn-requestid']), /^[0-9a-f-]{36}$/);
      }),
      { numRuns: 25 },
    );
  });
}
