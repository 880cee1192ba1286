import { spawn } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { findProgram } from './program.ts';

const SYSTEM_PATH = '/usr/local/bin:/usr/bin:/bin';
const CLOSES_ON_EXEC = 0o2000000;

/** Starts a script of `sh`, with its arguments, that outlives us and has nothing of ours but its words. */
export const startDetached = (words: readonly string[]): void => {
  const inherited = inheritedDescriptors();
  const nowhere = inherited.length > 0 ? openSync('/dev/null', 'r') : undefined;
  const stdio: ('ignore' | number)[] = ['ignore', 'ignore', 'ignore'];
  for (const fd of inherited) stdio[fd] = nowhere!;
  const child = spawn(...closing(inherited, words), {
    detached: true,
    stdio: Array.from(stdio, (fd) => fd ?? 'ignore'),
    env: { PATH: SYSTEM_PATH },
    cwd: '/',
  });
  child.on('error', () => {});
  child.unref();
  if (nowhere !== undefined) closeSync(nowhere);
};

/**
 * Descriptors that whoever started us has left to us, and that Node would hand on: a lock among them would be held as
 * long as a job runs. Ours close by themselves.
 */
const inheritedDescriptors = (): number[] =>
  readdirSync('/proc/self/fdinfo')
    .map(Number)
    .filter((fd) => fd > 2 && isHandedOn(fd));

const isHandedOn = (fd: number): boolean => {
  try {
    const [, flags = '0'] =
      /^flags:\s+([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8')) ?? [];
    return (Number.parseInt(flags, 8) & CLOSES_ON_EXEC) === 0;
  } catch {
    // that of the listing itself
    return false;
  }
};

/** /dev/null stands for them, which is closed by a shell that can name it: dash knows one digit only, bash all. */
const closing = (inherited: readonly number[], words: readonly string[]): [string, string[]] => {
  if (inherited.length === 0) return ['/bin/sh', [...words]];
  const bash = findProgram('bash', SYSTEM_PATH, '/');
  const known = inherited.filter((fd) => fd < 10 || bash !== undefined);
  const closes = known.map((fd) => `${fd}>&-`).join(' ');
  return [bash ?? '/bin/sh', ['-c', `exec ${closes}; exec env -i PATH="$PATH" /bin/sh "$@"`, 'sh', ...words]];
};
