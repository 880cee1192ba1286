import type { Batch } from '@aws-sdk/client-batch';

/** A managed environment `e` of EC2 instances, and a queue `q` over it. */
export const createQueue = async (batch: Batch, maxvCpus = 8): Promise<void> => {
  await batch.createComputeEnvironment({
    computeEnvironmentName: 'e',
    type: 'MANAGED',
    computeResources: {
      type: 'EC2',
      minvCpus: 0,
      maxvCpus,
      instanceTypes: ['optimal'],
      subnets: ['s'],
      securityGroupIds: ['g'],
      instanceRole: 'r',
    },
  });
  await batch.createJobQueue({
    jobQueueName: 'q',
    priority: 1,
    computeEnvironmentOrder: [{ order: 1, computeEnvironment: 'e' }],
  });
};
