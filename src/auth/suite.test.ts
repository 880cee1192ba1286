import assert from 'node:assert/strict';
import { test } from 'node:test';
import { verified } from '../../test/support/signed.ts';
import { isRefusal } from '../domain/refusal.ts';
import { parseBasic } from './amz-date.ts';
import type { SignedRequest } from './credentials.ts';
import type { Expectation } from './sigv4.ts';

/*
 * The facts of the published Signature Version 4 test suite: its key, its date, its requests and the signatures they
 * have. Left out are the cases whose path is normalised before it is signed (`/./`, `//`, `/a/..`): no operation has such
 * a path, so that such a request is nobody's before its signature is looked at. Where the suite's path is not ASCII, it
 * stands here as HTTP sends it. The signatures of the two cases with a form do not cover content-length.
 */
const DATE = '20150830T123600Z';
const SCOPE = '20150830/us-east-1/service/aws4_request';
const ALL = '-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const LONG_TOKEN =
  'AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwt' +
  'hAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXA' +
  'kiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA==';
const SHORT_TOKEN = '6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267';

const expect = (sessionToken?: string): Expectation => ({
  region: 'us-east-1',
  service: 'service',
  now: parseBasic(DATE)!,
  keyOf: (id) =>
    id === 'AKIDEXAMPLE'
      ? {
          secret: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
          arn: 'arn',
          ...(sessionToken !== undefined && { sessionToken }),
        }
      : undefined,
});

interface Case {
  readonly name: string;
  /** `GET /path?query`, as sent. */
  readonly line: string;
  readonly headers?: Readonly<Record<string, readonly string[]>>;
  /** Headers that are sent and not signed. */
  readonly unsigned?: Readonly<Record<string, readonly string[]>>;
  readonly body?: string;
  readonly token?: string;
  readonly signature: string;
}

const FORM = 'application/x-www-form-urlencoded';

const HEADER_FORM: readonly Case[] = [
  {
    name: 'get-header-key-duplicate',
    line: 'GET /',
    headers: { 'my-header1': ['value2', 'value2', 'value1'] },
    signature: 'c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea',
  },
  {
    name: 'get-header-value-order',
    line: 'GET /',
    headers: { 'my-header1': ['value4', 'value1', 'value3', 'value2'] },
    signature: '08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01',
  },
  {
    name: 'get-header-value-trim',
    line: 'GET /',
    headers: { 'my-header1': [' value1'], 'my-header2': [' "a   b   c"'] },
    signature: 'acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736',
  },
  {
    name: 'get-unreserved',
    line: `GET /${ALL}`,
    signature: '07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f',
  },
  {
    name: 'get-utf8',
    line: 'GET /%E1%88%B4',
    signature: '8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85',
  },
  {
    name: 'get-vanilla',
    line: 'GET /',
    signature: '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
  },
  {
    name: 'get-vanilla-empty-query-key',
    line: 'GET /?Param1=value1',
    signature: 'a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb',
  },
  {
    name: 'get-vanilla-query-order-encoded',
    line: 'GET /?Param-3=Value3&Param=Value2&%E1%88%B4=Value1',
    signature: '371d3713e185cc334048618a97f809c9ffe339c62934c032af5a0e595648fcac',
  },
  {
    name: 'get-vanilla-query-order-key',
    line: 'GET /?Param1=value2&Param1=Value1',
    signature: 'eedbc4e291e521cf13422ffca22be7d2eb8146eecf653089df300a15b2382bd1',
  },
  {
    name: 'get-vanilla-query-order-key-case',
    line: 'GET /?Param2=value2&Param1=value1',
    signature: 'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
  },
  {
    name: 'get-vanilla-query-order-value',
    line: 'GET /?Param1=value2&Param1=value1',
    signature: '5772eed61e12b33fae39ee5e7012498b51d56abc0abb7c60486157bd471c4694',
  },
  {
    name: 'get-vanilla-query-unreserved',
    line: `GET /?${ALL}=${ALL}`,
    signature: '9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197',
  },
  {
    name: 'get-vanilla-utf8-query',
    line: 'GET /?%E1%88%B4=bar',
    signature: '2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04',
  },
  {
    name: 'post-header-key-sort',
    line: 'POST /',
    headers: { 'my-header1': ['value1'] },
    signature: 'c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c',
  },
  {
    name: 'post-header-value-case',
    line: 'POST /',
    headers: { 'my-header1': ['VALUE1'] },
    signature: 'cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d',
  },
  {
    name: 'post-vanilla (and post-header-key-case)',
    line: 'POST /',
    signature: '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b',
  },
  {
    name: 'post-vanilla-query (and -empty-query-value)',
    line: 'POST /?Param1=value1',
    signature: '28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11',
  },
  {
    name: 'post-x-www-form-urlencoded',
    line: 'POST /',
    headers: { 'content-type': [FORM] },
    unsigned: { 'content-length': ['13'] },
    body: 'Param1=value1',
    signature: 'ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a',
  },
  {
    name: 'post-x-www-form-urlencoded-parameters',
    line: 'POST /',
    headers: { 'content-type': [`${FORM}; charset=utf8`] },
    unsigned: { 'content-length': ['13'] },
    body: 'Param1=value1',
    signature: '1a72ec8f64bd914b0e42e42607c7fbce7fb2c7465f63e3092b3b0d39fa77a6fe',
  },
  {
    name: 'post-sts-header-before',
    line: 'POST /',
    headers: { 'x-amz-security-token': [LONG_TOKEN] },
    token: LONG_TOKEN,
    signature: '85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead',
  },
  {
    name: 'post-sts-header-after',
    line: 'POST /',
    unsigned: { 'x-amz-security-token': [LONG_TOKEN] },
    token: LONG_TOKEN,
    signature: '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b',
  },
];

