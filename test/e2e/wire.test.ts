import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import type { Running } from '../../src/main/start-server.ts';
import { serverFor } from '../support/server.ts';
import { type Answered, ask, type Raw, type Signing, send, sign } from '../support/signed.ts';

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

/** Sends bytes as they are; resolves to the answer when the connection is closed. */
const exchange = (bytes: string): Promise<{ head: string; body: string }> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(server.url);
    let text = '';
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    socket.on('error', reject);
    socket.on('close', () => {
      const [head = '', body = ''] = text.split('\r\n\r\n');
      resolve({ head, body });
    });
  });

const CHUNKED = 'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n';

for (const [what, bytes, status, type] of [
  ['no HTTP', 'GARBAGE\r\n\r\n', 400, 'ClientException'],
  ['a request without Host', 'POST / HTTP/1.1\r\n\r\n', 400, 'ClientException'],
  [
    'headers of 17 KB',
    `GET / HTTP/1.1\r\nHost: x\r\nA: ${'a'.repeat(17_000)}\r\n\r\n`,
    431,
    'ClientException',
  ],
  ['a chunk of no length', `${CHUNKED}zz\r\n`, 400, 'ClientException'],
  [
    'a chunk with 17 KB about itself',
    `${CHUNKED}1;a=${'a'.repeat(17_000)}\r\n`,
    413,
    'RequestEntityTooLargeException',
  ],
] as const) {
  test(`W-017 W-046: ${what} is refused with an id of its own and a body, like everything else`, async () => {
    const [first, second] = [await exchange(bytes), await exchange(bytes)];
    assert.match(first.head, new RegExp(`^HTTP/1\\.1 ${status} `));
    assert.match(first.head, new RegExp(`^x-amzn-ErrorType: ${type}\r?$`, 'im'));
    assert.match(first.head, /^Content-Type: application\/json$/im);
    assert.match(first.head, new RegExp(`^Content-Length: ${first.body.length}$`, 'im'));
    assert.match(JSON.parse(first.body).message, /\w/);
    const idOf = ({ head }: typeof first) =>
      /^x-amzn-RequestId: ([0-9a-f]{8}-[0-9a-f-]{27})\r$/im.exec(head)?.[1];
    assert.ok(idOf(first));
    assert.notEqual(idOf(first), idOf(second));
  });
}

