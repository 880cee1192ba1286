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
  let best: PlannedHost | undefined;
  let most = 0;
  for (const host of hosts) {
    if (best?.open && !host.open) continue;
    const share = shareOf(needs, has(host));
    if (best && share <= most && host.open === best.open) continue;
    [best, most] = [host, share];
  }
  return best ?? hostOf({ hosts: new Map() }, 'none');
};

/** Those that an environment's tasks may come to, open or not. */
export const hostsFor = (room: Room, environment: EnvironmentView): PlannedHost[] => {
  const hosts: PlannedHost[] = [];
  for (const host of room.hosts.values()) if (mayUse(environment, host)) hosts.push(host);
  return hosts;
};

/** Which one it is of those that an environment has, so many of which are open; nothing where there is but one host. */
export const ofHosts = (
  { hosts }: Room,
  open: number,
  { name, isToCome }: PlannedHost,
): { readonly of?: OfHosts } =>
  hosts.size === 1 && !isToCome ? {} : { of: { name, open, ...(isToCome && { isToCome }) } };

/** How many take tasks. */
export const countOpen = (hosts: readonly PlannedHost[]): number =>
  hosts.filter(({ open, isToCome }) => open && !isToCome).length;
