import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Running } from '../../src/main/start-server.ts';
import { serverFor, until } from '../support/server.ts';
import { type Answered, ask } from '../support/signed.ts';

/* What clients of Batch were seen to send, in the forms they send it, and what they read without asking. */

const stops: (() => Promise<void>)[] = [];
let server: Running;

const post = (operation: string, body: unknown): Promise<Answered> =>
  ask(server.url, server.rootKey, { path: `/v1/${operation.toLowerCase()}`, body: JSON.stringify(body) });

// biome-ignore lint/suspicious/noExplicitAny: answers are read member by member, as a client would
const done = async (operation: string, body: unknown): Promise<any> => {
  const answer = await post(operation, body);
  assert.equal(answer.status, 200, answer.text);
  return answer.json;
};

const ENVIRONMENT = {
  computeEnvironmentName: 'e',
  type: 'MANAGED',
  state: 'ENABLED',
  serviceRole: '',
  tags: {},
  computeResources: {
    type: 'EC2',
    minvCpus: 0,
    maxvCpus: 16,
    desiredvCpus: 0,
    instanceTypes: ['optimal'],
    subnets: ['subnet-1'],
    securityGroupIds: ['sg-1'],
    instanceRole: 'arn:aws:iam::012345678910:instance-profile/ecs',
    tags: {},
    ec2Configuration: [{ imageType: 'ECS_AL2' }],
  },
};

before(async () => {
  server = await serverFor({ after: (fn) => void stops.push(fn as () => Promise<void>) });
  await done('CreateComputeEnvironment', ENVIRONMENT);
  await done('CreateJobQueue', {
    jobQueueName: 'q',
    priority: 1,
    state: 'ENABLED',
    computeEnvironmentOrder: [{ order: 0, computeEnvironment: 'e' }],
    tags: {},
  });
  await done('CreateComputeEnvironment', {
    computeEnvironmentName: 'fargate',
    type: 'MANAGED',
    computeResources: { type: 'FARGATE', maxvCpus: 4, subnets: ['subnet-1'], securityGroupIds: ['sg-1'] },
  });
  await done('CreateJobQueue', {
    jobQueueName: 'fargate',
    priority: 1,
    computeEnvironmentOrder: [{ order: 0, computeEnvironment: 'fargate' }],
  });
});
after(async () => {
  for (const stop of stops) await stop();
});

const register = async (jobDefinitionName: string, container: object, more: object = {}) =>
  done('RegisterJobDefinition', {
    jobDefinitionName,
    type: 'container',
    containerProperties: { image: 'busybox', vcpus: 1, memory: 64, command: ['true'], ...container },
    ...more,
  });
const submit = async (jobDefinition: string, more: object = {}): Promise<string> =>
  (await done('SubmitJob', { jobName: 'j', jobQueue: 'q', jobDefinition, ...more })).jobId;
const ended = (jobId: string) =>
  until(async () => {
    const { jobs } = await done('DescribeJobs', { jobs: [jobId] });
    return ['SUCCEEDED', 'FAILED'].includes(jobs[0].status) ? jobs[0] : undefined;
  });

const REQUIREMENTS = [
  { type: 'VCPU', value: '1' },
  { type: 'MEMORY', value: '64' },
];

/** Definitions as clients register them: who, the container's members, the definition's own. */
const DEFINITIONS: readonly (readonly [string, object, object?])[] = [
  ['Toil: no command', { command: undefined }],
  [
    'Nextflow: requirements beside vcpus and memory of 0',
    { vcpus: 0, memory: 0, resourceRequirements: REQUIREMENTS },
  ],
  [
    'Airflow: requirements alone',
    { vcpus: undefined, memory: undefined, resourceRequirements: REQUIREMENTS },
  ],
  [
    'Nextflow: a mount without readOnly',
    {
      volumes: [{ name: 'v', host: { sourcePath: '/tmp/longshore-not-there' } }],
      mountPoints: [{ sourceVolume: 'v', containerPath: '/tmp/longshore-not-there' }],
    },
  ],
  [
    'redun: empty lists',
    {
      environment: [],
      mountPoints: [],
      volumes: [],
      ulimits: [],
      secrets: [],
      linuxParameters: {},
    },
    { parameters: {}, tags: {}, retryStrategy: { attempts: 1, evaluateOnExit: [] } },
  ],
  [
    'Metaflow: shared memory and tags',
    { linuxParameters: { sharedMemorySize: 64, tmpfs: [], devices: [] } },
    {
      propagateTags: true,
      tags: { app: 'metaflow' },
      timeout: { attemptDurationSeconds: 432_000 },
    },
  ],
  [
    'Snakemake: Fargate in name',
    {
      vcpus: undefined,
      memory: undefined,
      resourceRequirements: [
        { type: 'VCPU', value: '0.25' },
        { type: 'MEMORY', value: '512' },
      ],
      executionRoleArn: 'arn:aws:iam::012345678910:role/execution',
      jobRoleArn: 'arn:aws:iam::012345678910:role/job',
      networkConfiguration: { assignPublicIp: 'ENABLED' },
      fargatePlatformConfiguration: { platformVersion: 'LATEST' },
      logConfiguration: { logDriver: 'awslogs' },
    },
    { platformCapabilities: ['FARGATE'] },
  ],
  [
    'Dagster: secrets',
    {
      secrets: [{ name: 'S', valueFrom: 'arn:aws:ssm:us-east-1:012345678910:parameter/p' }],
      executionRoleArn: 'arn:aws:iam::012345678910:role/execution',
    },
  ],
  [
    'Cromwell: a strategy by exit',
    {},
    {
      retryStrategy: {
        attempts: 3,
        evaluateOnExit: [
          { onStatusReason: 'Host EC2*', action: 'RETRY' },
          { onReason: '*', action: 'EXIT' },
        ],
      },
    },
  ],
];

