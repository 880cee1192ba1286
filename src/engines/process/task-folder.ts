import { spawnSync } from 'node:child_process';
import { appendFileSync, chmodSync, chownSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeFolders } from '../folders.ts';
import { failedRecord } from './records.ts';
import { type RunPlan, runScript, volumesOf } from './run-script.ts';

/** `container.reason` has room for so many characters. */
const LONGEST_REASON = 255;

/**
 * Fills a task's folder. When it was there before, a server may have died writing it and a shell may be reading it: then
 * the file is replaced at once. `openGroup` gives it its memory. Returns what the machine refused, as a reason.
 */
export const writeTask = (
  folder: string,
  plan: Omit<RunPlan, 'group'>,
  openGroup: () => RunPlan['group'],
  isNew: boolean,
): string | undefined => {
  try {
    const script = runScript({ ...plan, group: openGroup() });
    mkdirSync(plan.home, { recursive: true });
    if (plan.runAs) chownSync(plan.home, plan.runAs.uid, plan.runAs.gid);
    // as another user, who may make less, it is left to the task
    if (!plan.runAs) for (const path of volumesOf(plan.order.container)) makeVolume(path);
    mkdirSync(dirname(plan.logPath), { recursive: true });
    const path = join(folder, 'run');
    writeFileSync(isNew ? path : `${path}.new`, script);
    if (!isNew) renameSync(`${path}.new`, path);
    return undefined;
  } catch (error) {
    return `CannotCreateContainerError: ${(error as Error).message}`;
  }
};

/** Rule S-290: a host path that does not exist is made. */
const makeVolume = (path: string): void => {
  try {
    makeFolders(path);
  } catch (error) {
    throw new Error(`the volume ${path} cannot be made: ${(error as Error).message}`);
  }
};

/** Puts a failed start into its log and its folder, once and for all; returns the reason as it is kept. */
export const noteFailure = (folder: string, logPath: string, reason: string): string => {
  const kept = [...reason].slice(0, LONGEST_REASON).join('');
  mkdirSync(dirname(logPath), { recursive: true });
  appendFileSync(logPath, `${reason}\n`);
  writeFileSync(join(folder, 'start'), failedRecord(kept), { flag: 'wx' });
  return kept;
};

/** False when it was there already: the same order, come again. */
export const makeFolder = (path: string): boolean => {
  try {
    mkdirSync(path, { mode: 0o711 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
};

/**
 * Lets ext4 put each task's folder into another block group. In one group the inodes of folders that were just removed are
 * passed over one by one, for minutes, each time a file is made: a fifth of all the work of short tasks. Elsewhere it does nothing.
 */
export const spread = (tasks: string): void => {
  spawnSync('chattr', ['+T', tasks], { stdio: 'ignore' });
};

/** Another user must reach the tasks' folders through ours; what lies beside them is closed already. */
export const openForOthers = (dataDir: string, tasks: string): void => {
  chmodSync(tasks, 0o711);
  chmodSync(dataDir, 0o711);
};
