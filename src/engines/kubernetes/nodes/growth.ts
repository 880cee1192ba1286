import type { Resources } from '../../../domain/container.ts';
import type { HostView } from '../../../domain/host.ts';
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

/**
 * What is left of a group as hosts that are to come (K-148). `there`: how many nodes it has. `closed`: why it brings none for a
 * while; then one is told of, that takes nothing, so that nobody takes for impossible what only waits.
 */
export const hostsToCome = (
  group: GrowthGroup,
  there: number,
  closed: string | undefined,
): readonly HostView[] => {
  const left = Math.max(0, group.max - there);
  const type = group.labels['node.kubernetes.io/instance-type'];
  return Array.from({ length: closed === undefined ? left : Math.min(1, left) }, (_, at) => ({
    id: idOf(group.name, at + 1),
    name: `a node of ${group.name} to come`,
    size: group.size,
    foreign: { milliVcpus: 0, memoryMiB: 0, gpus: 0 },
    slots: SLOTS,
    cpuIsWeight: false,
    open: closed === undefined,
    ...(closed !== undefined && { why: closed }),
    standing: false,
    isToCome: true,
    group: group.name,
    ...(type !== undefined && { type }),
    ...((group.isSpot || isSpot(group.labels)) && { isSpot: true }),
  }));
};

/** The same after a restart, and for every server: tasks are written down with it. */
const idOf = (group: string, place: number): string => `grow:${group}:${place}`;

/** The group whose host to come has this id. */
export const groupOf = (groups: readonly GrowthGroup[], hostId: string): GrowthGroup | undefined => {
  const [, name] = /^grow:(.+):\d+$/.exec(hostId) ?? [];
  return groups.find((group) => group.name === name);
};

/** The first group that a node of these labels is of. */
export const groupWith = (
  groups: readonly GrowthGroup[],
  labels: Readonly<Record<string, string>>,
): GrowthGroup | undefined =>
  groups.find((group) => Object.entries(group.labels).every(([name, value]) => labels[name] === value));
