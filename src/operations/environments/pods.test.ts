import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CLUSTER,
  createEks,
  EKS,
  EKS_RESOURCES,
  makePodWorld,
  submitPod,
} from '../../../test/support/eks.ts';
import { openMemory } from '../../../test/support/memory-database.ts';
import { makeWorld, openWorld, type World } from '../../../test/support/world.ts';
import type { PodPlace } from '../../engines/engine.ts';

const described = async (world: World, name = 'eks') =>
  (await world.ask('describeComputeEnvironments', { computeEnvironments: [name] })).computeEnvironments[0];

const eks = (more: object) => ({ eksConfiguration: { ...EKS, ...more } });
const resources = (more: object) => ({ computeResources: { ...EKS_RESOURCES, ...more } });

/** What a create is refused with. */
const REFUSED: readonly (readonly [rules: string, more: object, text: string | RegExp])[] = [
  [
    'E-045 T-381',
    resources({ type: 'FARGATE' }),
    'Supported compute types for EKS compute environments are [EC2, SPOT]',
  ],
  [
    'E-045',
    resources({ allocationStrategy: undefined }),
    'allocationStrategy is required for EKS Compute Environments.',
  ],
  ['T-381', resources({ allocationStrategy: 'BEST_FIT' }), /^Supported allocation strategies/],
  ['T-381', resources({ minvCpus: undefined }), 'Resource minvCpus is required.'],
  ['E-045', eks({ eksClusterArn: 'mine' }), 'eksClusterArn must be an EKS cluster ARN.'],
  [
    'E-045',
    eks({ eksClusterArn: CLUSTER.replace('us-east-1', 'eu-west-1') }),
    'eksClusterArn must be in the same AWS region as the compute environment',
  ],
  ['E-046', eks({ kubernetesNamespace: 'A_b' }), 'kubernetesNamespace must be a valid Kubernetes namespace.'],
  [
    'E-046',
    eks({ kubernetesNamespace: 'default' }),
    'kubernetesNamespace cannot be the default Kubernetes namespace',
  ],
  [
    'E-046',
    eks({ kubernetesNamespace: 'kube-public' }),
    'kubernetesNamespace cannot be a reserved Kubernetes system namespace',
  ],
  [
    'E-046',
    eks({ kubernetesNamespace: 'a'.repeat(64) }),
    'kubernetesNamespace must less than or equal to 63 characters',
  ],
  [
    'T-383 E-043',
    resources({ ec2Configuration: [{ imageType: 'ECS_AL2023' }] }),
    'Invalid imageType in ComputeResources.ec2Configuration',
  ],
  [
    'E-052',
    resources({ ec2Configuration: [{ imageType: 'EKS_AL2023', imageKubernetesVersion: 'new' }] }),
    'At least one imageKubernetesVersion in EC2Configuration is not supported.',
  ],
  [
    'T-381',
    { type: 'UNMANAGED', computeResources: undefined, serviceRole: 'r' },
    'eksConfiguration is not applicable for unmanaged Compute Environments',
  ],
];

for (const [at, [rules, more, text]] of REFUSED.entries())
  test(`${rules}: an environment of pods is refused, case ${at + 1}: ${String(text).slice(0, 60)}`, async () => {
    const world = await makeWorld();
    const input = {
      computeEnvironmentName: 'x',
      type: 'MANAGED',
      ...{ eksConfiguration: EKS, computeResources: EKS_RESOURCES },
      ...more,
    };
    const refusal = await world.refused('createComputeEnvironment', input);
    if (typeof text === 'string') assert.equal(refusal.message, text);
    else assert.match(refusal.message, text);
    assert.equal(refusal.wrapped, true);
  });

test('T-381 T-383: an environment of pods is shown with its cluster and its uuid, and with none of ECS', async () => {
  const world = await makePodWorld();
  const shown = await described(world);
  assert.equal(shown.containerOrchestrationType, 'EKS');
  assert.deepEqual(shown.eksConfiguration, EKS);
  assert.match(shown.uuid, /^[0-9a-f-]{36}$/);
  assert.equal('ecsClusterArn' in shown, false);
  assert.equal(shown.status, 'VALID');
  const [image] = shown.computeResources.ec2Configuration;
  assert.equal(image.imageType, 'EKS_AL2023');
  assert.equal((await described(world, 'e')).containerOrchestrationType, 'ECS');
  const { clusterArns } = await world.ask('listClusters', {});
  assert.equal(clusterArns.length, 1);
});

