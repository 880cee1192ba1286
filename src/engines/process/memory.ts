import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { taskOf, trySignal } from './identity.ts';

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

/** A group of the kernel's, with the limit it has now. */
interface Slot {
  readonly folder: string;
  limitMiB: number | undefined;
}

/**
 * Groups are used again: making one for each task leaves dying ones behind, which slow the whole machine (19,000 of
 * them after as many tasks, measured). Those of an earlier server join in as their tasks end. Tasks of one line share a
 * group, one after the other.
 */
const keeperOver = (root: string, mode: MemoryMode, limitFile: string, killsFile: string): MemoryKeeper => {
  const slots = new Map<string, Slot>();
  const occupied = new Set<Slot>();
  const free: Slot[] = [];
  let made = 0;
  let sweeps = 0;

  const make = (): Slot => {
    for (;;) {
      const folder = join(root, String(++made));
      if (makeFolder(folder)) return { folder, limitMiB: undefined };
    }
  };
  const limit = (slot: Slot, memoryMiB: number): Slot => {
    if (slot.limitMiB !== memoryMiB)
      writeFileSync(join(slot.folder, limitFile), String(memoryMiB * 1_048_576));
    slot.limitMiB = memoryMiB;
    return slot;
  };
  const membersOf = (slot: Slot): number[] =>
    (readIf(join(slot.folder, 'cgroup.procs')) ?? '').split('\n').filter(Boolean).map(Number);
  const shared = (behind: string | undefined, memoryMiB: number): Slot | undefined => {
    const slot = behind === undefined ? undefined : slots.get(behind);
    return slot?.limitMiB === memoryMiB ? slot : undefined;
  };
  const isShared = (taskId: string, { folder }: Slot): boolean =>
    [...slots].some(([other, slot]) => other !== taskId && slot.folder === folder);
  const release = (slot: Slot): void => {
    if (membersOf(slot).length > 0) occupied.add(slot);
    else if (existsSync(slot.folder)) free.push(slot);
  };
  /** Groups that an earlier server left behind: killed ones remove nothing, and the kernel has room for 65,535. */
  const removeStrangers = (): void => {
    const known = new Set([...slots.values(), ...occupied, ...free].map((slot) => slot.folder));
    for (const entry of readdirSync(root, { withFileTypes: true })) {
      const folder = join(root, entry.name);
      if (entry.isDirectory() && !known.has(folder)) tryRemove(folder);
    }
  };
  return {
    mode,
    root,
    open: (taskId, memoryMiB, behind) => {
      const slot = slots.get(taskId) ?? shared(behind, memoryMiB) ?? free.pop() ?? make();
      slots.set(taskId, limit(slot, memoryMiB));
      return { folder: slot.folder, killsFile };
    },
    adopt: (taskId, memoryMiB, folder) => {
      const isOver = [...free, ...occupied].some((slot) => slot.folder === folder);
      if (isOver || slots.has(taskId) || !existsSync(folder)) return;
      slots.set(taskId, { folder, limitMiB: memoryMiB });
    },
    members: (taskId) => {
      const slot = slots.get(taskId);
      if (!slot) return [];
      const pids = membersOf(slot);
      return isShared(taskId, slot) ? pids.filter((pid) => taskOf(pid) === taskId) : pids;
    },
    close: (taskId) => {
      const slot = slots.get(taskId);
      if (slot && !isShared(taskId, slot)) release(slot);
      slots.delete(taskId);
    },
    sweep: () => {
      if (++sweeps === STRANGERS_AFTER) removeStrangers();
      for (const slot of [...occupied]) {
        for (const pid of membersOf(slot)) trySignal(pid, 'SIGKILL');
        occupied.delete(slot);
        release(slot);
      }
    },
    end: () => {
      free.length = 0;
      removeStrangers();
      tryRemove(root);
    },
  };
};

const makeFolder = (path: string): boolean => {
  try {
    mkdirSync(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
};

/** A group that is in use stays. */
const tryRemove = (path: string): void => {
  try {
    rmdirSync(path);
  } catch {
    // somebody is in it, or it is gone
  }
};

const readIf = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
};
