import type { Random } from '../random.ts';
import { CONSUMABLE_MISTAKES, wrongConsuming } from './consumable-mistakes.ts';
import type { Draft } from './definitions.ts';
import {
  type Any,
  inside,
  LONG,
  type Mistake,
  many,
  NULL,
  set,
  TYPE,
  uuid,
  without,
  wrong,
} from './mistake.ts';
import { POLICY_MISTAKES, wrongPolicy, wrongSharing } from './policy-mistakes.ts';
import { STOP_MISTAKES } from './stop-mistakes.ts';
import { TAG_MISTAKES, tagged } from './tag-mistakes.ts';

/** Another text in place of the first range's. */
const ranges =
  (...texts: string[]) =>
  (input: Any, r: Random): Any => {
    const [first, ...rest] = input.nodeRangeProperties;
    return { ...input, nodeRangeProperties: [{ ...first, targetNodes: r.pick(texts) }, ...rest] };
  };

const retry: readonly Mistake[] = [
  wrong(/^RetryAttempts must be between/, set('retryStrategy', { attempts: 0 }, { attempts: 11 })),
  wrong(/^RetryAttempts must be provided/, set('retryStrategy', { evaluateOnExit: [] })),
  wrong(
    /^evaluateOnExit takes at most|^EvaluateOnExit|^Evaluate on exit/,
    set(
      'retryStrategy',
      { attempts: 2, evaluateOnExit: many(6, () => ({ action: 'EXIT', onExitCode: '1' })) },
      { attempts: 2, evaluateOnExit: [{ action: 'EXIT' }] },
      { attempts: 2, evaluateOnExit: [{ action: 'STOP', onExitCode: '1' }] },
      { attempts: 2, evaluateOnExit: [{ action: 'EXIT', onReason: '*x' }] },
      { attempts: 2, evaluateOnExit: [{ action: 'EXIT', onExitCode: 'one' }] },
    ),
  ),
  wrong(
    /^AttemptDurationSeconds/,
    set('timeout', { attemptDurationSeconds: 59 }, { attemptDurationSeconds: 0 }),
  ),
  ...tagged,
];

const register: readonly Mistake[] = [
  ...retry,
  wrong(/^Job definition name/, set('jobDefinitionName', 'a b', '', LONG)),
  wrong(NULL, without('type')),
  wrong(/satisfy enum/, set('type', 'pod')),
  wrong(/^containerProperties is required/, without('containerProperties')),
  wrong(/^Node properties|not supported by Longshore yet|nodeProperties/, (input) => ({
    ...input,
    type: 'multinode',
    containerProperties: undefined,
  })),
  wrong(/^ECS Container Image|^image must/, inside('containerProperties', set('image', '', 'a b'))),
  wrong(/^Command field/, inside('containerProperties', set('command', ['x', '']))),
  wrong(
    /AWS_BATCH/,
    inside('containerProperties', set('environment', [{ name: 'AWS_BATCH_X', value: '1' }])),
  ),
  wrong(
    /^vCPU is not provided/,
    inside('containerProperties', () => ({ image: 'x', memory: 4 })),
  ),
  wrong(
    /^vCPU must be at least/,
    inside('containerProperties', () => ({ image: 'x', memory: 4, vcpus: 0 })),
  ),
  wrong(
    /^Memory must be at least/,
    inside('containerProperties', () => ({ image: 'x', memory: 3, vcpus: 1 })),
  ),
  wrong(
    /^Memory is not provided/,
    inside('containerProperties', () => ({ image: 'x', vcpus: 1 })),
  ),
  wrong(
    /^Cannot use both/,
    inside('containerProperties', () => both),
  ),
  wrong(
    /^Cannot provide duplicates/,
    inside('containerProperties', () => twice),
  ),
  wrong(
    /^Value .* is not valid/,
    inside('containerProperties', () => ({ ...twice, resourceRequirements: odd })),
  ),
  wrong(/^Scheduling priority/, set('schedulingPriority', -1, 10_000)),
  ...wrongConsuming,
  wrong(/^Capability|^Exactly 1/, set('platformCapabilities', ['GCP'], ['EC2', 'FARGATE'])),
  wrong(/Fargate/, (input) => ({
    ...input,
    containerProperties: { image: 'x', vcpus: 1, memory: 4 },
    platformCapabilities: ['FARGATE'],
  })),
  wrong(/^Containers must|Cannot use both/, set('eksProperties', { podProperties: {} })),
  wrong(TYPE, set('parameters', [], { a: 1 })),
];
/** Of a definition of type multinode. */
const registerNodes: readonly Mistake[] = [
  ...retry,
  ...(
    [
      [/^Number of nodes must be/, set('numNodes', 0, -1, 1001)],
      [/^Main node index is out of range/, set('mainNode', -1, 9, 1000)],
      [/^targetNodes should contain only digits/, ranges('a:b', '', '0-1', '0:x')],
      [/^targetNodes '\S+' is no range/, ranges(':', '1:0', '0:1:2')],
      [/^targetNodes '\S+' is out of range/, ranges('9', '0:9')],
      [/^Node ranges must cover all nodes/, (input: Any) => ({ ...input, nodeRangeProperties: [] })],
      [
        /^Maximum allowed size of node range/,
        (input: Any) => {
          return { ...input, nodeRangeProperties: many(6, () => input.nodeRangeProperties[0]) };
        },
      ],
      [
        /^Must specify container for node range/,
        (input: Any) => {
          return { ...input, nodeRangeProperties: [{ targetNodes: '0:' }] };
        },
      ],
    ] as const
  ).map(([text, change]) => wrong(text, inside('nodeProperties', change as Mistake['spoil']))),
  wrong(/MNP jobs/, set('platformCapabilities', ['FARGATE'])),
  wrong(/^Cannot use both/, set('containerProperties', { image: 'x', vcpus: 1, memory: 4 })),
  wrong(/^nodeProperties is for/, set('type', 'container')),
  wrong(/^Node properties of multinode job is required/, without('nodeProperties')),
  wrong(NULL, inside('nodeProperties', without('numNodes'))),
];
const both = { image: 'x', vcpus: 1, memory: 4, resourceRequirements: [{ type: 'VCPU', value: '1' }] };
const odd = [
  { type: 'VCPU', value: 'two' },
  { type: 'MEMORY', value: '64' },
];
const twice = {
  image: 'x',
  memory: 4,
  resourceRequirements: [
    { type: 'VCPU', value: '1' },
    { type: 'VCPU', value: '2' },
  ],
};

