import { makeWorld, type World } from './world.ts';

/* What tests say of consumable resources in few words. */

const ARN = 'arn:aws:batch:us-east-1:012345678910';
export const consumableArn = (name: string): string => `${ARN}:consumable-resource/${name}`;

export const makeConsumable = (
  world: World,
  name: string,
  totalQuantity?: number,
  more: object = {},
): Promise<unknown> =>
  world.ask('createConsumableResource', { consumableResourceName: name, totalQuantity, ...more });

/** Of one that is not replenished. */
export const SPENT = { resourceType: 'NON_REPLENISHABLE' };

/** `total/in use/available`. */
export const counts = async (world: World, consumableResource: string): Promise<string> => {
  const shown = await world.ask('describeConsumableResource', { consumableResource });
  return [shown.totalQuantity, shown.inUseQuantity, shown.availableQuantity].join('/');
};

type Asks = Readonly<Record<string, number>>;

/** A list of what is asked, by names or ARNs. */
export const asking = (asks: Asks) => ({
  consumableResourceList: Object.entries(asks).map(([consumableResource, quantity]) => ({
    consumableResource,
    quantity,
  })),
});

/** A submission that asks for tokens. */
export const needing = (asks: Asks, more: object = {}): Record<string, unknown> => ({
  consumableResourcePropertiesOverride: asking(asks),
  ...more,
});

/** Ends the newest task of a job. */
export const endTask = async (world: World, jobId: string, exitCode = 0): Promise<void> => {
  world.engine.end(world.engine.orders.findLast((order) => order.jobId === jobId)!.taskId, exitCode);
  await world.settle();
};

export const statuses = async (world: World, ...jobs: readonly string[]): Promise<string[]> => {
  const found = [];
  for (const job of jobs) found.push((await world.job(job)).status);
  return found;
};

/** A pool with room for all, a resource R of 3 tokens, and N of 5 that are spent. */
export const worldOfTokens = async (pool = 16): Promise<World> => {
  const world = await makeWorld({ command: ['run'], pool });
  await makeConsumable(world, 'R', 3);
  await makeConsumable(world, 'N', 5, SPENT);
  return world;
};

/** Of R and of N. */
export const both = async (world: World) => [await counts(world, 'R'), await counts(world, 'N')];

export const updateConsumable = async (
  world: World,
  consumableResource: string,
  operation: string,
  quantity: number,
) => {
  await world.ask('updateConsumableResource', { consumableResource, operation, quantity });
  await world.settle();
};

export const submitNeeding = async (
  world: World,
  asks: Readonly<Record<string, number>>,
  more: object = {},
) => {
  const id = await world.submit(needing(asks, more));
  await world.settle();
  return id;
};
