import type { Instance } from '../../domain/instance.ts';
import type { Service } from '../../service/service.ts';
import { endEnvironment, updateEnvironment } from '../../store/environment-rows.ts';
import type { Tx } from '../../store/store.ts';

/**
 * Environments that waited for instances to go: one whose setup was changed is VALID again once those of before are
 * gone, one that was deleted is gone with its last (rules E-076, E-077, E-097).
 */
export const endWaits = async (
  service: Service,
  tx: Tx,
  live: () => readonly Instance[],
): Promise<boolean> => {
  let changed = false;
  for (const { seq, status } of await service.catalog.allEnvironments(tx)) {
    if (status !== 'UPDATING' && status !== 'DELETING') continue;
    const waits = live().some(
      (i) =>
        i.environment === seq &&
        (status === 'DELETING' || (i.state.kind === 'draining' && i.state.reason === 'replaced')),
    );
    if (waits) continue;
    if (status === 'UPDATING') await updateEnvironment(tx, seq, { status: 'VALID' });
    else await endEnvironment(tx, seq);
    changed = true;
  }
  if (changed) service.catalog.forget(tx);
  return changed;
};
