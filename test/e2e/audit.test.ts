import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { silentLog } from '../../src/lib/logger.ts';
import type { Config } from '../../src/main/config.ts';
import type { Running } from '../../src/main/start-server.ts';
import { runCli } from '../support/cli.ts';
import { asRoot, element, makeUser, makeWaitingQueue, query } from '../support/iam.ts';
import { removeFolder } from '../support/leftovers.ts';
import { serverFor, until } from '../support/server.ts';
import { type Answered, ask, type Signing } from '../support/signed.ts';

/* Who did what, as it is told afterwards. */

// biome-ignore lint/suspicious/noExplicitAny: records are read member by member
type Told = any;

const stops: (() => Promise<void>)[] = [];
let dataDir: string;
let server: Running;
let ann: Signing;
let secrets: string[];

const asBatch = (key: Signing, operation: string, input: object = {}): Promise<Answered> =>
  ask(server.url, key, { path: `/v1/${operation}`, body: JSON.stringify(input) });

const text = (of = dataDir): string => {
  const folder = join(of, 'audit');
  if (!existsSync(folder)) return '';
  return readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('');
};
const records = (of = dataDir): Told[] =>
  text(of)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
/** What is told of the life of a server of its own. */
const told = async (
  during: (server: Running) => Promise<void>,
  more: Partial<Config> = {},
): Promise<Told[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-audit-'));
  const ends: (() => Promise<void>)[] = [];
  const life = await serverFor(
    { after: (fn) => void ends.push(fn as () => Promise<void>) },
    { ...more, dataDir: folder },
    silentLog,
  );
  await during(life);
  for (const end of ends) await end();
  const all = records(folder);
  removeFolder(folder);
  return all;
};
/** Waits for the record of a request. */
const recordOf = async ({ headers }: Answered): Promise<Told> => {
  return until(async () => records().find(({ requestID }) => requestID === headers['x-amzn-requestid']));
};

before(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'longshore-audit-'));
  server = await serverFor(
    { after: (fn) => void stops.push(fn as () => Promise<void>) },
    { dataDir },
    silentLog,
  );
  ann = await makeUser(server, 'ann');
  secrets = [ann.secretAccessKey, server.rootKey.secretAccessKey];
  await makeWaitingQueue((operation, input) => asBatch(server.rootKey, operation, input));
  await asBatch(server.rootKey, 'registerjobdefinition', {
    jobDefinitionName: 'd',
    type: 'container',
    containerProperties: {
      image: 'busybox',
      vcpus: 1,
      memory: 64,
      command: ['secret-word'],
      environment: [{ name: 'NAME', value: 'secret-value' }],
    },
    parameters: { p: 'secret-parameter' },
  });
  secrets.push('secret-word', 'secret-value', 'secret-parameter', 'secret-override');
});
after(async () => {
  for (const stop of stops) await stop();
  removeFolder(dataDir);
});

const submit = (key: Signing): Promise<Answered> =>
  asBatch(key, 'submitjob', {
    jobName: 'j',
    jobQueue: 'q',
    jobDefinition: 'd',
    containerOverrides: { environment: [{ name: 'NAME', value: 'secret-override' }] },
  });

test('A-187 A-189: a change is recorded with who, what and what came of it', async () => {
  const answered = await submit(server.rootKey);
  const record = await recordOf(answered);
  assert.equal(record.userIdentity.type, 'Root');
  assert.equal(record.eventName, 'SubmitJob');
  assert.deepEqual(record.responseElements, answered.json);
  assert.equal(record.requestParameters.containerOverrides.environment[0].name, 'NAME');
  assert.equal(record.readOnly, false);
  const mode = statSync(join(dataDir, 'audit', `${record.eventTime.slice(0, 10)}.jsonl`)).mode;
  assert.equal(mode & 0o777, 0o600);
});

test('A-187: each refusal by policy is recorded, also of each job that a bulk call names', async () => {
  const record = await recordOf(await submit(ann));
  assert.equal(record.errorCode, 'AccessDeniedException');
  assert.match(record.errorMessage, /not authorized to perform: batch:SubmitJob on resource: .*job-queue\/q/);
  assert.equal(record.userIdentity.userName, 'ann');
  assert.deepEqual([record.requestParameters, record.responseElements], [null, null]);
  const ids = ['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002'];
  const bulk = await asBatch(ann, 'canceljobs', { jobs: ids, reason: 'r' });
  await recordOf(bulk);
  const all = records().filter(({ requestID }) => requestID === bulk.headers['x-amzn-requestid']);
  for (const id of ids)
    assert.ok(
      all.some(({ errorMessage = '' }) => errorMessage.includes(id)),
      id,
    );
});

