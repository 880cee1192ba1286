import { openMemory } from './memory-database.ts';
import { makeWorld, type World } from './world.ts';

const POLICY_ARN = 'arn:aws:batch:us-east-1:012345678910:scheduling-policy';

/** A world with a queue `shared` by the policy `p` in the environment `e` of so many vCPUs at the most, and a definition `urgent` of priority 0. */
export const sharedWorld = async (
  fairsharePolicy: object = {},
  pool = 4,
  connection = openMemory(),
  maxvCpus?: number,
): Promise<World> => {
  const world = await makeWorld({ command: ['run'], pool, connection });
  if (maxvCpus !== undefined)
    await world.ask('updateComputeEnvironment', { computeEnvironment: 'e', computeResources: { maxvCpus } });
  await world.ask('createSchedulingPolicy', { name: 'p', fairsharePolicy });
  await world.ask('createJobQueue', {
    jobQueueName: 'shared',
    priority: 1,
    computeEnvironmentOrder: [{ order: 1, computeEnvironment: 'e' }],
    schedulingPolicyArn: `${POLICY_ARN}/p`,
  });
  const [{ containerProperties }] = (await world.ask('describeJobDefinitions')).jobDefinitions;
  await world.ask('registerJobDefinition', {
    jobDefinitionName: 'urgent',
    type: 'container',
    schedulingPriority: 0,
    containerProperties,
  });
  return world;
};

/** Submits a job of a share; resolves to its id. */
export const submitAs = (world: World, shareIdentifier: string, more: object = {}): Promise<string> =>
  world.submit({ jobQueue: 'shared', jobDefinition: 'urgent', shareIdentifier, ...more });
