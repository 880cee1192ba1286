import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from '../../lib/logger.ts';
import { type Identity, killGroup } from './processes.ts';

/** A task whose command runs, with its limit. */
export interface Running {
  readonly id: string;
  readonly memoryMiB: number;
  readonly command: Identity;
}

/** In a task's folder: it was killed for its memory. */
const MARK = 'oom';

/** Where no group of the kernel's keeps the limits: kills what is resident with more than its own. */
export const killOverMemory = (tasks: string, running: readonly Running[], log: Log): void => {
  const resident = residentByGroup();
  for (const { id, memoryMiB, command } of running) {
    if ((resident.get(command.pid) ?? 0) <= memoryMiB * 1_048_576) continue;
    mark(tasks, id, log);
    killGroup(command);
  }
};

export const wasKilledForMemory = (folder: string): boolean => existsSync(join(folder, MARK));

/** Where that cannot be noted (a full disk) the task is killed all the same: others need the memory. */
const mark = (tasks: string, task: string, log: Log): void => {
  try {
    writeFileSync(join(tasks, task, MARK), '');
  } catch (error) {
    log.error({ task, error: (error as Error).message }, 'a kill for memory is not noted');
  }
};

/** Resident memory of every process group, in bytes. One look at all processes, however many groups there are. */
const residentByGroup = (): Map<number, number> => {
  const groups = new Map<number, number>();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'utf8');
      const group = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]);
      const kibibytes = Number(
        /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${entry}/status`, 'utf8'))?.[1] ?? 0,
      );
      groups.set(group, (groups.get(group) ?? 0) + kibibytes * 1024);
    } catch {
      // gone between the listing and the look
    }
  }
  return groups;
};
