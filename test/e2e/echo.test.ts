import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { BATCH } from '../../src/api/shapes.gen.ts';
import { NOT_YET } from '../../src/domain/not-yet.ts';
import type { Running } from '../../src/main.ts';
import { serverFor } from '../support/server.ts';
import { ask } from '../support/signed.ts';

/*
 * Nothing is silently dropped: every member that the model has for what creates or changes something is sent in one of
 * these requests, and comes back as it was sent. A member that a later model adds fails the last test here until it is
 * in a request or among those that are refused.
 */

const stops: (() => Promise<void>)[] = [];
let server: Running;
before(async () => {
  server = await serverFor({ after: (fn) => void stops.push(fn as () => Promise<void>) });
});
after(async () => {
  for (const stop of stops) await stop();
});

// biome-ignore lint/suspicious/noExplicitAny: answers are read member by member, as a client would
const post = async (operation: string, body: unknown): Promise<any> => {
  const answer = await ask(server.url, server.rootKey, {
    path: `/v1/${operation.toLowerCase()}`,
    body: JSON.stringify(body),
  });
  assert.equal(answer.status, 200, answer.text);
  return answer.json;
};

type Json = Record<string, unknown>;

/** Every leaf of `sent` stands in `shown` at the same place with the same value. */
const assertHolds = (shown: unknown, sent: unknown, path: string): void => {
  if (Array.isArray(sent)) {
    assert.ok(Array.isArray(shown), `${path} is ${JSON.stringify(shown)}`);
    assert.equal(shown.length, sent.length, path);
    for (const [at, item] of sent.entries()) assertHolds(shown[at], item, `${path}[${at}]`);
  } else if (typeof sent === 'object' && sent !== null) {
    assert.ok(typeof shown === 'object' && shown !== null, `${path} is ${JSON.stringify(shown)}`);
    for (const [key, value] of Object.entries(sent))
      assertHolds((shown as Json)[key], value, `${path}.${key}`);
  } else assert.equal(shown, sent, path);
};

const RESOURCES = {
  type: 'SPOT',
  minvCpus: 0,
  maxvCpus: 64,
  desiredvCpus: 0,
  instanceTypes: ['c5', 'm5.large'],
  subnets: ['subnet-1'],
  securityGroupIds: ['sg-1'],
  instanceRole: 'ecsInstanceRole',
  tags: { Name: 'batch' },
  allocationStrategy: 'SPOT_CAPACITY_OPTIMIZED',
  imageId: 'ami-1',
  ec2KeyPair: 'id_rsa',
  placementGroup: 'close',
  bidPercentage: 40,
  spotIamFleetRole: 'arn:aws:iam::012345678910:role/fleet',
  ec2Configuration: [{ imageType: 'ECS_AL2', imageIdOverride: 'ami-2' }],
  scalingPolicy: { minScaleDownDelayMinutes: 30 },
  capacityTags: { team: 'a' },
  launchTemplate: {
    launchTemplateId: 'lt-1',
    version: '$Latest',
    userdataType: 'EKS_BOOTSTRAP_SH',
    overrides: [
      {
        launchTemplateId: 'lt-2',
        version: '3',
        targetInstanceTypes: ['m5.large'],
        userdataType: 'EKS_NODEADM',
      },
    ],
  },
};

const ENVIRONMENTS: readonly Json[] = [
  {
    computeEnvironmentName: 'full',
    type: 'MANAGED',
    state: 'DISABLED',
    computeResources: RESOURCES,
    tags: { a: 'b' },
    context: 'c',
    ecsSettings: { containerInsights: 'ENABLED' },
  },
  {
    computeEnvironmentName: 'named',
    type: 'MANAGED',
    state: 'ENABLED',
    serviceRole: 'arn:aws:iam::012345678910:role/service',
    computeResources: {
      ...RESOURCES,
      launchTemplate: {
        launchTemplateName: 'one',
        overrides: [{ launchTemplateName: 'two', targetInstanceTypes: ['c5.large'] }],
      },
    },
  },
  {
    computeEnvironmentName: 'own',
    type: 'UNMANAGED',
    serviceRole: 'arn:aws:iam::012345678910:role/service',
    unmanagedvCpus: 7,
  },
];

