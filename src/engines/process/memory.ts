import { accessSync, constants, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
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
  /** The engine closes: rooms that nobody uses go. */
  end(): void;
}

const V1 = '/sys/fs/cgroup/memory';
const V2 = '/sys/fs/cgroup';

/** An order of an earlier server has begun after so many sweeps, or was given again with another group. */
const STRANGERS_AFTER = 30;

/** Takes the best that this machine lets us have. `name` keeps two servers' groups apart. */
export const openMemory = (name: string, wanted: MemoryMode | undefined): MemoryKeeper => {
  const tries: readonly (() => MemoryKeeper | undefined)[] = [
    () => (wanted === undefined || wanted === 'cgroup2' ? openV2(name) : undefined),
    () => (wanted === undefined || wanted === 'cgroup1' ? openV1(name) : undefined),
  ];
  for (const attempt of tries) {
    const keeper = attempt();
    if (keeper) return keeper;
  }
  return WATCHED;
};

const WATCHED: MemoryKeeper = {
  mode: 'watched',
  root: undefined,
  open: () => undefined,
  adopt: () => {},
  members: () => [],
  close: () => {},
  sweep: () => {},
  end: () => {},
};

/** A delegated subtree: our own group, if we may make children in it and memory is handed down to them. */
const openV2 = (name: string): MemoryKeeper | undefined => {
  if (!existsSync(join(V2, 'cgroup.controllers'))) return undefined;
  const own = /^0::(.*)$/m.exec(readFileSync('/proc/self/cgroup', 'utf8'))?.[1];
  if (own === undefined) return undefined;
  const parent = join(V2, own);
  try {
    accessSync(parent, constants.W_OK);
    if (!readFileSync(join(parent, 'cgroup.subtree_control'), 'utf8').includes('memory')) return undefined;
    const root = join(parent, `longshore-${name}`);
    mkdirSync(root, { recursive: true });
    writeFileSync(join(root, 'cgroup.subtree_control'), '+memory');
    return keeperOver(root, 'cgroup2', 'memory.max', 'memory.events');
  } catch {
    return undefined;
  }
};

const openV1 = (name: string): MemoryKeeper | undefined => {
  const root = join(V1, `longshore-${name}`);
  try {
    if (!existsSync(join(V1, 'memory.limit_in_bytes'))) return undefined;
    mkdirSync(root, { recursive: true });
    return keeperOver(root, 'cgroup1', 'memory.limit_in_bytes', 'memory.oom_control');
  } catch {
    return undefined;
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
    end: () => groups.end(taken.values()),
  };
};
