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
import { dirname, join, resolve } from 'node:path';
import { resourcesOf } from '../../domain/container.ts';
import type { StartOrder } from '../engine.ts';
import { isFolder, makeFolders } from '../folders.ts';
import { judge } from './members.ts';
import { findProgram } from './program.ts';
import { failedRecord } from './records.ts';
import { environmentOf, type RunPlan, runScript, volumesOf } from './run-script.ts';

/** `container.reason` has room for so many characters. */
const LONGEST_REASON = 255;

type Prepared = Omit<RunPlan, 'logPath' | 'group'> & { readonly folder: string };

/** What a task's `run` file is made from; a string when the task cannot begin: the reason (rules J-182, J-183). */
export const preparation = (
  order: StartOrder,
  folder: string,
  settings: { readonly path: string; readonly runAs?: { readonly uid: number; readonly gid: number } },
): Prepared | string => {
  const { container } = order;
  const refused = judge(container).find(({ kind }) => kind === 'refused');
  if (refused?.kind === 'refused') return `CannotCreateContainerError: ${refused.why}`;
  const home = join(folder, 'work');
  const environment = environmentOf({ order, path: settings.path, home });
  const [word] = container.command;
  if (word === undefined || word === '') {
    return 'CannotStartContainerError: the command is empty; an image has an entrypoint of its own only with the Docker engine';
  }
  if (
    [...environment]
      .flat()
      .concat(container.command)
      .some((text) => text.includes('\0'))
  ) {
    return 'CannotStartContainerError: a command and its environment cannot hold a NUL character';
  }
  const asked = container.environment.find((v) => v.name === 'LONGSHORE_WORKDIR')?.value;
  if (asked !== undefined && !isFolder(asked)) {
    return `CannotStartContainerError: LONGSHORE_WORKDIR ${asked} is no folder`;
  }
  const workDir = asked ?? home;
  const program = findProgram(word, environment.get('PATH')!, workDir);
  if (program === undefined) {
    const isThere = word.includes('/') && existsSync(resolve(workDir, word));
    const why = isThere ? 'permission denied' : 'executable file not found in $PATH';
    return `CannotStartContainerError: Error response from daemon: exec: "${word}": ${why}`;
  }
  const { memoryMiB } = resourcesOf(container);
  return { order, folder, program, home, workDir, memoryMiB, path: settings.path, runAs: settings.runAs };
};

/**
 * Fills a task's folder. When it was there before, a server may have died writing it and a shell may be reading it: then
 * the file is replaced at once. `openGroup` gives it its memory. Returns what the machine refused, as a reason.
 */
export const writeTask = (
  plan: Omit<RunPlan, 'group'> & { readonly folder: string },
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
    const path = join(plan.folder, 'run');
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
export const noteFailure = (order: StartOrder, folder: string, logPath: string, reason: string): string => {
  const kept = [...reason].slice(0, LONGEST_REASON).join('');
  mkdirSync(dirname(logPath), { recursive: true });
  appendFileSync(logPath, `${[...order.preamble, reason].join('\n')}\n`);
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
