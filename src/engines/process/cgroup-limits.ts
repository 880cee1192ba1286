import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openDelegated } from './cgroup-delegated.ts';
import { type Group, GroupPool } from './cgroup-pool.ts';
import { openRoot, type RootOwner, removeGone, removeRoot } from './cgroup-root.ts';
import { groupTree } from './cgroup-tree.ts';
import type { MemoryKeeper, MemoryMode } from './memory-limits.ts';
import { taskOf } from './processes.ts';

/** An order of an earlier server has begun after so many sweeps, or was given again with another group. */
const STRANGERS_AFTER = 30;

/** The two kinds of groups. */
const KINDS = {
  cgroup2: {
    /** The group below which we may make ours. */
    parent: (mount: string): string | undefined => {
      const place = openDelegated(groupTree(mount), process.pid);
      return place === undefined ? undefined : join(mount, place);
    },
    limitFile: 'memory.max',
    killsFile: 'memory.events',
    begin: (root: string) => writeFileSync(join(root, 'cgroup.subtree_control'), '+memory'),
    swap: 'memory.swap.max',
  },
  cgroup1: {
    parent: (mount: string): string | undefined =>
      existsSync(join(mount, 'memory.limit_in_bytes')) ? mount : undefined,
    limitFile: 'memory.limit_in_bytes',
    killsFile: 'memory.oom_control',
    begin: () => {},
    swap: 'memory.swappiness',
  },
} as const;

/** Undefined where none may be made. */
export const openCgroups = (
  mount: string,
  owner: RootOwner,
  mode: keyof typeof KINDS,
): MemoryKeeper | undefined => {
  const { parent, begin, limitFile, killsFile, swap } = KINDS[mode];
  let root: string | undefined;
  try {
    const folder = parent(mount);
    if (folder === undefined) return undefined;
    removeGone(folder, owner);
    root = openRoot(folder, owner);
    begin(root);
    forbidSwap(join(root, swap));
    return keeperOver(root, mode, limitFile, killsFile);
  } catch {
    if (root !== undefined) removeRoot(root);
    return undefined;
  }
};

/** What is swapped out is not killed: the limit would be none. Kernels without swap do not have the file. */
const forbidSwap = (file: string): void => {
  try {
    if (existsSync(file)) writeFileSync(file, '0');
  } catch {
    // the limits hold all the same
  }
};

/**
 * Gives each task a group. Those of an earlier server join in as their tasks end. Tasks of one line share a group, one
 * after the other.
 */
const keeperOver = (root: string, mode: MemoryMode, limitFile: string, killsFile: string): MemoryKeeper => {
  const groups = new GroupPool(root, limitFile);
  const taken = new Map<string, Group>();
  let sweeps = 0;

  const shared = (behind: string | undefined, memoryMiB: number): Group | undefined => {
    const group = behind === undefined ? undefined : taken.get(behind);
    return group?.limitMiB === memoryMiB ? group : undefined;
  };
  const isShared = (taskId: string, { folder }: Group): boolean =>
    [...taken].some(([other, group]) => other !== taskId && group.folder === folder);
  return {
    mode,
    root,
    open: (taskId, memoryMiB, behind) => {
      const group = taken.get(taskId) ?? shared(behind, memoryMiB) ?? groups.take();
      taken.set(taskId, groups.limit(group, memoryMiB));
      return { folder: group.folder, killsFile };
    },
    adopt: (taskId, memoryMiB, folder) => {
      if (groups.isOver(folder) || taken.has(taskId) || !existsSync(folder)) return;
      taken.set(taskId, { folder, limitMiB: memoryMiB });
    },
    members: (taskId) => {
      const group = taken.get(taskId);
      if (!group) return [];
      const pids = groups.members(group);
      return isShared(taskId, group) ? pids.filter((pid) => taskOf(pid) === taskId) : pids;
    },
    close: (taskId) => {
      const group = taken.get(taskId);
      if (group && !isShared(taskId, group)) groups.release(group);
      taken.delete(taskId);
    },
    sweep: () => {
      if (++sweeps === STRANGERS_AFTER) groups.removeStrangers(taken.values());
      groups.sweep();
    },
    end: (isIdle) => groups.end(isIdle ? [] : taken.values()),
  };
};
