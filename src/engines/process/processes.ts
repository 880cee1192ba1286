import { readdirSync, readFileSync } from 'node:fs';

/** The name a task is found by when a child of it has left its group. */
export const TASK_VARIABLE = 'LONGSHORE_TASK_ID';

/** A process that cannot be taken for another: pid numbers come round, the start time beside them does not. */
export interface Identity {
  readonly pid: number;
  /** Field 22 of /proc/PID/stat: clock ticks after boot. */
  readonly startTicks: string;
}

/** Reads a line of /proc/PID/stat. The program's name, in parentheses, may hold anything. */
const parseStat = (line: string): (Identity & { readonly state: string }) | undefined => {
  const end = line.lastIndexOf(')');
  const pid = Number.parseInt(line, 10);
  const rest = line.slice(end + 2).split(' ');
  const startTicks = rest[19];
  return end < 0 || !Number.isInteger(pid) || startTicks === undefined
    ? undefined
    : { pid, startTicks, state: rest[0]! };
};

/** Whether that very process is there, and not only its remains. */
export const isAlive = (who: Identity): boolean => {
  const now = readStat(who.pid);
  return now !== undefined && now.startTicks === who.startTicks && now.state !== 'Z' && now.state !== 'X';
};

const readStat = (pid: number): ReturnType<typeof parseStat> => {
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return undefined;
  }
};

/** Asks a task's first process to end, as process 1 of a container: what it started is its own to tell. */
export const terminate = (who: Identity): void => {
  if (isAlive(who)) trySignal(who.pid, 'SIGTERM');
};

/** Kills a task's whole group, if its first process is still that one. */
export const killGroup = (who: Identity): void => {
  if (!isAlive(who)) return;
  if (!trySignal(-who.pid, 'SIGKILL')) trySignal(who.pid, 'SIGKILL');
};

export const trySignal = (pid: number, signal: 'SIGTERM' | 'SIGKILL'): boolean => {
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
};

/** Pids of processes that carry one of these tasks' ids in their environment: children that left the group. */
export const processesOf = (taskIds: ReadonlySet<string>): number[] => {
  const found: number[] = [];
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const id = taskOf(Number(entry));
    if (id !== undefined && taskIds.has(id)) found.push(Number(entry));
  }
  return found;
};

const MARK = `${TASK_VARIABLE}=`;

/** The task whose id a process carries in its environment. */
export const taskOf = (pid: number): string | undefined => {
  try {
    const environment = readFileSync(`/proc/${pid}/environ`, 'latin1');
    const at = environment.indexOf(MARK);
    return at < 0 ? undefined : environment.slice(at + MARK.length, at + MARK.length + 32);
  } catch {
    return undefined;
  }
};
