import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Batch } from '@aws-sdk/client-batch';
import type { Running } from '../../src/main/start-server.ts';
import { createQueue } from '../support/batch.ts';
import { removeFolder } from '../support/leftovers.ts';
import { serverFor } from '../support/server.ts';
import { type Answered, ask, type Raw, send, sign } from '../support/signed.ts';

/* The operations on tags as they are on the wire: the ARN in the path, keys in the query. */

const ARN = 'arn:aws:batch:us-east-1:012345678910:job-queue/q';
const ENCODED = `/v1/tags/${encodeURIComponent(ARN)}`;
const stops: (() => Promise<void>)[] = [];
let server: Running;
let batch: Batch;
before(async () => {
  server = await serverFor({ after: (fn) => void stops.push(fn as () => Promise<void>) });
  batch = new Batch({ region: 'us-east-1', endpoint: server.url, credentials: { ...server.rootKey } });
  await createQueue(batch);
});
after(async () => {
  batch.destroy();
  for (const stop of stops) await stop();
});

const signed = (raw: Raw): Promise<Answered> => ask(server.url, server.rootKey, raw);
const list = async (): Promise<Record<string, string>> =>
  (await batch.listTagsForResource({ resourceArn: ARN })).tags!;
/** As a client sends it that knows nothing of the model. */
const tag = (body: string, path = ENCODED) => signed({ path, body });
const clear = async () => {
  const keys = Object.keys(await list());
  if (keys.length > 0) await batch.untagResource({ resourceArn: ARN, tagKeys: keys });
};

const ODD = { 'cost centre': 'a b', 'a+b': '1+1=2', 'a/b:c': 'x/y:z', größe: 'チーム', '@._-=': '' };

test('T-034 T-043 T-045: the SDK sets, lists and removes tags, whatever signs and letters their keys have', async () => {
  await batch.tagResource({ resourceArn: ARN, tags: { plain: 'x', ...ODD } });
  assert.deepEqual(await list(), { plain: 'x', ...ODD });
  const { jobQueues } = await batch.describeJobQueues({ jobQueues: ['q'] });
  assert.deepEqual(jobQueues![0]!.tags, { plain: 'x', ...ODD });
  await batch.untagResource({ resourceArn: ARN, tagKeys: Object.keys(ODD) });
  assert.deepEqual(await list(), { plain: 'x' });
  await clear();
});

test('T-002 T-034 E-186: POST, GET and DELETE on one path answer 200 with a JSON object', async () => {
  const answers = [
    await tag('{"tags":{"a":"b","c":"d"}}'),
    await signed({ method: 'GET', path: ENCODED }),
    await signed({ method: 'DELETE', path: `${ENCODED}?tagKeys=a&tagKeys=c` }),
    await signed({ method: 'GET', path: ENCODED }),
  ];
  assert.deepEqual(
    answers.map(({ status, json }) => [status, json]),
    [
      [200, {}],
      [200, { tags: { a: 'b', c: 'd' } }],
      [200, {}],
      [200, { tags: {} }],
    ],
  );
});

for (const [what, path] of [
  ['encoded whole', ENCODED],
  ['not encoded', `/v1/tags/${ARN}`],
  ['with the slash alone as it is', `/v1/tags/${encodeURIComponent(ARN).replace('%2F', '/')}`],
  ['with the colons alone as they are', `/v1/tags/${ARN.replace('/', '%2F')}`],
  ['encoded in small letters', ENCODED.replaceAll('%3A', '%3a').replaceAll('%2F', '%2f')],
] as const) {
  test(`T-047 T-048 E-188: the ARN in the path ${what}`, async () => {
    assert.equal((await tag('{"tags":{"a":"b"}}', path)).text, '{}');
    assert.deepEqual((await signed({ method: 'GET', path })).json, { tags: { a: 'b' } });
    assert.equal((await signed({ method: 'DELETE', path: `${path}?tagKeys=a` })).text, '{}');
    assert.deepEqual(await list(), {});
  });
}

test('T-047 T-051: a node’s # comes as %23', async () => {
  const arn = 'arn:aws:batch:us-east-1:012345678910:job/11111111-1111-4111-8111-111111111111#0';
  const { status, json } = await signed({ method: 'GET', path: `/v1/tags/${encodeURIComponent(arn)}` });
  assert.deepEqual([status, json.message], [400, `Tagging is not supported for child jobs: ${arn}`]);
});

