import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type Log, silentLog } from '../../src/lib/logger.ts';
import { type Config, parseCapacity } from '../../src/main/config.ts';
import { type Running, startServer } from '../../src/main/start-server.ts';
import type { Reachable } from './cli.ts';
import { removeFolder } from './leftovers.ts';

type Test = TestContext | { after: TestContext['after'] };

/** A real server on a free port over a folder of its own; both go when the test ends. Account 012345678910. */
export const serverFor = async (
  t: Test,
  more: Partial<Config> = {},
  log: Log = silentLog,
): Promise<Running & Reachable> => {
  const dataDir = mkdtempSync(join(tmpdir(), 'longshore-test-'));
  const running = await startServer(
    {
      engine: 'process',
      dataDir,
      host: '127.0.0.1',
      port: 0,
      region: 'us-east-1',
      account: '012345678910',
      path: process.env.PATH ?? '/usr/bin:/bin',
      ...more,
    },
    log,
  );
  t.after(async () => {
    await running.close();
    removeFolder(dataDir);
  });
  return { ...running, dataDir };
};

/**
 * For tests of the command line: a server in this process, which starts in a tenth of the time that `startServe` takes. `capacity` as
 * `--capacity` has it.
 */
export const serveHere = (t: Test, capacity?: string): Promise<Reachable> =>
  serverFor(t, capacity === undefined ? {} : { capacity: parseCapacity(capacity) });

/** Polls until `done` gives something; fails after `seconds`. */
export const until = async <T>(done: () => Promise<T | undefined>, seconds = 20): Promise<T> => {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    const value = await done();
    if (value !== undefined) return value;
    if (performance.now() > deadline) throw new Error(`nothing came of it in ${seconds} s: ${done}`);
    await new Promise((next) => setTimeout(next, 20));
  }
};
