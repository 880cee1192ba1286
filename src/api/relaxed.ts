/**
 * Members whose absence or wrong value the operations answer themselves, because the service has words of its own
 * for it (rules J-014 to J-040, E-018 to E-052, E-102 to E-130), or because the value is free or any case counts.
 * They pass the general check whatever they are, as long as the JSON type is right.
 */
export const RELAXED: ReadonlySet<string> = new Set([
  'RegisterJobDefinitionRequest.jobDefinitionName',
  'ContainerProperties.image',
  'RetryStrategy.attempts',
  'EvaluateOnExit.action',
  'ResourceRequirement.type',
  'RegisterJobDefinitionRequest.platformCapabilities',
  'LogConfiguration.logDriver',
  'Device.hostPath',
  'Tmpfs.size',
  'CreateComputeEnvironmentRequest.computeEnvironmentName',
  'ComputeResource.instanceTypes',
  'ComputeResource.subnets',
  'ComputeResource.maxvCpus',
  'ComputeResource.allocationStrategy',
  'Ec2Configuration.imageType',
  'CreateJobQueueRequest.jobQueueName',
  'CreateJobQueueRequest.computeEnvironmentOrder',
  'JobStateTimeLimitAction.action',
  'DescribeJobsRequest.jobs',
  'CancelJobRequest.jobId',
  'CancelJobRequest.reason',
  'TerminateJobRequest.jobId',
  'TerminateJobRequest.reason',
  'CancelJobsRequest.jobs',
  'CancelJobsRequest.reason',
  'TerminateJobsRequest.jobs',
  'TerminateJobsRequest.reason',
  'QuotaSharePolicy.idleResourceAssignmentStrategy',
]);
