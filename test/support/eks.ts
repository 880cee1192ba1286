import { type PodInput, withPodLists } from '../../src/domain/pods/pod.ts';
import type { PodReport } from '../../src/domain/pods/pod-report.ts';
import { standInOf } from '../../src/domain/pods/pod-resources.ts';
import type { StartOrder } from '../../src/engines/engine.ts';
import { openMemory } from './memory-database.ts';
import { orderOf } from './orders.ts';
import { makeWorld, RESOURCES, type World } from './world.ts';

export const CLUSTER = 'arn:aws:eks:us-east-1:012345678910:cluster/mine';

/** Of an environment. */
export const EKS = { eksClusterArn: CLUSTER, kubernetesNamespace: 'jobs' };

export const ASKS = { limits: { cpu: '1', memory: '128Mi' } };

/** Of a pod. */
export const CONTAINER = { image: 'busybox:1', resources: ASKS };

export const EKS_RESOURCES = {
  ...RESOURCES,
  allocationStrategy: 'BEST_FIT_PROGRESSIVE',
  instanceTypes: ['c5'],
};

/** A definition of a pod. */
export const podDefinition = (podProperties: object = {}, more: object = {}) => ({
  jobDefinitionName: 'pods',
  type: 'container',
  eksProperties: { podProperties: { containers: [CONTAINER], ...podProperties } },
  ...more,
});

/** A usual world whose engine makes pods in `jobs`, with environment `eks`, queue `pods`, and a definition `pods` of one container. */
export const makePodWorld = async (
  podProperties: object = {},
  more: object = {},
  connection = openMemory(),
): Promise<World> => {
  const world = await makeWorld({ pool: 64, connection });
  world.engine.pods = { namespace: 'jobs', nameOf: (taskId) => `pod-${taskId}` };
  await createEks(world);
  const computeEnvironmentOrder = [{ order: 1, computeEnvironment: 'eks' }];
  await world.ask('createJobQueue', { jobQueueName: 'pods', priority: 1, computeEnvironmentOrder });
  await world.ask('registerJobDefinition', podDefinition(podProperties, more));
  return world;
};

export const createEks = (world: World, more: object = {}) =>
  world.ask('createComputeEnvironment', {
    computeEnvironmentName: 'eks',
    type: 'MANAGED',
    eksConfiguration: EKS,
    computeResources: EKS_RESOURCES,
    ...more,
  });

export const submitPod = (world: World, more: object = {}): Promise<string> =>
  world.submit({ jobQueue: 'pods', jobDefinition: 'pods', ...more });

/** As a pod of a container `default` tells of itself. */
export const podTold = (exitCode?: number, more: Partial<PodReport> = {}): PodReport => ({
  nodeName: 'node1',
  containers: [
    {
      name: 'default',
      containerID: 'containerd://1',
      ...(exitCode !== undefined && { exitCode, reason: exitCode === 0 ? 'Completed' : 'Error' }),
    },
  ],
  initContainers: [],
  ...more,
});

/** An order for a pod, as it was resolved at submit. */
export const podOrder = (podProperties: PodInput, more: Partial<StartOrder> = {}): StartOrder =>
  orderOf([], {
    container: standInOf(withPodLists(podProperties)),
    jobVariables: { AWS_BATCH_JOB_ID: 'job', AWS_EXECUTION_ENV: 'AWS_ECS_EC2' },
    environmentUuid: 'e-uuid',
    ...more,
  });
