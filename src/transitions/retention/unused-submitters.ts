import type { Service } from '../../service/service.ts';
import { deleteUnusedSubmitters } from '../../store/submitters.ts';

const AT_ONCE = 500;

/** Forgets who submitted jobs none of which is left. Resolves to whether there may be more. */
export const removeUnusedSubmitters = async ({ store }: Pick<Service, 'store'>): Promise<boolean> =>
  (await store.write((tx) => deleteUnusedSubmitters(tx, AT_ONCE))) === AT_ONCE;