test('W-017: an Expect that is not known is an answer like any other', async () => {
  const { head, body } = await exchange(
    'GET /health HTTP/1.1\r\nHost: x\r\nExpect: odd\r\nConnection: close\r\n\r\n',
  );
  assert.match(head, /^HTTP\/1\.1 200 /);
  assert.match(head, /^x-amzn-RequestId: /im);
  assert.equal(body, '{"status":"ok"}');
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

test('W-004: an X-Amz-Target changes nothing on Batch’s own paths', async () => {
  const headers = { 'x-amz-target': 'AWSBatch_V20160810.DescribeJobs' };
  assert.deepEqual((await post('{}', { headers })).json, { jobQueues: [] });
});

test('W-026: names that every object has are no services', async () => {
  const { hostname, port } = new URL(server.url);
  const get = (headers: string) =>
    exchange(`GET / HTTP/1.1\r\nHost: ${hostname}:${port}\r\nConnection: close\r\n${headers}\r\n\r\n`);
  const scope = 'AKID/20260101/us-east-1/constructor/aws4_request';
  const byScope = await get(`Authorization: AWS4-HMAC-SHA256 Credential=${scope}`);
  assert.match(byScope.head, /^HTTP\/1\.1 404 /);
  assert.match(byScope.body, /The service 'constructor' is not here/);
  const byTarget = await get('X-Amz-Target: constructor.X');
  assert.match(byTarget.head, /^HTTP\/1\.1 400 /);
  assert.match(byTarget.body, /The service 'constructor' is not here/);
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

test('W-047: a member of the wrong type is told before one that is missing or has a wrong value', async () => {
  for (const body of ['{"jobQueue":5}', '{"jobName":"j","jobQueue":"q","tags":{"a":5}}']) {
    const answer = await ask(server.url, server.rootKey, { path: '/v1/submitjob', body });
    refused(answer, 400, 'SerializationException', 'NUMBER_VALUE can not be converted to a String');
  }
  const body = '{"jobStatus":"running","arrayJobId":true}';
  const answer = await ask(server.url, server.rootKey, { path: '/v1/listjobs', body });
  refused(answer, 400, 'SerializationException', 'TRUE_VALUE can not be converted to a String');
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

test('W-013: who still sends a body of 20 MB is told that it is too large, each time', async () => {
  const { hostname, port } = new URL(server.url);
  const head = `POST ${QUEUES} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nContent-Length: 20000000\r\n\r\n`;
  for (let i = 0; i < 5; i++) {
    const { head: answer, body } = await exchange(head + 'a'.repeat(20_000_000));
    assert.match(answer, /^HTTP\/1\.1 413 /);
    assert.equal(JSON.parse(body).message, 'Request Too Long');
  }
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
  const answer = await ask(server.url, server.rootKey, { path: '/v1/createquotashare', body: '{}' });
  refused(
    answer,
    404,
    'UnknownOperationException',
    /does not have the operation CreateQuotaShare of batch yet/,
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
  const sns = await ask(
    server.url,
    { ...server.rootKey, service: 'sns' },
    { path: '/', body: 'Action=ListTopics&Version=2010-03-31', headers: form },
  );
  assert.match(sns.text, /<Message>.*sns/);
  const s3 = await ask(server.url, { ...server.rootKey, service: 's3' }, { path: '/bucket', method: 'GET' });
  assert.match(
    s3.text,
    /^<Error><Code>UnknownOperationException<\/Code><Message>The service &#39;s3&#39; is not here/,
  );
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

test('W-021 W-022: an error is a status, a plain type in the header, and a JSON object with its text', async () => {
  const answer = await post('{"maxResults":0}');
  assert.equal(answer.status, 400);
  assert.equal(answer.headers['x-amzn-errortype'], 'ClientException');
  assert.equal(answer.headers['content-type'], 'application/json');
  assert.deepEqual(answer.json, { message: 'maxResults must be between 1 and 100.' });
});

test('W-024 W-025: what the state forbids is said bare, what is wrong in a request with its prefix', async () => {
  const asked = (path: string, body: unknown) =>
    ask(server.url, server.rootKey, { path, body: JSON.stringify(body) });
  const missing = await asked('/v1/updatejobqueue', { jobQueue: 'nobody', priority: 1 });
  refused(
    missing,
    400,
    'ClientException',
    'arn:aws:batch:us-east-1:012345678910:job-queue/nobody does not exist',
  );
  const unknown = await asked('/v1/submitjob', { jobName: 'j', jobQueue: 'nobody', jobDefinition: 'd' });
  refused(unknown, 400, 'ClientException', 'JobQueue nobody not found.');
  const wrong = await asked('/v1/submitjob', { jobName: '-', jobQueue: 'q', jobDefinition: 'd' });
  refused(wrong, 400, 'ClientException', /^Error executing request, Exception : Job name .*, RequestId: /);
});

for (const method of ['OPTIONS', 'HEAD', 'TRACE']) {
  test(`W-015: ${method} is answered by an error and does no harm`, async () => {
    const answer = await send(server.url, { path: QUEUES, method });
    assert.equal(answer.status, 403);
    assert.equal((await post('{}')).status, 200);
  });
}

test('W-018 W-020: no header of a proxy is made up, and nothing is compressed whatever is accepted', async () => {
  for (const accepted of ['identity', 'gzip, deflate, br']) {
    const { headers, text } = await post('{}', { headers: { 'accept-encoding': accepted } });
    assert.equal(headers['content-encoding'], undefined);
    assert.equal(headers['content-length'], String(text.length));
    for (const name of ['x-amzn-trace-id', 'x-cache', 'via', 'x-amz-cf-id'])
      assert.equal(headers[name], undefined);
  }
});

test('W-042: without a rate limit nobody is throttled', async () => {
  const answers = await Promise.all(Array.from({ length: 200 }, () => post('{}')));
  assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
});

test('W-083: the root key’s caller has the root’s ARN', async () => {
  const body = 'Action=GetCallerIdentity&Version=2011-06-15';
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const { text } = await ask(server.url, { ...server.rootKey, service: 'sts' }, { path: '/', body, headers });
  assert.match(text, /<Arn>arn:aws:iam::012345678910:root<\/Arn>/);
});