/** Of the environment `full`; what Describe does not have is listed below. */
const UPDATES: readonly Json[] = [
  {
    computeEnvironment: 'full',
    state: 'ENABLED',
    context: 'd',
    ecsSettings: { containerInsights: 'DISABLED' },
    updatePolicy: { terminateJobsOnUpdate: true, jobExecutionTimeoutMinutes: 60 },
    computeResources: {
      ...RESOURCES,
      desiredvCpus: undefined,
      spotIamFleetRole: undefined,
      minvCpus: 0,
      maxvCpus: 32,
      instanceTypes: ['c5'],
      tags: { Name: 'other' },
      imageId: 'ami-3',
      launchTemplate: {
        launchTemplateName: 'three',
        version: '1',
        userdataType: 'EKS_BOOTSTRAP_SH',
        overrides: [
          {
            launchTemplateId: 'lt-4',
            version: '4',
            targetInstanceTypes: ['c5'],
            userdataType: 'EKS_NODEADM',
          },
        ],
      },
    },
  },
  { computeEnvironment: 'full', computeResources: { desiredvCpus: 2 } },
  {
    computeEnvironment: 'full',
    computeResources: {
      launchTemplate: {
        launchTemplateId: 'lt-5',
        overrides: [{ launchTemplateName: 'five', targetInstanceTypes: ['c5'] }],
      },
    },
  },
  { computeEnvironment: 'full', serviceRole: 'arn:aws:iam::012345678910:role/later' },
  { computeEnvironment: 'own', unmanagedvCpus: 9 },
];

const ORDER = [
  { order: 1, computeEnvironment: 'arn:aws:batch:us-east-1:012345678910:compute-environment/full' },
];
const LIMITS = [
  {
    reason: 'MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT',
    state: 'RUNNABLE',
    maxTimeSeconds: 600,
    action: 'CANCEL',
  },
];

const QUEUES: readonly Json[] = [
  {
    jobQueueName: 'full',
    state: 'DISABLED',
    priority: 5,
    computeEnvironmentOrder: ORDER,
    jobQueueType: 'ECS',
    tags: { a: 'b' },
    jobStateTimeLimitActions: LIMITS,
  },
];
const QUEUE_UPDATES: readonly Json[] = [
  {
    jobQueue: 'full',
    state: 'ENABLED',
    priority: 6,
    computeEnvironmentOrder: [{ ...ORDER[0], order: 2 }],
    jobStateTimeLimitActions: [{ ...LIMITS[0], maxTimeSeconds: 700 }],
  },
];

const CONTAINER = {
  image: 'busybox',
  command: ['echo', 'x'],
  jobRoleArn: 'arn:aws:iam::012345678910:role/job',
  executionRoleArn: 'arn:aws:iam::012345678910:role/execution',
  environment: [{ name: 'A', value: '1' }],
  instanceType: 'c5.large',
  user: 'nobody',
  privileged: true,
  readonlyRootFilesystem: true,
  enableExecuteCommand: true,
  repositoryCredentials: { credentialsParameter: 'arn:aws:secretsmanager:us-east-1:012345678910:secret:s' },
  secrets: [{ name: 'S', valueFrom: 'arn:aws:ssm:us-east-1:012345678910:parameter/p' }],
  ulimits: [{ name: 'nofile', softLimit: 10, hardLimit: 20 }],
  volumes: [
    { name: 'host', host: { sourcePath: '/data' } },
    {
      name: 'efs',
      efsVolumeConfiguration: {
        fileSystemId: 'fs-1',
        rootDirectory: '/',
        transitEncryption: 'ENABLED',
        transitEncryptionPort: 2999,
        authorizationConfig: { accessPointId: 'fsap-1', iam: 'ENABLED' },
      },
    },
    {
      name: 's3',
      s3filesVolumeConfiguration: {
        fileSystemArn: 'arn:aws:s3files:us-east-1:012345678910:file-system/fs-1',
        rootDirectory: '/',
        transitEncryptionPort: 2998,
        accessPointArn: 'arn:aws:s3files:us-east-1:012345678910:access-point/ap-1',
      },
    },
  ],
  mountPoints: [{ containerPath: '/data', readOnly: false, sourceVolume: 'host' }],
  linuxParameters: {
    devices: [{ hostPath: '/dev/a', containerPath: '/dev/b', permissions: ['READ'] }],
    initProcessEnabled: true,
    sharedMemorySize: 64,
    tmpfs: [{ containerPath: '/t', size: 1, mountOptions: ['rw'] }],
    maxSwap: 10,
    swappiness: 50,
  },
  logConfiguration: {
    logDriver: 'awslogs',
    options: { 'awslogs-group': 'g' },
    secretOptions: [{ name: 'T', valueFrom: 'v' }],
  },
};

