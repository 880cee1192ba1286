import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { removeFolder } from './leftovers.ts';

export const EXECUTABLE = fileURLToPath(new URL('../../bin/longshore.js', import.meta.url));

/** How long anything here may take before a test fails. */
const PATIENCE_MILLISECONDS = 30_000;

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Options {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly uid?: number;
  readonly node?: string;
  /** On a terminal of its own, by python3: keys are written to stdin, what it shows comes from stdout. */
  readonly terminal?: boolean;
}

const cleanups = new WeakMap<TestContext, (() => unknown)[]>();

/** Done when the test is over, the last one first: a server ends before its folder goes. */
export const later = (t: TestContext, fn: () => unknown): void => {
  const known = cleanups.get(t);
  if (known) return void known.push(fn);
  const all = [fn];
  cleanups.set(t, all);
  t.after(async () => {
    const failed: unknown[] = [];
    // what comes after a step that fails is done all the same: nothing stays
    for (const step of all.reverse())
      await Promise.resolve()
        .then(step)
        .catch((error) => failed.push(error));
    if (failed.length > 0) throw failed[0];
  });
};

/** A folder of the test's own, gone with it and with whatever still runs of it. */
export const tempFolder = (t: TestContext): string => {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-test-'));
  later(t, () => removeFolder(folder));
  return folder;
};

/** Nothing of the developer's own AWS settings reaches a command under test. */
const cleanEnv = (more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv => {
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(AWS|LONGSHORE|NODE(?!_COMPILE_CACHE$))_/.test(name),
  );
  return { ...Object.fromEntries(own), ...more };
};

/** Why a test that needs a terminal cannot run here. */
export const NO_TERMINAL =
  spawnSync('python3', ['-c', 'import os, pty; os.waitstatus_to_exitcode']).status !== 0 &&
  'needs python3, 3.9 or later';

const ON_TERMINAL = 'import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))';

export const spawnCli = (args: readonly string[], options: Options = {}): ChildProcess => {
  const { env, cwd, uid, node = process.execPath, terminal = false } = options;
  const [program, first] = terminal ? ['python3', ['-c', ON_TERMINAL, node]] : [node, []];
  return spawn(program, [...first, '--', EXECUTABLE, ...args], {
    env: cleanEnv(env),
    stdio: [terminal ? 'pipe' : 'ignore', 'pipe', 'pipe'],
    ...(cwd !== undefined && { cwd }),
    ...(uid !== undefined && { uid }),
  });
};

/** What a process has printed so far, and how it ended. */
export const collect = (
  child: ChildProcess,
  patienceMilliseconds = PATIENCE_MILLISECONDS,
): { output: Ended; ended: Promise<Ended> } => {
  const output = { code: null as number | null, stdout: '', stderr: '' };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text;
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`still running: ${child.spawnargs.join(' ')}\n${output.stdout}${output.stderr}`));
    }, patienceMilliseconds);
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(timer);
      output.code = code;
      resolve(output);
    });
  });
  return { output, ended };
};

/** Runs one command to its end. */
export const runCli = (args: readonly string[], options: Options = {}): Promise<Ended> =>
  collect(spawnCli(args, options)).ended;

/** Waits until `ready` gives something. */
export const eventually = async <T>(
  what: string,
  ready: () => T | undefined | Promise<T | undefined>,
): Promise<T> => {
  const deadline = performance.now() + PATIENCE_MILLISECONDS;
  for (;;) {
    const value = await ready();
    if (value !== undefined) return value;
    if (performance.now() > deadline) throw new Error(`gave up waiting for ${what}`);
    await new Promise((done) => setTimeout(done, 20));
  }
};

/** What a command needs to know of a server. */
export interface Reachable {
  readonly url: string;
  readonly dataDir: string;
}

export interface Serving extends Reachable {
  readonly pid: number;
  readonly output: Ended;
  /** Sends a signal (SIGTERM) and resolves when the server has gone. */
  end(signal?: NodeJS.Signals): Promise<Ended>;
}

/** A server in a process of its own, with the process engine unless told; it ends with the test, or after `lifeMilliseconds` (five minutes). Resolves when it has said all it says at the start. */
export const startServe = async (
  t: TestContext,
  args: readonly string[] = [],
  options: Options & { readonly dataDir?: string; readonly lifeMilliseconds?: number } = {},
): Promise<Serving> => {
  const dataDir = options.dataDir ?? join(tempFolder(t), 'data');
  const engine = args.includes('--engine') ? [] : ['--engine', 'process'];
  const child = spawnCli(['serve', '--port', '0', '--data', dataDir, ...engine, ...args], options);
  const { output, ended } = collect(child, options.lifeMilliseconds ?? 10 * PATIENCE_MILLISECONDS);
  const end = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<Ended> => {
    child.kill(signal);
    return ended;
  };
  later(t, () => end());
  const url = await eventually('serve', () => {
    if (child.exitCode !== null) throw new Error(`serve ended: ${output.stderr}`);
    return /next, in another/.test(output.stdout) ? /listens on (\S+)/.exec(output.stdout)?.[1] : undefined;
  });
  return { url, dataDir, pid: child.pid!, output, end };
};

/** The text of a file, or undefined while there is none. */
export const textOf = (path: string): string | undefined =>
  existsSync(path) ? readFileSync(path, 'utf8') : undefined;
