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

const DOCUMENTS: ReadonlyMap<string, string> = new Map([
  ['AdministratorAccess', document({ Action: '*', Resource: '*' })],
  ['IAMFullAccess', document({ Action: 'iam:*', Resource: '*' })],
  ['IAMReadOnlyAccess', document({ Action: readsOf('iam'), Resource: '*' })],
  ['CloudWatchLogsReadOnlyAccess', document({ Action: LOGS, Resource: '*' })],
  [
    'ReadOnlyAccess',
    document({ Action: [...readsOf('batch', 'ecs', 'ec2', 'iam', 'longshore'), ...LOGS], Resource: '*' }),
  ],
  [
    'AWSBatchFullAccess',
    document(
      { Action: ['batch:*', 'longshore:*', ...readsOf('ecs'), 'ec2:Describe*', ...LOGS], Resource: '*' },
      { Action: 'iam:PassRole', Resource: BATCH_ROLES },
    ),
  ],
]);

/** The document of a policy of the service's own; undefined for those that grant nothing here. */
export const builtIn = (arn: string): string | undefined => {
  const [, name] = /^arn:[^:]+:iam::aws:policy\/(.+)$/.exec(arn) ?? [];
  return name === undefined ? undefined : DOCUMENTS.get(name);
};
