import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { removeRoot, tryRemove } from './cgroup-root.ts';
import { trySignal } from './processes.ts';

/** A group of the kernel's, with the limit it has now. */
export interface Group {
  readonly folder: string;
  limitMiB: number | undefined;
}

/**
 * The kernel's groups below one folder. They are used again: making one for each task leaves dying ones behind, which
 * slow the whole machine (19,000 of them after as many tasks, measured).
 */
export class GroupPool {
  readonly root: string;
  readonly #limitFile: string;
  /** Nobody's, but somebody is in them still. */
  readonly #occupied = new Set<Group>();
  readonly #free: Group[] = [];
  #made = 0;

  constructor(root: string, limitFile: string) {
    this.root = root;
    this.#limitFile = limitFile;
  }

  /** One that nobody is in. Throws when the kernel has no room for another. */
  take(): Group {
    for (let group = this.#free.pop(); group !== undefined; group = this.#free.pop())
      if (existsSync(group.folder)) return group;
    return this.#make();
  }

  limit(group: Group, memoryMiB: number): Group {
    if (group.limitMiB !== memoryMiB)
      writeFileSync(join(group.folder, this.#limitFile), String(memoryMiB * 1_048_576));
    group.limitMiB = memoryMiB;
    return group;
  }

  /** Pids. */
  members(group: Group): number[] {
    return (readIf(join(group.folder, 'cgroup.procs')) ?? '').split('\n').filter(Boolean).map(Number);
  }

  /** Whether a folder's group is given back. */
  isOver(folder: string): boolean {
    return [...this.#free, ...this.#occupied].some((group) => group.folder === folder);
  }

  /** Gives one back: free as soon as nobody is in it. */
  release(group: Group): void {
    if (this.members(group).length > 0) this.#occupied.add(group);
    else if (existsSync(group.folder)) this.#free.push(group);
  }

  /** Ends whoever is still in a group that was given back. */
  sweep(): void {
    for (const group of [...this.#occupied]) {
      for (const pid of this.members(group)) trySignal(pid, 'SIGKILL');
      this.#occupied.delete(group);
      this.release(group);
    }
  }

  /** Groups that an earlier server left behind: killed ones remove nothing, and the kernel has room for 65,535. */
  removeStrangers(used: Iterable<Group>): void {
    const known = new Set([...used, ...this.#occupied, ...this.#free].map((group) => group.folder));
    for (const entry of readdirSync(this.root, { withFileTypes: true })) {
      const folder = join(this.root, entry.name);
      if (entry.isDirectory() && /^\d+$/.test(entry.name) && !known.has(folder)) tryRemove(folder);
    }
  }

  /** What nobody uses goes; whether that is all. */
  end(used: Iterable<Group>): boolean {
    this.sweep();
    this.#free.length = 0;
    const kept = [...used];
    if (kept.length === 0) return removeRoot(this.root);
    this.removeStrangers(kept);
    return false;
  }

  #make(): Group {
    for (;;) {
      const folder = join(this.root, String(++this.#made));
      if (makeFolder(folder)) return { folder, limitMiB: undefined };
    }
  }
}

const makeFolder = (path: string): boolean => {
  try {
    mkdirSync(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
};

const readIf = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
};
