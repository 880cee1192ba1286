import type { Resources } from '../domain/container.ts';
import { hostOf, mayUse, type PlannedHost, type Room } from './room.ts';
import type { EnvironmentView, OfHosts } from './snapshot.ts';

/* Which of several hosts is told of. */

const AMOUNTS = ['milliVcpus', 'memoryMiB', 'gpus'] as const;

/** The host that has the most of what is needed, by what it has the least of; an open one where there is one. */
export const roomiest = (
  hosts: readonly PlannedHost[],
  needs: Resources,
  has: (host: PlannedHost) => Resources,
): PlannedHost => {
  const share = (host: PlannedHost): number =>
    Math.min(
      ...AMOUNTS.map((amount) => (needs[amount] === 0 ? Infinity : has(host)[amount] / needs[amount])),
    );
  const open = hosts.filter((host) => host.open);
  const [first, ...others] = open.length > 0 ? open : hosts;
  if (!first) return hostOf({ hosts: new Map() }, 'none');
  return others.reduce((best, other) => (share(other) > share(best) ? other : best), first);
};

/** Those that an environment's tasks may come to, open or not. */
export const hostsFor = (room: Room, environment: EnvironmentView): PlannedHost[] =>
  [...room.hosts.values()].filter((host) => mayUse(environment, host));

/** Which one it is of those that an environment has; nothing where there is but one host. */
export const ofHosts = (
  room: Room,
  environment: EnvironmentView,
  { name }: PlannedHost,
): { readonly of?: OfHosts } => {
  if (room.hosts.size === 1) return {};
  return { of: { name, open: hostsFor(room, environment).filter(({ open }) => open).length } };
};
