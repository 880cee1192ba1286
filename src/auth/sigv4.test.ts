import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { signerOf, verified } from '../../test/support/signed.ts';
import { isRefusal } from '../domain/refusal.ts';
import { parseBasic } from './amz-date.ts';
import type { SignedRequest } from './credentials.ts';
import { type Expectation, NOBODY } from './sigv4.ts';

/* The AWS SDK's own signer is the oracle. */
const KEY = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const DATE = '20150830T123600Z';
const NOW = parseBasic(DATE)!;

const expect: Expectation = {
  region: 'us-east-1',
  service: 'service',
  now: NOW,
  keyOf: (id) => (id === KEY.accessKeyId ? { secret: KEY.secretAccessKey, arn: 'arn' } : undefined),
};

const HOST = 'example.amazonaws.com';

const listed = (headers: Readonly<Record<string, string>>): Record<string, readonly string[]> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), [value]]));

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
          hostname: HOST,
          path,
          query: Object.fromEntries(query),
          headers: { host: HOST, 'x-any': header },
          body,
        },
        { signingDate: new Date(NOW) },
      );
      const headers = listed(signed.headers);
      const request = { method, path, query, headers, body: Buffer.from(body) };
      const signer = verified(request, expect);
      assert.ok(!isRefusal(signer), isRefusal(signer) ? signer.message : '');
      for (const changed of [
        { ...request, method: 'PUT' },
        { ...request, path: `${path}x` },
        { ...request, query: [...query, ['extra-name', ''] as const] },
        { ...request, body: Buffer.from(`${body}x`) },
        { ...request, headers: { ...headers, 'x-any': [`${header}x`] } },
      ]) {
        assert.ok(isRefusal(verified(changed, expect)));
      }
    }),
    { numRuns: 200 },
  );
});

/** A request in the header form, signed by the SDK. */
const signedBy = async (token?: string): Promise<SignedRequest> => {
  const signing = { ...KEY, service: 'service', ...(token !== undefined && { sessionToken: token }) };
  const request = { method: 'GET', protocol: 'https:', hostname: HOST, path: '/', headers: { host: HOST } };
  const signed = await signerOf(signing).sign(request, { signingDate: new Date(NOW) });
  return { method: 'GET', path: '/', query: [], headers: listed(signed.headers), body: new Uint8Array() };
};

const verdict = (request: SignedRequest, e: Expectation): string => {
  const answer = verified(request, e);
  return isRefusal(answer) ? answer.type : 'taken';
};

test('W-038 W-061: a temporary key needs its token, and its token’s time', async () => {
  const temporary = (expiresAt: number): Expectation => ({
    ...expect,
    keyOf: () => ({ secret: KEY.secretAccessKey, arn: 'arn', sessionToken: 'token', expiresAt }),
  });
  assert.equal(verdict(await signedBy('token'), temporary(NOW + 1)), 'taken');
  assert.equal(verdict(await signedBy(), temporary(NOW + 1)), 'UnrecognizedClientException');
  assert.equal(verdict(await signedBy('other'), temporary(NOW + 1)), 'UnrecognizedClientException');
  assert.equal(verdict(await signedBy('token'), expect), 'UnrecognizedClientException');
  assert.equal(verdict(await signedBy('token'), temporary(NOW)), 'ExpiredTokenException');
});

test('A-016: a key that is unknown is verified all the same, against a secret that lets nobody in', async () => {
  const unknown: Expectation = { ...expect, keyOf: () => undefined };
  const signing = { ...KEY, service: 'service', secretAccessKey: NOBODY.secret };
  const request = { method: 'GET', protocol: 'https:', hostname: HOST, path: '/', headers: { host: HOST } };
  const signed = await signerOf(signing).sign(request, { signingDate: new Date(NOW) });
  const right = { ...(await signedBy()), headers: listed(signed.headers) };
  // the stand-in's secret is in the source: who signs with it is nobody still
  assert.equal(verdict(right, { ...expect, keyOf: () => NOBODY }), 'taken');
  assert.equal(verdict(right, unknown), 'UnrecognizedClientException');
});

