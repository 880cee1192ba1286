import type { Batch, JobDetail } from '@aws-sdk/client-batch';
import type { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import { UsageError } from '../main/config.ts';
import { podStreams } from './pod-job.ts';

const POLL_MILLISECONDS = 200;

export const pause = (milliseconds = POLL_MILLISECONDS): Promise<void> =>
  new Promise((done) => setTimeout(done, milliseconds));

export const describeJob = async (batch: Batch, jobId: string): Promise<JobDetail> => {
  const { jobs } = await batch.describeJobs({ jobs: [jobId] });
  const job = jobs?.[0];
  if (!job) throw new UsageError(`there is no job ${jobId}: see longshore jobs --all`);
  return job;
};

export const isOver = (job: JobDetail): boolean => job.status === 'SUCCEEDED' || job.status === 'FAILED';

/** The group that its streams are in. */
export const groupOf = (job: JobDetail): string =>
  job.container?.logConfiguration?.options?.['awslogs-group'] ?? '/aws/batch/job';

/** What the service itself says in a log is no output of the job's: `run … > file` holds what the command prints. */
const outputOf = (message: string): NodeJS.WriteStream =>
  message.startsWith('longshore: ') ? process.stderr : process.stdout;

/** Prints one stream from where `token` stands; resolves to where it stands afterwards. */
export const printNew = async (
  logs: CloudWatchLogs,
  job: JobDetail,
  stream: string,
  token: string | undefined,
): Promise<string | undefined> => {
  let at = token;
  for (;;) {
    const page = await logs
      .getLogEvents({
        logGroupName: groupOf(job),
        logStreamName: stream,
        startFromHead: true,
        ...(at !== undefined && { nextToken: at }),
      })
      .catch((error: Error) => {
        if (error.name === 'ResourceNotFoundException') return undefined;
        throw error;
      });
    for (const { message = '' } of page?.events ?? []) outputOf(message).write(`${message}\n`);
    if (!page?.events?.length) return page?.nextForwardToken ?? at;
    at = page.nextForwardToken;
  }
};

/** The streams of a job's attempts, oldest first, with the one of the attempt that runs. */
export const streamsOf = (job: JobDetail): string[] => {
  const past = (job.attempts ?? []).map((attempt) => attempt.container?.logStreamName);
  const all = [...past, job.container?.logStreamName].filter((name): name is string => name !== undefined);
  return [...new Set(all), ...podStreams(job).map(({ stream }) => stream)];
};

/** Prints what a job prints until it is over. */
export const followLog = async (batch: Batch, logs: CloudWatchLogs, jobId: string): Promise<JobDetail> => {
  const tokens = new Map<string, string | undefined>();
  for (;;) {
    const job = await describeJob(batch, jobId);
    for (const stream of streamsOf(job))
      tokens.set(stream, await printNew(logs, job, stream, tokens.get(stream)));
    if (isOver(job)) return job;
    await pause();
  }
};
