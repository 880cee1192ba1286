import type { Resources } from '../domain/container.ts';
import { hostOf, type PlannedHost, type Room } from './room.ts';
import type { OfHosts } from './snapshot.ts';

/* Which of several hosts is told of. */

const AMOUNTS = ['milliVcpus', 'memoryMiB', 'gpus'] as const;

/** The host that has the most of what is needed, by what it has the least of; an open one where there is one. */
export const nearest = (
  room: Pick<Room, 'hosts'>,
  needs: Resources,
  has: (host: PlannedHost) => Resources,
): { host: PlannedHost; of?: OfHosts } => {
  const hosts = [...room.hosts.values()];
  const open = hosts.filter((host) => host.open);
  const share = (host: PlannedHost): number =>
    Math.min(
      ...AMOUNTS.map((amount) => (needs[amount] === 0 ? Infinity : has(host)[amount] / needs[amount])),
    );
  const [first, ...others] = open.length > 0 ? open : hosts;
  if (!first) return { host: hostOf(room, 'none'), of: { name: 'none', open: 0 } };
  const host = others.reduce((best, other) => (share(other) > share(best) ? other : best), first);
  return { host, ...(hosts.length > 1 && { of: { name: host.name, open: open.length } }) };
};
