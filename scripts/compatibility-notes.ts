/** Where Longshore differs on purpose, or a member needs a word; the place is `operation` or `structure.member`. */
export const NOTES: Readonly<Record<string, string>> = {
  CancelJob: 'A waiting job is FAILED when the answer is given; the service takes a moment.',
  TerminateJob:
    'The last reason given while the job still runs is the one shown. SIGTERM, SIGKILL after 30 seconds.',
  SubmitJob: 'No throttle. A job is visible to every request after the answer.',
  ListJobs: 'Newest first by order of submission; pages go by that order, so no job is shown twice.',
  DescribeJobs:
    'In the order asked. `statusReason` says why a job waits, with numbers, in PENDING and RUNNABLE.',
  CreateComputeEnvironment:
    'VALID when answered: nothing outside has to be waited for. DISABLED is taken, as in 2018.',
  CreateJobQueue: 'VALID when answered.',
  UpdateComputeEnvironment: 'In force when answered.',
  UpdateJobQueue: 'In force when answered.',
  DeleteJobQueue: 'A queue with jobs is DELETING until the last of them has ended.',
  DeleteComputeEnvironment: 'Of a missing environment: 200, as the service.',
  'CreateComputeEnvironmentRequest.serviceRole': 'Kept and echoed; nothing is assumed with it.',
  'ComputeResource.maxvCpus': 'Holds: the vCPUs of STARTING and RUNNING jobs never pass it.',
  'ComputeResource.minvCpus': 'Kept and echoed: the host is always there.',
  'ComputeResource.desiredvCpus': 'Kept and echoed; it does not move with demand yet.',
  'ComputeResource.instanceTypes': 'Checked against the catalogue and echoed; jobs run on the host itself.',
  'ComputeResource.bidPercentage': 'Checked and echoed: nothing takes capacity back yet.',
  'ComputeResource.type': 'EC2, SPOT, FARGATE and FARGATE_SPOT are checked as such; all run on the host.',
  'CreateJobQueueRequest.jobStateTimeLimitActions': 'Checked and echoed; they do not act yet.',
  'RegisterJobDefinitionRequest.schedulingPriority':
    'Kept and echoed: it means something with a policy only.',
  'RegisterJobDefinitionRequest.propagateTags': 'Kept and echoed: there is no ECS task to carry tags.',
  'SubmitJobRequest.propagateTags': 'Kept and echoed: there is no ECS task to carry tags.',
  'ListJobsRequest.multiNodeJobId': 'Refused: there are no multi-node jobs yet.',
  'ListJobsRequest.filters': 'JOB_NAME, JOB_DEFINITION, BEFORE_CREATED_AT, AFTER_CREATED_AT.',
  GetLogEvents: 'Tokens do not expire.',
  FilterLogEvents: 'Events come stream by stream in the order of names, each in the order of time.',
  DescribeLogStreams: 'LastEventTime is the end of the attempt, or its start while it runs.',
};
