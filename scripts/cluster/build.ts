import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CACHE } from './places.ts';

const SOURCES = fileURLToPath(new URL('programs', import.meta.url));

/** What each is made of, beside the modules. */
const FILES = { kubernetes: ['main.go'], room: ['main.go', 'door.go'] } as const;

export type Program = keyof typeof FILES;

const read = (...names: readonly string[]): string => readFileSync(join(SOURCES, ...names), 'utf8');

/** Where it is, or will be when it is built: sources that change make another. */
export const programOf = (program: Program): string => {
  const hash = createHash('sha256').update(read('go.mod')).update(read('go.sum'));
  for (const file of FILES[program]) hash.update(read(program, file));
  return join(CACHE, `${program}-${hash.digest('hex').slice(0, 12)}`);
};

const unbuilt = (): Program[] =>
  (Object.keys(FILES) as Program[]).filter((program) => !existsSync(programOf(program)));

export const isBuilt = (): boolean => unbuilt().length === 0;

/** Components tell each other their version, and some of them go by it. */
const stamps = (): string => {
  const [, version, minor] = /k8s\.io\/kubernetes (v\d+\.(\d+)\.\d+)/.exec(read('go.mod'))!;
  const values = { gitVersion: version, gitMajor: '1', gitMinor: minor, gitTreeState: 'clean' };
  return ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version']
    .flatMap((where) => Object.entries(values).map(([name, value]) => `-X ${where}.${name}=${value}`))
    .join(' ');
};

/** Builds what is not in the cache. Ended in the middle, it goes on where it was: Go keeps what it has compiled. */
export const build = (): void => {
  mkdirSync(CACHE, { recursive: true });
  for (const program of unbuilt()) {
    const to = programOf(program);
    const flags = ['-mod=readonly', '-buildvcs=false', '-trimpath', '-ldflags', `-s -w ${stamps()}`];
    execFileSync('go', ['build', ...flags, '-o', `${to}.new`, `./${program}`], {
      cwd: SOURCES,
      stdio: 'inherit',
      env: { ...process.env, CGO_ENABLED: '0' },
    });
    renameSync(`${to}.new`, to);
  }
};