const QUERY_FORM: readonly Case[] = [
  {
    name: 'get-utf8',
    line: 'GET /%E1%88%B4',
    signature: '10eae3f14a260bd3911cc6d008d3c576d143b05b62f09782a7a4b37f52178e44',
  },
  {
    name: 'get-vanilla-query-unreserved',
    line: `GET /?${ALL}=${ALL}`,
    signature: '8e76a88a7433637b12778d5592799b29ad21ecd6cf6325051c21d86f0acda2bf',
  },
  {
    name: 'get-vanilla-query-order-key-case',
    line: 'GET /?Param2=value2&Param1=value1',
    signature: '86012e2c9ad4d77369f5d81c11f75158aae4f895a085212cc6d3f923d300bed5',
  },
  {
    name: 'get-vanilla-with-session-token',
    line: 'GET /',
    token: SHORT_TOKEN,
    signature: '7ff2b50b376cb4d151970630573d6291dc128cc5c2a12ffb237f73cc53f67b6c',
  },
];

const HOST = { host: ['example.amazonaws.com'] };

const partsOf = ({ line, body }: Case) => {
  const [method = '', target = ''] = line.split(' ');
  const [path = '', search = ''] = target.split('?');
  const query = [...new URLSearchParams(search)];
  return { method, path, query, body: Buffer.from(body ?? '') };
};

const inHeader = (c: Case, signature: string): SignedRequest => {
  const signed = { ...HOST, 'x-amz-date': [DATE], ...c.headers };
  const names = Object.keys(signed).sort().join(';');
  const authorization = `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/${SCOPE}, SignedHeaders=${names}, Signature=${signature}`;
  return { ...partsOf(c), headers: { ...signed, ...c.unsigned, authorization: [authorization] } };
};

const inQuery = (c: Case, signature: string): SignedRequest => {
  const { query, ...rest } = partsOf(c);
  const own = {
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': `AKIDEXAMPLE/${SCOPE}`,
    'X-Amz-Date': DATE,
    'X-Amz-SignedHeaders': 'host',
    'X-Amz-Expires': '3600',
    ...(c.token !== undefined && { 'X-Amz-Security-Token': c.token }),
    'X-Amz-Signature': signature,
  };
  return { ...rest, query: [...query, ...Object.entries(own)], headers: { ...HOST, 'x-amz-date': [DATE] } };
};

for (const [form, cases, requestOf] of [
  ['Authorization header', HEADER_FORM, inHeader],
  ['query', QUERY_FORM, inQuery],
] as const) {
  for (const c of cases) {
    test(`W-050 W-051 W-052: the suite’s ${c.name} is verified in the ${form}`, () => {
      const signer = verified(requestOf(c, c.signature), expect(c.token));
      assert.ok(!isRefusal(signer), isRefusal(signer) ? signer.message : '');
      assert.equal(signer.accessKeyId, 'AKIDEXAMPLE');
    });

    test(`W-031: ${c.name} in the ${form} with another signature, or another key’s token, is refused`, () => {
      const other = c.signature.replace(/^./, (digit) => (digit === '0' ? '1' : '0'));
      assert.ok(isRefusal(verified(requestOf(c, other), expect(c.token))));
      assert.ok(isRefusal(verified(requestOf(c, c.signature), expect(`${c.token}x`))));
    });
  }
}
