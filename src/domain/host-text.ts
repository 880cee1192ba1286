import { type HostFree, sumOf } from './host.ts';
import { describeResources } from './resource-text.ts';

/* What is said of hosts: of one alone as of the pool, of several of the one with the most room. */

/** "the pool has 2 vCPUs and 4 GiB free", or "host b has … free, the most of 3 that are open". */
export const freeText = (hosts: readonly HostFree[], concernsGpus: boolean): string => {
  const most = mostFree(hosts);
  if (!most) return 'there is no host';
  const has = `has ${describeResources(most.free, concernsGpus)} free`;
  return hosts.length > 1
    ? `host ${most.host.name} ${has}, the most of ${countOpen(hosts)} that are open`
    : `the pool ${has}`;
};

/** "2 vCPUs and 4 GiB", or with the name of the host that has them. */
export const freeAmount = (hosts: readonly HostFree[], concernsGpus: boolean): string => {
  const most = mostFree(hosts);
  if (!most) return describeResources(sumOf([]), concernsGpus);
  const free = describeResources(most.free, concernsGpus);
  return hosts.length > 1
    ? `${free} on host ${most.host.name}, the most of ${countOpen(hosts)} that are open,`
    : free;
};

const countOpen = (hosts: readonly HostFree[]): number => hosts.filter(({ host }) => host.open).length;

/** Of those that are open, by vCPUs, then by memory; undefined of none. */
const mostFree = (hosts: readonly HostFree[]): HostFree | undefined => {
  let most: HostFree | undefined;
  for (const host of hosts) if (!most || hasMore(host, most)) most = host;
  return most;
};

const hasMore = (a: HostFree, b: HostFree): boolean => {
  if (a.host.open !== b.host.open) return a.host.open;
  return (a.free.milliVcpus - b.free.milliVcpus || a.free.memoryMiB - b.free.memoryMiB) > 0;
};
