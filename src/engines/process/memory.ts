import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

/** Rule J-180. */
export const OUT_OF_MEMORY = 'OutOfMemoryError: Container killed due to memory usage';

/** How memory limits are kept: by a cgroup of the kernel's, or by looking at what tasks use. */
export type MemoryMode = 'cgroup2' | 'cgroup1' | 'watched';

/** Gives each task its limit and tells afterwards whether it was killed for it. */
export interface MemoryKeeper {
  readonly mode: MemoryMode;
  /** Makes the room for a task; the file its first process enters by, or undefined when it is watched. */
  open(taskId: string, memoryMiB: number): string | undefined;
  /** Whether the kernel killed something in it. */
  wasKilled(taskId: string): boolean;
  /** Pids that are still in it. */
  members(taskId: string): number[];
  close(taskId: string): void;
}

const V1 = '/sys/fs/cgroup/memory';
const V2 = '/sys/fs/cgroup';

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
  open: () => undefined,
  wasKilled: () => false,
  members: () => [],
  close: () => {},
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

const keeperOver = (root: string, mode: MemoryMode, limitFile: string, killsFile: string): MemoryKeeper => ({
  mode,
  open: (taskId, memoryMiB) => {
    const folder = join(root, taskId);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, limitFile), String(memoryMiB * 1_048_576));
    return join(folder, 'cgroup.procs');
  },
  wasKilled: (taskId) => {
    try {
      const text = readFileSync(join(root, taskId, killsFile), 'utf8');
      return Number(/^oom_kill (\d+)$/m.exec(text)?.[1] ?? 0) > 0;
    } catch {
      return false;
    }
  },
  members: (taskId) => {
    try {
      return readFileSync(join(root, taskId, 'cgroup.procs'), 'utf8')
        .split('\n')
        .filter(Boolean)
        .map(Number);
    } catch {
      return [];
    }
  },
  close: (taskId) => {
    try {
      rmdirSync(join(root, taskId));
    } catch {
      // a process is still leaving it: the next sweep finds it
    }
  },
});
