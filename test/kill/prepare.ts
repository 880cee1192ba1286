import {
  CreateComputeEnvironmentCommand,
  CreateJobQueueCommand,
  CreateSchedulingPolicyCommand,
  RegisterJobDefinitionCommand,
} from '@aws-sdk/client-batch';
import { prepareTokens } from './tokens.ts';
import type { Victim } from './victim.ts';

/** The queues that are submitted to: of the machine itself, of instances, which nodes need, and of the machine again, by shares. */
export const QUEUES = ['q', 'nodes', 'shared'] as const;
/** The smaller its weight, the more a share gets. */
const WEIGHTS = { a: 1, b: 0.5, c: 0.25 };
export const SHARES = Object.keys(WEIGHTS);

/** Appends one line, in one write, that names the attempt; then it takes its time and ends as it is told. */
const script = (file: string): string =>
  `echo "$LONGSHORE_TASK_ID $AWS_BATCH_JOB_ID $AWS_BATCH_JOB_ATTEMPT" >>'${file}'; sleep "$0"; ` +
  '[ "$AWS_BATCH_JOB_ATTEMPT" -ge "$1" ]';

/** Makes what the jobs need; `file` is where they append their lines. */
export const prepare = async ({ client }: Victim, file: string): Promise<void> => {
  await client.send(
    new CreateComputeEnvironmentCommand({
      computeEnvironmentName: 'q',
      type: 'UNMANAGED',
      serviceRole: 'service',
    }),
  );
  await client.send(
    new CreateComputeEnvironmentCommand({
      computeEnvironmentName: 'nodes',
      type: 'MANAGED',
      computeResources: {
        type: 'EC2',
        maxvCpus: 4,
        instanceTypes: ['c5.large'],
        subnets: ['s'],
        securityGroupIds: ['g'],
        instanceRole: 'r',
      },
    }),
  );
  const shareDistribution = Object.entries(WEIGHTS).map(([shareIdentifier, weightFactor]) => ({
    shareIdentifier,
    weightFactor,
  }));
  const { arn } = await client.send(
    new CreateSchedulingPolicyCommand({ name: 'p', fairsharePolicy: { shareDistribution } }),
  );
  for (const name of QUEUES)
    await client.send(
      new CreateJobQueueCommand({
        jobQueueName: name,
        priority: 1,
        computeEnvironmentOrder: [{ order: 1, computeEnvironment: name === 'nodes' ? 'nodes' : 'q' }],
        ...(name === 'shared' && { schedulingPolicyArn: arn }),
      }),
    );
  await prepareTokens(client);
  const command = ['sh', '-c', script(file), 'Ref::seconds', 'Ref::good'];
  const container = { image: 'none', vcpus: 1, memory: 16, command };
  const parameters = { seconds: '0', good: '1' };
  await client.send(
    new RegisterJobDefinitionCommand({
      jobDefinitionName: 'd',
      type: 'container',
      parameters,
      containerProperties: container,
    }),
  );
  await client.send(
    new RegisterJobDefinitionCommand({
      jobDefinitionName: 'nodes',
      type: 'multinode',
      parameters,
      nodeProperties: {
        numNodes: 2,
        mainNode: 0,
        nodeRangeProperties: [{ targetNodes: '0:', container }],
      },
    }),
  );
};
