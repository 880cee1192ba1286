import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Running } from '../../src/main/start-server.ts';
import { serverFor } from '../support/server.ts';
import { type Answered, ask } from '../support/signed.ts';

/* Members that are required or take one of a few words, as a client meets them on the wire. */

const stops: (() => Promise<void>)[] = [];
let server: Running;
before(async () => {
  server = await serverFor({ after: (fn) => void stops.push(fn as () => Promise<void>) });
  assert.equal((await post('createcomputeenvironment', ENVIRONMENT)).status, 200);
  assert.equal((await post('createjobqueue', QUEUE)).status, 200);
  assert.equal((await post('registerjobdefinition', DEFINITION)).status, 200);
});
after(async () => {
  for (const stop of stops) await stop();
});

const post = (operation: string, body: unknown): Promise<Answered> =>
  ask(server.url, server.rootKey, { path: `/v1/${operation}`, body: JSON.stringify(body) });

const ENVIRONMENT = {
  computeEnvironmentName: 'e',
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
};
const QUEUE = {
  jobQueueName: 'q',
  priority: 1,
  computeEnvironmentOrder: [{ order: 1, computeEnvironment: 'e' }],
};
const DEFINITION = {
  jobDefinitionName: 'd',
  type: 'container',
  containerProperties: { image: 'i', command: ['true'], vcpus: 1, memory: 128 },
};
const JOB = { jobName: 'j', jobQueue: 'q', jobDefinition: 'd' };
const resources = (more: object) => ({ ...ENVIRONMENT.computeResources, ...more });
const NEW = { ...ENVIRONMENT, computeEnvironmentName: 'new' };

/** Of each: rule, operation, request, what the text must hold. `undefined` members are not sent. */
const REFUSED: readonly (readonly [string, string, unknown, RegExp])[] = [
  ['S-032', 'createcomputeenvironment', { ...NEW, type: undefined }, /null at 'type'/],
  [
    'S-032',
    'createcomputeenvironment',
    { ...NEW, type: 'managed' },
    /'managed' at 'type'.*MANAGED, UNMANAGED/,
  ],
  ['S-244', 'createcomputeenvironment', { ...NEW, computeResources: resources({ type: undefined }) }, /type/],
  [
    'S-244',
    'createcomputeenvironment',
    { ...NEW, computeResources: resources({ type: 'ec2' }) },
    /'ec2'.*EC2/,
  ],
  ['S-050', 'createjobqueue', { ...QUEUE, jobQueueName: 'new', state: 'enabled' }, /'enabled' at 'state'/],
  ['S-059', 'deletecomputeenvironment', {}, /null at 'computeEnvironment'/],
  ['S-068', 'deletejobqueue', {}, /null at 'jobQueue'/],
  ['S-171', 'terminatejob', { reason: 'r' }, /jobId is required/],
  ['S-183', 'updatecomputeenvironment', { state: 'DISABLED' }, /null at 'computeEnvironment'/],
  [
    'S-186',
    'updatecomputeenvironment',
    { computeEnvironment: 'e', state: 'OFF' },
    /'OFF' at 'state'.*DISABLED/,
  ],
  ['S-195', 'updatejobqueue', { state: 'DISABLED' }, /null at 'jobQueue'/],
  ['S-197', 'updatejobqueue', { jobQueue: 'q', state: '' }, /'' at 'state'.*DISABLED/],
  ['S-301', 'submitjob', { ...JOB, dependsOn: [{ jobId: 'x', type: 'ALL' }] }, /'ALL'.*N_TO_N, SEQUENTIAL/],
  ['S-119', 'describejobs', {}, /jobs is required/],
  ['S-119', 'describejobs', { jobs: Array(101).fill('x') }, /Maximum number of jobs/],
  ['S-132', 'listjobs', {}, /jobQueue|arrayJobId/],
  ['S-132', 'listjobs', { jobQueue: 'q', maxResults: -1 }, /maxResults/],
  ['S-090', 'describecomputeenvironments', { nextToken: 'x' }, /nextToken/],
  ['S-113', 'describejobqueues', { nextToken: 'x' }, /nextToken/],
];

for (const [at, [rules, operation, body, text]] of REFUSED.entries()) {
  test(`${rules} S-006: ${operation} is refused with ClientException 400, case ${at + 1}: ${text.source}`, async () => {
    const answer = await post(operation, body);
    assert.equal(answer.status, 400);
    assert.equal(answer.headers['x-amzn-errortype'], 'ClientException');
    assert.match(answer.json.message, text);
  });
}

test('S-183 S-195 S-068: environments and queues are named by name or by ARN', async () => {
  const prefix = 'arn:aws:batch:us-east-1:012345678910';
  for (const [operation, member, kind, name] of [
    ['updatecomputeenvironment', 'computeEnvironment', 'compute-environment', 'e'],
    ['updatejobqueue', 'jobQueue', 'job-queue', 'q'],
  ] as const) {
    for (const given of [name, `${prefix}:${kind}/${name}`]) {
      assert.equal((await post(operation, { [member]: given, state: 'ENABLED' })).status, 200);
    }
  }
});

test('S-300: SEQUENTIAL needs no jobId', async () => {
  const dependsOn = [{ type: 'SEQUENTIAL' }];
  const answer = await post('submitjob', { ...JOB, arrayProperties: { size: 2 }, dependsOn });
  assert.equal(answer.status, 200, answer.text);
});

test('S-008: the order of members in a request means nothing', async () => {
  const reversed = Object.fromEntries(Object.entries(JOB).toReversed());
  const [one, other] = [await post('submitjob', JOB), await post('submitjob', reversed)];
  assert.deepEqual([one.status, other.status], [200, 200]);
  assert.deepEqual(Object.keys(one.json).toSorted(), Object.keys(other.json).toSorted());
});
