import { MACHINE } from '../../src/domain/host.ts';
import { insertInstance } from '../../src/store/instance-rows.ts';
import type { World } from './world.ts';

/* Clusters and instances of a world, as ECS's clients see them. */

export const ARN = 'arn:aws:ecs:us-east-1:012345678910';
export const T0 = Date.UTC(2026, 0, 1);

export const clusterOf = async (world: World, name = 'e'): Promise<string> => {
  const computeEnvironments = [name];
  const answer = await world.ask('describeComputeEnvironments', { computeEnvironments });
  return answer.computeEnvironments[0].ecsClusterArn.slice(`${ARN}:cluster/`.length);
};

/** The id of a container instance, `n` in 32 digits. */
export const container = (n: number): string => n.toString(16).padStart(32, '0');

/** Instances of `e`, beside those it may have of its own. */
export const launch = (world: World, ...numbers: number[]): Promise<void> =>
  launchOf(world, 'p3.2xlarge', numbers);

export const launchOf = (world: World, type: string, numbers: readonly number[]): Promise<void> =>
  world.service.store.write(async (tx) => {
    for (const n of numbers)
      await insertInstance(tx, {
        id: `i-${n.toString(16).padStart(17, '0')}`,
        containerInstance: container(n),
        environment: 1,
        host: MACHINE,
        type,
        size: { milliVcpus: 8000, memoryMiB: 61_000, gpus: 2 },
        at: { wall: T0 + 1500, steady: 0, bootId: 'b' },
      });
  });

/** Lets the only task be on instance `n`. */
export const put = (world: World, n: number): Promise<number> =>
  world.service.store.write((tx) =>
    tx.run('UPDATE tasks SET instance = ?, gpus = 1', [`i-${n.toString(16).padStart(17, '0')}`]),
  );