test('T-383: the image of an environment of pods may name its Kubernetes', async () => {
  const world = await makePodWorld();
  const ec2Configuration = [{ imageType: 'EKS_AL2023_NVIDIA', imageKubernetesVersion: '1.34' }];
  await createEks(world, { computeEnvironmentName: 'x', ...resources({ type: 'SPOT', ec2Configuration }) });
  const { computeResources } = await described(world, 'x');
  assert.equal(computeResources.ec2Configuration[0].imageKubernetesVersion, '1.34');
});

test('T-382 E-072: without a cluster an environment of pods is INVALID and says why; so it is in a namespace without pods', async () => {
  const world = await makeWorld();
  await createEks(world);
  const alone = await described(world);
  assert.equal(alone.status, 'INVALID');
  assert.match(
    alone.statusReason,
    /^CLIENT_ERROR - No Kubernetes cluster is connected: .*--engine kubernetes/,
  );
  const computeEnvironmentOrder = [{ order: 1, computeEnvironment: 'eks' }];
  const input = { jobQueueName: 'x', priority: 1, computeEnvironmentOrder };
  assert.match((await world.refused('createJobQueue', input)).message, /must be created and valid/);
  world.engine.pods = { namespace: 'others', nameOf: (id) => id };
  await createEks(world, { computeEnvironmentName: 'y' });
  const { status, statusReason } = await described(world, 'y');
  assert.equal(status, 'INVALID');
  assert.match(
    statusReason,
    /^CLIENT_ERROR - Unable to validate Kubernetes Namespace: this server makes pods in others alone/,
  );
});

test('T-382: jobs wait while a server has no cluster, and go on once one has it again', async () => {
  const connection = openMemory();
  const first = await makePodWorld({}, {}, connection);
  await first.loops.stop();
  const next = async (pods: PodPlace | undefined) => {
    const world = openWorld({ connection });
    if (pods) world.engine.pods = pods;
    await world.loops.start();
    return world;
  };
  const without = await next(undefined);
  assert.equal((await described(without)).status, 'INVALID');
  const jobId = await submitPod(without);
  await without.settle();
  const waiting = await without.job(jobId);
  assert.equal(waiting.status, 'RUNNABLE');
  assert.match(waiting.statusReason, /are invalid/);
  await without.loops.stop();
  const again = await next(first.engine.pods);
  await again.settle();
  assert.equal((await described(again)).status, 'VALID');
  assert.equal((await again.job(jobId)).status, 'RUNNING');
});

test('T-384: an update leaves the cluster of an environment as it is, and holds the rest to the same rules', async () => {
  const world = await makePodWorld();
  const update = { computeEnvironment: 'eks', eksConfiguration: { ...EKS, kubernetesNamespace: 'else' } };
  await world.ask('updateComputeEnvironment', { ...update, computeResources: { maxvCpus: 8 } });
  const shown = await described(world);
  assert.deepEqual(shown.eksConfiguration, EKS);
  assert.equal(shown.computeResources.maxvCpus, 8);
  const change = { computeEnvironment: 'eks', computeResources: { allocationStrategy: 'BEST_FIT' } };
  assert.match((await world.refused('updateComputeEnvironment', change)).message, /^Supported allocation/);
});

const order = (...names: string[]) =>
  names.map((computeEnvironment, at) => ({ order: at + 1, computeEnvironment }));

test('T-385 E-111: environments of pods stand only beside each other in a queue, which is of type EKS', async () => {
  const world = await makePodWorld();
  const shown = async (name: string) =>
    (await world.ask('describeJobQueues', { jobQueues: [name] })).jobQueues[0];
  assert.equal((await shown('pods')).jobQueueType, 'EKS');
  const create = (more: object) => ({ jobQueueName: 'x', priority: 1, ...more });
  const refused = async (more: object) => (await world.refused('createJobQueue', create(more))).message;
  assert.equal(
    await refused({ computeEnvironmentOrder: order('e', 'eks') }),
    'EKS and ECS compute environments can not be mixed.',
  );
  assert.equal(
    await refused({ computeEnvironmentOrder: order('e'), jobQueueType: 'EKS' }),
    'EKS job queue type must have EKS compute environment.',
  );
  assert.match(
    await refused({ computeEnvironmentOrder: order('eks'), jobQueueType: 'ECS' }),
    /^ECS job queue type must not have EKS/,
  );
  await world.ask('createJobQueue', create({ computeEnvironmentOrder: order('eks'), jobQueueType: 'EKS' }));
  const update = async (jobQueue: string, name: string) =>
    (await world.refused('updateJobQueue', { jobQueue, computeEnvironmentOrder: order(name) })).message;
  assert.match(await update('q', 'eks'), /must not have EKS/);
  assert.match(await update('pods', 'e'), /must have EKS/);
});
