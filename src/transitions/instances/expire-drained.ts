import { elapsedSince } from '../../domain/deadline.ts';
import type { Instance } from '../../domain/instance.ts';
import type { Service } from '../../service/service.ts';
import { loseTasks } from '../../store/instance-rows.ts';
import type { Tx } from '../../store/store.ts';

/**
 * Instances whose warning is over lose their tasks (rule E-168): they are stopped, and however they end, their host was
 * terminated. By the steady clock.
 */
export const expireDrained = async (
  service: Service,
  tx: Tx,
  draining: Iterable<Instance>,
): Promise<boolean> => {
  let lost = 0;
  for (const { id, state } of draining) {
    if (state.kind !== 'draining' || !state.deadline) continue;
    const { began, milliseconds } = state.deadline;
    if (elapsedSince(service.clock, began, milliseconds) >= milliseconds) lost += await loseTasks(tx, id);
  }
  return lost > 0;
};
