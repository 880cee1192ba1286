import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type ContainerSpec, resourcesOf } from '../../domain/container.ts';
import { resolveMounts } from '../allowed-mounts.ts';
import { type EfsFolders, withEfs } from '../efs.ts';
import type { StartOrder } from '../engine.ts';
import { judgeBy } from '../member-rules.ts';
import type { Permissions } from '../mounts.ts';
import { secretsOf } from '../secrets.ts';
import { supportFor } from './members.ts';
import type { MountWay } from './mount-ability.ts';
import { findProgram } from './program.ts';
import { ELSEWHERE, environmentOf, type RunPlan, WORKDIR } from './run-script.ts';
import { mountsOf, needsMounts, type TaskMounts } from './task-mounts.ts';
import { taskUser, type UserIds } from './task-user.ts';

/** What a server has for its tasks, and lets them have. */
export interface TaskHost {
  /** PATH of the tasks. */
  readonly path: string;
  /** Who the server is. */
  readonly self: UserIds;
  readonly runAs: UserIds | undefined;
  readonly permissions: Permissions;
  readonly efs: EfsFolders;
  readonly secretsFile: string | undefined;
  /** How many there are. */
  readonly gpus: number;
  readonly mountWay: MountWay | undefined;
}

/** All that a task's `run` file is made from but its log and its memory group, or why the task cannot begin. */
export type Planned =
  | {
      readonly kind: 'ready';
      readonly plan: Omit<RunPlan, 'logPath' | 'group'>;
      /** Of the task's own, which are to be made. */
      readonly ownFolders: readonly string[];
    }
  | { readonly kind: 'failed'; readonly reason: string };

class CannotStart extends Error {}

/** Rules J-182, J-183. `takeGpus` gives the numbers of so many. */
export const planTask = (
  given: StartOrder,
  folder: string,
  host: TaskHost,
  takeGpus: (count: number) => readonly number[],
): Planned => {
  try {
    return ready(given, folder, host, takeGpus);
  } catch (error) {
    const { message, name } = error as Error;
    if (error instanceof CannotStart)
      return { kind: 'failed', reason: `CannotStartContainerError: ${message}` };
    const reason =
      name === 'SecretMissing'
        ? `ResourceInitializationError: unable to pull secrets or registry auth: ${message}`
        : `CannotCreateContainerError: ${message}`;
    return { kind: 'failed', reason };
  }
};

const ready = (
  given: StartOrder,
  folder: string,
  host: TaskHost,
  takeGpus: (count: number) => readonly number[],
): Planned => {
  const order = { ...given, container: allowedContainer(given.container, host) };
  const { container } = order;
  const { path, runAs } = host;
  const user = taskUser(container.user, host.self, runAs);
  if (typeof user === 'string') throw new Error(`user: ${user}`);
  const { variables: secrets } = secretsOf(
    { ...container, repositoryCredentials: undefined },
    host.secretsFile,
  );
  const { gpus: gpuCount, memoryMiB } = resourcesOf(container);
  const home = join(folder, 'work');
  const own = { order, home, secrets, gpus: takeGpus(gpuCount), path };
  const { mounts, ownFolders, onHost } = taskMounts(container, folder, host);
  const { program, workDir } = programOf(container, environmentOf(own), home, onHost);
  const plan = { ...own, program, workDir, memoryMiB, runAs, user, mounts };
  return { kind: 'ready', plan, ownFolders };
};

/** The container with its mounts as they really are; throws what is refused. */
const allowedContainer = (given: ContainerSpec, host: TaskHost): ContainerSpec => {
  const container = withEfs(given, host.efs);
  const rules = supportFor({ ...host, canMount: host.mountWay !== undefined });
  const refused = judgeBy(rules, container).find(({ kind }) => kind === 'refused');
  if (refused?.kind === 'refused') throw new Error(refused.why);
  return resolveMounts(container, host.permissions.mounts);
};

const taskMounts = (
  container: ContainerSpec,
  folder: string,
  { mountWay: way, runAs }: TaskHost,
): Pick<RunPlan, 'mounts'> & Pick<TaskMounts, 'ownFolders' | 'onHost'> => {
  if (way === undefined || !needsMounts(container))
    return { mounts: undefined, ownFolders: [], onHost: asIs };
  const { operations, ...rest } = mountsOf(container, { folder, makesFolders: runAs !== undefined });
  return { mounts: { way, operations, folder: join(folder, 'mounts') }, ...rest };
};

const asIs = (path: string): string => path;

const programOf = (
  container: ContainerSpec,
  environment: ReadonlyMap<string, string>,
  home: string,
  onHost: (path: string) => string,
): { readonly program: string; readonly workDir: string } => {
  const [word = ''] = container.command;
  const asked = container.environment.find((v) => v.name === WORKDIR)?.value;
  const wrong = wrongWords(container, environment) ?? wrongFolder(asked, onHost);
  if (wrong !== undefined) throw new CannotStart(wrong);
  const workDir = asked ?? home;
  const program = findProgram(word, environment.get('PATH')!, workDir, onHost);
  if (program === undefined) throw new CannotStart(notFound(word, workDir, onHost));
  return { program, workDir };
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

const wrongFolder = (asked: string | undefined, onHost: (path: string) => string): string | undefined => {
  if (asked === undefined) return undefined;
  try {
    const path = onHost(asked);
    if (!statSync(path).isDirectory()) return `${WORKDIR} ${asked} is no folder`;
    // what another user may enter that one finds
    accessSync(path, constants.X_OK);
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EACCES'
      ? `${WORKDIR} ${asked} is not to be reached by the server's user: ${ELSEWHERE}`
      : `${WORKDIR} ${asked} is no folder`;
  }
};

const notFound = (word: string, workDir: string, onHost: (path: string) => string): string => {
  const isThere = word.includes('/') && existsSync(onHost(resolve(workDir, word)));
  const why = isThere ? 'permission denied' : 'executable file not found in $PATH';
  return `Error response from daemon: exec: "${word}": ${why}`;
};
