import { silentLog } from '../../src/lib/logger.ts';
import { makeWorld, type World } from './world.ts';

/** What the nodes of `nodeWorld` run, but for the main one. */
export const NODE_CONTAINER = { image: 'x', vcpus: 1, memory: 16, command: ['run', 'Ref::word'] };

/** Of memory: two nodes fit the host with the main one's, three do not. */
export const TOO_MUCH = 600_000;

/** A world with definition `m`: three nodes, the main one in the middle, which runs another command. */
export const nodeWorld = async (memory = 16, log = silentLog): Promise<World> => {
  const world = await makeWorld({ command: ['run'], log });
  await world.ask('registerJobDefinition', {
    jobDefinitionName: 'm',
    type: 'multinode',
    parameters: { word: 'w' },
    nodeProperties: {
      numNodes: 3,
      mainNode: 1,
      nodeRangeProperties: [
        { targetNodes: '0:', container: { ...NODE_CONTAINER, memory } },
        { targetNodes: '1', container: { ...NODE_CONTAINER, command: ['run', 'main'] } },
      ],
    },
  });
  return world;
};

export const submitNodes = (world: World, more: Record<string, unknown> = {}): Promise<string> =>
  world.submit({ jobDefinition: 'm', ...more });

/** The last order of a node. */
export const orderOfNode = (world: World, id: string, node: number) =>
  world.engine.orders.findLast((order) => order.jobId === `${id}#${node}`)!;

/** Its task's end is reported and heard. */
export const endNode = async (world: World, id: string, node: number, code: number): Promise<void> => {
  world.engine.end(orderOfNode(world, id, node).taskId, code);
  await world.settle();
};

/** Of the job and its three nodes. */
export const nodeStatuses = async (world: World, id: string): Promise<string[]> =>
  Promise.all([id, `${id}#0`, `${id}#1`, `${id}#2`].map(async (job) => (await world.job(job)).status));
