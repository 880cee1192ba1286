import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type ContainerSpec, resourcesOf } from '../../domain/container.ts';
import type { StartOrder } from '../engine.ts';
import { isFolder } from '../folders.ts';
import { judge } from './members.ts';
import { findProgram } from './program.ts';
import { environmentOf, type RunPlan } from './run-script.ts';

/** All that a task's `run` file is made from but its log and its memory group, or why the task cannot begin. */
export type Planned =
  | { readonly kind: 'ready'; readonly plan: Omit<RunPlan, 'logPath' | 'group'> }
  | { readonly kind: 'failed'; readonly reason: string };

const failed = (reason: string): Planned => ({ kind: 'failed', reason });

/** Rules J-182, J-183. */
export const planTask = (
  order: StartOrder,
  folder: string,
  { path, runAs }: Pick<RunPlan, 'path'> & Partial<Pick<RunPlan, 'runAs'>>,
): Planned => {
  const { container } = order;
  const refused = judge(container).find(({ kind }) => kind === 'refused');
  if (refused?.kind === 'refused') return failed(`CannotCreateContainerError: ${refused.why}`);
  const home = join(folder, 'work');
  const environment = environmentOf({ order, path, home });
  const [word = ''] = container.command;
  const asked = container.environment.find((v) => v.name === 'LONGSHORE_WORKDIR')?.value;
  const wrong = wrongWords(container, environment) ?? wrongFolder(asked);
  if (wrong !== undefined) return failed(`CannotStartContainerError: ${wrong}`);
  const workDir = asked ?? home;
  const program = findProgram(word, environment.get('PATH')!, workDir);
  if (program === undefined) return failed(notFound(word, workDir));
  const { memoryMiB } = resourcesOf(container);
  return { kind: 'ready', plan: { order, program, home, workDir, memoryMiB, path, runAs } };
};

const wrongWords = (
  { command }: ContainerSpec,
  environment: ReadonlyMap<string, string>,
): string | undefined => {
  if (!command[0])
    return 'the command is empty; an image has an entrypoint of its own only with the Docker engine';
  return [...environment]
    .flat()
    .concat(command)
    .some((text) => text.includes('\0'))
    ? 'a command and its environment cannot hold a NUL character'
    : undefined;
};

const wrongFolder = (asked: string | undefined): string | undefined =>
  asked === undefined || isFolder(asked) ? undefined : `LONGSHORE_WORKDIR ${asked} is no folder`;

const notFound = (word: string, workDir: string): string => {
  const isThere = word.includes('/') && existsSync(resolve(workDir, word));
  const why = isThere ? 'permission denied' : 'executable file not found in $PATH';
  return `CannotStartContainerError: Error response from daemon: exec: "${word}": ${why}`;
};
