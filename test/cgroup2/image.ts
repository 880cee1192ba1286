import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, openSync, realpathSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findProgram } from '../../src/engines/process/program.ts';

/** What the tests' tasks, the helper and the first process run, beside Node. */
export const PROGRAMS = [
  'busybox',
  ...['sh', 'env', 'rm', 'mkdir', 'rmdir', 'mkfifo', 'sleep', 'true', 'cat', 'pgrep'],
  ...['flock', 'setsid', 'setpriv', 'prlimit', 'unshare'],
];

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const PARTS = ['package.json', 'src', 'test/contract', 'test/support', 'test/cgroup2'];

/** Undefined when it is not installed. */
export const pathOf = (program: string): string | undefined =>
  findProgram(program, '/usr/sbin:/usr/bin:/sbin:/bin', '/');

/** What a program loads, the loader among it, by the paths where they are looked for. */
const librariesOf = (path: string): string[] =>
  [...spawnSync('ldd', [path], { encoding: 'utf8' }).stdout.matchAll(/(\/\S+) \(0x/g)].map(
    ([, file]) => file!,
  );

/**
 * Makes the machine's first file system, which is all it has, in `folder`: this machine's own programs, Node and the project. Returns the
 * archive that the kernel unpacks into memory.
 */
export const makeImage = (folder: string): string => {
  const root = join(folder, 'root');
  const put = (from: string, to: string) => {
    mkdirSync(dirname(join(root, to)), { recursive: true });
    cpSync(realpathSync(from), join(root, to), { recursive: true });
  };
  put(process.execPath, 'bin/node');
  for (const program of PROGRAMS) put(pathOf(program)!, `bin/${program}`);
  const programs = [process.execPath, ...PROGRAMS.map((program) => pathOf(program)!)];
  for (const library of new Set(programs.flatMap(librariesOf))) put(library, library);
  mkdirSync(join(root, 'usr'));
  symlinkSync('/bin', join(root, 'usr/bin'));
  for (const part of PARTS) put(join(PROJECT, part), join('longshore', part));
  put(join(PROJECT, 'test/cgroup2/init.sh'), 'init');
  chmodSync(join(root, 'init'), 0o755);
  const archive = join(folder, 'image.cpio');
  execFileSync('/bin/sh', ['-c', 'find . | busybox cpio -o -H newc'], {
    cwd: root,
    stdio: ['ignore', openSync(archive, 'w'), 'ignore'],
  });
  return archive;
};
