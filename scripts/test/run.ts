import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { removeFolder, whoStays } from '../../test/support/leftovers.ts';
import { together } from './together.ts';

/** No test of any suite takes as long. */
const HANGS_MILLISECONDS = 1_200_000;

/**
 * `node --test` with these arguments, a line a file, in a temporary folder of the run's own; files under `src/` share processes. Returns
 * the exit code: also 1 when the tests left a process or a folder behind, which are named, and then ended and removed.
 */
export const runTests = (args: readonly string[]): number => {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-run-'));
  // as open as the one it stands for: tasks that run as another user pass through it
  chmodSync(folder, 0o755);
  const reporter = fileURLToPath(new URL('report.ts', import.meta.url));
  // what the run itself needs is no leftover of its tests. Hundreds of servers and commands are started from the same sources: each
  // compiles them but once
  const own = mkdtempSync(join(tmpdir(), 'longshore-tests-'));
  // one more than can run: many wait for a server, a process or the clock
  const flags = [
    `--test-reporter=${reporter}`,
    `--test-concurrency=${availableParallelism() + 1}`,
    `--test-timeout=${HANGS_MILLISECONDS}`,
  ];
  const status = statusOf([...flags, ...args], own, folder);
  const left = [
    ...whoStays(folder).map(({ pid, command }) => `process ${pid}: ${command}`),
    ...readdirSync(folder).map((name) => `in the temporary folder: ${name}`),
  ];
  for (const line of left) console.log(`left behind: ${line}`);
  removeFolder(folder);
  removeFolder(own);
  return left.length > 0 ? 1 : status;
};

const statusOf = (args: readonly string[], own: string, folder: string): number => {
  try {
    const { status } = spawnSync(process.execPath, ['--test', ...together(args, own)], {
      stdio: 'inherit',
      env: { ...process.env, TMPDIR: folder, NODE_COMPILE_CACHE: join(own, 'compiled') },
    });
    return status ?? 1;
  } catch (error) {
    console.error((error as Error).message);
    return 1;
  }
};
