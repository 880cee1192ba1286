import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import type { Running } from '../../src/main/start-server.ts';
import { serverFor } from '../support/server.ts';
import { type Answered, ask, type Raw, type Signing, send, sign, signerOf } from '../support/signed.ts';

const stops: (() => Promise<void>)[] = [];
let server: Running;
before(async () => {
  server = await serverFor({ after: (fn) => void stops.push(fn as () => Promise<void>) });
});
after(async () => {
  for (const stop of stops) await stop();
});

const QUEUES = '/v1/describejobqueues';
const post = (
  body: string | Buffer,
  more: Partial<Raw> = {},
  signing: Partial<Signing> = {},
): Promise<Answered> => ask(server.url, { ...server.rootKey, ...signing }, { path: QUEUES, body, ...more });

const refused = (answer: Answered, status: number, type: string, message: RegExp | string): void => {
  assert.equal(answer.headers['x-amzn-errortype'], type, answer.text);
  assert.equal(answer.status, status);
  assert.match(String(answer.headers['x-amzn-requestid']), /^[0-9a-f]{8}-[0-9a-f-]{27}$/, 'W-017');
  assert.equal(answer.headers['content-type'], 'application/json');
  if (typeof message === 'string') assert.equal(answer.json.message, message);
  else assert.match(answer.json.message, message);
};

test('W-027: no signature at all', async () => {
  refused(
    await send(server.url, { path: QUEUES, body: '{}' }),
    403,
    'MissingAuthenticationTokenException',
    'Missing Authentication Token',
  );
});

test('W-028: each part that is missing is named, in one sentence each', async () => {
  const headers = { authorization: 'AWS4-HMAC-SHA256 Nothing=1' };
  const hashed = createHash('sha256').update(headers.authorization).digest('base64');
  refused(
    await send(server.url, { path: QUEUES, headers }),
    403,
    'IncompleteSignatureException',
    "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. " +
      "Authorization header requires 'SignedHeaders' parameter. Authorization header requires existence of either a " +
      `'X-Amz-Date' or a 'Date' header. (Hashed with SHA-256 and encoded with Base64) Authorization=${hashed}`,
  );
});

const edited = async (
  change: (headers: Record<string, string>) => Record<string, string>,
  more: Partial<Signing> = {},
) => {
  const signed = await sign(server.url, { ...server.rootKey, ...more }, { path: QUEUES, body: '{}' });
  return send(server.url, { ...signed, headers: change({ ...signed.headers }) });
};

test('W-029 W-068 S-345: another algorithm', async () => {
  for (const algorithm of ['AWS4-HMAC-SHA512', 'AWS4-ECDSA-P256-SHA256']) {
    const answer = await edited((h) => ({
      ...h,
      authorization: h.authorization!.replace('AWS4-HMAC-SHA256', algorithm),
    }));
    refused(answer, 403, 'IncompleteSignatureException', `Unsupported AWS 'algorithm': '${algorithm}'`);
  }
});

test('W-030 S-347: a date that is none', async () => {
  refused(
    await edited((h) => ({ ...h, 'x-amz-date': '2026-01-01' })),
    403,
    'IncompleteSignatureException',
    "Date must be in ISO-8601 'basic format'. Got '2026-01-01'. See http://en.wikipedia.org/wiki/ISO_8601",
  );
});

test('W-031 W-069 S-353: a wrong signature, secret, body or header', async () => {
  const text = /^The request signature we calculated does not match/;
  const wrong = [
    await edited((h) => ({
      ...h,
      authorization: h.authorization!.replace(/.$/, (c) => (c === '0' ? '1' : '0')),
    })),
    await edited((h) => ({
      ...h,
      authorization: h.authorization!.replace(/[0-9a-f]{64}$/, (s) =>
        s.toUpperCase().replace(/^[0-9]+/, 'A'),
      ),
    })),
    await edited((h) => h, { secretAccessKey: 'other' }),
    await edited((h) => ({ ...h, host: 'elsewhere' })),
  ];
  for (const answer of wrong) refused(answer, 403, 'InvalidSignatureException', text);
  const signed = await sign(server.url, server.rootKey, { path: QUEUES, body: '{}' });
  const changed = await send(server.url, { ...signed, body: '{ }' });
  assert.equal(changed.status, 403);
});

