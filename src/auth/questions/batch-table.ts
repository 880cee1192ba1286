import { deregisterQuestions, registerQuestions, submitQuestions } from './definition-questions.ts';
import { createEnvironmentQuestions, updateEnvironmentQuestions } from './environment-questions.ts';
import { textAt } from './members.ts';
import { asks, type Entry, type ResourceKind, type Table } from './question.ts';
import {
  createQueueQuestions,
  createQuotaShareQuestions,
  submitServiceQuestions,
  updateQueueQuestions,
  updateServiceJobQuestions,
} from './queue-questions.ts';
import { arnOf } from './resources.ts';
import { keysSaid, tagsSaid } from './tags-said.ts';

const EVERYTHING: Entry = { kind: 'everything' };
const named = (resource: ResourceKind, member: string): Entry => ({ kind: 'named', resource, member });
const made = (resource: ResourceKind, member: string): Entry => ({ kind: 'made', resource, member });
const each = (resource: ResourceKind, action: string): Entry => ({
  kind: 'each',
  resource,
  member: 'jobs',
  action,
});
const own = (questions: Extract<Entry, { kind: 'own' }>['questions']): Entry => ({ kind: 'own', questions });

/** AWS Batch, all of its operations: the service authorization reference. Rules. */
export const BATCH_TABLE: Table = {
  DescribeComputeEnvironments: EVERYTHING,
  DescribeJobQueues: EVERYTHING,
  DescribeJobDefinitions: EVERYTHING,
  DescribeJobs: EVERYTHING,
  ListJobs: EVERYTHING,
  DescribeSchedulingPolicies: EVERYTHING,
  ListSchedulingPolicies: EVERYTHING,
  DescribeServiceEnvironments: EVERYTHING,
  DescribeServiceJob: EVERYTHING,
  ListServiceJobs: EVERYTHING,
  ListConsumableResources: EVERYTHING,

  GetJobQueueSnapshot: named('job-queue', 'jobQueue'),
  ListQuotaShares: named('job-queue', 'jobQueue'),
  DescribeConsumableResource: named('consumable-resource', 'consumableResource'),
  ListJobsByConsumableResource: named('consumable-resource', 'consumableResource'),
  DescribeQuotaShare: named('arn', 'quotaShareArn'),

  CreateComputeEnvironment: own(createEnvironmentQuestions),
  UpdateComputeEnvironment: own(updateEnvironmentQuestions),
  DeleteComputeEnvironment: named('compute-environment', 'computeEnvironment'),
  CreateJobQueue: own(createQueueQuestions),
  UpdateJobQueue: own(updateQueueQuestions),
  DeleteJobQueue: named('job-queue', 'jobQueue'),
  CreateSchedulingPolicy: made('scheduling-policy', 'name'),
  UpdateSchedulingPolicy: named('scheduling-policy', 'arn'),
  DeleteSchedulingPolicy: named('scheduling-policy', 'arn'),
  CreateServiceEnvironment: made('service-environment', 'serviceEnvironmentName'),
  UpdateServiceEnvironment: named('service-environment', 'serviceEnvironment'),
  DeleteServiceEnvironment: named('service-environment', 'serviceEnvironment'),
  CreateConsumableResource: made('consumable-resource', 'consumableResourceName'),
  UpdateConsumableResource: named('consumable-resource', 'consumableResource'),
  DeleteConsumableResource: named('consumable-resource', 'consumableResource'),
  CreateQuotaShare: own(createQuotaShareQuestions),
  UpdateQuotaShare: named('arn', 'quotaShareArn'),
  DeleteQuotaShare: named('arn', 'quotaShareArn'),

  RegisterJobDefinition: own(registerQuestions),
  DeregisterJobDefinition: own(deregisterQuestions),

  SubmitJob: own(submitQuestions),
  CancelJob: named('job', 'jobId'),
  TerminateJob: named('job', 'jobId'),
  CancelJobs: each('job', 'batch:CancelJob'),
  TerminateJobs: each('job', 'batch:TerminateJob'),
  SubmitServiceJob: own(submitServiceQuestions),
  TerminateServiceJob: named('service-job', 'jobId'),
  TerminateServiceJobs: each('service-job', 'batch:TerminateServiceJob'),
  UpdateServiceJob: own(updateServiceJobQuestions),

  TagResource: own(({ account, input }) => [
    asks('batch:TagResource', [arnOf(account, 'arn', textAt(input, 'resourceArn'))], tagsSaid(input)),
  ]),
  UntagResource: own(({ account, input }) => [
    asks('batch:UntagResource', [arnOf(account, 'arn', textAt(input, 'resourceArn'))], keysSaid(input)),
  ]),
  ListTagsForResource: named('arn', 'resourceArn'),
};
