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
