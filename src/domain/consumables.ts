import { type Account, consumableArn, nameFrom } from './arn.ts';
import { type NodesSpec, rangeFor } from './node-groups.ts';
import { type Refusal, refuse, refuseWrapped } from './refusal.ts';
import type { ConsumableAsk } from './tokens.ts';

/*
 * Consumable resources: licences and the like, counted in tokens. What a job holds from when to when:
 * docs/decisions/consumables.md.
 */

export const CONSUMABLE_TYPES = ['REPLENISHABLE', 'NON_REPLENISHABLE'] as const;

/** What is there of a resource. Of one that is not replenished what was taken is gone from the total, and nothing is in use. */
export interface ConsumableCounts {
  readonly total: number;
  readonly inUse: number;
}

/** What nobody holds, less what a lowered total lacks: below 0 while more is in use than there is. */
export const freeOf = ({ total, inUse }: ConsumableCounts): number => total - inUse;

/** `consumableResourceProperties` as it is sent. */
export interface ConsumablesInput {
  readonly consumableResourceList?: readonly {
    /** A name or an ARN. */
    readonly consumableResource?: string;
    readonly quantity?: number;
  }[];
}

const MOST_CONSUMABLES = 5;

/** The resource's name in what names it, or all of it where that can be no name here. */
export const consumableName = (account: Account, given: string): string =>
  nameFrom(account, 'consumable-resource', given) ?? given;

/** Rules T-175 to T-178, of one list. */
export const checkConsumables = (
  account: Account,
  { consumableResourceList: list = [] }: ConsumablesInput,
): Refusal | undefined => {
  if (list.length > MOST_CONSUMABLES)
    return refuseWrapped(
      `Each ConsumableResourceProperty can have at most ${MOST_CONSUMABLES} consumableResources`,
    );
  if (list.some(({ consumableResource }) => !consumableResource))
    return refuse('consumableResource is required: the name or the ARN of a consumable resource.');
  if (list.some(({ quantity }) => quantity === undefined || quantity < 1))
    return refuseWrapped('quantity must be at least 1.');
  const names = list.map(({ consumableResource }) => consumableName(account, consumableResource!));
  return new Set(names).size < names.length
    ? refuseWrapped('Cannot have duplicate consumableResource in consumableResourceProperties')
    : undefined;
};

/** What a job asks for, as answers show it. */
export const shownConsumables = (account: Account, asks: readonly ConsumableAsk[]) => ({
  consumableResourceList: asks.map(({ name, quantity }) => ({
    consumableResource: consumableArn(account, name),
    quantity,
  })),
});

/** What a job is made of, as far as tokens go. */
export interface Consuming {
  /** Of a multi-node job: what it asks for once, beside what its nodes ask for. */
  readonly consumables?: readonly ConsumableAsk[];
  readonly nodes?: NodesSpec;
}

/** All that a job asks for, a resource once, in the order of their seqs. Rule T-187. */
export const asksOf = ({ consumables = [], nodes }: Consuming): ConsumableAsk[] => {
  const asks = new Map<number, ConsumableAsk>();
  const add = (some: readonly ConsumableAsk[]) => {
    for (const { consumable, name, quantity } of some)
      asks.set(consumable, {
        consumable,
        name,
        quantity: quantity + (asks.get(consumable)?.quantity ?? 0),
      });
  };
  add(consumables);
  for (let node = 0; node < (nodes?.numNodes ?? 0); node++)
    add(rangeFor(nodes!.nodeRangeProperties, nodes!.numNodes, node)!.consumables ?? []);
  return [...asks.values()].sort((a, b) => a.consumable - b.consumable);
};