test('T-048: what was signed for another path, or other keys, is refused', async () => {
  const good = await signed({ method: 'DELETE', path: `${ENCODED}?tagKeys=a` });
  assert.equal(good.status, 200);
  const raw = await sign(server.url, server.rootKey, { method: 'DELETE', path: `${ENCODED}?tagKeys=a` });
  for (const path of [`${ENCODED}?tagKeys=b`, `${ENCODED}%20?tagKeys=a`]) {
    const answer = await send(server.url, { ...raw, path });
    assert.equal(answer.headers['x-amzn-errortype'], 'InvalidSignatureException');
  }
});

test('T-036 T-044: tags and keys that are missing, empty or too many are refused', async () => {
  const many = (count: number) => Array.from({ length: count }, (_, at) => `k${at}`);
  const tags = JSON.stringify({ tags: Object.fromEntries(many(51).map((key) => [key, 'v'])) });
  const keys = many(51).map((key) => `tagKeys=${key}`);
  for (const answer of [
    await tag(''),
    await tag('{"tags":{}}'),
    await tag(tags),
    await signed({ method: 'DELETE', path: ENCODED }),
    await signed({ method: 'DELETE', path: `${ENCODED}?tagKeys=` }),
    await signed({ method: 'DELETE', path: `${ENCODED}?tagKeys=${'k'.repeat(129)}` }),
    await signed({ method: 'DELETE', path: `${ENCODED}?${keys.join('&')}` }),
  ]) {
    assert.equal(answer.status, 400, answer.text);
    assert.equal(answer.headers['x-amzn-errortype'], 'ClientException', answer.text);
    assert.match(answer.json.message, /tags|tagKeys/i);
  }
  for (const body of ['{"tags":[]}', '{"tags":{"a":1}}', '{"tags":{"a":null}}', '[]', '"x"'])
    assert.equal((await tag(body)).headers['x-amzn-errortype'], 'SerializationException', body);
  assert.deepEqual(await list(), {});
});

test('T-003 T-038: illegal characters are a BadRequestException to clients, which do not know it by name', async () => {
  const answer = await tag('{"tags":{"a":"^GATC"}}');
  assert.deepEqual(
    [answer.status, answer.headers['x-amzn-errortype'], answer.json],
    [
      400,
      'BadRequestException',
      { message: "'^GATC' is not a valid value for TagValue - it contains illegal characters" },
    ],
  );
  await assert.rejects(batch.tagResource({ resourceArn: ARN, tags: { 'a^b': 'c' } }), {
    name: 'BadRequestException',
    message: "'a^b' is not a valid value for TagKey - it contains illegal characters",
  });
});

test('T-052: an ARN that cannot be read is said as it came', async () => {
  const { status, json } = await signed({ method: 'GET', path: '/v1/tags/q%' });
  assert.deepEqual([status, json.message], [400, 'Invalid ARN: q%']);
});

test('T-017: tags are there after a restart', async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'longshore-tags-'));
  const first = await serverFor(t, { dataDir });
  const client = (endpoint: string) => {
    const made = new Batch({ region: 'us-east-1', endpoint, credentials: { ...first.rootKey } });
    t.after(() => made.destroy());
    return made;
  };
  await createQueue(client(first.url));
  await client(first.url).tagResource({ resourceArn: ARN, tags: { a: 'b' } });
  await first.close();
  const second = await serverFor(t, { dataDir });
  t.after(() => removeFolder(dataDir));
  assert.deepEqual((await client(second.url).listTagsForResource({ resourceArn: ARN })).tags, { a: 'b' });
});

test('T-018 T-022: CancelJobs and TerminateJobs by the SDK', async () => {
  await batch.registerJobDefinition({
    jobDefinitionName: 'd',
    type: 'container',
    containerProperties: { image: 'i', vcpus: 1, memory: 4, command: ['true'] },
  });
  const job = { jobName: 'j', jobQueue: 'q', jobDefinition: 'd' };
  const waits = async () => (await batch.submitJob({ ...job, containerOverrides: { vcpus: 300 } })).jobId!;
  for (const ask of [batch.cancelJobs.bind(batch), batch.terminateJobs.bind(batch)]) {
    const id = await waits();
    const { successful, errors } = await ask({ jobs: [id, 'x'], reason: 'because' });
    assert.deepEqual(
      [successful, errors!.map(({ job, code }) => [job, code])],
      [[id], [['x', 'ValidationException']]],
    );
    const { jobs } = await batch.describeJobs({ jobs: [id] });
    assert.deepEqual([jobs![0]!.status, jobs![0]!.statusReason], ['FAILED', 'because']);
  }
  const answer = await signed({ path: '/v1/canceljobs', body: '{"reason":"r"}' });
  assert.deepEqual([answer.status, answer.json.message], [400, 'Number of jobs must be between 1 and 50.']);
});
