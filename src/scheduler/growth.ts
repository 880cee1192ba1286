import { isNothing } from './amounts.ts';
import type { Room } from './room.ts';
import type { EnvironmentView } from './snapshot.ts';

/*
 * Hosts that are yet to come. Nobody says which host a task comes to that is placed on one: any of its group that has room,
 * also one that is there. So a task goes to those that are there as long as one has room; and none to a group of which room
 * is reserved on a host that is there, for it would take that (K-141, K-148). And as long as one waits that would fit a host that
 * is there, that host's room is its own: it will have been given it before anybody else is.
 */

/** An environment on hosts that are there. */
export const onThose = (
  { awaited }: Pick<Room, 'awaited'>,
  environment: EnvironmentView,
): EnvironmentView => ({
  ...environment,
  growth: { barred: 'all', awaited },
});

/** And on those to come. */
export const onGrowth = (room: Room, environment: EnvironmentView): EnvironmentView => ({
  ...environment,
  growth: { barred: reservedGroups(room), awaited: room.awaited },
});

const reservedGroups = ({ hosts }: Room): ReadonlySet<string> => {
  const groups = new Set<string>();
  for (const { group, isToCome, reserved } of hosts.values())
    if (group !== undefined && !isToCome && !isNothing(reserved)) groups.add(group);
  return groups;
};

/** Why no host comes that an environment may have. */
export const whyNone = (
  hosts: Iterable<{ readonly isToCome?: true; readonly why?: string }>,
): string | undefined => {
  for (const { isToCome, why } of hosts) if (isToCome && why !== undefined) return why;
  return undefined;
};
