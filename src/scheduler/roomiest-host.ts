import type { Resources } from '../domain/container.ts';
import { shareOf } from './amounts.ts';
import { hostOf, mayUse, type PlannedHost, type Room } from './room.ts';
import type { EnvironmentView, OfHosts } from './snapshot.ts';

/* Which of several hosts is told of. */

/** The host that has the most of what is needed, by what it has the least of; an open one where there is one. */
export const roomiest = (
  hosts: readonly PlannedHost[],
  needs: Resources,
  has: (host: PlannedHost) => Resources,
): PlannedHost => {
  const open = hosts.filter((host) => host.open);
  let best: { readonly host: PlannedHost; readonly share: number } | undefined;
  for (const host of open.length > 0 ? open : hosts) {
    const share = shareOf(needs, has(host));
    if (!best || share > best.share) best = { host, share };
  }
  return best?.host ?? hostOf({ hosts: new Map() }, 'none');
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