for (const [at, [who, container, more]] of DEFINITIONS.entries()) {
  test(`a definition of ${who} is taken, found again and can be submitted`, async () => {
    const name = `definition-${at}`;
    await register(name, container, more);
    const found = await done('DescribeJobDefinitions', {
      jobDefinitionName: name,
      status: 'ACTIVE',
      nextToken: '',
    });
    assert.equal(found.jobDefinitions.length, 1);
    const jobId = await submit(name, {
      parameters: {},
      arrayProperties: {},
      dependsOn: [],
      tags: {},
      containerOverrides: { environment: [], resourceRequirements: [] },
      retryStrategy: {},
      timeout: {},
      ...(more && 'platformCapabilities' in more && { jobQueue: 'fargate' }),
    });
    const job = await ended(jobId);
    assert.ok(job.stoppedAt > 0);
    assert.equal(typeof job.statusReason, 'string');
  });
}

test('J-299: what a multi-node client asks is taken, and its nodes are found by their ids', async () => {
  const container = { image: 'busybox', vcpus: 1, memory: 64, command: ['true'] };
  await done('RegisterJobDefinition', {
    jobDefinitionName: 'nodes',
    type: 'multinode',
    nodeProperties: { numNodes: 2, mainNode: 0, nodeRangeProperties: [{ targetNodes: '0:', container }] },
  });
  const jobId = await submit('nodes');
  const job = await ended(jobId);
  assert.equal(job.status, 'SUCCEEDED', job.statusReason);
  const { jobs } = await done('DescribeJobs', { jobs: [`${jobId}#0`, `${jobId}#1`] });
  assert.deepEqual(
    jobs.map(({ nodeDetails }: { nodeDetails: unknown }) => nodeDetails),
    [
      { nodeIndex: 0, isMainNode: true },
      { nodeIndex: 1, isMainNode: false },
    ],
  );
});

test('Cromwell: a job always has a logConfiguration, an environment and a stream', async () => {
  await register('plain', {});
  const { container } = await ended(await submit('plain'));
  assert.deepEqual(container.logConfiguration, { logDriver: 'awslogs', options: {}, secretOptions: [] });
  const { jobDefinitions } = await done('DescribeJobDefinitions', { jobDefinitions: ['plain'] });
  assert.equal('logConfiguration' in jobDefinitions[0].containerProperties, false, 'a definition is echoed');
});

test('Snakemake: terminating and deregistering what is over answers 200, as often as it is asked', async () => {
  await register('over', {});
  const jobId = await submit('over');
  await ended(jobId);
  for (let i = 0; i < 2; i++) {
    await done('TerminateJob', { jobId, reason: 'terminated by snakemake' });
    await done('CancelJob', { jobId, reason: 'cancelled' });
    await done('DeregisterJobDefinition', { jobDefinition: 'over:1' });
  }
  assert.equal((await ended(jobId)).status, 'SUCCEEDED');
});

test('Galaxy, Metaflow: a job that never ran has its reason and its end', async () => {
  await register('never', { memory: 100_000_000 });
  const jobId = await submit('never');
  await done('TerminateJob', { jobId, reason: 'not needed' });
  const job = await ended(jobId);
  assert.equal(job.status, 'FAILED');
  assert.equal(job.statusReason, 'not needed');
  assert.ok(job.stoppedAt > 0);
});

test('Luigi: DescribeJobQueues {} shows a queue that is ENABLED and VALID', async () => {
  const { jobQueues } = await done('DescribeJobQueues', {});
  assert.deepEqual([jobQueues[0].state, jobQueues[0].status], ['ENABLED', 'VALID']);
});

