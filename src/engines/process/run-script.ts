import type { ContainerSpec } from '../../domain/container.ts';
import type { StartOrder } from '../engine.ts';
import type { MemoryGroup } from './memory-limits.ts';
import { GIVE_UP, type MountWay, NAMESPACE } from './mount-ability.ts';
import { TASK_VARIABLE } from './processes.ts';
import { refusalOf } from './records.ts';
import { MOUNTS_SCRIPT, SHIM_VARIABLES } from './shell-scripts.ts';
import type { UserIds } from './task-user.ts';
import { changeTo, TOOLS } from './tools.ts';

/** Where a command starts, as `run` says it: no variable of the command's own. */
export const WORKDIR = 'LONGSHORE_WORKDIR';

/** What a person does whose folder a job may not enter. */
export const ELSEWHERE = 'let others through to it, or start the command elsewhere (run --workdir DIR)';

/** What a task's `run` file is made from. Paths are absolute. */
export interface RunPlan {
  readonly order: StartOrder;
  /** The program that was found for the command's first word. */
  readonly program: string;
  /** HOME and TMPDIR. */
  readonly home: string;
  readonly workDir: string;
  readonly logPath: string;
  readonly path: string;
  readonly memoryMiB: number;
  /** Where the shim enters before the task; undefined where memory is watched. */
  readonly group: MemoryGroup | undefined;
  /** `--run-as`. */
  readonly runAs: UserIds | undefined;
  /** The user that the definition names. */
  readonly user: UserIds | undefined;
  /** Where it has mounts of its own: how, by which operations of `mounts.sh`, with which folder of the task's. */
  readonly mounts:
    | { readonly way: MountWay; readonly operations: readonly string[]; readonly folder: string }
    | undefined;
  /** Of the secrets that it names, by variable. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Numbers of those that are its own. */
  readonly gpus: readonly number[];
}

/** Whether the way to the command may be barred by what only its user finds: then it is tried before the task is claimed. */
export const isTried = ({
  mounts,
  user,
  runAs,
  workDir,
  home,
}: Pick<RunPlan, 'mounts' | 'user' | 'runAs' | 'workDir' | 'home'>): boolean =>
  mounts !== undefined || user !== undefined || (runAs !== undefined && workDir !== home);

/** The first lines of `run`, for the shim and for a server that did not write them (see `readHolds`). */
const headOf = (plan: RunPlan): string[] => {
  const { memoryMiB, group, order, gpus } = plan;
  const limits = order.container.ulimits.map(limitText);
  const mark = `#${limits.length > 0 ? 'u' : ''}${isTried(plan) ? 't' : ''}`;
  const first = [mark, memoryMiB, ...(group ? [group.killsFile, group.folder] : [])].join(' ');
  return [
    first,
    ...(limits.length > 0 ? [['#', TOOLS.prlimit, ...limits].join(' ')] : []),
    ...(gpus.length > 0 ? [['# gpus', ...gpus].join(' ')] : []),
  ];
};

/** One word of a shell, whatever is in it. */
export const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Names that mean something to this or that shell itself: setting them there may fail, or be undone. */
const OF_SHELLS = /^(_|OPTIND|PPID|LINENO|E?UID|GROUPS|FUNCNAME|RANDOM|SECONDS|PS4|(SHELL|BASH).*)$/;

/** Where CUDA, and programs for NVIDIA's cards at large, look for those they may have. */
const GPU_VARIABLES = ['CUDA_VISIBLE_DEVICES', 'NVIDIA_VISIBLE_DEVICES'];

/**
 * The command's whole environment: the definition's, its secrets, then the service's, the GPUs that are its own, and what
 * every process needs.
 */
export const environmentOf = (
  plan: Pick<RunPlan, 'order' | 'path' | 'home' | 'secrets' | 'gpus'>,
): Map<string, string> => {
  const { order, path, home, secrets, gpus } = plan;
  const all = new Map<string, string>([
    ['PATH', path],
    ['HOME', home],
    ['TMPDIR', home],
    ['LANG', 'C.UTF-8'],
  ]);
  for (const { name, value } of order.container.environment) if (name) all.set(name, value ?? '');
  for (const [name, value] of Object.entries(secrets)) all.set(name, value);
  for (const [name, value] of Object.entries(order.jobVariables)) all.set(name, value);
  if (gpus.length > 0) for (const name of GPU_VARIABLES) all.set(name, gpus.join(','));
  all.set(TASK_VARIABLE, order.taskId);
  all.delete(WORKDIR);
  return all;
};

/**
 * The shell text that becomes the task: it ends in an `exec`, so that the process that was recorded is the command
 * itself, in a session and group of its own. Nothing in it is read by a shell as anything but a word.
 */