test('a region of any takes every region’s signature', async () => {
  const request = await signedBy();
  assert.equal(verdict(request, { ...expect, region: 'eu-west-1' }), 'InvalidSignatureException');
  assert.equal(verdict(request, { ...expect, region: 'any' }), 'taken');
});

const anyQuery = fc.dictionary(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 5 }).filter((name) => name !== '__proto__'),
  fc.oneof(anyText, fc.array(anyText, { minLength: 1, maxLength: 3 })),
  { maxKeys: 4 },
);
const anyToken = fc.option(fc.string({ unit: fc.constantFrom('a', 'Z', '9', '+', '/', '='), minLength: 1 }), {
  nil: undefined,
});
const anyPresigned = fc.record({
  method: fc.constantFrom('GET', 'POST'),
  path: fc.constantFrom('/', '/v1/submitjob', '/v1/tags/arn%3Aaws%3Abatch', '/-._~'),
  query: anyQuery,
  token: anyToken,
  header: fc.string({ unit: fc.constantFrom('a', ' ', 'B', '"', ',', '  ', 'ü'), maxLength: 12 }),
  body: fc.string({ unit: 'binary', maxLength: 40 }),
  expiresIn: fc.integer({ min: 1, max: 604_800 }),
});

test('W-063 W-064 W-054: whatever the SDK presigns is taken until it expires, and nothing that was changed', async () => {
  await fc.assert(
    fc.asyncProperty(anyPresigned, async ({ method, path, query, token, header, body, expiresIn }) => {
      const signing = { ...KEY, service: 'service', ...(token !== undefined && { sessionToken: token }) };
      const signed = await signerOf(signing).presign(
        {
          method,
          protocol: 'https:',
          hostname: HOST,
          path,
          query,
          headers: { host: HOST, 'x-any': header },
          body,
        },
        { signingDate: new Date(NOW), expiresIn, unhoistableHeaders: new Set(['x-any']) },
      );
      const request: SignedRequest = {
        method,
        path,
        query: flat(signed.query ?? {}),
        headers: listed(signed.headers),
        body: Buffer.from(body),
      };
      const keyOf = () => ({
        secret: KEY.secretAccessKey,
        arn: 'arn',
        ...(token !== undefined && { sessionToken: token }),
      });
      const at = (now: number): Expectation => ({ ...expect, keyOf, now });
      assert.equal(verdict(request, at(NOW)), 'taken');
      assert.equal(verdict(request, at(NOW + expiresIn * 1000)), 'taken');
      assert.equal(verdict(request, at(NOW + expiresIn * 1000 + 1000)), 'InvalidSignatureException');
      assert.equal(verdict({ ...request, query: request.query.toReversed() }, at(NOW)), 'taken', 'W-054');
      for (const changed of [
        { ...request, method: 'PUT' },
        { ...request, path: `${path}x` },
        { ...request, query: [...request.query, ['more', ''] as const] },
        { ...request, body: Buffer.from(`${body}x`) },
        { ...request, headers: { ...request.headers, 'x-any': [`${header}x`] } },
        { ...request, headers: { ...request.headers, host: ['other'] } },
      ]) {
        assert.equal(verdict(changed, at(NOW)), 'InvalidSignatureException');
      }
    }),
    { numRuns: 200 },
  );
});

/** The query as it is sent: a name that has several values comes as often. */
const flat = (query: Record<string, string | string[] | null>): [string, string][] =>
  Object.entries(query).flatMap(([name, value]) =>
    [value ?? ''].flat().map((one): [string, string] => [name, one]),
  );

test('S-348 W-055: without X-Amz-Date a Date in the basic format counts, and only as it was signed', async () => {
  const signed = await signerOf({ ...KEY, service: 'service' }).sign(
    { method: 'POST', protocol: 'https:', hostname: HOST, path: '/', query: {}, headers: { host: HOST } },
    { signingDate: new Date(NOW), unsignableHeaders: new Set(['x-amz-date']) },
  );
  const { 'x-amz-date': at, ...others } = signed.headers;
  const dated = (date: string) =>
    verified(
      { method: 'POST', path: '/', query: [], headers: listed({ ...others, date }), body: Buffer.from('') },
      expect,
    );
  assert.ok(!isRefusal(dated(at!)));
  assert.ok(isRefusal(dated('20150830T123601Z')));
});
