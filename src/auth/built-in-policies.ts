/* Policies that the service provides under `arn:aws:iam::aws:policy/`, as far as they mean something here (rule A-051). */

const document = (...statements: readonly object[]): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: statements.map((one) => ({ Effect: 'Allow', ...one })),
  });

const READS = ['Describe*', 'Get*', 'List*'];
const readsOf = (...services: readonly string[]): string[] =>
  services.flatMap((service) => READS.map((name) => `${service}:${name}`));
const LOGS = [...readsOf('logs'), 'logs:FilterLogEvents', 'logs:StartLiveTail'];

const BATCH_ROLES = [
  'role/AWSBatchServiceRole',
  'role/service-role/AWSBatchServiceRole',
  'role/ecsInstanceRole',
  'instance-profile/ecsInstanceRole',
  'role/iaws-ec2-spot-fleet-role',
  'role/aws-ec2-spot-fleet-role',
  'role/AWSBatchJobRole*',
].map((role) => `arn:aws:iam::*:${role}`);

/** What the stacks of Batch's own guides give to services and to hosts, as far as it is asked about here. */
const WRITES_LOGS = ['logs:CreateLogStream', 'logs:PutLogEvents'];

/** What the command line reads with. */
const SEES = [...readsOf('batch', 'ecs', 'ec2'), 'longshore:GetOverview', ...LOGS];

/** No pattern has a partition. */
const JOBS = ['aws', 'aws-cn', 'aws-us-gov'].map((partition) => `arn:${partition}:batch:*:*:job/*`);
const OWNER = { 'longshore:JobOwner': `$\{aws:userid}` };

/**
 * Who works with queues that others keep: it submits, reads what comes of it, and stops and runs again what is its own. What is new is
 * nobody's yet.
 */
const SUBMITS = [
  { Action: 'batch:SubmitJob', Resource: '*', Condition: { StringEqualsIfExists: OWNER } },
  { Action: 'batch:TagResource', Resource: JOBS, Condition: { StringEqualsIfExists: OWNER } },
  { Action: ['batch:CancelJob', 'batch:TerminateJob'], Resource: JOBS, Condition: { StringEquals: OWNER } },
];

/** Who keeps running what is there, for everybody: it makes and deletes nothing, passes no role and gives no rights. */
const OPERATES = [
  ...['SubmitJob', 'CancelJob', 'TerminateJob', 'UpdateJobQueue', 'UpdateComputeEnvironment'],
  ...['UpdateSchedulingPolicy', 'UpdateConsumableResource'],
].map((name) => `batch:${name}`);

/** Of jobs alone: policies may look at the tags of all else. */
const TAGS_JOBS = { Action: ['batch:TagResource', 'batch:UntagResource'], Resource: JOBS };

const DOCUMENTS: ReadonlyMap<string, string> = new Map([
  ['AdministratorAccess', document({ Action: '*', Resource: '*' })],
  [
    'AWSBatchFullAccess',
    document(
      { Action: ['batch:*', ...readsOf('longshore', 'ecs'), 'ec2:Describe*', ...LOGS], Resource: '*' },
      { Action: 'iam:PassRole', Resource: BATCH_ROLES },
    ),
  ],
  ['CloudWatchLogsReadOnlyAccess', document({ Action: LOGS, Resource: '*' })],
  [
    'IAMFullAccess',
    document({ Action: ['iam:*', 'longshore:ListLimits', 'longshore:SetLimits'], Resource: '*' }),
  ],
  ['IAMReadOnlyAccess', document({ Action: [...readsOf('iam'), 'longshore:ListLimits'], Resource: '*' })],
  [
    'ReadOnlyAccess',
    document({ Action: [...readsOf('batch', 'ecs', 'ec2', 'iam', 'longshore'), ...LOGS], Resource: '*' }),
  ],
  [
    'longshore/Operator',
    document({ Action: [...SEES, ...readsOf('longshore'), ...OPERATES], Resource: '*' }, TAGS_JOBS),
  ],
  ['longshore/Submitter', document({ Action: SEES, Resource: '*' }, ...SUBMITS)],
  ['service-role/AmazonEC2ContainerServiceforEC2Role', document({ Action: WRITES_LOGS, Resource: '*' })],
  [
    'service-role/AmazonEC2SpotFleetTaggingRole',
    document({ Action: 'ec2:DescribeInstances', Resource: '*' }),
  ],
  ['service-role/AmazonECSTaskExecutionRolePolicy', document({ Action: WRITES_LOGS, Resource: '*' })],
  [
    'service-role/AWSBatchServiceRole',
    document({
      Action: [
        ...readsOf('ecs'),
        'ec2:DescribeInstances',
        'logs:CreateLogGroup',
        ...WRITES_LOGS,
        'logs:DescribeLogGroups',
      ],
      Resource: '*',
    }),
  ],
]);

/** Their names with their paths, as they stand behind `:policy/`, in their order. */
export const BUILT_IN: readonly string[] = [...DOCUMENTS.keys()].sort();

/** The document of a policy of the service's own; undefined for those that grant nothing here. */
export const builtIn = (arn: string): string | undefined => {
  const [, name] = /^arn:[^:]+:iam::aws:policy\/(.+)$/.exec(arn) ?? [];
  return name === undefined ? undefined : DOCUMENTS.get(name);
};
