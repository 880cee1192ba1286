import { hostsThere, sizeOfAll, sumOf } from '../../domain/host.ts';
import type { Service } from '../../service/service.ts';
import { clusterCounts, freeOfHosts, heldBy } from '../../store/ecs.ts';
import { pageOfEnvironments } from '../../store/environment-rows.ts';
import type { Tx } from '../../store/store.ts';
import { faultNow } from '../environments/describe.ts';
import { compact } from '../jobs/detail.ts';

/** More environments than this nobody has on one machine. */
const MOST = 1000;

/** Each environment with what it holds of the pool. */
export const environmentsShown = async (service: Service, tx: Tx) => {
  const shown = [];
  for (const row of await pageOfEnvironments(tx, 0, MOST)) {
    const { instances, running, pending } = await clusterCounts(tx, row.seq);
    const fault = faultNow(service, row);
    const reason = fault ?? row.status_reason;
    shown.push({
      name: row.name,
      type: (JSON.parse(row.resources ?? '{}') as { type?: string }).type ?? row.type,
      state: row.state,
      status: fault === undefined ? row.status : 'INVALID',
      ...(reason !== null && { statusReason: reason }),
      ...(row.max_vcpus !== null && { maxvCpus: row.max_vcpus }),
      held: await heldBy(tx, service.capacity.hosts, row.seq),
      instances,
      running,
      pending,
    });
  }
  return shown;
};

/** Of all hosts together, and of each where there are several; what a closed one has is not to be had. */
export const poolShown = async ({ capacity, lastPlan }: Service, tx: Tx) => {
  const there = hostsThere(capacity.hosts);
  const all = await freeOfHosts(tx, there);
  const free = sumOf(all.filter(({ host }) => host.open).map((host) => host.free));
  const hosts = all.map(({ host: { name, open, why, size }, free }) =>
    compact({ name, open, why, total: size, free }),
  );
  const total = sizeOfAll(there);
  return compact({ total, free, spotPrice: lastPlan.spotPrice, ...(hosts.length > 1 && { hosts }) });
};
