import { isRefusal, refuse } from '../../domain/refusal.ts';
import type { Operation } from '../../service/service.ts';
import { removeConsumable } from '../../store/consumable-rows.ts';
import { isDemanded } from '../../store/token-rows.ts';
import { consumableOf, type NamedInput } from './named.ts';

/** DeleteConsumableResource: answers `{}`, also when there is none (rules T-012, T-166). */
export const deleteConsumableResource: Operation<NamedInput> = async (service, { consumableResource }) =>
  service.store.write(async (tx) => {
    const row = await consumableOf(service, tx, consumableResource);
    if (isRefusal(row)) return {};
    if (await isDemanded(tx, row.seq)) return refuse('Cannot delete, resource is in use by jobs');
    await removeConsumable(tx, row.seq);
    // what submissions were resolved to names it
    service.catalog.forget(tx);
    return {};
  });
