import { basename, dirname, join } from 'node:path';

/** The kernel's tree of groups (cgroup v2), and who is in it. Paths begin with `/`, where the tree is mounted. */
export interface GroupTree {
  /** The group we are in; undefined where there is no such tree. */
  readonly own: string | undefined;
  /** Whether systemd divides the tree. */
  readonly hasSystemd: boolean;
  /** Whether systemd left a unit's group to whoever runs in it: `Delegate=yes`. */
  isDelegated(unit: string, ofUser: boolean): boolean;
  /** Words of a file in a group. */
  words(group: string, file: string): readonly string[];
  /** Throws the system's own error. */
  write(group: string, file: string, text: string): void;
  /** As `write`; one that is there already is as good. */
  make(group: string): void;
  /** Undefined when there is none, or it cannot be seen. */
  parentOf(pid: number): number | undefined;
}

/** Where the server goes: a group that hands memory down may have nobody in itself. */
const LEAF = 'longshore-server';

/**
 * Finds the group that we may divide, and has it hand memory down, for which it moves the server and what started it into a group below;
 * undefined when there is none. May throw the system's own error.
 */
export const openDelegated = (tree: GroupTree, pid: number): string | undefined => {
  const place = placeOf(tree);
  if (place === undefined || !tree.words(place, 'cgroup.controllers').includes('memory')) return undefined;
  const isReady =
    tree.words(place, 'cgroup.subtree_control').includes('memory') ||
    handDown(tree, place) ||
    (moveInto(tree, place, pid) && handDown(tree, place));
  return isReady ? place : undefined;
};

/** With systemd its unit's, if that is left to us; elsewhere, as in a container, the one we are in. */
const placeOf = (tree: GroupTree): string | undefined => {
  const { own } = tree;
  // above the root of our namespace
  if (own === undefined || own.startsWith('/..')) return undefined;
  if (!tree.hasSystemd) return basename(own) === LEAF ? dirname(own) : own;
  const [, place, unit] = /^(.*\/([^/]+\.(?:service|scope)))(?:\/|$)/.exec(own) ?? [];
  // the group of a user's manager is that manager's to divide
  if (place === undefined || unit === undefined || unit.startsWith('user@')) return undefined;
  return tree.isDelegated(unit, /\/user@\d+\.service\//.test(place)) ? place : undefined;
};

/** False while somebody is in the group. */
const handDown = (tree: GroupTree, group: string): boolean => {
  try {
    tree.write(group, 'cgroup.subtree_control', '+memory');
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EBUSY') return false;
    throw error;
  }
};

/** False when others than the server and what started it are there: those stay where they are. */
const moveInto = (tree: GroupTree, group: string, pid: number): boolean => {
  const ours = lineOf(tree, pid);
  const there = tree.words(group, 'cgroup.procs');
  if (there.some((member) => !ours.has(member))) return false;
  const leaf = join(group, LEAF);
  tree.make(leaf);
  for (const member of there) tree.write(leaf, 'cgroup.procs', member);
  return true;
};

/** A process, its parent, and so on. */
const lineOf = (tree: GroupTree, pid: number): ReadonlySet<string> => {
  const line = new Set<string>();
  for (let at: number | undefined = pid; at && !line.has(String(at)); at = tree.parentOf(at))
    line.add(String(at));
  return line;
};
