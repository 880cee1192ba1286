import type { HostView } from '../domain/host.ts';

/** What is asked of a list of hosts again and again. In thousandths of a vCPU. */
export interface HostSums {
  /** Of the largest. */
  readonly most: number;
  readonly total: number;
  /** Of the smallest of those that a task takes no more of than there is. */
  readonly leastBound: number;
}

const known = new WeakMap<readonly HostView[], HostSums>();

/** Found once for each list. */
export const sumsOf = (hosts: readonly HostView[]): HostSums => {
  const found = known.get(hosts) ?? find(hosts);
  known.set(hosts, found);
  return found;
};

const find = (hosts: readonly HostView[]): HostSums => {
  let [most, total, leastBound] = [Number.NEGATIVE_INFINITY, 0, Number.POSITIVE_INFINITY];
  for (const { size, cpuIsWeight } of hosts) {
    most = Math.max(most, size.milliVcpus);
    total += size.milliVcpus;
    if (cpuIsWeight) leastBound = Math.min(leastBound, size.milliVcpus);
  }
  return { most, total, leastBound };
};