test('W-033 W-034 W-060: more than five minutes old or ahead; four are fine', async () => {
  const at = (minutes: number) => ({ at: new Date(Date.now() + minutes * 60_000) });
  refused(
    await edited((h) => h, at(-6)),
    403,
    'InvalidSignatureException',
    /^Signature expired: \d{8}T\d{6}Z is now earlier than \d{8}T\d{6}Z \(\d{8}T\d{6}Z - 5 min\.\)$/,
  );
  refused(
    await edited((h) => h, at(6)),
    403,
    'InvalidSignatureException',
    /^Signature not yet current: \d{8}T\d{6}Z is still later than \d{8}T\d{6}Z \(\d{8}T\d{6}Z \+ 5 min\.\)$/,
  );
  for (const minutes of [-4, 4]) assert.equal((await edited((h) => h, at(minutes))).status, 200);
});

test('W-035: a region, a service or a terminator that is not ours; the text names what is served', async () => {
  refused(
    await post('{}', {}, { region: 'eu-west-1' }),
    403,
    'InvalidSignatureException',
    /^Credential should be scoped to a valid region\. .*us-east-1/,
  );
  refused(
    await post('{}', {}, { service: 'sts' }),
    403,
    'InvalidSignatureException',
    "Credential should be scoped to correct service: 'batch'. ",
  );
  refused(
    await post('{}', {}, { region: 'eu-west-1', service: 'sts' }),
    403,
    'InvalidSignatureException',
    "Credential should be scoped to a valid region. This is us-east-1, not 'eu-west-1'. Credential should be scoped to correct service: 'batch'. ",
  );
  const answer = await edited((h) => ({
    ...h,
    authorization: h.authorization!.replace('aws4_request', 'aws5_request'),
  }));
  refused(answer, 403, 'InvalidSignatureException', /terminator: 'aws4_request', not 'aws5_request'\.$/);
});