const DEFINITIONS: readonly Json[] = [
  {
    jobDefinitionName: 'old',
    type: 'container',
    parameters: { p: 'q' },
    schedulingPriority: 3,
    containerProperties: { ...CONTAINER, vcpus: 1, memory: 128 },
    retryStrategy: {
      attempts: 2,
      evaluateOnExit: [
        { action: 'retry', onStatusReason: 'Host*' },
        { action: 'exit', onReason: 'x*', onExitCode: '1*' },
      ],
    },
    propagateTags: true,
    timeout: { attemptDurationSeconds: 60 },
    tags: { a: 'b' },
    platformCapabilities: ['EC2'],
  },
  {
    jobDefinitionName: 'fargate',
    type: 'container',
    platformCapabilities: ['FARGATE'],
    containerProperties: {
      image: 'busybox',
      executionRoleArn: 'arn:aws:iam::012345678910:role/execution',
      resourceRequirements: [
        { type: 'VCPU', value: '1' },
        { type: 'MEMORY', value: '2048' },
      ],
      networkConfiguration: { assignPublicIp: 'ENABLED' },
      fargatePlatformConfiguration: { platformVersion: '1.4.0' },
      ephemeralStorage: { sizeInGiB: 30 },
      runtimePlatform: { operatingSystemFamily: 'LINUX', cpuArchitecture: 'X86_64' },
    },
  },
];

for (const sent of ENVIRONMENTS) {
  test(`CreateComputeEnvironment ${sent.computeEnvironmentName}: what is sent is shown`, async () => {
    await post('CreateComputeEnvironment', sent);
    const computeEnvironments = [sent.computeEnvironmentName];
    const shown = await post('DescribeComputeEnvironments', { computeEnvironments });
    assertHolds(shown.computeEnvironments[0], sent, 'environment');
  });
}

for (const [at, update] of UPDATES.entries()) {
  test(`UpdateComputeEnvironment ${at + 1}: what is sent is shown`, async () => {
    const sent = JSON.parse(JSON.stringify(update));
    await post('UpdateComputeEnvironment', sent);
    const { computeEnvironment, ...rest } = sent;
    const shown = await post('DescribeComputeEnvironments', { computeEnvironments: [computeEnvironment] });
    assertHolds(shown.computeEnvironments[0], rest, 'environment');
  });
}

test('UpdateComputeEnvironment: updateToLatestImageVersion is an order and no setting: it is not shown', async () => {
  const computeResources = { updateToLatestImageVersion: true, imageId: 'ami-9' };
  await post('CreateComputeEnvironment', {
    computeEnvironmentName: 'fresh',
    type: 'MANAGED',
    computeResources: RESOURCES,
  });
  await post('UpdateComputeEnvironment', { computeEnvironment: 'fresh', computeResources });
  const { computeEnvironments } = await post('DescribeComputeEnvironments', {
    computeEnvironments: ['fresh'],
  });
  assert.equal(computeEnvironments[0].computeResources.imageId, 'ami-9');
  assert.equal('updateToLatestImageVersion' in computeEnvironments[0].computeResources, false);
});

test('CreateJobQueue and UpdateJobQueue: what is sent is shown', async () => {
  await post('CreateJobQueue', QUEUES[0]);
  const show = async () => (await post('DescribeJobQueues', { jobQueues: ['full'] })).jobQueues[0];
  assertHolds(await show(), QUEUES[0], 'queue');
  await post('UpdateJobQueue', QUEUE_UPDATES[0]);
  const { jobQueue: _, ...rest } = QUEUE_UPDATES[0]!;
  assertHolds(await show(), rest, 'queue');
});

for (const sent of DEFINITIONS) {
  test(`RegisterJobDefinition ${sent.jobDefinitionName}: what is sent is shown`, async () => {
    await post('RegisterJobDefinition', sent);
    const jobDefinitions = [sent.jobDefinitionName];
    const shown = await post('DescribeJobDefinitions', { jobDefinitions });
    assertHolds(shown.jobDefinitions[0], sent, 'definition');
  });
}