test('A-187: what is refused for another reason has changed nothing and has no record; reads have none', async () => {
  const wrong = await asBatch(server.rootKey, 'submitjob', {
    jobName: '!',
    jobQueue: 'q',
    jobDefinition: 'd',
  });
  assert.equal(wrong.status, 400);
  const read = await asBatch(server.rootKey, 'describejobqueues');
  await recordOf(await submit(server.rootKey));
  const ids = [wrong, read].map(({ headers }) => headers['x-amzn-requestid']);
  assert.deepEqual(
    records().filter(({ requestID }) => ids.includes(requestID)),
    [],
  );
});

test('A-012 A-190: changes of IAM are recorded, and no secret is in any record', async () => {
  const made = await query(server, server.rootKey, 'iam', 'CreateAccessKey', { UserName: 'ann' });
  secrets.push(element(made.text, 'SecretAccessKey')!);
  const record = await recordOf(made);
  assert.equal(record.eventSource, 'iam.amazonaws.com');
  assert.equal(record.requestParameters.userName, 'ann');
  assert.equal(record.responseElements.accessKey.accessKeyId, element(made.text, 'AccessKeyId'));
  const document = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
  const put = await query(server, server.rootKey, 'iam', 'PutUserPolicy', {
    UserName: 'ann',
    PolicyName: 'p',
    PolicyDocument: JSON.stringify(document),
  });
  assert.equal((await recordOf(put)).requestParameters.policyDocument, JSON.stringify(document));
  await asRoot(server, 'DeleteUserPolicy', { UserName: 'ann', PolicyName: 'p' });
  for (const secret of secrets) assert.ok(!text().includes(secret), 'a secret is in the audit');
});

test('A-191: failed signatures are recorded as counts when the server stops, or their minute is over', async () => {
  const all = await told(async ({ url, rootKey }) => {
    for (let n = 0; n < 3; n++)
      await ask(url, { ...rootKey, secretAccessKey: 'wrong' }, { path: '/v1/describejobs', body: '{}' });
    await ask(
      url,
      { ...rootKey, accessKeyId: 'AKIANOBODYNOBODYNOBO' },
      { path: '/v1/describejobs', body: '{}' },
    );
  });
  const failed = all.filter(({ eventName }) => eventName === 'FailedSignatures');
  const shown = failed.map(({ userIdentity, errorCode, additionalEventData }) => [
    userIdentity.accessKeyId,
    errorCode,
    additionalEventData.count,
  ]);
  const sum = (code: string) =>
    shown.filter(([, one]) => one === code).reduce((n, [, , count]) => n + count, 0);
  assert.equal(sum('InvalidSignatureException') + sum('SignatureDoesNotMatchException'), 3);
  assert.equal(sum('UnrecognizedClientException'), 1);
});

test('A-187: with `--audit reads` reads are recorded, too', async () => {
  const all = await told(
    async ({ url, rootKey }) =>
      void (await ask(url, rootKey, { path: '/v1/describejobqueues', body: '{"jobQueues":["q"]}' })),
    { audit: ['reads'] },
  );
  assert.deepEqual(
    all.map(({ eventName, readOnly, requestParameters }) => [eventName, readOnly, requestParameters]),
    [['DescribeJobQueues', true, { jobQueues: ['q'] }]],
  );
});

test('A-192: `longshore audit` lists what was done, by whom and what was refused, and shows one request whole', async () => {
  const cli = (...args: string[]) => runCli(['audit', ...args, '--data', dataDir]);
  const { headers } = await submit(ann);
  await recordOf({ headers } as Answered);
  const refused = (await cli('--refused', '--by', 'ann')).stdout;
  assert.match(refused, /ann +SubmitJob .*AccessDeniedException: User: /);
  assert.doesNotMatch(refused, / done/);
  assert.match((await cli('--action', 'create*', '--by', 'root')).stdout, /root +CreateUser +ann .* done/);
  const [line] = (await cli('--json', '--limit', '1')).stdout.split('\n');
  assert.equal(JSON.parse(line!).requestID, headers['x-amzn-requestid']);
  const whole = await cli(String(headers['x-amzn-requestid']));
  assert.equal(JSON.parse(whole.stdout).errorCode, 'AccessDeniedException');
  const unknown = await cli('nobody');
  assert.deepEqual([unknown.code, unknown.stdout], [2, '']);
});
