import type { Service } from '../../service/service.ts';
import { deleteUnusedSubmitters } from '../../store/submitters.ts';
import { forgetPrincipals } from '../../store/unfinished.ts';

const AT_ONCE = 500;

/** Forgets who submitted jobs none of which is left. Resolves to whether there may be more. */
export const removeUnusedSubmitters = ({ store }: Pick<Service, 'store'>): Promise<boolean> =>
  store.write(async (tx) => {
    const removed = await deleteUnusedSubmitters(tx, AT_ONCE);
    if (removed > 0) await forgetPrincipals(tx);
    return removed === AT_ONCE;
  });
