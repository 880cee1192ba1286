import type { StartOrder } from '../engine.ts';

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
  /** Where the task's process enters its cgroup; undefined where memory is watched. */
  readonly cgroupProcs: string | undefined;
  /** `--run-as`: numeric ids. */
  readonly runAs: { readonly uid: number; readonly gid: number } | undefined;
}

/** One word of a shell, whatever is in it. */
export const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** The name a task is found by when a child of it has left its group. */
export const TASK_VARIABLE = 'LONGSHORE_TASK_ID';

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
  const environment = [...environmentOf(plan)];
  const plain = environment.filter(([name]) => IDENTIFIER.test(name));
  const odd = environment.filter(([name]) => !IDENTIFIER.test(name));
  const lines = [
    ...(plan.cgroupProcs ? [`echo 0 >${quote(plan.cgroupProcs)}`] : []),
    `exec >>${quote(plan.logPath)} 2>&1 </dev/null`,
    ...plan.order.preamble.map((line) => `echo ${quote(line.replaceAll('\\', '/'))}`),
    `cd ${quote(plan.workDir)}`,
    'unset T O E B IFS PWD OLDPWD d s p c id verb ids',
    `export ${plain.map(([name, value]) => `${name}=${quote(value)}`).join(' ')}`,
    `exec ${[...prefix(plan, odd), plan.program, ...plan.order.container.command.slice(1)].map(quote).join(' ')}`,
  ];
  return `${lines.join('\n')}\n`;
};

/** Programs that change something of the process and then become the next: each at the cost of one exec. */
const prefix = (plan: RunPlan, odd: readonly (readonly [string, string])[]): string[] => {
  const { ulimits } = plan.order.container;
  const limits = ulimits.map(
    (limit) => `--${limit.name}=${limitOf(limit.softLimit)}:${limitOf(limit.hardLimit)}`,
  );
  const user = plan.runAs;
  return [
    'setsid',
    ...(limits.length > 0 ? ['prlimit', ...limits] : []),
    ...(user ? ['setpriv', `--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups'] : []),
    ...(odd.length > 0 ? ['env', ...odd.map(([name, value]) => `${name}=${value}`)] : []),
  ];
};

const limitOf = (value: number): string => (value < 0 ? 'unlimited' : String(value));
