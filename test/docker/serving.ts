import type { TestContext } from 'node:test';
import { Batch, type JobDetail } from '@aws-sdk/client-batch';
import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import { readRootKey } from '../../src/main/data-folder.ts';
import { eventually, later, type Serving, startServe } from '../support/cli.ts';
import { DOCKER_HOST } from './daemon.ts';

/** A server of its own over the suite's daemon, ended with the test, and clients of it. */
export const serve = (t: TestContext, more: readonly string[] = [], dataDir?: string) =>
  serveOver(t, ['--docker-host', DOCKER_HOST, '--capacity', 'vcpus=8,memory=8GiB', ...more], dataDir);

/** The same over daemons that the flags name. */
export const serveOver = async (t: TestContext, flags: readonly string[], dataDir?: string) => {
  const options = dataDir === undefined ? {} : { dataDir };
  const server = await startServe(t, ['--engine', 'docker', ...flags], options);
  return { server, ...clientsOf(t, server) };
};

const clientsOf = (t: TestContext, server: Serving) => {
  const settings = { endpoint: server.url, region: 'us-east-1', credentials: readRootKey(server.dataDir) };
  const [batch, logs] = [new Batch(settings), new CloudWatchLogs(settings)];
  later(t, () => {
    batch.destroy();
    logs.destroy();
  });
  return { batch, logs };
};

export const describe = async (batch: Batch, jobId: string): Promise<JobDetail> =>
  (await batch.describeJobs({ jobs: [jobId] })).jobs![0]!;

/** The job, once it is in one of these states. */
export const inState = (batch: Batch, jobId: string, ...states: string[]): Promise<JobDetail> =>
  eventually(`${jobId} ${states}`, async () => {
    const job = await describe(batch, jobId);
    return states.includes(job.status!) ? job : undefined;
  });

/** What is kept of a job's log. */
export const messages = async (logs: CloudWatchLogs, job: JobDetail): Promise<string[]> => {
  const { events = [] } = await logs.getLogEvents({
    logGroupName: '/aws/batch/job',
    logStreamName: job.container!.logStreamName!,
    startFromHead: true,
  });
  return events.map((event) => event.message!);
};
