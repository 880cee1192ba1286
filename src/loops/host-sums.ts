import { type HostView, takes } from '../domain/host.ts';

/** What is asked of a list of hosts again and again. In thousandths of a vCPU. */
export interface HostSums {
  readonly total: number;
  /** A task takes no more than this of one of them, whatever it asks. */
  readonly leastBound: number;
}

const ALL = { milliVcpus: Number.POSITIVE_INFINITY, memoryMiB: 0, gpus: 0 };

const known = new WeakMap<readonly HostView[], HostSums>();

/** Found once for each list. */
export const sumsOf = (hosts: readonly HostView[]): HostSums => {
  const found = known.get(hosts) ?? find(hosts);
  known.set(hosts, found);
  return found;
};

const find = (hosts: readonly HostView[]): HostSums => {
  let [total, leastBound] = [0, Number.POSITIVE_INFINITY];
  for (const host of hosts) {
    const { size } = host;
    total += size.milliVcpus;
    leastBound = Math.min(leastBound, takes(ALL, host).milliVcpus);
  }
  return { total, leastBound };
};
