import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Batch } from '@aws-sdk/client-batch';
import { readAddress, readRootKey } from '../../src/main/data-folder.ts';

/** A server of its own, in a process of its own, over a folder that goes with it. */
export interface BenchServer {
  readonly url: string;
  readonly key: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly batch: Batch;
  readonly dataDir: string;
  readonly process: ChildProcess;
  /** It ends, and its folder stays. */
  end(): Promise<void>;
  stop(): Promise<void>;
}

export const sleep = (milliseconds: number): Promise<void> =>
  new Promise((done) => setTimeout(done, milliseconds));

/** `root`: the checkout whose server it is. `dataDir`: the folder of one that has ended. */
export const startBenchServer = async (
  args: readonly string[] = [],
  root = '.',
  dataDir = mkdtempSync(join(tmpdir(), 'longshore-bench-')),
): Promise<BenchServer> => {
  const engine = args.includes('--engine') ? [] : ['--engine', 'process'];
  // where one before it listened
  rmSync(join(dataDir, 'server.json'), { force: true });
  // its log, as an operator keeps it
  const log = openSync(join(dataDir, 'server.log'), 'a');
  const child = spawn(
    process.execPath,
    ['bin/longshore.js', 'serve', '--port', '0', '--data', dataDir, ...engine, ...args],
    {
      cwd: root,
      stdio: ['ignore', 'ignore', log],
    },
  );
  closeSync(log);
  const orphaned = () => child.kill('SIGTERM');
  process.once('exit', orphaned);
  while (!readAddress(dataDir)) {
    if (child.exitCode !== null) {
      throw new Error(
        `serve ended with ${child.exitCode}: ${readFileSync(join(dataDir, 'server.log'), 'utf8')}`,
      );
    }
    await sleep(20);
  }
  const { url } = readAddress(dataDir)!;
  const key = readRootKey(dataDir);
  const batch = new Batch({ endpoint: url, region: 'us-east-1', credentials: key });
  const end = async () => {
    batch.destroy();
    if (child.exitCode !== null) return;
    const gone = new Promise((done) => child.once('exit', done));
    child.kill('SIGTERM');
    await gone;
    process.off('exit', orphaned);
  };
  return {
    url,
    key,
    batch,
    dataDir,
    process: child,
    end,
    stop: async () => {
      await end();
      rmSync(dataDir, { recursive: true, force: true, maxRetries: 10 });
    },
  };
};

/** An environment `e`, a queue `q` over it, a definition `d` of the command. */
export const setUp = async (
  { batch }: BenchServer,
  command: readonly string[],
  state: 'ENABLED' | 'DISABLED' = 'ENABLED',
  image = 'none',
): Promise<void> => {
  await batch.createComputeEnvironment({
    computeEnvironmentName: 'e',
    type: 'MANAGED',
    state,
    computeResources: {
      type: 'EC2',
      maxvCpus: 256,
      instanceTypes: ['optimal'],
      subnets: ['s'],
      securityGroupIds: ['g'],
      instanceRole: 'r',
    },
  });
  await batch.createJobQueue({
    jobQueueName: 'q',
    priority: 1,
    computeEnvironmentOrder: [{ order: 1, computeEnvironment: 'e' }],
  });
  await batch.registerJobDefinition({
    jobDefinitionName: 'd',
    type: 'container',
    containerProperties: { image, vcpus: 1, memory: 64, command: [...command] },
  });
};
