/*
 * Requests that together send every member of the wire's model, but for those that are refused: see test/e2e/echo.test.ts.
 */
type Json = Record<string, unknown>;

export const RESOURCES = {
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

export const ENVIRONMENTS: readonly Json[] = [
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
  {
    computeEnvironmentName: 'slices',
    type: 'MANAGED',
    computeResources: { type: 'FARGATE', maxvCpus: 8, subnets: ['subnet-1'], securityGroupIds: ['sg-1'] },
  },
  {
    computeEnvironmentName: 'nodes',
    type: 'MANAGED',
    computeResources: {
      type: 'EC2',
      minvCpus: 0,
      maxvCpus: 8,
      instanceTypes: ['optimal'],
      subnets: ['subnet-1'],
      securityGroupIds: ['sg-1'],
      instanceRole: 'ecsInstanceRole',
    },
  },
];

/** Of the environment `full`; what Describe does not have is listed below. */
export const UPDATES: readonly Json[] = [
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
  { computeEnvironment: 'named', serviceRole: 'arn:aws:iam::012345678910:role/later' },
  { computeEnvironment: 'own', unmanagedvCpus: 9 },
];

/** The first is the queue's that is sent whole, the last is for queues of service jobs. */
export const POLICIES: readonly Json[] = [
  {
    name: 'full',
    fairsharePolicy: {
      shareDecaySeconds: 900,
      computeReservation: 5,
      shareDistribution: [
        { shareIdentifier: 'one', weightFactor: 0.25 },
        { shareIdentifier: 'team*', weightFactor: 0.5 },
      ],
    },
    tags: { a: 'b' },
  },
  { name: 'other' },
  { name: 'quota', quotaSharePolicy: { idleResourceAssignmentStrategy: 'FIFO' } },
];
export const policyArn = (name: string) => `arn:aws:batch:us-east-1:012345678910:scheduling-policy/${name}`;

/** What is sent is in force and shown, as it is. */
export const POLICY_UPDATES: readonly Json[] = [
  {
    arn: policyArn('full'),
    fairsharePolicy: {
      shareDecaySeconds: 1200,
      computeReservation: 10,
      shareDistribution: [{ shareIdentifier: 'one', weightFactor: 0.125 }],
    },
  },
  { arn: policyArn('quota'), quotaSharePolicy: { idleResourceAssignmentStrategy: 'FIFO' } },
];

export const CONSUMABLES: readonly Json[] = [
  {
    consumableResourceName: 'licences',
    totalQuantity: 10,
    resourceType: 'REPLENISHABLE',
    tags: { a: 'b' },
  },
  { consumableResourceName: 'budget', totalQuantity: 4, resourceType: 'NON_REPLENISHABLE' },
];

/** What each leaves the total at. */
export const CONSUMABLE_UPDATES: readonly (readonly [Json, number])[] = [
  [{ consumableResource: 'licences', operation: 'ADD', quantity: 2, clientToken: 't' }, 12],
];

const consumable = (name: string) => `arn:aws:batch:us-east-1:012345678910:consumable-resource/${name}`;
const consumables = (name: string, quantity: number) => ({
  consumableResourceList: [{ consumableResource: consumable(name), quantity }],
});

const ENVIRONMENT_ARN = 'arn:aws:batch:us-east-1:012345678910:compute-environment';
const ORDER = [{ order: 1, computeEnvironment: `${ENVIRONMENT_ARN}/full` }];
const LIMITS = [
  {
    reason: 'MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT',
    state: 'RUNNABLE',
    maxTimeSeconds: 600,
    action: 'CANCEL',
  },
];

export const QUEUES: readonly Json[] = [
  {
    jobQueueName: 'full',
    state: 'DISABLED',
    priority: 5,
    computeEnvironmentOrder: ORDER,
    jobQueueType: 'ECS',
    schedulingPolicyArn: policyArn('full'),
    tags: { a: 'b' },
    jobStateTimeLimitActions: LIMITS,
  },
  ...['slices', 'nodes'].map((name) => ({
    jobQueueName: name,
    priority: 1,
    computeEnvironmentOrder: [{ order: 1, computeEnvironment: `${ENVIRONMENT_ARN}/${name}` }],
  })),
];
export const QUEUE_UPDATES: readonly Json[] = [
  {
    jobQueue: 'full',
    state: 'ENABLED',
    priority: 6,
    schedulingPolicyArn: policyArn('other'),
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

export const DEFINITIONS: readonly Json[] = [
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
    consumableResourceProperties: consumables('licences', 1),
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
  {
    jobDefinitionName: 'nodes',
    type: 'multinode',
    nodeProperties: {
      numNodes: 2,
      mainNode: 0,
      nodeRangeProperties: [
        {
          targetNodes: '0:',
          instanceTypes: ['c5.large'],
          container: { ...CONTAINER, vcpus: 1, memory: 128 },
          consumableResourceProperties: consumables('licences', 1),
        },
      ],
    },
  },
];

/** The queue that takes a definition’s jobs. */
export const queueFor = (definition: unknown): string => {
  const own: Record<string, string> = { fargate: 'slices', nodes: 'nodes' };
  return own[String(definition)] ?? 'full';
};

export const SUBMITS: readonly Json[] = [
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
    shareIdentifier: 'one',
    schedulingPriorityOverride: 4,
    consumableResourcePropertiesOverride: consumables('budget', 1),
  },
  {
    jobName: 'j',
    jobQueue: 'slices',
    jobDefinition: 'fargate',
    dependsOn: [{ jobId: 'the first one', type: 'SEQUENTIAL' }],
    containerOverrides: {
      resourceRequirements: [
        { type: 'VCPU', value: '2' },
        { type: 'MEMORY', value: '4096' },
      ],
    },
  },
  {
    jobName: 'j',
    jobQueue: 'nodes',
    jobDefinition: 'nodes',
    nodeOverrides: {
      numNodes: 3,
      nodePropertyOverrides: [
        {
          targetNodes: '0:',
          instanceTypes: ['m5.large'],
          containerOverrides: { command: ['echo', 'z'], environment: [{ name: 'A', value: '3' }] },
          consumableResourcePropertiesOverride: consumables('licences', 2),
        },
      ],
    },
  },
];
