import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CALLER, makeWorld, RESOURCES, type World } from '../../../test/support/world.ts';
import { machineOf } from '../../domain/host.ts';
import { isRefusal } from '../../domain/refusal.ts';
import { describeInstances, type ShownInstance } from './describe-instances.ts';

const instances = async (world: World, ...instanceIds: string[]): Promise<readonly ShownInstance[]> => {
  const answer = await describeInstances(world.service, { instanceIds }, CALLER);
  if (isRefusal(answer)) throw new Error(answer.message);
  return answer;
};

/** Runs a job in an environment of its own. */
const runIn = async (world: World, name: string, request: object): Promise<void> => {
  await world.ask('createComputeEnvironment', { computeEnvironmentName: name, ...request });
  await world.ask('createJobQueue', {
    jobQueueName: name,
    priority: 1,
    computeEnvironmentOrder: [{ order: 1, computeEnvironment: name }],
  });
  await world.submit({ jobQueue: name });
  await world.settle();
};

test('W-111: an instance of Spot tells so, one on demand nothing', async () => {
  const world = await makeWorld({ command: ['run'], pool: 64 });
  const managed = (type: string) => ({
    type: 'MANAGED',
    computeResources: {
      ...RESOURCES,
      type,
      instanceTypes: ['c5.large'],
      spotIamFleetRole: 'arn:aws:iam::012345678910:role/spot',
    },
  });
  await runIn(world, 'spot', managed('SPOT'));
  const [spot] = await instances(world);
  assert.deepEqual([spot!.instanceType, spot!.instanceLifecycle], ['c5.large', 'spot']);
  await runIn(world, 'demand', managed('EC2'));
  const others = (await instances(world)).filter(({ instanceId }) => instanceId !== spot!.instanceId);
  assert.deepEqual(
    others.map((one) => [one.instanceType, 'instanceLifecycle' in one]),
    [['c5.large', false]],
  );
});

test('W-111: the machine of an UNMANAGED environment is of a type that there is, in EC2 and in ECS', async () => {
  const world = await makeWorld({ command: ['run'], pool: 4, memoryMiB: 16_384 });
  await runIn(world, 'own', { type: 'UNMANAGED', serviceRole: 'r' });
  const [machine] = await instances(world);
  assert.deepEqual([machine!.instanceType, machine!.architecture], ['m5.xlarge', 'x86_64']);
  const { clusterArns } = await world.ask('listClusters');
  const cluster = clusterArns.at(-1);
  const { containerInstanceArns } = await world.ask('listContainerInstances', { cluster });
  const found = await world.ask('describeContainerInstances', {
    cluster,
    containerInstances: containerInstanceArns,
  });
  const { attributes } = found.containerInstances[0];
  assert.deepEqual(attributes[0], { name: 'ecs.instance-type', value: 'm5.xlarge' });
});

test('K-153: an instance that is a host of a known machine is of its type and in its zone', async () => {
  const machine = { type: 'c5.large', zone: 'eu-west-1c' };
  const size = { milliVcpus: 4000, memoryMiB: 16_384, gpus: 0 };
  const world = await makeWorld({ command: ['run'], hosts: [{ ...machineOf(size), ...machine }] });
  await runIn(world, 'own', { type: 'UNMANAGED', serviceRole: 'r' });
  const [shown] = await instances(world);
  assert.deepEqual([shown!.instanceType, shown!.availabilityZone], ['c5.large', 'eu-west-1c']);
});
