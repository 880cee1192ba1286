import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from '../../lib/logger.ts';
import { type Identity, residentByGroup, signalGroup } from './identity.ts';

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
    signalGroup(command, 'SIGKILL');
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
