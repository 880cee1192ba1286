import type { Model } from './model.ts';

const operation = (name: string) => ({
  method: 'POST',
  path: `/longshore/v1/${name.toLowerCase()}`,
  input: `${name}Request`,
  output: `${name}Response`,
});

/** Which jobs, of those that searchjobs finds. */
const FILTER = {
  id: 's',
  queues: '[s',
  arrayJobId: 's',
  states: '[eJobStatus',
  name: 's',
  definition: 's',
  submittedBy: 's',
  tag: 's',
  reason: 's',
  exitCode: 'i',
  created: '@TimeWindow',
  ended: '@TimeWindow',
};

/** Operations of Longshore's own: what a person asks that the API cannot answer. Answers have no model: they are written here alone. */
export const EXTENSIONS: Model = {
  operations: {
    SearchJobs: operation('SearchJobs'),
    GetOverview: operation('GetOverview'),
    GetArrayGroups: operation('GetArrayGroups'),
    ExplainJob: operation('ExplainJob'),
    RetryJobs: operation('RetryJobs'),
    StopJobs: operation('StopJobs'),
    CheckAccess: operation('CheckAccess'),
    ListLimits: operation('ListLimits'),
    SetLimits: operation('SetLimits'),
  },
  shapes: {
    SearchJobsRequest: { ...FILTER, order: 'eSearchOrder', limit: 'i', nextToken: 's' },
    GetOverviewRequest: {},
    GetArrayGroupsRequest: { jobId: 's!', states: '[eJobStatus', by: 'eGrouping' },
    ExplainJobRequest: { jobId: 's!' },
    RetryJobsRequest: {
      jobId: 's!',
      states: '[eJobStatus',
      exitCodes: '[i',
      indices: '[i',
      changes: '@RerunChanges',
      withDependents: 'b',
    },
    RerunChanges: {
      vcpus: 's',
      memory: 'i',
      gpus: 'i',
      command: '[s',
      environment: '[@KeyValuePair',
      timeoutSeconds: 'i',
    },
    KeyValuePair: { name: 's', value: 's' },
    StopJobsRequest: {
      ...FILTER,
      kind: 'eStopKind',
      reason: 's!',
      expected: 'i',
      dryRun: 'b',
      nextToken: 's',
    },
    CheckAccessRequest: { name: 's!', action: 's!', resource: 's!', definition: 's' },
    ListLimitsRequest: {},
    SetLimitsRequest: { name: 's!', rate: 's', burst: 'i', jobs: 'i' },
    TimeWindow: { from: 'i', to: 'i' },
  },
  enums: {
    JobStatus: ['SUBMITTED', 'PENDING', 'RUNNABLE', 'STARTING', 'RUNNING', 'SUCCEEDED', 'FAILED'],
    StopKind: ['CANCEL', 'TERMINATE'],
    SearchOrder: ['NEWEST', 'OLDEST'],
    Grouping: ['REASON', 'EXIT_CODE', 'STATE'],
  },
};
