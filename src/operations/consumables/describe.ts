import { consumableArn } from '../../domain/arn.ts';
import { freeOf } from '../../domain/consumables.ts';
import { isRefusal } from '../../domain/refusal.ts';
import type { Operation, Service } from '../../service/service.ts';
import { type ConsumableRow, isSet } from '../../store/schema.ts';
import { tagsOf } from '../../store/tag-rows.ts';
import { consumableOf, type NamedInput } from './named.ts';

/** DescribeConsumableResource: what there is of it, as of now (rules T-156, T-157). */
export const describeConsumableResource: Operation<NamedInput> = async (service, { consumableResource }) =>
  service.store.read(async (tx) => {
    const row = await consumableOf(service, tx, consumableResource);
    if (isRefusal(row)) return row;
    return {
      ...summaryOf(service, row),
      // shown as 0 while more is in use than there is (T-165)
      availableQuantity: Math.max(0, freeOf({ total: row.total, inUse: row.in_use })),
      createdAt: row.created_at,
      tags: await tagsOf(tx, 'consumable-resource', row.seq),
    };
  });

/** `ConsumableResourceSummary` of today's model. */
export const summaryOf = (
  { account }: Service,
  { name, replenishable, total, in_use }: ConsumableRow,
): Record<string, unknown> => ({
  consumableResourceName: name,
  consumableResourceArn: consumableArn(account, name),
  totalQuantity: total,
  inUseQuantity: in_use,
  resourceType: isSet(replenishable) ? 'REPLENISHABLE' : 'NON_REPLENISHABLE',
});
