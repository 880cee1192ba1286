import { queueArn } from '../../domain/arn.ts';
import { listAt, scalarAt, textAt } from './members.ts';
import { type Asking, asks, mayNotBeDenied, type Question } from './question.ts';
import { ANY, arnOf } from './resources.ts';
import { passesRoles } from './roles-passed.ts';
import { setsTags, tagsOfNew, tagsSaid } from './tags-said.ts';

/* Queues, quota shares and what is submitted to services. Rules. */

/** The environments and the policy that a queue names: a Deny on them counts. */
const placesNamed = ({ account, input }: Asking, action: string): Question[] => {
  const policy = textAt(input, 'schedulingPolicyArn');
  const places = [
    ...listAt(input, 'computeEnvironmentOrder').map((one) =>
      arnOf(account, 'compute-environment', textAt(one, 'computeEnvironment')),
    ),
    ...listAt(input, 'serviceEnvironmentOrder').map((one) =>
      arnOf(account, 'service-environment', textAt(one, 'serviceEnvironment')),
    ),
    ...(policy === undefined ? [] : [arnOf(account, 'scheduling-policy', policy)]),
  ];
  return places.filter((arn) => arn !== ANY).map((arn) => mayNotBeDenied(asks(action, [arn])));
};

export const createQueueQuestions = (asking: Asking): readonly Question[] => {
  const { account, input } = asking;
  const queue = arnOf(account, 'job-queue', textAt(input, 'jobQueueName'));
  return [
    asks('batch:CreateJobQueue', [queue], tagsOfNew(input)),
    ...(setsTags(input) ? [asks('batch:TagResource', [queue], tagsOfNew(input))] : []),
    ...placesNamed(asking, 'batch:CreateJobQueue'),
  ];
};

export const updateQueueQuestions = (asking: Asking): readonly Question[] => [
  asks('batch:UpdateJobQueue', [arnOf(asking.account, 'job-queue', textAt(asking.input, 'jobQueue'))]),
  ...placesNamed(asking, 'batch:UpdateJobQueue'),
];

/** A quota share's name is below its queue's. */
const shareArn = ({ account }: Asking, queue: string, name: string | undefined): string =>
  queue === ANY || name === undefined || !queue.startsWith(queueArn(account, ''))
    ? ANY
    : `${queue}/quota-share/${name}`;

export const createQuotaShareQuestions = (asking: Asking): readonly Question[] => {
  const { account, input } = asking;
  const queue = arnOf(account, 'job-queue', textAt(input, 'jobQueue'));
  const share = shareArn(asking, queue, textAt(input, 'quotaShareName'));
  return [
    asks('batch:CreateQuotaShare', [queue], tagsSaid(input)),
    asks('batch:CreateQuotaShare', [share], tagsOfNew(input)),
    ...(setsTags(input) ? [asks('batch:TagResource', [share], tagsOfNew(input))] : []),
  ];
};

export const submitServiceQuestions = (asking: Asking): readonly Question[] => {
  const { account, input } = asking;
  const queue = arnOf(account, 'job-queue', textAt(input, 'jobQueue'));
  const quotaShare = textAt(input, 'quotaShareName');
  const share = scalarAt(input, 'shareIdentifier');
  const priority = scalarAt(input, 'schedulingPriority');
  const context = {
    ...(share !== undefined && { 'batch:ShareIdentifier': share }),
    ...(priority !== undefined && { 'batch:SchedulingPriority': priority }),
    ...tagsSaid(input),
  };
  const action = 'batch:SubmitServiceJob';
  return [
    asks(action, [queue], context),
    ...(quotaShare === undefined ? [] : [asks(action, [shareArn(asking, queue, quotaShare)], context)]),
    ...(setsTags(input) ? [asks('batch:TagResource', [queue], context)] : []),
    ...passesRoles(asking, [[textAt(payloadOf(input), 'RoleArn'), 'sagemaker.amazonaws.com']]),
  ];
};

/** The other service's request, as text. */
const payloadOf = (input: unknown): unknown => {
  try {
    return JSON.parse(textAt(input, 'serviceRequestPayload') ?? '{}');
  } catch {
    return {};
  }
};

export const updateServiceJobQuestions = ({ account, input }: Asking): readonly Question[] => {
  const priority = scalarAt(input, 'schedulingPriority');
  return [
    asks(
      'batch:UpdateServiceJob',
      [arnOf(account, 'service-job', textAt(input, 'jobId'))],
      priority === undefined ? {} : { 'batch:SchedulingPriority': priority },
    ),
  ];
};
