import { UNUSED_INSTANCE_KEEP_MILLISECONDS } from '../../domain/retention-periods.ts';
import type { Service } from '../../service/service.ts';
import { deleteUnusedInstances } from '../../store/retention-rows.ts';

const AT_ONCE = 500;

/**
 * Removes some of the instances that were terminated long enough ago without a task; those that had some go with the
 * last of them. `age`: as `AgeMark` has it. Resolves to whether there may be more.
 */
export const removeUnusedInstances = async ({ store }: Service, age: number): Promise<boolean> =>
  store.write(
    async (tx) =>
      (await deleteUnusedInstances(tx, age - UNUSED_INSTANCE_KEEP_MILLISECONDS, AT_ONCE)) === AT_ONCE,
  );