test('W-036 W-056: the scope’s day is that of the date', async () => {
  const answer = await edited((h) => ({
    ...h,
    authorization: h.authorization!.replace(/\/\d{8}\//, '/20200101/'),
  }));
  refused(
    answer,
    403,
    'InvalidSignatureException',
    /^Date in Credential scope does not match YYYYMMDD .*'20200101' != '\d{8}'/,
  );
});

test('W-037 W-062 S-350: an unknown key, and a root key with a session token', async () => {
  const text = 'The security token included in the request is invalid.';
  refused(await post('{}', {}, { accessKeyId: 'AKNOBODY' }), 403, 'UnrecognizedClientException', text);
  refused(await post('{}', {}, { sessionToken: 'token' }), 403, 'UnrecognizedClientException', text);
});

test('W-047: a broken body with a wrong signature is a 403', async () => {
  refused(await post('{', {}, { secretAccessKey: 'other' }), 403, 'InvalidSignatureException', /./);
});

test('W-049: parts separated by a comma alone or by blanks', async () => {
  for (const separator of [',', ' ', ' , ']) {
    const answer = await edited((h) => ({
      ...h,
      authorization: h.authorization!.replaceAll(', ', separator),
    }));
    assert.equal(answer.status, 200, answer.text);
  }
});

test('W-057 S-352: a list of signed headers without host is refused', async () => {
  const answer = await edited((h) => ({
    ...h,
    authorization: h.authorization!.replace(/SignedHeaders=[^,]+/, 'SignedHeaders=x-amz-date'),
  }));
  refused(answer, 403, 'InvalidSignatureException', /Host/);
});

test('W-067: X-Amz-Content-SHA256 that is not the body’s is refused', async () => {
  refused(
    await edited((h) => ({ ...h, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' })),
    403,
    'InvalidSignatureException',
    /X-Amz-Content-SHA256/,
  );
});

test('W-055 S-348 S-349: Date alone suffices, and X-Amz-Date wins over it', async () => {
  assert.equal((await edited((h) => ({ ...h, date: 'Thu, 01 Jan 1970 00:00:00 GMT' }))).status, 200);
});

/** A presigned request, by the SDK's own signer. */
const presigned = async (
  method: string,
  body: string | undefined,
  expiresIn: number,
  at = new Date(),
): Promise<Raw> => {
  const url = new URL(server.url);
  const made = await signerOf(server.rootKey).presign(
    {
      method,
      protocol: 'http:',
      hostname: url.hostname,
      path: QUEUES,
      query: {},
      headers: { host: url.host },
      body,
    } as never,
    { expiresIn, signingDate: at },
  );
  const query = Object.entries(made.query ?? {}).map(
    ([k, v]) => `${encodeURIComponent(k)}=${encodeURIComponent(String(v))}`,
  );
  return {
    method,
    path: `${QUEUES}?${query.join('&')}`,
    headers: { host: url.host },
    ...(body !== undefined && { body }),
  };
};

test('W-063 W-065 S-346: a presigned POST is taken, and its body is what was signed', async () => {
  const raw = await presigned('POST', '{}', 60);
  assert.equal((await send(server.url, raw)).status, 200);
  assert.equal((await send(server.url, { ...raw, body: '{ }' })).status, 403);
});

test('W-063 S-351: each missing part of the query form is named', async () => {
  const raw = await presigned('POST', '{}', 60);
  for (const part of ['X-Amz-Credential', 'X-Amz-Date', 'X-Amz-SignedHeaders', 'X-Amz-Signature']) {
    const path = raw.path.replace(new RegExp(`[?&]${part}=[^&]*`), (found) =>
      found[0] === '?' ? '?x=1' : '',
    );
    refused(await send(server.url, { ...raw, path }), 403, 'IncompleteSignatureException', new RegExp(part));
  }
});

test('W-064: valid until its date and X-Amz-Expires, which is 1 to 604800', async () => {
  const old = new Date(Date.now() - 30 * 60_000);
  assert.equal((await send(server.url, await presigned('POST', '{}', 3600, old))).status, 200);
  refused(
    await send(server.url, await presigned('POST', '{}', 60, old)),
    403,
    'InvalidSignatureException',
    /^Signature expired/,
  );
  const raw = await presigned('POST', '{}', 60);
  const path = raw.path.replace('X-Amz-Expires=60', 'X-Amz-Expires=604801');
  refused(await send(server.url, { ...raw, path }), 403, 'IncompleteSignatureException', /X-Amz-Expires/);
});

test('W-066: both ways at once are refused', async () => {
  const raw = await presigned('POST', '{}', 60);
  const signed = await sign(server.url, server.rootKey, { path: QUEUES, body: '{}' });
  const answer = await send(server.url, { ...raw, headers: { ...signed.headers } });
  refused(answer, 403, 'IncompleteSignatureException', /not both/);
});

test('W-048 W-032: the Authorization header in its whole form; the text of a wrong one may go on', async () => {
  const signed = await sign(server.url, server.rootKey, { path: QUEUES, body: '{}' });
  const form =
    /^AWS4-HMAC-SHA256 Credential=\w+\/\d{8}\/us-east-1\/batch\/aws4_request, SignedHeaders=[a-z0-9-]+(;[a-z0-9-]+)*, Signature=[0-9a-f]{64}$/;
  assert.match(signed.headers!.authorization!, form);
  assert.equal((await send(server.url, signed)).status, 200);
  const wrong = await edited((headers) => ({
    ...headers,
    authorization: headers.authorization!.replace(/Signature=.*/, `Signature=${'0'.repeat(64)}`),
  }));
  assert.ok(wrong.json.message.startsWith('The request signature we calculated does not match'));
});

test('W-039: a key that is known needs no subscription', async () => {
  assert.equal((await post('{}')).status, 200);
});

test('W-058: a Content-Type and an x-amz header that were not signed are taken', async () => {
  const answer = await edited((headers) => ({
    ...headers,
    'content-type': 'application/json',
    'x-amz-user-agent': 'somebody/1.0',
  }));
  assert.equal(answer.status, 200, answer.text);
});

for (const host of ['batch.us-east-1.amazonaws.com', 'batch.us-east-1.amazonaws.com:443', 'localhost']) {
  test(`W-059: what counts is the Host that was signed: ${host}`, async () => {
    const { headers } = await signerOf(server.rootKey).sign({
      method: 'POST',
      protocol: 'http:',
      hostname: host,
      path: QUEUES,
      headers: { host },
      body: '{}',
    });
    assert.equal((await send(server.url, { path: QUEUES, headers, body: '{}' })).status, 200);
    const other = await send(server.url, {
      path: QUEUES,
      headers: { ...headers, host: 'other' },
      body: '{}',
    });
    refused(other, 403, 'InvalidSignatureException', /does not match/);
  });
}
