import type { TestContext } from 'node:test';
import { Batch, type JobDetail } from '@aws-sdk/client-batch';
import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import { readRootKey } from '../../src/main/data-folder.ts';
import { eventually, later } from './cli.ts';

/* What a test asks a server by the SDK. */

/** Clients with root's key, which end with the test. */
export const clientsOf = (t: TestContext, endpoint: string, dataDir: string, maxAttempts = 3) => {
  const settings = { endpoint, region: 'us-east-1', credentials: readRootKey(dataDir), maxAttempts };
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
