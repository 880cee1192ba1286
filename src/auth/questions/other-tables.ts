import {
  type Account,
  clusterArn,
  clusterName,
  containerInstanceArn,
  ecsIdFrom,
  logGroupArn,
  taskArn,
} from '../../domain/arn.ts';
import { groupIn } from '../../domain/log-names.ts';
import { limitedIn } from '../../domain/own-limits.ts';
import { rerunQuestions } from './definition-questions.ts';
import { textAt, textsAt } from './members.ts';
import { type Asking, asks, type Entry, type Question, type Table } from './question.ts';
import { ANY, arnOf } from './resources.ts';

const EVERYTHING: Entry = { kind: 'everything' };
const own = (questions: Extract<Entry, { kind: 'own' }>['questions']): Entry => ({ kind: 'own', questions });

const groupOf = ({ account, input }: Asking): string | undefined => {
  const identifier = textAt(input, 'logGroupIdentifier');
  const name = textAt(input, 'logGroupName') ?? (identifier && groupIn(identifier));
  return name ? logGroupArn(account, name) : undefined;
};

/** About the streams of a group, so that `log-group:g:*` allows it as `log-group:g` does (rule A-174). */
const logGroup = own((asking) => {
  const group = groupOf(asking);
  const resources: Question['resources'] = group === undefined ? [ANY] : [`${group}:log-stream:`, group];
  return [asks(`logs:${asking.operation}`, resources)];
});

const logStream = own((asking) => {
  const group = groupOf(asking);
  const stream = textAt(asking.input, 'logStreamName');
  const resource = group === undefined || stream === undefined ? ANY : `${group}:log-stream:${stream}`;
  return [asks(`logs:${asking.operation}`, [resource])];
});

/** Rules. Who reads a stream reads that job's output. */
export const LOGS_TABLE: Table = {
  GetLogEvents: logStream,
  CreateLogStream: logStream,
  PutLogEvents: logStream,
  FilterLogEvents: logGroup,
  DescribeLogStreams: logGroup,
  CreateLogGroup: logGroup,
  DescribeLogGroups: own(({ account }) => [
    asks('logs:DescribeLogGroups', [`${logGroupArn(account, '')}:log-stream:`, ANY]),
  ]),
};

const clusterAsked = ({ account, input }: Asking): string =>
  clusterArn(account, clusterName(account, textAt(input, 'cluster')));

/** Each of a list of tasks or container instances; `*` for what can be nobody's, and where none is named. */
const eachOf = (
  member: string,
  kind: 'task' | 'container-instance',
  arnOf: (a: Account, cluster: string, id: string) => string,
): Entry => ({
  kind: 'own',
  list: member,
  questions: (asking) => {
    const { account, input, operation } = asking;
    const cluster = clusterName(account, textAt(input, 'cluster'));
    const context = { 'ecs:cluster': clusterAsked(asking) };
    const arns = textsAt(input, member).map((given) => {
      const id = ecsIdFrom(account, kind, cluster, given);
      return id === undefined ? ANY : arnOf(account, cluster, id);
    });
    return (arns.length > 0 ? arns : [ANY]).map((arn) => asks(`ecs:${operation}`, [arn], context));
  },
});

/** Rule A-176. */
export const ECS_TABLE: Table = {
  ListClusters: EVERYTHING,
  DescribeClusters: {
    kind: 'own',
    list: 'clusters',
    questions: ({ account, input }) => {
      const named = textsAt(input, 'clusters');
      const clusters = named.length > 0 ? named : [undefined];
      return clusters.map((given) =>
        asks('ecs:DescribeClusters', [clusterArn(account, clusterName(account, given))]),
      );
    },
  },
  ListContainerInstances: own((asking) => [asks('ecs:ListContainerInstances', [clusterAsked(asking)])]),
  ListTasks: own((asking) => [asks('ecs:ListTasks', [ANY], { 'ecs:cluster': clusterAsked(asking) })]),
  DescribeTasks: eachOf('tasks', 'task', taskArn),
  DescribeContainerInstances: eachOf('containerInstances', 'container-instance', containerInstanceArn),
};

/** Rule A-177. */
export const EC2_TABLE: Table = { DescribeInstances: EVERYTHING };

/** About whose limits they are. */
const limitQuestions = ({ account, input, found }: Asking): Question[] => {
  const given = textAt(input, 'name');
  if (given === undefined) return [asks('longshore:SetLimits', [ANY])];
  const { kind, name } = limitedIn(given);
  const entity = found.entity ?? `arn:${account.partition}:iam::${account.account}:${kind}/${name}`;
  return [asks('longshore:SetLimits', [kind === 'queue' ? arnOf(account, 'job-queue', name) : entity])];
};

/** Operations of our own: reads ask what their counterpart in Batch asks. */
export const LONGSHORE_TABLE: Table = {
  SearchJobs: { kind: 'everything', action: 'batch:ListJobs' },
  GetArrayGroups: { kind: 'everything', action: 'batch:ListJobs' },
  ExplainJob: { kind: 'everything', action: 'batch:DescribeJobs' },
  GetOverview: EVERYTHING,
  StopJobs: { kind: 'found', action: 'batch:TerminateJob' },
  RetryJobs: own(rerunQuestions),
  ListLimits: EVERYTHING,
  SetLimits: own(limitQuestions),
  CheckAccess: { kind: 'everything', action: 'iam:SimulatePrincipalPolicy' },
};
