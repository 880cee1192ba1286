import type { PlannedHost, Room } from './room.ts';

/** Whether a host has less room than another; of equals the one that comes first. */
export const isTighter = (a: PlannedHost, b: PlannedHost): boolean => {
  const by = a.free.milliVcpus - b.free.milliVcpus || a.free.memoryMiB - b.free.memoryMiB;
  return by < 0 || (by === 0 && a.id < b.id);
};

/** Open hosts that share no network, none of which takes a part of a job's nodes: those with less room first. None where there is but one host. */
export const apartIn = ({ hosts }: Room): string[] => {
  if (hosts.size < 2) return [];
  const apart = [...hosts.values()].filter(({ isApart, open }) => isApart && open);
  return apart.sort((a, b) => (isTighter(a, b) ? -1 : 1)).map(({ id }) => id);
};
