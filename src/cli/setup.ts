import type { Batch } from '@aws-sdk/client-batch';

/** The environment and queue that `run` and `demo` make when there are none. */
export const DEFAULT_QUEUE = 'default';

/** Makes the queue, with an environment of the same name, unless it is there. */
export const ensureQueue = async (batch: Batch, queue: string, maxvCpus: number): Promise<void> => {
  const { jobQueues } = await batch.describeJobQueues({ jobQueues: [queue] });
  if (jobQueues?.length) return;
  const { computeEnvironments } = await batch.describeComputeEnvironments({ computeEnvironments: [queue] });
  if (!computeEnvironments?.length) {
    await batch.createComputeEnvironment({
      computeEnvironmentName: queue,
      type: 'MANAGED',
      computeResources: {
        type: 'EC2',
        minvCpus: 0,
        maxvCpus,
        instanceTypes: ['optimal'],
        subnets: ['local'],
        securityGroupIds: ['local'],
        instanceRole: 'ecsInstanceRole',
      },
    });
  }
  await batch.createJobQueue({
    jobQueueName: queue,
    priority: 1,
    computeEnvironmentOrder: [{ order: 1, computeEnvironment: queue }],
  });
};
