import type { Resources } from '../domain/container.ts';
import { shareOf } from './amounts.ts';
import { hostOf, type PlannedHost, type Room } from './room.ts';
import type { OfHosts } from './snapshot.ts';

/* Which of several hosts is told of. */

/** The host that has the most of what is needed, by what it has the least of; an open one where there is one. */
export const nearest = (
  room: Pick<Room, 'hosts'>,
  needs: Resources,
  has: (host: PlannedHost) => Resources,
): { host: PlannedHost; of?: OfHosts } => {
  const hosts = [...room.hosts.values()];
  const open = hosts.filter((host) => host.open);
  let best: { readonly host: PlannedHost; readonly share: number } | undefined;
  for (const host of open.length > 0 ? open : hosts) {
    const share = shareOf(needs, has(host));
    if (!best || share > best.share) best = { host, share };
  }
  if (!best) return { host: hostOf(room, 'none'), of: { name: 'none', open: 0 } };
  const { host } = best;
  return { host, ...(hosts.length > 1 && { of: { name: host.name, open: open.length } }) };
};
