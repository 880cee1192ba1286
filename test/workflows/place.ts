import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Batch, type JobStatus } from '@aws-sdk/client-batch';
import { createQueue } from '../support/batch.ts';
import {
  collect,
  type Ended,
  eventually,
  later,
  type Serving,
  startServe,
  tempFolder,
} from '../support/cli.ts';
import { environmentOf } from '../support/clients.ts';
import { freePort } from '../support/free-port.ts';
import { python } from './install.ts';

/** How long a whole test may take, its installation included. */
export const LIMIT = { timeout: 1_200_000 };

/** How long one run of a client may take. */
export const PATIENCE_MILLISECONDS = 400_000;

/** Where a client runs: a server of its own with the queue `q`, the services that Batch is not, and a folder. */
export interface Place {
  readonly server: Serving;
  readonly folder: string;
  /** The address of S3, EFS and what else clients ask. */
  readonly others: string;
  readonly batch: Batch;
  /** Waits until a job is there. */
  reaches(jobId: string, status: JobStatus): Promise<void>;
  /** Runs a program in the folder to its end. */
  run(command: string, args: readonly string[], env?: NodeJS.ProcessEnv): Promise<Ended>;
}

export const program = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** Undefined where what stands for the other services cannot be installed: the test is left out then. */
export const makePlace = async (
  t: TestContext,
  path: string,
  serve: readonly string[] = [],
): Promise<Place | undefined> => {
  const moto = python(t, 'moto', ['moto[server]==5.2.1']);
  if (moto === undefined) return undefined;
  const folder = tempFolder(t);
  const server = await startServe(t, serve, { lifeMilliseconds: LIMIT.timeout });
  const others = await startOthers(t, moto, folder);
  const env: NodeJS.ProcessEnv = {
    ...(await environmentOf(server.dataDir, '--with', 'ec2')),
    AWS_ENDPOINT_URL: others,
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    HOME: folder,
    TMPDIR: folder,
    PATH: `${path}:${process.env.PATH}`,
    PYTHONUNBUFFERED: '1',
  };
  const batch = new Batch({
    endpoint: server.url,
    region: env.AWS_REGION!,
    credentials: { accessKeyId: env.AWS_ACCESS_KEY_ID!, secretAccessKey: env.AWS_SECRET_ACCESS_KEY! },
  });
  await createQueue(batch);
  later(t, () => endJobs(batch));
  const run = (command: string, args: readonly string[], more: NodeJS.ProcessEnv = {}) =>
    collect(start(t, command, args, folder, { ...env, ...more }), PATIENCE_MILLISECONDS).ended;
  return { server, folder, others, batch, run, reaches: (jobId, status) => reaches(batch, jobId, status) };
};

const REACH_MILLISECONDS = 120_000;

const reaches = async (batch: Batch, jobId: string, status: JobStatus): Promise<void> => {
  for (const begin = performance.now(); performance.now() - begin < REACH_MILLISECONDS; ) {
    const { jobs: [job] = [] } = await batch.describeJobs({ jobs: [jobId] });
    if (job?.status === status) return;
    if (job?.status === 'FAILED') throw new Error(`${jobId} failed: ${job.statusReason}`);
    await new Promise((done) => setTimeout(done, 200));
  }
  throw new Error(`${jobId} did not become ${status}`);
};

/** A process group of its own, gone with the test. */
export const start = (
  t: TestContext,
  command: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
): ChildProcess => {
  const child = spawn(command, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  later(t, () => {
    try {
      process.kill(-child.pid!, 'SIGKILL');
    } catch {
      // all of it has ended
    }
  });
  return child;
};

export const startOthers = async (t: TestContext, moto: string, folder: string): Promise<string> => {
  const port = await freePort();
  const child = start(
    t,
    join(moto, 'moto_server'),
    ['-H', '127.0.0.1', '-p', String(port)],
    folder,
    process.env,
  );
  collect(child, 2 ** 31 - 1).ended.catch(() => {});
  const url = `http://127.0.0.1:${port}`;
  await eventually('the other services', () =>
    fetch(url).then(
      () => true,
      () => undefined,
    ),
  );
  return url;
};

const UNFINISHED: readonly JobStatus[] = ['SUBMITTED', 'PENDING', 'RUNNABLE', 'STARTING', 'RUNNING'];

/** Jobs outlive their server: what a client has left is ended before the server goes. */
const endJobs = (batch: Batch): Promise<unknown> =>
  eventually('the end of all jobs', async () => {
    const lists = await Promise.all(
      UNFINISHED.map((jobStatus) => batch.listJobs({ jobQueue: 'q', jobStatus })),
    );
    const left = lists.flatMap(({ jobSummaryList = [] }) => jobSummaryList.map(({ jobId }) => jobId!));
    for (const jobId of left) await batch.terminateJob({ jobId, reason: 'the test is over' });
    return left.length === 0 || undefined;
  });
