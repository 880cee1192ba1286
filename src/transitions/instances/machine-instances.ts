import type { Resources } from '../../domain/container.ts';
import { HOST, type Instance } from '../../domain/instance.ts';
import type { Service } from '../../service/service.ts';
import { insertInstance, resizeInstance } from '../../store/instance-rows.ts';
import type { Tx } from '../../store/store.ts';
import { nowOf } from './apply.ts';

/**
 * Rule E-157: each UNMANAGED environment has an instance on each host that stands; all that are hosts themselves are as large as
 * those are now. Resolves to whether something was not so: then instances are to be read again.
 */
export const registerHosts = async (
  service: Service,
  tx: Tx,
  live: readonly Instance[],
): Promise<boolean> => {
  const hosts = new Map(service.capacity.hosts.map((host) => [host.id, host]));
  let changed = false;
  for (const { id, host, type, size: before, state } of live) {
    const size = hosts.get(host)?.size;
    if (type !== HOST || state.kind !== 'running' || !size || sameSize(before, size)) continue;
    await resizeInstance(tx, id, size);
    changed = true;
  }
  for (const { seq, type, status } of await service.catalog.allEnvironments(tx)) {
    if (type !== 'UNMANAGED' || status === 'DELETING') continue;
    const own = live.filter((i) => i.environment === seq && i.state.kind === 'running');
    for (const { id, size, standing } of hosts.values()) {
      if (!standing || own.some(({ host }) => host === id)) continue;
      await insertInstance(tx, {
        id: `i-${service.ids.hex(17)}`,
        containerInstance: service.ids.hex(32),
        environment: seq,
        host: id,
        type: HOST,
        size,
        at: nowOf(service.clock),
      });
      changed = true;
    }
  }
  return changed;
};

const sameSize = (a: Resources, b: Resources): boolean =>
  a.milliVcpus === b.milliVcpus && a.memoryMiB === b.memoryMiB && a.gpus === b.gpus;
