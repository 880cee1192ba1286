import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

/** Clients are installed once, and stay for the next run. */
const CACHE = process.env.LONGSHORE_TEST_CACHE ?? join(tmpdir(), 'longshore-clients');

const INSTALL_MILLISECONDS = 400_000;

/** A client's own folder in the cache. */
export const cacheFolder = (name: string): string => {
  const folder = join(CACHE, name);
  mkdirSync(folder, { recursive: true });
  return folder;
};

/** Runs one step of an installation; resolves to what was wrong, in a line. */
const step = (command: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}) => {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    timeout: INSTALL_MILLISECONDS,
  });
  if (status === 0) return undefined;
  const said = `${stdout ?? ''}${stderr ?? ''}`.trim().split('\n').at(-1);
  return error?.message ?? `${command} ${args[0]}: ${said}`;
};

/**
 * Installs what `steps` install, unless that was done before by the same `recipe`. What cannot be had leaves the test out, with
 * one line that says why.
 */
const install = (
  t: TestContext,
  name: string,
  recipe: string,
  steps: (folder: string) => string | undefined,
): string | undefined => {
  const folder = cacheFolder(name);
  const note = join(folder, 'installed');
  if (existsSync(note) && readFileSync(note, 'utf8') === recipe) return folder;
  rmSync(folder, { recursive: true, force: true });
  const wrong = steps(cacheFolder(name));
  if (wrong !== undefined) {
    t.skip(`left out: ${name} cannot be installed: ${wrong}`);
    return undefined;
  }
  writeFileSync(note, recipe);
  return folder;
};

/** Packages of Python in an environment of their own; gives its folder of programs. */
export const python = (t: TestContext, name: string, requirements: readonly string[]): string | undefined => {
  const folder = install(
    t,
    name,
    requirements.join('\n'),
    (at) =>
      step('python3', ['-m', 'venv', 'venv'], at) ??
      step(join(at, 'venv/bin/pip'), ['install', '--quiet', ...requirements], at),
  );
  return folder && join(folder, 'venv/bin');
};

/** A Go program of one file with modules as `path@version`; gives the program's path. */
export const goProgram = (
  t: TestContext,
  name: string,
  source: string,
  modules: readonly string[],
): string | undefined => {
  const text = readFileSync(source, 'utf8');
  const folder = install(t, name, [...modules, text].join('\n'), (at) => {
    const env = { GOPATH: join(at, 'modules'), GOFLAGS: '-mod=mod -modcacherw', GOTOOLCHAIN: 'local' };
    writeFileSync(join(at, 'main.go'), text);
    return (
      step('go', ['mod', 'init', 'program'], at, env) ??
      step('go', ['get', ...modules], at, env) ??
      step('go', ['build', '-o', 'program', '.'], at, env)
    );
  });
  return folder && join(folder, 'program');
};
