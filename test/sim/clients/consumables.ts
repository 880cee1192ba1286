import type { Ledger } from '../books/requests.ts';
import type { Random } from '../random.ts';
import type { Swarm } from '../swarm.ts';
import { asArn, known, type Make, nameOf } from './definitions.ts';
import { someTags } from './tags.ts';

/* Consumable resources, and how jobs ask for tokens. */

/** One that is there, if there is any. */
const consumable = (r: Random, ledger: Ledger): string =>
  asArn(r, 'consumable-resource', known(r, ledger.consumables, 'nobody'));

export const createConsumable: Make = (r, _ledger, swarm, id) => ({
  operation: 'CreateConsumableResource',
  input: {
    consumableResourceName: nameOf(r, swarm, 'r'),
    ...(r.chance(0.95) && { totalQuantity: r.int(0, 6) }),
    ...(r.chance(0.5) && { resourceType: r.pick(['REPLENISHABLE', 'NON_REPLENISHABLE']) }),
    ...someTags(r, id),
  },
});

export const updateConsumable: Make = (r, ledger) => ({
  operation: 'UpdateConsumableResource',
  input: {
    consumableResource: consumable(r, ledger),
    operation: r.weighted({ ADD: 4, SET: 3, REMOVE: 3 }),
    quantity: r.int(0, 5),
    ...(r.chance(0.4) && { clientToken: r.pick(['one', 'two', 'three']) }),
  },
});

export const deleteConsumable: Make = (r, ledger) => ({
  operation: 'DeleteConsumableResource',
  input: { consumableResource: consumable(r, ledger) },
});

export const describeConsumable: Make = (r, ledger) => ({
  operation: 'DescribeConsumableResource',
  input: { consumableResource: consumable(r, ledger) },
});

const byName = (...values: string[]) => [{ name: 'CONSUMABLE_RESOURCE_NAME', values }];

export const listConsumables: Make = (r) => ({
  operation: 'ListConsumableResources',
  input: {
    ...(r.chance(0.5) && { maxResults: r.int(1, 3) }),
    ...(r.chance(0.5) && { filters: r.pick([byName('R*'), byName('r0', 'R1*'), byName('x*')]) }),
  },
});

export const listConsumers: Make = (r, ledger) => ({
  operation: 'ListJobsByConsumableResource',
  input: {
    consumableResource: consumable(r, ledger),
    ...(r.chance(0.5) && { maxResults: r.int(1, 20) }),
    ...(r.chance(0.5) && {
      filters: [
        ...(r.chance(0.6)
          ? [{ name: 'JOB_STATUS', values: r.pick([['RUNNABLE'], ['RUNNING', 'STARTING'], ['FAILED']]) }]
          : []),
        ...(r.chance(0.3) ? [{ name: 'JOB_NAME', values: ['AL*'] }] : []),
        ...(r.chance(0.2) ? byName('nothing') : []),
      ],
    }),
  },
});

/** A list of what is there, of one or two, or of nothing. */
export const someConsumables = (r: Random, ledger: Ledger) => {
  const names = new Set(Array.from({ length: r.int(1, 2) }, () => known(r, ledger.consumables, 'nobody')));
  return {
    consumableResourceList: [...names].map((name) => ({
      consumableResource: asArn(r, 'consumable-resource', name),
      quantity: r.pick([1, 1, 1, 2, 3]),
    })),
  };
};

/** What a definition or a node range asks for, if it does. */
export const consuming = (r: Random, ledger: Ledger, { tokens }: Swarm) =>
  ledger.consumables.size > 0 && r.chance(tokens * 0.4)
    ? { consumableResourceProperties: someConsumables(r, ledger) }
    : {};

/** What a submission asks for in its place. */
export const consumingInstead = (r: Random, ledger: Ledger, { tokens }: Swarm) => {
  if (ledger.consumables.size === 0 || !r.chance(tokens)) return {};
  const none = r.pick([{}, { consumableResourceList: [] }]);
  return { consumableResourcePropertiesOverride: r.chance(0.1) ? none : someConsumables(r, ledger) };
};
