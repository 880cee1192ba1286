import type { ContainerSpec } from '../../domain/container.ts';
import type { StartOrder } from '../engine.ts';
import type { MemoryGroup } from './memory-limits.ts';
import { TASK_VARIABLE } from './processes.ts';
import { findProgram } from './program.ts';
import { SHIM_VARIABLES } from './shell-scripts.ts';

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
  /** `--run-as`: numeric ids. */
  readonly runAs: { readonly uid: number; readonly gid: number } | undefined;
}

/** The first lines of `run`, for the shim and for a server that did not write them (see `readLimits`). */
const headOf = ({ memoryMiB, group, order }: RunPlan): string[] => {
  const limits = order.container.ulimits.map(limitText);
  const mark = limits.length > 0 ? '#u' : '#';
  const first = [mark, memoryMiB, ...(group ? [group.killsFile, group.folder] : [])].join(' ');
  return [first, ...(limits.length > 0 ? [['#', TOOLS.prlimit, ...limits].join(' ')] : [])];
};

/** One word of a shell, whatever is in it. */
export const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Names that mean something to this or that shell itself: setting them there may fail, or be undone. */
const OF_SHELLS = /^(_|OPTIND|PPID|LINENO|E?UID|GROUPS|FUNCNAME|RANDOM|SECONDS|PS4|(SHELL|BASH).*)$/;

/** The command's whole environment: the definition's, then the service's, and what every process needs. */
export const environmentOf = (plan: Pick<RunPlan, 'order' | 'path' | 'home'>): Map<string, string> => {
  const { order, path, home } = plan;
  const all = new Map<string, string>([
    ['PATH', path],
    ['HOME', home],
    ['TMPDIR', home],
    ['LANG', 'C.UTF-8'],
  ]);
  for (const { name, value } of order.container.environment) if (name) all.set(name, value ?? '');
  for (const [name, value] of Object.entries(order.serviceEnvironment)) all.set(name, value);
  all.set(TASK_VARIABLE, order.taskId);
  all.delete('LONGSHORE_WORKDIR');
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
    ...(plan.runAs ? asAnother(plan, plan.runAs) : asOurselves(plan)),
  ];
  return `${lines.join('\n')}\n`;
};

const asOurselves = (plan: RunPlan): string[] => {
  const environment = [...environmentOf(plan)];
  const isPlain = (name: string) => IDENTIFIER.test(name) && !OF_SHELLS.test(name);
  const plain = environment.filter(([name]) => isPlain(name));
  const odd = environment.filter(([name]) => !isPlain(name));
  const through = odd.length > 0 ? [TOOLS.env, ...odd.map(([name, value]) => `${name}=${value}`)] : [];
  return [
    `cd ${quote(plan.workDir)} || exit 126`,
    `unset IFS PWD OLDPWD SHLVL ${SHIM_VARIABLES.join(' ')}`,
    `export ${plain.map(([name, value]) => `${name}=${quote(value)}`).join(' ')}`,
    execOf([...limitsOf(plan), ...through, ...commandOf(plan)]),
  ];
};

/**
 * Until the user is changed nothing is done that the definition says: its environment could bring code of its own into
 * the programs on the way, its folders could lead where only root may go.
 */
const asAnother = (plan: RunPlan, { uid, gid }: NonNullable<RunPlan['runAs']>): string[] => {
  const environment = [...environmentOf(plan)].map(([name, value]) => `${name}=${value}`);
  const folders = volumesOf(plan.order.container);
  const then = [
    ...folders.map((path) => `${quote(TOOLS.mkdir)} -p -- ${quote(path)} || exit 126`),
    `cd ${quote(plan.workDir)} || exit 126`,
    'exec "$@"',
  ].join('\n');
  const change = [TOOLS.setpriv, `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'];
  const command = [TOOLS.env, '-i', ...environment, ...commandOf(plan)];
  return [execOf([...limitsOf(plan), ...change, '/bin/sh', '-c', then, 'sh', ...command])];
};

/** The folders of the host that volumes name. */
export const volumesOf = (container: ContainerSpec): string[] =>
  (container.volumes as readonly { host?: { sourcePath?: string } }[]).flatMap(
    ({ host }) => host?.sourcePath || [],
  );

const execOf = (words: readonly string[]): string => `exec ${words.map(quote).join(' ')}`;

const commandOf = (plan: RunPlan): string[] => [plan.program, ...plan.order.container.command.slice(1)];

/** Found once, and not by the PATH of a task, which is its own. */
const SYSTEM_PATH = '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin';
const tool = (name: string): string => findProgram(name, SYSTEM_PATH, '/') ?? name;
const TOOLS = {
  setsid: tool('setsid'),
  prlimit: tool('prlimit'),
  setpriv: tool('setpriv'),
  env: tool('env'),
  mkdir: tool('mkdir'),
};

/** A session of its own, and limits where they are asked: programs that become the next, at the cost of one exec each. */
const limitsOf = (plan: RunPlan): string[] => {
  const limits = plan.order.container.ulimits.map((limit) => `--${limitText(limit)}`);
  return [TOOLS.setsid, ...(limits.length > 0 ? [TOOLS.prlimit, ...limits] : [])];
};

const limitText = ({ name, softLimit, hardLimit }: ContainerSpec['ulimits'][number]): string =>
  `${name}=${limitOf(softLimit)}:${limitOf(hardLimit)}`;

const limitOf = (value: number): string => (value < 0 ? 'unlimited' : String(value));
