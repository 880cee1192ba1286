import { existsSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';

/* What tests leave behind: everything of theirs lies in, or names, the temporary folder that they were given. */

export interface Leftover {
  readonly pid: number;
  readonly command: string;
}

/** Processes, but this one, that stand in `folder`, have a file of it open, or name it in arguments or environment. */
export const processesOf = (folder: string): Leftover[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => WHERE.some((read) => read(`/proc/${pid}`).includes(folder)))
    .map((pid) => ({ pid: Number(pid), command: commandOf(`/proc/${pid}`).replaceAll('\0', ' ').trim() }));

/** Of another user's process, or of one that is gone by now, nothing can be read. */
const orNothing =
  (read: (path: string) => string) =>
  (path: string): string => {
    try {
      return read(path);
    } catch {
      return '';
    }
  };

const commandOf = orNothing((path) => readFileSync(`${path}/cmdline`, 'utf8'));
const linkOf = orNothing(readlinkSync);
const WHERE = [
  commandOf,
  orNothing((path) => readFileSync(`${path}/environ`, 'utf8')),
  (path: string) => linkOf(`${path}/cwd`),
  orNothing((path) =>
    readdirSync(`${path}/fd`)
      .map((name) => linkOf(`${path}/fd/${name}`))
      .join('\n'),
  ),
];

const LOOK_MILLISECONDS = 20;
const PATIENCE_MILLISECONDS = 3000;

/** Waits up to three seconds for the processes of `folder` to go by themselves; returns those that did not. */
export const whoStays = (folder: string): Leftover[] => {
  const deadline = performance.now() + PATIENCE_MILLISECONDS;
  let found = processesOf(folder);
  while (found.length > 0 && performance.now() < deadline) {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOOK_MILLISECONDS);
    found = processesOf(folder);
  }
  return found;
};

/**
 * Ends what still runs of a folder, and removes it. What ends may be removing files of its own, which rmSync may meet; what
 * is just being started names the folder only in a moment: so both are looked at again.
 */
export const removeFolder = (folder: string): void => {
  for (let tries = 0; tries < 10; tries++) {
    const found = processesOf(folder);
    if (found.length === 0 && !existsSync(folder)) return;
    for (const { pid } of found) endNow(pid);
    whoStays(folder);
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  }
};

const endNow = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it has gone meanwhile
  }
};
