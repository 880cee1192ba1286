import type { Resources } from '../domain/container.ts';
import { fits, isNothing, isWithin, plus } from './amounts.ts';
import type { PlannedHost, Room } from './room.ts';
import type { EnvironmentView, GroupLeft, TaskGroup } from './snapshot.ts';

/*
 * Hosts that are yet to come. Nobody says which host a task comes to that is placed on one: any of its group that has room,
 * also one that is there. So a task goes to those that are there as long as one has room; and none to a group of which room
 * is reserved on a host that is there, for it would take that (K-141, K-148). And as long as one waits that would fit a host that
 * is there, that host's room is its own: it will have been given it before anybody else is.
 *
 * The nodes of a multi-node job go to hosts that are there: all but the first ask for theirs only when that one runs, and what
 * came for them would have been given away by then.
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

/** Nobody waits for a host. */
export const NONE: Room['awaited'] = new Map();

/** With one more task on this host, or one less, if that is to come. */
export const awaitedWith = (
  { awaited, hosts }: Pick<Room, 'awaited' | 'hosts'>,
  host: string,
  asks: Resources,
  more: 1 | -1,
): Room['awaited'] => {
  const { isToCome, group } = hosts.get(host) ?? {};
  if (!isToCome || group === undefined) return awaited;
  const some = awaited.get(group) ?? [];
  const same = some.find((other) => isWithin(other.asks, asks) && isWithin(asks, other.asks));
  const many = (same?.many ?? 0) + more;
  const others = some.filter((other) => other !== same);
  return new Map(awaited).set(group, many > 0 ? [...others, { asks, many }] : others);
};

/** Why no host comes for such a job, of those that an environment may have. */
export const whyNone = (
  hosts: Iterable<PlannedHost>,
  [{ asks, nodes }]: readonly [TaskGroup, ...TaskGroup[]],
): string | undefined => {
  if (nodes) return 'a multi-node job waits for hosts that are there, not for those that may come';
  const found = new Set<string>();
  for (const { isToCome, why, size } of hosts)
    if (isToCome && why !== undefined && fits(asks, size)) found.add(why);
  return found.size > 0 ? [...found].join(', ') : undefined;
};

/** Of each group that is not closed, how many of its hosts nobody waits for yet. */
export const groupsLeft = (hosts: Iterable<PlannedHost>): readonly GroupLeft[] => {
  const left = new Map<string, number>();
  for (const { isToCome, why, group, open, size, free, reserved } of hosts) {
    if (!isToCome || why !== undefined || group === undefined) continue;
    left.set(group, (left.get(group) ?? 0) + (open && fits(size, plus(free, reserved)) ? 1 : 0));
  }
  return [...left].map(([group, many]) => ({ group, many }));
};
