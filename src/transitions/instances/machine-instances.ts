import { HOST, type Instance } from '../../domain/instance.ts';
import type { Service } from '../../service/service.ts';
import { insertInstance, resizeInstance } from '../../store/instances.ts';
import type { Tx } from '../../store/store.ts';
import { nowOf } from './apply.ts';

/**
 * Rule E-157: the machine is the one instance of each UNMANAGED environment, as large as the pool is now. Resolves to
 * whether one was missing or of another size: then instances are to be read again.
 */
export const registerHosts = async (
  service: Service,
  tx: Tx,
  live: readonly Instance[],
): Promise<boolean> => {
  const { pool } = service.capacity;
  let changed = false;
  for (const { seq, type, status } of await service.catalog.allEnvironments(tx)) {
    if (type !== 'UNMANAGED' || status === 'DELETING') continue;
    const host = live.find((i) => i.environment === seq && i.state.kind === 'running');
    if (!host) {
      const id = `i-${service.ids.hex(17)}`;
      const containerInstance = service.ids.hex(32);
      await insertInstance(tx, {
        id,
        containerInstance,
        environment: seq,
        type: HOST,
        size: pool,
        at: nowOf(service.clock),
      });
      changed = true;
    } else if (!sameSize(host, pool)) {
      await resizeInstance(tx, host.id, pool);
      changed = true;
    }
  }
  return changed;
};

const sameSize = ({ size }: Instance, pool: Instance['size']): boolean =>
  size.milliVcpus === pool.milliVcpus && size.memoryMiB === pool.memoryMiB && size.gpus === pool.gpus;