const SUBMITS: readonly Json[] = [
  {
    jobName: 'j',
    jobQueue: 'full',
    jobDefinition: 'old',
    arrayProperties: { size: 2 },
    dependsOn: [{ type: 'SEQUENTIAL' }],
    parameters: { r: 's' },
    containerOverrides: {
      command: ['echo', 'y'],
      environment: [{ name: 'A', value: '2' }],
      vcpus: 2,
      memory: 256,
      instanceType: 'm5.large',
    },
    retryStrategy: {
      attempts: 3,
      evaluateOnExit: [
        { action: 'exit', onStatusReason: 'a' },
        { action: 'retry', onReason: 'b', onExitCode: '2' },
      ],
    },
    propagateTags: false,
    timeout: { attemptDurationSeconds: 90 },
    tags: { c: 'd' },
  },
  {
    jobName: 'j',
    jobQueue: 'full',
    jobDefinition: 'fargate',
    dependsOn: [{ jobId: 'the first one', type: 'SEQUENTIAL' }],
    containerOverrides: { resourceRequirements: [{ type: 'VCPU', value: '2' }] },
  },
];

test('SubmitJob: what is sent is shown', async () => {
  let first = '';
  for (const template of SUBMITS) {
    const sent = JSON.parse(JSON.stringify(template).replace('the first one', first));
    const { jobId } = await post('SubmitJob', sent);
    first ||= jobId;
    const { jobQueue: _, jobDefinition: __, containerOverrides, ...rest } = sent;
    const { resourceRequirements = [], ...container } = containerOverrides;
    const { jobs } = await post('DescribeJobs', { jobs: [jobId] });
    assertHolds(jobs[0], { ...rest, container }, 'job');
    for (const asked of resourceRequirements) {
      const { resourceRequirements: shown } = jobs[0].container;
      assert.deepEqual(
        shown.find(({ type }: { type: string }) => type === asked.type),
        asked,
      );
    }
  }
  await post('TerminateJob', { jobId: first, reason: 'seen' });
});

test('a job shows every member of its definition’s container', async () => {
  for (const { jobDefinitionName, containerProperties } of DEFINITIONS) {
    const { jobId } = await post('SubmitJob', {
      jobName: 'j',
      jobQueue: 'full',
      jobDefinition: jobDefinitionName,
    });
    const { jobs } = await post('DescribeJobs', { jobs: [jobId] });
    assertHolds(jobs[0].container, containerProperties, 'container');
    await post('TerminateJob', { jobId, reason: 'seen' });
  }
});

/** Sent by nobody: the service's own word in an answer, Kubernetes', or an order that leaves nothing to show. */
const NOT_SENT = new Set([
  'Ec2Configuration.batchImageStatus',
  'Ec2Configuration.imageKubernetesVersion',
  'ComputeResourceUpdate.updateToLatestImageVersion',
]);

/** Paths of the model's members below a structure that are in none of the requests. */
const unsent = (shape: string, requests: readonly unknown[], path: string): string[] =>
  Object.entries(BATCH.shapes[shape]!).flatMap(([member, type]) => {
    if (NOT_SENT.has(`${shape}.${member}`)) return [];
    if (NOT_YET.some((entry) => entry.shape === shape && entry.member === member)) return [];
    const values = requests
      .map((request) => (request as Json | undefined)?.[member])
      .filter((value) => value !== undefined);
    if (values.length === 0) return [`${path}.${member}`];
    const inner = /@(\w+)/.exec(type)?.[1];
    return inner === undefined ? [] : unsent(inner, values.flat(), `${path}.${member}`);
  });

for (const [operation, requests] of [
  ['CreateComputeEnvironment', ENVIRONMENTS],
  ['UpdateComputeEnvironment', UPDATES],
  ['CreateJobQueue', QUEUES],
  ['UpdateJobQueue', QUEUE_UPDATES],
  ['RegisterJobDefinition', DEFINITIONS],
  ['SubmitJob', SUBMITS],
] as const) {
  test(`every member of ${operation} is sent here, or refused`, () => {
    assert.deepEqual(unsent(`${operation}Request`, requests, operation), []);
  });
}
