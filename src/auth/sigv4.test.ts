import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { signerOf } from '../../test/support/signed.ts';
import { isRefusal } from '../domain/refusal.ts';
import { parseBasic } from './amz-date.ts';
import type { SignedRequest } from './credentials.ts';
import { type Expectation, verify } from './sigv4.ts';

/* The facts of the published Signature Version 4 test suite: its key, its date, its requests and their signatures. */
const KEY = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const DATE = '20150830T123600Z';
const NOW = parseBasic(DATE)!;

const expect: Expectation = {
  region: 'us-east-1',
  service: 'service',
  now: NOW,
  keyOf: (id) => (id === KEY.accessKeyId ? { secret: KEY.secretAccessKey, arn: 'arn' } : undefined),
};

interface Case {
  readonly name: string;
  readonly method?: string;
  readonly path?: string;
  readonly query?: readonly (readonly [string, string])[];
  readonly headers?: Readonly<Record<string, readonly string[]>>;
  readonly signature: string;
}

const SUITE: readonly Case[] = [
  { name: 'get-vanilla', signature: '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31' },
  {
    name: 'post-vanilla',
    method: 'POST',
    signature: '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b',
  },
  {
    name: 'get-vanilla-query-order-key-case',
    query: [
      ['Param2', 'value2'],
      ['Param1', 'value1'],
    ],
    signature: 'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
  },
  {
    name: 'get-header-value-trim',
    headers: { 'my-header1': [' value1'], 'my-header2': [' "a   b   c"'] },
    signature: 'acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736',
  },
];

const requestOf = (c: Case, signature = c.signature): SignedRequest => {
  const headers = { host: ['example.amazonaws.com'], 'x-amz-date': [DATE], ...c.headers };
  const names = Object.keys(headers).sort().join(';');
  const scope = '20150830/us-east-1/service/aws4_request';
  const authorization = `AWS4-HMAC-SHA256 Credential=${KEY.accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
  return {
    method: c.method ?? 'GET',
    path: c.path ?? '/',
    query: c.query ?? [],
    headers: { ...headers, authorization: [authorization] },
    body: new Uint8Array(),
  };
};

for (const c of SUITE) {
  test(`W-050 W-051 W-052: the published suite’s ${c.name} is verified`, () => {
    const signer = verify(requestOf(c), expect);
    assert.ok(!isRefusal(signer), isRefusal(signer) ? signer.message : '');
    assert.equal(signer.accessKeyId, KEY.accessKeyId);
  });

  test(`W-031: ${c.name} with any other signature is refused`, () => {
    const other = c.signature.replace(/^./, (digit) => (digit === '0' ? '1' : '0'));
    assert.ok(isRefusal(verify(requestOf(c, other), expect)));
  });
}

const anyText = fc.string({ unit: 'grapheme', maxLength: 12 });
const anyRequest = fc.record({
  method: fc.constantFrom('GET', 'POST', 'DELETE'),
  path: fc.constantFrom('/', '/v1/submitjob', '/v1/tags/arn%3Aaws%3Abatch', '/a b', '/ü', '/a//b', '/-._~'),
  query: fc.uniqueArray(fc.tuple(fc.string({ minLength: 1, maxLength: 6 }), anyText), {
    selector: ([name]) => name,
    maxLength: 4,
  }),
  header: fc.string({ unit: fc.constantFrom('a', ' ', 'B', '"', '=', ',', '  '), maxLength: 12 }),
  body: fc.string({ unit: 'binary', maxLength: 40 }),
});

test('W-050 W-053 W-054: whatever the SDK’s own signer signs is verified, and nothing that was changed after', async () => {
  await fc.assert(
    fc.asyncProperty(anyRequest, async ({ method, path, query, header, body }) => {
      fc.pre(!/\/\/|[^\x21-\x7e]/.test(path));
      const signed = await signerOf({ ...KEY, service: 'service' }).sign(
        {
          method,
          protocol: 'https:',
          hostname: 'example.amazonaws.com',
          path,
          query: Object.fromEntries(query),
          headers: { host: 'example.amazonaws.com', 'x-any': header },
          body,
        },
        { signingDate: new Date(NOW) },
      );
      const headers = Object.fromEntries(
        Object.entries(signed.headers).map(([k, v]) => [k.toLowerCase(), [v]]),
      );
      const request = { method, path, query, headers, body: Buffer.from(body) };
      const signer = verify(request, expect);
      assert.ok(!isRefusal(signer), isRefusal(signer) ? signer.message : '');
      for (const changed of [
        { ...request, method: 'PUT' },
        { ...request, path: `${path}x` },
        { ...request, query: [...query, ['extra-name', ''] as const] },
        { ...request, body: Buffer.from(`${body}x`) },
        { ...request, headers: { ...headers, 'x-any': [`${header}x`] } },
      ]) {
        assert.ok(isRefusal(verify(changed, expect)));
      }
    }),
    { numRuns: 200 },
  );
});

test('W-038 W-061: a temporary key needs its token, and its token’s time', () => {
  const c = SUITE[0]!;
  const temporary = (expiresAt: number): Expectation => ({
    ...expect,
    keyOf: () => ({ secret: KEY.secretAccessKey, arn: 'arn', sessionToken: 'token', expiresAt }),
  });
  const request = requestOf(c);
  const withToken = { ...request, headers: { ...request.headers, 'x-amz-security-token': ['token'] } };
  const type = (r: SignedRequest, e: Expectation) => {
    const answer = verify(r, e);
    return isRefusal(answer) ? answer.type : 'taken';
  };
  assert.equal(type(withToken, temporary(NOW + 1)), 'taken');
  assert.equal(type(request, temporary(NOW + 1)), 'UnrecognizedClientException');
  assert.equal(type(withToken, temporary(NOW)), 'ExpiredTokenException');
});

test('a region of any takes every region’s signature', () => {
  const c = SUITE[0]!;
  assert.ok(isRefusal(verify(requestOf(c), { ...expect, region: 'eu-west-1' })));
  assert.ok(!isRefusal(verify(requestOf(c), { ...expect, region: 'any' })));
});
