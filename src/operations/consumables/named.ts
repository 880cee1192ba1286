import { consumableName } from '../../domain/consumables.ts';
import { type Refusal, refuse } from '../../domain/refusal.ts';
import type { Service } from '../../service/service.ts';
import { consumableNamed } from '../../store/consumable-rows.ts';
import type { ConsumableRow } from '../../store/schema.ts';
import type { Tx } from '../../store/store.ts';

/** Requests that are of one resource: by its name or its ARN. */
export interface NamedInput {
  readonly consumableResource: string;
}

/** Rule T-157. */
export const consumableOf = async (
  { account }: Service,
  tx: Tx,
  given: string,
): Promise<ConsumableRow | Refusal> =>
  (await consumableNamed(tx, consumableName(account, given))) ??
  refuse(`ConsumableResource ${given} not found.`);
