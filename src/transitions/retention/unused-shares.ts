import { windowOf } from '../../domain/fair-share/window.ts';
import { LONGEST_DECAY_SECONDS } from '../../domain/scheduling-policy.ts';
import type { Service } from '../../service/service.ts';
import { deleteUnusedShares } from '../../store/share-rows.ts';
import { deleteOldUses } from '../../store/share-uses.ts';
import { useNow } from '../shares/use-now.ts';

const AT_ONCE = 500;

/** Removes uses that no policy counts any more, and shares of which no job and no use is left. Resolves to whether there may be more. */
export const removeUnusedShares = (service: Service): Promise<boolean> =>
  service.store.write(async (tx) => {
    const now = await useNow(service, tx, Number.POSITIVE_INFINITY);
    await deleteOldUses(tx, now - windowOf({ shareDecaySeconds: LONGEST_DECAY_SECONDS }));
    const removed = await deleteUnusedShares(tx, AT_ONCE);
    if (removed > 0) service.catalog.made.forget(tx);
    return removed === AT_ONCE;
  });