const submit: readonly Mistake[] = [
  ...retry,
  wrong(/^Job name/, set('jobName', 'a b', '-a', '', LONG)),
  wrong(/^Array size/, set('arrayProperties', { size: 1 }, { size: 10_001 }, { size: 0 }, { size: -1 })),
  wrong(
    /more than 20/,
    set(
      'dependsOn',
      many(21, () => ({ jobId: uuid })),
    ),
  ),
  wrong(/^Command field/, set('containerOverrides', { command: [''] })),
  wrong(/AWS_BATCH/, set('containerOverrides', { environment: [{ name: 'AWS_BATCH_JOB_ID', value: '' }] })),
  wrong(/^vCPU must/, set('containerOverrides', { vcpus: 0 })),
  wrong(/^Memory must/, set('containerOverrides', { memory: 3 })),
  wrong(/^Value /, set('containerOverrides', { resourceRequirements: [{ type: 'VCPU', value: '1x' }] })),
  wrong(/^dependsOn\[/, set('dependsOn', [{}], [{ type: 'N_TO_N' }])),
  wrong(
    /^Job \S+ not found/,
    set('dependsOn', [{ jobId: uuid }], [{ jobId: 'junk' }], [{ jobId: `${uuid}:1` }]),
  ),
  wrong(/^Unable to substitute/, set('containerOverrides', { command: ['Ref::nobody-knows'] })),
  ...wrongSharing,
  wrong(/^eksPropertiesOverride /, set('eksPropertiesOverride', { podProperties: {} })),
  wrong(/^JobQueue/, set('jobQueue', 'no-queue', 'arn:aws:batch:us-east-1:1:job-queue/q0')),
  wrong(/^JobDefinition/, set('jobDefinition', 'no-definition', 'd0:99999', 'a b')),
  wrong(NULL, without('jobQueue')),
  wrong(TYPE, set('jobName', 7, {}, [])),
  wrong(/satisfy enum/, set('dependsOn', [{ type: 'ANY' }])),
];

const page: readonly Mistake[] = [
  wrong(/^maxResults must/, set('maxResults', 0, -1, 100_000)),
  wrong(/^Invalid nextToken/, set('nextToken', 'junk', 'a.b', 'bnVsbA.AAAAAAAAAAAAAAAAAAAAAA')),
];

const named = (member: string): readonly Mistake[] => [
  ...page.map(({ text, spoil }) => wrong(text, (input, r) => spoil(without(member)(input), r))),
  wrong(
    /^Maximum number/,
    set(
      member,
      many(101, (at) => `n${at}`),
    ),
  ),
  wrong(/cannot (both )?be/, (input) => ({ ...input, [member]: ['n'], maxResults: 5 })),
  wrong(TYPE, set(member, 'word', [7])),
];

const NOT_YET = /is not supported by Longshore yet/;

const environment: readonly Mistake[] = [
  wrong(/^Compute Environment name/, set('computeEnvironmentName', 'a b', '', LONG)),
  wrong(/satisfy enum/, set('state', 'ON')),
  wrong(NULL, without('type')),
  wrong(/must be provided|required/i, (input) => ({
    ...input,
    type: 'MANAGED',
    computeResources: undefined,
  })),
  wrong(/ServiceRole is required/, (input) => ({
    computeEnvironmentName: input.computeEnvironmentName,
    type: 'UNMANAGED',
  })),
  ...(
    [
      [/^minvCpus should be/, { minvCpus: -1 }],
      [/^maxvCpus should be/, { minvCpus: 9, maxvCpus: 8 }],
      [/^desiredvCpus should be/, { desiredvCpus: 9, maxvCpus: 8 }],
      [/^Resource maxvCpus is required/, { maxvCpus: undefined }],
      [/required/, { instanceTypes: [] }],
      [/^Instance type/, { instanceTypes: ['zz.large'] }],
      [/required/, { subnets: [] }],
      [/required/, { instanceRole: undefined }],
      [/^Allocation strategy|^allocationStrategy/, { allocationStrategy: 'SPOT_CAPACITY_OPTIMIZED' }],
      [/^Allocation strategy|^allocationStrategy/, { allocationStrategy: 'SPOT_PRICE_CAPACITY_OPTIMIZED' }],
      [NOT_YET, { type: 'ECS_MANAGED_INSTANCES' }],
    ] as const
  ).map(([text, change]) =>
    wrong(text, (input) => ({
      computeEnvironmentName: input.computeEnvironmentName,
      type: 'MANAGED',
      computeResources: { ...EC2, ...change },
    })),
  ),
];
const EC2 = {
  type: 'EC2',
  maxvCpus: 4,
  instanceTypes: ['optimal'],
  instanceRole: 'r',
  subnets: ['s'],
  securityGroupIds: ['g'],
};

const order = (entries: number, change: (at: number) => object) =>
  many(entries, (at) => ({ order: at, computeEnvironment: `e${at}`, ...change(at) }));

const queue: readonly Mistake[] = [
  wrong(/priority must not/, set('priority', -1)),
  wrong(
    /^Only 3/,
    set(
      'computeEnvironmentOrder',
      order(4, () => ({})),
    ),
  ),
  wrong(
    /must not be negative|must be created/,
    set(
      'computeEnvironmentOrder',
      order(1, () => ({ order: -1 })),
    ),
  ),
  wrong(
    /must be created and valid/,
    set(
      'computeEnvironmentOrder',
      order(1, () => ({ computeEnvironment: '?' })),
    ),
  ),
  wrong(/satisfy enum/, set('state', 'OFF')),
  wrongPolicy,
  wrong(
    /job action|^jobStateTimeLimitActions|^Duplicate job state/,
    set(
      'jobStateTimeLimitActions',
      [{ reason: 'x', state: 'RUNNABLE', maxTimeSeconds: 600, action: 'CANCEL' }],
      [
        {
          reason: 'CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY',
          state: 'RUNNABLE',
          maxTimeSeconds: 5,
          action: 'CANCEL',
        },
      ],
    ),
  ),
];

const createQueue: readonly Mistake[] = [
  ...queue,
  wrong(/^jobQueueName must|^Job Queue name/, set('jobQueueName', '', 'a b', LONG)),
  wrong(/Order is required/, set('computeEnvironmentOrder', [], null)),
  wrong(NOT_YET, set('jobQueueType', 'SAGEMAKER_TRAINING')),
  wrong(NULL, without('priority')),
];

const noGroup = wrong(/^The specified log group does not exist/, set('logGroupName', 'no-group'));
const noCluster = wrong(/^Cluster not found/, set('cluster', 'nobody', undefined));
const listOf = (member: string): readonly Mistake[] => [
  wrong(/can not be empty/, set(member, [])),
  wrong(/can not be blank/, set(member, [''], ['x', ' '])),
  wrong(
    /cannot have more than 100/,
    set(
      member,
      many(101, (at) => `x${at}`),
    ),
  ),
  wrong(TYPE, set(member, 'x', [1])),
];

const MISTAKES: Readonly<Record<string, readonly Mistake[]>> = {
  RegisterJobDefinition: register,
  DeregisterJobDefinition: [
    wrong(/^Job definition \S+ does not exist/, set('jobDefinition', 'no-such', 'no-such:1')),
    wrong(NULL, without('jobDefinition')),
  ],
  DescribeJobDefinitions: named('jobDefinitions'),
  SubmitJob: submit,
  ...POLICY_MISTAKES,
  ...CONSUMABLE_MISTAKES,
  ...STOP_MISTAKES,
  ...TAG_MISTAKES,
  RetryJobs: [
    wrong(/^states takes FAILED/, set('states', ['FAILED', 'SUCCEEDED'])),
    wrong(/satisfy enum/, set('states', ['DONE'])),
    wrong(/^Job \S* ?not found/, set('jobId', 'junk', `${uuid}:`)),
    wrong(NULL, without('jobId')),
    wrong(TYPE, set('indices', 'x', ['x'])),
    wrong(TYPE, set('changes', 'x', { memory: 'x' }, { environment: {} })),
    wrong(TYPE, set('withDependents', 'yes')),
  ],
  DescribeJobs: [
    wrong(
      /^Maximum number/,
      set(
        'jobs',
        many(101, () => uuid),
      ),
    ),
    wrong(TYPE, set('jobs', 'x', [1])),
    wrong(/^jobs is required/, without('jobs')),
  ],
  ListJobs: [
    ...page,
    wrong(/^exactly one/, () => ({})),
    wrong(/^exactly one/, () => ({ jobQueue: 'q0', arrayJobId: uuid })),
    wrong(/not an array job/, () => ({ arrayJobId: uuid })),
    wrong(/is not a multi-node job/, () => ({ multiNodeJobId: uuid })),
    wrong(/^filters/, (input, r) => ({
      ...input,
      filters: [{ name: r.pick(['NONE', 'BEFORE_CREATED_AT', 'AFTER_CREATED_AT']), values: ['-1'] }],
    })),
    wrong(/satisfy enum/, set('jobStatus', 'DONE')),
  ],
  CreateComputeEnvironment: environment,
  UpdateComputeEnvironment: [
    wrong(/does not exist/, set('computeEnvironment', 'no-such')),
    wrong(/satisfy enum/, set('state', 'ON')),
    wrong(NULL, without('computeEnvironment')),
    wrong(/jobExecutionTimeoutMinutes/, set('updatePolicy', { jobExecutionTimeoutMinutes: 0 })),
  ],
  DeleteComputeEnvironment: [wrong(NULL, without('computeEnvironment'))],
  DescribeComputeEnvironments: named('computeEnvironments'),
  CreateJobQueue: createQueue,
  UpdateJobQueue: [...queue, wrong(/does not exist/, set('jobQueue', 'no-such'))],
  DeleteJobQueue: [wrong(NULL, without('jobQueue'))],
  DescribeJobQueues: named('jobQueues'),
  GetJobQueueSnapshot: [wrong(/^JobQueue/, set('jobQueue', 'no-queue')), wrong(NULL, without('jobQueue'))],
  GetLogEvents: [wrong(NULL, without('logStreamName')), noGroup],
  FilterLogEvents: [noGroup],
  DescribeLogStreams: [noGroup],
  DescribeLogGroups: [wrong(TYPE, set('limit', 'all'))],
  DescribeTasks: [noCluster, ...listOf('tasks')],
  ListTasks: [noCluster, wrong(TYPE, set('maxResults', 'all'))],
  DescribeContainerInstances: [noCluster, ...listOf('containerInstances')],
  ListContainerInstances: [noCluster, wrong(TYPE, set('maxResults', 'all'))],
  DescribeClusters: listOf('clusters').slice(1),
  ListClusters: [wrong(TYPE, set('maxResults', 'all'))],
  DescribeInstances: [wrong(/^The instance ID 'i-0' does not exist/, set('instanceIds', ['i-0']))],
};

/** Something wrong in a request, and what must be said of it. */
export const spoil = (draft: Draft, r: Random): Draft & { readonly mistake: RegExp } => {
  const mistakes = draft.input.type === 'multinode' ? registerNodes : MISTAKES[draft.operation]!;
  const { text, spoil: change } = r.pick(mistakes);
  return { operation: draft.operation, input: change(draft.input, r), mistake: text };
};
