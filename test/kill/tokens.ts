import {
  type BatchClient,
  CreateConsumableResourceCommand,
  DescribeConsumableResourceCommand,
  type JobDetail,
  type SubmitJobCommandInput,
} from '@aws-sdk/client-batch';
import type { Chance } from './chance.ts';

/* Tokens of two resources, one of which is spent. */

const TOTALS = { licences: 3, budget: 1_000_000 };

export const prepareTokens = async (client: BatchClient): Promise<void> => {
  for (const [consumableResourceName, totalQuantity] of Object.entries(TOTALS)) {
    const resourceType = consumableResourceName === 'budget' ? 'NON_REPLENISHABLE' : 'REPLENISHABLE';
    await client.send(
      new CreateConsumableResourceCommand({ consumableResourceName, totalQuantity, resourceType }),
    );
  }
};

/** What some jobs ask for. */
export const asking = (
  chance: Chance,
): Pick<SubmitJobCommandInput, 'consumableResourcePropertiesOverride'> => {
  if (chance.next() < 0.6) return {};
  const consumableResourceList = [
    { consumableResource: 'licences', quantity: chance.between(1, 3) },
    ...(chance.next() < 0.5 ? [{ consumableResource: 'budget', quantity: 1 }] : []),
  ];
  return { consumableResourcePropertiesOverride: { consumableResourceList } };
};

const countsOf = async (client: BatchClient, consumableResource: string) => {
  const answer = await client.send(new DescribeConsumableResourceCommand({ consumableResource }));
  return { total: answer.totalQuantity!, inUse: answer.inUseQuantity! };
};

/** What is wrong at any moment: more in use than there is, or less than nothing. */
export const wrongNow = async (client: BatchClient): Promise<string[]> => {
  const { total, inUse } = await countsOf(client, 'licences');
  return total === TOTALS.licences && inUse >= 0 && inUse <= total
    ? []
    : [`of ${total} licences ${inUse} are in use`];
};

/** What is wrong once every job has ended: nothing is held, and each job that started has spent what it asked for, once. */
export const wrongInTheEnd = async (client: BatchClient, jobs: readonly JobDetail[]): Promise<string[]> => {
  const spent = jobs
    .filter(({ arrayProperties, nodeDetails }) => arrayProperties?.size === undefined && !nodeDetails)
    .filter(({ attempts }) => (attempts?.length ?? 0) > 0)
    .flatMap(({ consumableResourceProperties: asked }) => asked?.consumableResourceList ?? [])
    .filter(({ consumableResource }) => consumableResource!.endsWith('/budget'))
    .reduce((sum, { quantity }) => sum + quantity!, 0);
  const [licences, budget] = [await countsOf(client, 'licences'), await countsOf(client, 'budget')];
  return [
    ...(licences.inUse === 0 ? [] : [`${licences.inUse} licences are in use in the end`]),
    ...(licences.total === TOTALS.licences ? [] : [`there are ${licences.total} licences in the end`]),
    ...(budget.total === TOTALS.budget - spent
      ? []
      : [`${TOTALS.budget - budget.total} of the budget are spent, by jobs ${spent}`]),
  ];
};
