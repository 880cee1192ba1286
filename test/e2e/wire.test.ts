import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import type { Running } from '../../src/main.ts';
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

test('S-002 S-003 S-005: a signed POST is answered with a JSON object and the headers of the samples', async () => {
  const answer = await post('{}');
  assert.equal(answer.status, 200);
  assert.deepEqual(answer.json, { jobQueues: [] });
  assert.equal(answer.headers['content-type'], 'application/json');
  assert.equal(answer.headers['content-length'], String(answer.text.length));
  assert.match(String(answer.headers.date), /GMT$/);
});

test('W-017: each answer has a request id of its own', async () => {
  const [a, b] = [await post('{}'), await post('{}')];
  assert.notEqual(a.headers['x-amzn-requestid'], b.headers['x-amzn-requestid']);
});

test('W-002 W-026: another case, a trailing slash, another method and an unknown path are no operation', async () => {
  const text = 'Missing Authentication Token';
  for (const raw of [
    { path: '/v1/DescribeJobQueues' },
    { path: '/v1/describejobqueues/' },
    { path: '/v1/nothing' },
    { path: QUEUES, method: 'PUT' },
  ]) {
    refused(await ask(server.url, server.rootKey, raw), 403, 'MissingAuthenticationTokenException', text);
  }
});

test('W-004 S-343 S-344: Action and Version in the query are taken and change nothing', async () => {
  const path = `${QUEUES}?Action=DescribeJobQueues&Version=2016-08-10`;
  assert.equal((await ask(server.url, server.rootKey, { path, body: '{}' })).status, 200);
});

for (const type of [
  'application/json',
  'application/x-amz-json-1.1',
  'application/json; charset=utf-8',
  'text/plain',
]) {
  test(`W-005: Content-Type ${type} is taken`, async () => {
    assert.equal((await post('{}', { headers: { 'content-type': type } })).status, 200);
  });
}

test('W-007 W-008: an empty body and null count as {}', async () => {
  for (const body of ['', 'null']) assert.deepEqual((await post(body)).json, { jobQueues: [] });
});

test('W-008 W-043: an array, a scalar and broken JSON are SerializationException', async () => {
  for (const body of ['[]', '1', '"x"', '{', '{"a":}', '\u0000']) {
    refused(await post(body), 400, 'SerializationException', /./);
  }
});

test('W-009 J-008: unknown members and nulls are ignored, of equal keys the last counts', async () => {
  const body = '{"nobody":{"x":[1]},"jobQueues":null,"maxResults":0,"maxResults":5}';
  assert.equal((await post(body)).status, 200);
});

for (const [body, message] of [
  ['{"maxResults":"1"}', 'STRING_VALUE can not be converted to an Integer'],
  ['{"maxResults":true}', 'TRUE_VALUE can not be converted to an Integer'],
  ['{"nextToken":1}', 'NUMBER_VALUE can not be converted to a String'],
  ['{"nextToken":false}', 'FALSE_VALUE can not be converted to a String'],
  ['{"jobQueues":"q"}', 'Expected list or null'],
  ['{"jobQueues":{}}', 'Start of structure or map found where not expected.'],
  ['{"nextToken":[]}', 'Start of list found where not expected'],
  ['{"maxResults":1.5}', /1\.5 at 'maxResults'/],
  ['{"maxResults":3000000000}', /3000000000 at 'maxResults'/],
] as const) {
  test(`W-044 W-010 W-011: ${body} is refused: ${message}`, async () => {
    refused(await post(body), 400, 'SerializationException', message);
  });
}

test('W-010: 1.0 is an integer', async () => {
  assert.equal((await post('{"maxResults":1.0}')).status, 200);
});

