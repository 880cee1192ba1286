import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Batch } from '@aws-sdk/client-batch';
import type { Resources } from '../domain/container.ts';
import type { Config } from '../main/config.ts';
import type { Running } from '../main/start-server.ts';
import { batchClient, type Target } from './target.ts';

/** What a demonstration has: clients of its own server, and a folder that goes with it. */
export interface Stage {
  readonly batch: Batch;
  readonly folder: string;
  /** Somebody has had enough. */
  readonly interrupt: AbortSignal;
}

/**
 * Plays a demonstration on a server that is there for it alone, over a folder that is gone afterwards. Resolves to what it
 * resolves to. `capacity`: absent: the machine's.
 */
export const onStage = async (
  play: (stage: Stage) => Promise<number>,
  capacity?: Resources,
): Promise<number> => {
  const { startServer } = await import('../main/start-server.ts');
  const { processLog } = await import('./server-log.ts');
  const folder = mkdtempSync(join(tmpdir(), 'longshore-demo-'));
  const interrupt = new AbortController();
  const onSignal = () => interrupt.abort();
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  try {
    const config: Config = {
      engine: 'process',
      dataDir: join(folder, 'data'),
      host: '127.0.0.1',
      port: 0,
      region: 'us-east-1',
      account: '000000000000',
      path: process.env.PATH ?? '/usr/bin:/bin',
      ...(capacity && { capacity }),
    };
    const server = await startServer(config, processLog('warn'));
    console.log(`a server on ${server.url}, in ${folder}`);
    try {
      return await play({ batch: await batchClient(targetOf(server)), folder, interrupt: interrupt.signal });
    } finally {
      await server.close();
    }
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
    removeWhole(folder);
  }
};

const targetOf = (server: Running): Target => ({
  batchUrl: () => server.url,
  logsUrl: () => server.url,
  region: 'us-east-1',
  credentials: server.rootKey,
  engine: 'process',
  mounts: undefined,
  pool: undefined,
});

/** The tasks' helper removes folders below it, too: one that vanishes under `rmSync` ends that one early, without a word. */
const removeWhole = (folder: string): void => {
  for (let tries = 0; tries < 10 && existsSync(folder); tries++)
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
};
