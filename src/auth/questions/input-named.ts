import type { Account } from '../../domain/arn.ts';
import { roleArn } from '../../domain/roles.ts';
import { iamNamed } from './iam-table.ts';
import type { Entry } from './question.ts';
import { TABLES } from './questions.ts';
import { ANY } from './resources.ts';

/** An operation that the tables know. */
export interface Named {
  readonly service: string;
  readonly operation: string;
  readonly entry: Entry;
}

/** Which operation asks for `batch:SubmitJob` by that name, without regard to case; none asks for `iam:PassRole`. */
export const operationOf = (action: string): Named | undefined => {
  const [service = '', asked = ''] = action.split(':');
  const table = Object.hasOwn(TABLES, service.toLowerCase()) ? TABLES[service.toLowerCase()]! : {};
  const operation = Object.keys(table).find((one) => one.toLowerCase() === asked.toLowerCase());
  return operation === undefined
    ? undefined
    : { service: service.toLowerCase(), operation, entry: table[operation]! };
};

/** By which member an operation names what it is about first, where its table has questions of its own. */
const MEMBERS: Readonly<Record<string, string>> = {
  'batch:SubmitJob': 'jobQueue',
  'batch:SubmitServiceJob': 'jobQueue',
  'batch:CreateQuotaShare': 'jobQueue',
  'batch:CreateJobQueue': 'jobQueueName',
  'batch:UpdateJobQueue': 'jobQueue',
  'batch:CreateComputeEnvironment': 'computeEnvironmentName',
  'batch:UpdateComputeEnvironment': 'computeEnvironment',
  'batch:DeregisterJobDefinition': 'jobDefinition',
  'batch:UpdateServiceJob': 'jobId',
  'batch:TagResource': 'resourceArn',
  'batch:UntagResource': 'resourceArn',
  'ecs:ListContainerInstances': 'cluster',
  'ecs:ListTasks': 'cluster',
  'longshore:RetryJobs': 'jobId',
  'longshore:SetLimits': 'name',
};

/**
 * What a request of an operation would say that a person tells the first thing of: by an ARN, or by a name or id. Without one
 * (`*`) it names nothing.
 */
export const inputNamed = (
  account: Account,
  { service, operation, entry }: Named,
  given: string,
): Readonly<Record<string, unknown>> => {
  if (given === ANY) return {};
  if (service === 'iam') return iamNamed(account, operation, given);
  switch (entry.kind) {
    case 'named':
    case 'made':
      return { [entry.member]: given };
    case 'each':
      return { [entry.member]: [given] };
    case 'trust':
      return { RoleArn: roleArn(account, given) };
    case 'everything':
    case 'nothing':
    case 'found':
      return {};
    case 'own':
      return ownNamed(`${service}:${operation}`, given);
  }
};

const ownNamed = (action: string, given: string): Readonly<Record<string, unknown>> => {
  const member = MEMBERS[action];
  if (member !== undefined) return { [member]: given };
  if (action === 'batch:RegisterJobDefinition')
    return { jobDefinitionName: given.replace(/^arn:[^/]*:job-definition\//, '') };
  return action.startsWith('logs:') ? logsNamed(action, given) : ecsNamed(action, given);
};

const GROUP = '/aws/batch/job';

/** A stream's name is of the jobs' group. */
const logsNamed = (action: string, given: string): Readonly<Record<string, unknown>> => {
  const [, group = GROUP, rest = given] =
    /^arn:[^:]*:logs:[^:]*:\d*:log-group:([^:]+)(.*)$/.exec(given) ?? [];
  const isStream = /Stream$|LogEvents$/.test(action) && action !== 'logs:FilterLogEvents';
  if (isStream) return { logGroupName: group, logStreamName: rest.replace(/^:log-stream:/, '') };
  return { logGroupName: given.startsWith('arn:') ? group : given };
};

/** A task's or an instance's ARN has its cluster. */
const ecsNamed = (action: string, given: string): Readonly<Record<string, unknown>> => {
  const list = { 'ecs:DescribeTasks': 'tasks', 'ecs:DescribeContainerInstances': 'containerInstances' }[
    action
  ];
  if (list === undefined) return { clusters: [given] };
  const cluster = /:(?:task|container-instance)\/([^/]+)\//.exec(given)?.[1];
  return { [list]: [given], ...(cluster !== undefined && { cluster }) };
};