test('W-012 J-276: an enumeration is case sensitive, and the text names member, value and what is expected', async () => {
  const answer = await ask(server.url, server.rootKey, {
    path: '/v1/listjobs',
    body: '{"jobQueue":"q","jobStatus":"running"}',
  });
  refused(answer, 400, 'ClientException', /Value 'running' at 'jobStatus' .*\[FAILED, PENDING, RUNNABLE/);
});

test('S-010 S-048 S-160: a required member that is missing is named', async () => {
  for (const [path, body, member] of [
    ['/v1/submitjob', '{"jobName":"j","jobQueue":"q"}', 'jobDefinition'],
    ['/v1/createjobqueue', '{"jobQueueName":"q","computeEnvironmentOrder":[]}', 'priority'],
    ['/v1/canceljob', '{"reason":"r"}', 'jobId'],
  ] as const) {
    refused(
      await ask(server.url, server.rootKey, { path, body }),
      400,
      'ClientException',
      new RegExp(member),
    );
  }
});

test('W-013 W-045: a body of 1 MiB is read, a larger one is 413', async () => {
  const fits = `{"x":"${'a'.repeat(1_048_576 - 8)}"}`;
  assert.equal((await post(fits)).status, 200);
  refused(await post(`${fits} `), 413, 'RequestEntityTooLargeException', 'Request Too Long');
});

test('W-016: an operation without output answers {} of length 2', async () => {
  const answer = await ask(server.url, server.rootKey, {
    path: '/v1/deletejobqueue',
    body: '{"jobQueue":"nobody"}',
  });
  assert.equal(answer.status, 200);
  assert.equal(answer.text, '{}');
  assert.equal(answer.headers['content-length'], '2');
});

test('W-023: a validation text has its prefix and the id of the header', async () => {
  const answer = await ask(server.url, server.rootKey, {
    path: '/v1/createjobqueue',
    body: '{"jobQueueName":"!","priority":1}',
  });
  const id = answer.headers['x-amzn-requestid'];
  assert.equal(
    answer.json.message,
    `Error executing request, Exception : Job Queue name should match a valid pattern., RequestId: ${id}`,
  );
});

test('E-203: an operation of today that is not here yet says so', async () => {
  const answer = await ask(server.url, server.rootKey, { path: '/v1/createschedulingpolicy', body: '{}' });
  refused(
    answer,
    404,
    'UnknownOperationException',
    /does not have the operation CreateSchedulingPolicy of batch yet/,
  );
});

test('W-006 W-014: a chunked body after Expect: 100-continue, two requests on one connection', async () => {
  const signed = await sign(server.url, server.rootKey, { path: QUEUES, body: '{}' });
  const url = new URL(server.url);
  const lines = Object.entries(signed.headers!).map(([name, value]) => `${name}: ${value}`);
  const one = [
    `POST ${QUEUES} HTTP/1.1`,
    ...lines,
    'Expect: 100-continue',
    'Transfer-Encoding: chunked',
    '',
    '2\r\n{}\r\n0\r\n\r\n',
  ];
  const text = await new Promise<string>((resolve, reject) => {
    let got = '';
    const socket = connect(Number(url.port), url.hostname, () =>
      socket.write(one.join('\r\n') + one.join('\r\n')),
    );
    socket.on('data', (chunk) => {
      got += chunk;
      if (got.split('{"jobQueues":[]}').length === 3) socket.end();
    });
    socket.on('close', () => resolve(got));
    socket.on('error', reject);
  });
  assert.match(text, /HTTP\/1\.1 100 Continue/);
  assert.equal(text.split('HTTP/1.1 200 OK').length, 3);
});

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

test('W-112 W-113: GetCallerIdentity answers in XML, an unknown key in STS’s own words', async () => {
  const body = 'Action=GetCallerIdentity&Version=2011-06-15';
  const raw = { path: '/', body, headers: { 'content-type': 'application/x-www-form-urlencoded' } };
  const answer = await ask(server.url, { ...server.rootKey, service: 'sts' }, raw);
  assert.equal(answer.status, 200);
  assert.match(answer.text, /<Arn>arn:aws:iam::012345678910:root<\/Arn>.*<Account>012345678910<\/Account>/);
  const unknown = await ask(server.url, { ...server.rootKey, accessKeyId: 'AKNOBODY', service: 'sts' }, raw);
  assert.equal(unknown.status, 403);
  assert.match(unknown.text, /<Code>InvalidClientTokenId<\/Code>/);
});

test('a request for another service is told its name, in its own protocol', async () => {
  const dynamo = await ask(
    server.url,
    { ...server.rootKey, service: 'dynamodb' },
    { path: '/', body: '{}', headers: { 'x-amz-target': 'DynamoDB_20120810.ListTables' } },
  );
  assert.match(dynamo.json.message, /DynamoDB_20120810/);
  assert.equal(dynamo.json.__type, 'UnknownOperationException');
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const ec2 = await ask(
    server.url,
    { ...server.rootKey, service: 'ec2' },
    { path: '/', body: 'Action=DescribeInstances&Version=2016-11-15', headers: form },
  );
  assert.match(ec2.text, /<Message>.*ec2/);
  const s3 = await ask(server.url, { ...server.rootKey, service: 's3' }, { path: '/bucket', method: 'GET' });
  assert.match(s3.json.message, /s3/);
});

test('W-084 W-093: Logs speaks JSON 1.1, and an unknown group is not found', async () => {
  const headers = {
    'x-amz-target': 'Logs_20140328.GetLogEvents',
    'content-type': 'application/x-amz-json-1.1',
  };
  const body = JSON.stringify({ logGroupName: 'nothing', logStreamName: 's' });
  const answer = await ask(server.url, { ...server.rootKey, service: 'logs' }, { path: '/', body, headers });
  assert.equal(answer.status, 400);
  assert.equal(answer.json.__type, 'ResourceNotFoundException');
  assert.equal(answer.json.message, 'The specified log group does not exist.');
});
