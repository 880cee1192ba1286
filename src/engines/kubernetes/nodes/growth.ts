import type { Resources } from '../../../domain/container.ts';
import type { HostView } from '../../../domain/host.ts';
import { groupNameIn, hostToCome } from '../names.ts';
import { isSpot } from './node-view.ts';

/** Nodes of one kind that an autoscaler adds while pods wait for them; nothing tells of them but the operator (K-147). */
export interface GrowthGroup {
  readonly name: string;
  /** What jobs may have of one: less than the machine, for others' pods are on each. */
  readonly size: Resources;
  /** As many as there are ever, those that are there included. */
  readonly max: number;
  /** By which its nodes are known, and asked for. */
  readonly labels: Readonly<Record<string, string>>;
  readonly isSpot: boolean;
}

/** So many pods a node takes, less a few of others'. */
const SLOTS = 100;

/** What is to be known of a group. */
export interface GrowthFacts {
  /** How many nodes it has. */
  readonly there: number;
  /** Hosts to come of which a task waits for its node, by their ids. */
  readonly awaited: ReadonlySet<string>;
  /** Why it brings none for a while. */
  readonly closed: string | undefined;
}

/**
 * What is left of a group as hosts that are to come (K-148). A node that comes takes pods of any of them: as long as more of
 * them are awaited than nodes may come none takes more, or more would be asked for than there can be. Of a group that is closed, or has
 * nothing left, one is told of that takes nothing, so that nobody takes for impossible what only waits.
 */
export const hostsToCome = (group: GrowthGroup, facts: GrowthFacts): readonly HostView[] => {
  const { there, awaited, closed } = facts;
  const left = Math.max(0, group.max - there);
  const isOpen = closed === undefined && awaited.size <= left;
  const all = Array.from({ length: group.max }, (_, at) => hostToCome(group.name, at + 1));
  const free = all.filter((id) => !awaited.has(id));
  const ids = [...awaited, ...free.slice(0, isOpen ? left - awaited.size : 0)];
  const type = group.labels['node.kubernetes.io/instance-type'];
  return (ids.length > 0 ? ids : all.slice(0, 1)).map((id) => ({
    id,
    name: `a node of ${group.name} to come`,
    size: group.size,
    foreign: { milliVcpus: 0, memoryMiB: 0, gpus: 0 },
    slots: SLOTS,
    cpuIsWeight: false,
    open: isOpen && ids.length > 0,
    ...(closed !== undefined && { why: closed }),
    standing: false,
    isToCome: true,
    group: group.name,
    ...(type !== undefined && { type }),
    ...((group.isSpot || isSpot(group.labels)) && { isSpot: true }),
  }));
};

/** The one whose host to come has this id. */
export const groupOf = (groups: readonly GrowthGroup[], hostId: string): GrowthGroup | undefined => {
  const name = groupNameIn(hostId);
  return groups.find((group) => group.name === name);
};

/** The first group that a node of these labels is of. */
export const groupWith = (
  groups: readonly GrowthGroup[],
  labels: Readonly<Record<string, string>>,
): GrowthGroup | undefined =>
  groups.find((group) => Object.entries(group.labels).every(([name, value]) => labels[name] === value));
