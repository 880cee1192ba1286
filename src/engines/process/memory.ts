import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Timers } from '../../lib/clock.ts';
import { openDelegated } from './delegated.ts';
import { openRoot, type RootOwner, removeGone, removeRoot } from './group-roots.ts';
import { groupTree } from './group-tree.ts';
import { taskOf } from './identity.ts';
import { type Group, Groups } from './memory-groups.ts';

/** Rule J-180. */
export const OUT_OF_MEMORY = 'OutOfMemoryError: Container killed due to memory usage';

/** How memory limits are kept: by a cgroup of the kernel's, or by looking at what tasks use. */
export type MemoryMode = 'cgroup2' | 'cgroup1' | 'watched';

/** A group of the kernel's that tasks run in, and the file in it whose line `oom_kill` counts kills. */
export interface MemoryGroup {
  readonly folder: string;
  readonly killsFile: string;
}

/** Gives each task its limit. */
export interface MemoryKeeper {
  readonly mode: MemoryMode;
  /** Where its groups are; undefined when memory is watched. */
  readonly root: string | undefined;
  /**
   * Makes the room for a task; undefined when it is watched. A task that runs just after `behind`, another, takes its
   * room when that has the same limit. Throws when the kernel has no room for another group.
   */
  open(taskId: string, memoryMiB: number, behind?: string): MemoryGroup | undefined;
  /** Finds a task's room again that an earlier server made; `folder` as `open` gave it. */
  adopt(taskId: string, memoryMiB: number, folder: string): void;
  /** Pids that are still in its room; of one that others share, those that carry its id. */
  members(taskId: string): number[];
  /** Its room goes as soon as nobody is in it. */
  close(taskId: string): void;
  /** Tries again what could not go yet. */
  sweep(): void;
  /** Rooms that nobody uses go; with `isIdle`, when no task runs or waits, all of them. Whether nothing is left. */
  end(isIdle: boolean): boolean;
}

const V1 = '/sys/fs/cgroup/memory';
const V2 = '/sys/fs/cgroup';

/** An order of an earlier server has begun after so many sweeps, or was given again with another group. */
const STRANGERS_AFTER = 30;

/** Takes the best that this machine lets us have. */
export const openMemory = (owner: RootOwner, wanted: MemoryMode | undefined): MemoryKeeper => {
  const may = (mode: MemoryMode) => wanted === undefined || wanted === mode;
  return (
    (may('cgroup2') ? openIn(V2, owner, 'cgroup2') : undefined) ??
    (may('cgroup1') ? openIn(V1, owner, 'cgroup1') : undefined) ??
    WATCHED
  );
};

const WATCHED: MemoryKeeper = {
  mode: 'watched',
  root: undefined,
  open: () => undefined,
  adopt: () => {},
  members: () => [],
  close: () => {},
  sweep: () => {},
  end: () => true,
};

const LEAVE_MILLISECONDS = 10;
const LEAVE_TRIES = 200;

/** The engine closes. When it is idle the last task's shim may still be about to leave its group: that is waited for. */
export const leaveRooms = async (memory: MemoryKeeper, isIdle: boolean, timers: Timers): Promise<void> => {
  for (let tries = 0; !memory.end(isIdle) && isIdle && tries < LEAVE_TRIES; tries++)
    await new Promise<void>((done) => timers.after(LEAVE_MILLISECONDS, done));
};

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

const openIn = (mount: string, owner: RootOwner, mode: keyof typeof KINDS): MemoryKeeper | undefined => {
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
  const groups = new Groups(root, limitFile);
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