test('redun: running jobs are found again by queue and state, then by their array; children as id:n', async () => {
  await register('waits', { command: ['sleep', '1000'] });
  const jobId = await submit('waits', { arrayProperties: { size: 2 } });
  await until(async () => {
    const { jobs } = await done('DescribeJobs', { jobs: [`${jobId}:0`] });
    return jobs[0].status === 'RUNNING' ? true : undefined;
  });
  const children = await done('ListJobs', { arrayJobId: jobId, jobStatus: 'RUNNING' });
  assert.ok(children.jobSummaryList.some((job: { jobId: string }) => job.jobId === `${jobId}:0`));
  const { jobs } = await done('DescribeJobs', { jobs: ['nobody', `${jobId}:1`, jobId, `${jobId}:0`] });
  assert.deepEqual(
    jobs.map((job: { jobId: string }) => job.jobId),
    [`${jobId}:1`, jobId, `${jobId}:0`],
  );
  await done('TerminateJob', { jobId, reason: 'seen' });
});

test('Terraform: an environment and a queue from apply to destroy, told by what the answers say', async () => {
  const name = 'tf';
  await done('CreateComputeEnvironment', { ...ENVIRONMENT, computeEnvironmentName: name });
  const environment = async () =>
    (await done('DescribeComputeEnvironments', { computeEnvironments: [name] })).computeEnvironments[0];
  const shown = await environment();
  assert.equal(shown.status, 'VALID');
  assert.match(shown.serviceRole, /AWSServiceRoleForBatch$/, 'an empty serviceRole is none');
  // Terraform does not read whether an image is the latest
  for (const image of shown.computeResources.ec2Configuration) delete image.batchImageStatus;
  for (const [member, value] of Object.entries(ENVIRONMENT.computeResources)) {
    assert.deepEqual(shown.computeResources[member], value, `an empty plan after apply: ${member}`);
  }
  const order = [{ order: 0, computeEnvironment: shown.computeEnvironmentArn }];
  const queue = {
    jobQueueName: name,
    priority: 1,
    state: 'ENABLED',
    computeEnvironmentOrder: order,
    tags: {},
  };
  await done('CreateJobQueue', queue);
  const described = async () => (await done('DescribeJobQueues', { jobQueues: [name] })).jobQueues[0];
  const { computeEnvironmentOrder, priority, tags } = await described();
  assert.deepEqual(
    { computeEnvironmentOrder, priority, tags },
    { computeEnvironmentOrder: order, priority: 1, tags: {} },
  );
  await register(
    name,
    {},
    {
      retryStrategy: { attempts: 2, evaluateOnExit: [{ action: 'RETRY', onReason: 'x' }] },
    },
  );
  const { jobDefinitions } = await done('DescribeJobDefinitions', { jobDefinitionName: name });
  assert.equal(jobDefinitions[0].retryStrategy.evaluateOnExit[0].action, 'retry');
  const missing = await post('UpdateJobQueue', { jobQueue: 'gone', state: 'DISABLED' });
  assert.match(missing.json.message, /does not exist/);
  await done('UpdateJobQueue', { jobQueue: name, state: 'DISABLED' });
  await done('DeleteJobQueue', { jobQueue: name });
  await until(async () => ((await described()) === undefined ? true : undefined));
  await done('UpdateComputeEnvironment', { computeEnvironment: name, state: 'DISABLED' });
  await done('DeleteComputeEnvironment', { computeEnvironment: name });
  await until(async () => ((await environment()) === undefined ? true : undefined));
});

test('a log is polled from its end while the job runs, with limit, startTime and token', async () => {
  await register('talks', { command: ['sh', '-c', 'echo one; echo two; sleep 1000'] });
  const jobId = await submit('talks');
  const logs = async (input: object) => {
    const body = JSON.stringify({ logGroupName: '/aws/batch/job', ...input });
    const headers = { 'x-amz-target': 'Logs_20140328.GetLogEvents' };
    return ask(server.url, { ...server.rootKey, service: 'logs' }, { path: '/', body, headers });
  };
  const logStreamName = await until(async () => {
    const { jobs } = await done('DescribeJobs', { jobs: [jobId] });
    return jobs[0].status === 'RUNNING' ? (jobs[0].container.logStreamName as string) : undefined;
  });
  const polled = { logStreamName, startFromHead: false, limit: 1, startTime: 0 };
  const { json } = await until(async () => {
    const answer = await logs(polled);
    return answer.json.events?.[0]?.message === 'two' ? answer : undefined;
  });
  const next = await logs({ ...polled, nextToken: json.nextForwardToken });
  assert.deepEqual(next.json.events, []);
  assert.equal(next.json.nextForwardToken, json.nextForwardToken);
  const before = await logs({ ...polled, nextToken: json.nextBackwardToken });
  assert.equal(before.json.events[0].message, 'one');
  await done('TerminateJob', { jobId, reason: 'seen' });
});
