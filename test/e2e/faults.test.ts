import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { silentLog } from '../../src/lib/logger.ts';
import type { Running } from '../../src/main/start-server.ts';
import type { Store, Tx } from '../../src/store/store.ts';
import { serverFor } from '../support/server.ts';
import { type Answered, ask } from '../support/signed.ts';

/*
 * A fault of the server's own, in each operation: the store does what the operation asks of it and then fails, as late
 * as it can. The client is told so in the wire's envelope, and nothing of the operation is left.
 */

const stops: (() => Promise<void>)[] = [];
const logged: { fields: object; text: string }[] = [];
let server: Running;
let jobId: string;

before(async () => {
  const log = { ...silentLog, error: (fields: object, text: string) => void logged.push({ fields, text }) };
  server = await serverFor({ after: (fn) => void stops.push(fn as () => Promise<void>) }, {}, log);
  await done('createcomputeenvironment', ENVIRONMENT('e', 'ENABLED'));
  await done('createcomputeenvironment', ENVIRONMENT('idle', 'DISABLED'));
  await done('createjobqueue', QUEUE('q', 'ENABLED'));
  await done('createjobqueue', QUEUE('idle', 'DISABLED'));
  await done('registerjobdefinition', DEFINITION('d'));
  const { json } = await done('submitjob', { jobName: 'j', jobQueue: 'q', jobDefinition: 'd' });
  jobId = json.jobId;
});
after(async () => {
  for (const stop of stops) await stop();
});

const ENVIRONMENT = (computeEnvironmentName: string, state: string) => ({
  computeEnvironmentName,
  state,
  type: 'MANAGED',
  computeResources: {
    type: 'EC2',
    minvCpus: 0,
    maxvCpus: 4,
    instanceTypes: ['optimal'],
    subnets: ['s'],
    securityGroupIds: ['g'],
    instanceRole: 'r',
  },
});
const QUEUE = (jobQueueName: string, state: string) => ({
  jobQueueName,
  state,
  priority: 1,
  computeEnvironmentOrder: [{ order: 1, computeEnvironment: 'e' }],
});
/** Its jobs fit nowhere, so that they wait. */
const DEFINITION = (jobDefinitionName: string) => ({
  jobDefinitionName,
  type: 'container',
  containerProperties: { image: 'i', command: ['true'], vcpus: 1, memory: 100_000_000 },
});

const post = (operation: string, body: unknown): Promise<Answered> =>
  ask(server.url, server.rootKey, { path: `/v1/${operation}`, body: JSON.stringify(body) });

const done = async (operation: string, body: unknown): Promise<Answered> => {
  const answer = await post(operation, body);
  assert.equal(answer.status, 200, answer.text);
  return answer;
};

/** Every row of every table. */
const everything = (store: Pick<Store, 'read'>): Promise<string> =>
  store.read(async (tx) => {
    const tables = await tx.all<{ name: string }>(
      `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name`,
    );
    const rows = [];
    for (const { name } of tables) rows.push([name, await tx.all(`SELECT * FROM "${name}"`)]);
    return JSON.stringify(rows);
  });

/** Lets the store fail after what it was asked, for the loops too, while `fn` runs. `rows`: what is stored. */
const withFault = async <T>(fn: (rows: () => Promise<string>) => Promise<T>): Promise<T> => {
  const store = server.service.store as { -readonly [K in keyof Store]: Store[K] };
  const sound = { read: store.read.bind(store), write: store.write.bind(store) };
  const failing = (kind: 'read' | 'write') => (turn: (tx: Tx) => Promise<unknown>) =>
    sound[kind](async (tx) => {
      await turn(tx);
      throw new Error('the disk is on fire');
    });
  Object.assign(store, { read: failing('read'), write: failing('write') });
  try {
    return await fn(() => everything(sound));
  } finally {
    Object.assign(store, sound);
  }
};

const CASES: readonly (readonly [string, string, () => unknown])[] = [
  ['S-021', 'canceljob', () => ({ jobId, reason: 'r' })],
  ['S-039', 'createcomputeenvironment', () => ENVIRONMENT('new', 'ENABLED')],
  ['S-055', 'createjobqueue', () => QUEUE('new', 'ENABLED')],
  ['S-065', 'deletecomputeenvironment', () => ({ computeEnvironment: 'idle' })],
  ['S-074', 'deletejobqueue', () => ({ jobQueue: 'idle' })],
  ['S-091', 'describecomputeenvironments', () => ({})],
  ['S-104', 'describejobdefinitions', () => ({})],
  ['S-114', 'describejobqueues', () => ({})],
  ['S-120', 'describejobs', () => ({ jobs: [jobId] })],
  ['S-133', 'listjobs', () => ({ jobQueue: 'q', jobStatus: 'RUNNABLE' })],
  ['S-148', 'registerjobdefinition', () => DEFINITION('new')],
  ['S-168', 'submitjob', () => ({ jobName: 'k', jobQueue: 'q', jobDefinition: 'd' })],
  ['S-180', 'terminatejob', () => ({ jobId, reason: 'r' })],
  ['S-191', 'updatecomputeenvironment', () => ({ computeEnvironment: 'e', state: 'DISABLED' })],
  ['S-201', 'updatejobqueue', () => ({ jobQueue: 'q', priority: 7 })],
  ['S-081', 'deregisterjobdefinition', () => ({ jobDefinition: 'd' })],
];

for (const [rule, operation, body] of CASES) {
  test(`${rule} S-007 W-046: a fault in ${operation} is ServerException 500, and nothing is half-written`, async () => {
    logged.length = 0;
    const answer = await withFault(async (rows) => {
      const before = await rows();
      const answered = await post(operation, body());
      assert.ok((await rows()) === before, 'nothing is left of it');
      return answered;
    });
    assert.equal(answer.status, 500);
    assert.equal(answer.headers['x-amzn-errortype'], 'ServerException');
    assert.equal(answer.headers['content-type'], 'application/json');
    const requestId = answer.headers['x-amzn-requestid'];
    assert.match(String(requestId), /^[0-9a-f-]{36}$/);
    assert.deepEqual(Object.keys(answer.json), ['message']);
    assert.doesNotMatch(answer.text, /fire/, 'what went wrong is for the log');
    const line = logged.find(({ fields }) => (fields as { requestId?: unknown }).requestId === requestId);
    assert.match(
      JSON.stringify(line?.fields),
      /the disk is on fire.*faults\.test\.ts/,
      'the stack is logged',
    );
    await done(operation, body());
  });
}

test('W-046: a fault in Logs is an answer in its own protocol', async () => {
  const answer = await withFault(() =>
    ask(
      server.url,
      { ...server.rootKey, service: 'logs' },
      { path: '/', body: '{}', headers: { 'x-amz-target': 'Logs_20140328.DescribeLogGroups' } },
    ),
  );
  assert.equal(answer.status, 500);
  assert.equal(answer.headers['content-type'], 'application/x-amz-json-1.1');
  assert.equal(answer.json.__type, 'ServiceUnavailableException');
});
