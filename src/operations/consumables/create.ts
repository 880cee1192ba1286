import { consumableArn } from '../../domain/arn.ts';
import { CONSUMABLE_TYPES } from '../../domain/consumables.ts';
import { type Refusal, refuse, refuseWrapped } from '../../domain/refusal.ts';
import { checkTags, type Tags } from '../../domain/tags.ts';
import type { Operation } from '../../service/service.ts';
import { areSoMany, consumableNamed, insertConsumable } from '../../store/consumable-rows.ts';
import { setTags } from '../../store/tag-rows.ts';

export interface CreateInput {
  readonly consumableResourceName: string;
  readonly totalQuantity?: number;
  readonly resourceType?: string;
  readonly tags?: Tags;
}

/** In an account. */
const MOST = 50_000;

/** CreateConsumableResource: answers its name and ARN (rules T-153 to T-155, T-008). */
export const createConsumableResource: Operation<CreateInput> = async (service, input) => {
  const wrong = check(input);
  if (wrong) return wrong;
  const { consumableResourceName: name, totalQuantity: total = 0, resourceType, tags } = input;
  return service.store.write(async (tx) => {
    if (await consumableNamed(tx, name)) return refuse('Object already exists');
    if (await areSoMany(tx, MOST))
      return refuse(`There are ${MOST} consumable resources: there may be no more.`);
    const replenishable = resourceType === 'NON_REPLENISHABLE' ? 0 : 1;
    const seq = await insertConsumable(tx, { name, replenishable, total, created_at: service.clock.wall() });
    await setTags(tx, 'consumable-resource', seq, tags);
    return { consumableResourceName: name, consumableResourceArn: consumableArn(service.account, name) };
  });
};

const check = ({
  consumableResourceName,
  totalQuantity = 0,
  resourceType,
  tags,
}: CreateInput): Refusal | undefined => {
  const wrong = checkTags(tags);
  if (wrong) return wrong;
  if (!/^[A-Za-z0-9_-]{1,128}$/.test(consumableResourceName))
    return refuseWrapped('ConsumableResource name should match a valid pattern.');
  if (totalQuantity < 0) return refuseWrapped('totalQuantity cannot be a negative number.');
  const isType = resourceType === undefined || CONSUMABLE_TYPES.some((type) => type === resourceType);
  return isType ? undefined : refuseWrapped(`Resource type must be one of [${CONSUMABLE_TYPES.join(', ')}].`);
};