export const runScript = (plan: RunPlan): string => {
  const lines = [
    ...headOf(plan),
    `exec >>${quote(plan.logPath)} 2>&1 </dev/null`,
    // the shim has found that it cannot begin; one of an earlier version says so in `w`
    `[ "\${refusal:-$w}" ] && printf '%s\\n' "\${refusal:-$w}" && exit`,
    ...(plan.runAs || plan.user || plan.mounts ? byDetour(plan) : asOurselves(plan)),
  ];
  return `${lines.join('\n')}\n`;
};

const asOurselves = (plan: RunPlan): string[] => {
  const environment = [...environmentOf(plan)];
  const isPlain = (name: string) => IDENTIFIER.test(name) && !OF_SHELLS.test(name);
  const plain = environment.filter(([name]) => isPlain(name));
  const odd = environment.filter(([name]) => !isPlain(name));
  const through = odd.length > 0 ? [TOOLS.env, '--', ...odd.map(([name, value]) => `${name}=${value}`)] : [];
  return [
    `cd ${quote(plan.workDir)} || exit 126`,
    `unset IFS PWD OLDPWD SHLVL ${SHIM_VARIABLES.join(' ')}`,
    `export ${plain.map(([name, value]) => `${name}=${quote(value)}`).join(' ')}`,
    execOf([...limitsOf(plan), ...through, ...commandOf(plan)]),
  ];
};

/**
 * Until the user is changed, and the mounts are made, nothing is done that the definition says: its environment could bring
 * code of its own into the programs on the way, its folders could lead where only root may go.
 */
const byDetour = (plan: RunPlan): string[] => {
  const environment = [...environmentOf(plan)].map(([name, value]) => `${name}=${value}`);
  const command = [TOOLS.env, '-i', ...environment, ...commandOf(plan)];
  return [execOf([...limitsOf(plan), ...detour(plan), ...command])];
};

/** The same way with nothing at its end: what a shim tries before it claims the task. */
export const trialScript = (plan: Omit<RunPlan, 'group' | 'logPath'>): string =>
  `${execOf([...detour(plan), TOOLS.env, '-i', 'true'])}\n`;

const unreachable = ({ workDir, user }: Pick<RunPlan, 'workDir' | 'user'>): string => {
  const refusal = user
    ? refusalOf(
        'user',
        `${workDir} is not to be reached by this user: every folder above it must let others through`,
      )
    : refusalOf(WORKDIR, `${workDir} is not to be reached by the user that jobs run as: ${ELSEWHERE}`);
  return `{ printf '%s\\n' ${quote(refusal)}; exit 126; }`;
};

const detour = (plan: Omit<RunPlan, 'group' | 'logPath'>): string[] => {
  const { runAs, user, mounts } = plan;
  // with mounts they are made by an operation, before anything is mounted
  const folders = runAs && !mounts ? volumesOf(plan.order.container) : [];
  const then = [
    ...folders.map(
      (path) => `[ -e ${quote(path)} ] || ${quote(TOOLS.mkdir)} -p -- ${quote(path)} || exit 126`,
    ),
    `cd ${quote(plan.workDir)} || ${unreachable(plan)}`,
    'exec "$@"',
  ].join('\n');
  return [
    ...(runAs ? changeTo(runAs) : []),
    ...(mounts
      ? [
          ...NAMESPACE[mounts.way],
          ...['/bin/sh', '-c', MOUNTS_SCRIPT, 'sh', mounts.folder, ...mounts.operations, '--'],
          ...GIVE_UP[mounts.way],
        ]
      : []),
    ...(user ? changeTo(user) : []),
    ...['/bin/sh', '-c', then, 'sh'],
  ];
};

/** The folders of the host that volumes name. */
export const volumesOf = (container: ContainerSpec): string[] =>
  (container.volumes as readonly { host?: { sourcePath?: string } }[]).flatMap(
    ({ host }) => host?.sourcePath || [],
  );

const execOf = (words: readonly string[]): string => `exec ${words.map(quote).join(' ')}`;

const commandOf = (plan: RunPlan): string[] => [plan.program, ...plan.order.container.command.slice(1)];

/** A session of its own, and limits where they are asked: programs that become the next, at the cost of one exec each. */
const limitsOf = (plan: RunPlan): string[] => {
  const limits = plan.order.container.ulimits.map((limit) => `--${limitText(limit)}`);
  return [TOOLS.setsid, ...(limits.length > 0 ? [TOOLS.prlimit, ...limits] : [])];
};

const limitText = ({ name, softLimit, hardLimit }: ContainerSpec['ulimits'][number]): string =>
  `${name}=${limitOf(softLimit)}:${limitOf(hardLimit)}`;

const limitOf = (value: number): string => (value < 0 ? 'unlimited' : String(value));
