import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { cutReason } from '../../domain/attempt-reason.ts';
import { makeFolders } from '../folders.ts';
import { failedRecord } from './records.ts';
import { isTried, type RunPlan, runScript, trialScript, volumesOf } from './run-script.ts';

/**
 * Fills a task's folder. When it was there before, a server may have died writing it and a shell may be reading it: then
 * the file is replaced at once. `openGroup` gives it its memory. Returns what the machine refused, as a reason.
 */
export const writeTask = (
  folder: string,
  plan: Omit<RunPlan, 'group'>,
  ownFolders: readonly string[],
  openGroup: () => RunPlan['group'],
  isNew: boolean,
): string | undefined => {
  try {
    const script = runScript({ ...plan, group: openGroup() });
    makeOwn(plan, [plan.home, ...ownFolders]);
    // as another user, who may make less, it is left to the task
    if (!plan.runAs) for (const path of volumesOf(plan.order.container)) makeVolume(path);
    for (const name of plan.mounts ? ['held', 'root'] : [])
      mkdirSync(join(plan.mounts!.folder, name), { recursive: true });
    if (plan.user) openForOthers(dirname(dirname(folder)), dirname(folder));
    if (isTried(plan)) writeAtOnce(join(folder, 'try'), trialScript(plan), isNew);
    mkdirSync(dirname(plan.logPath), { recursive: true });
    writeAtOnce(join(folder, 'run'), script, isNew);
    return undefined;
  } catch (error) {
    return `CannotCreateContainerError: ${(error as Error).message}`;
  }
};

/** Folders that are the task's user's. */
const makeOwn = ({ runAs, user }: Omit<RunPlan, 'group'>, folders: readonly string[]): void => {
  const owner = user ?? runAs;
  for (const path of folders) {
    mkdirSync(path, { recursive: true });
    if (owner) chownSync(path, owner.uid, owner.gid);
  }
};

/** For the shim alone: there are secrets in it. */
const writeAtOnce = (path: string, text: string, isNew: boolean): void => {
  writeFileSync(isNew ? path : `${path}.new`, text, { mode: 0o600, encoding: 'utf8' });
  if (!isNew) renameSync(`${path}.new`, path);
};

/** Rule S-290: a host path that does not exist is made; one that is a file or a socket is as good. */
const makeVolume = (path: string): void => {
  try {
    if (existsSync(path)) return;
    makeFolders(path);
  } catch (error) {
    throw new Error(`the volume ${path} cannot be made: ${(error as Error).message}`);
  }
};

/** Puts a failed start into its log and its folder, once and for all; returns the reason as it is kept. */
export const noteFailure = (folder: string, logPath: string, reason: string): string => {
  const kept = cutReason(reason);
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
