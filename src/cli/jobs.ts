import type { Batch, JobSummary } from '@aws-sdk/client-batch';
import type { Command } from 'commander';
import { JOB_STATES, type JobState } from '../domain/job-state.ts';
import { UsageError } from '../main/config.ts';
import { batchClient, findTarget } from './target.ts';

interface Options {
  readonly queue?: string;
  readonly status?: string;
  readonly data?: string;
}

export const jobsCommand = (program: Command): void => {
  program
    .command('jobs')
    .description('list jobs, newest first')
    .option('--queue <queue>', 'of one queue only')
    .option('--status <state>', 'in one state only')
    .option('--data <dir>', 'the data folder of the server')
    .action(async (options: Options) => {
      const batch = await batchClient(findTarget(options.data));
      const states = statesOf(options.status);
      const queues = options.queue ? [options.queue] : await queueNames(batch);
      // by id: one that went on between two questions is answered twice, the later answer is true
      const found = new Map<string, JobSummary>();
      const cut: string[] = [];
      for (const queue of queues)
        for (const state of states) {
          const { jobSummaryList = [], nextToken } = await batch.listJobs({
            jobQueue: queue,
            jobStatus: state,
          });
          for (const job of jobSummaryList) found.set(job.jobId!, job);
          if (nextToken !== undefined) cut.push(`${state} in queue ${queue}`);
        }
      const jobs = [...found.values()].sort((a, b) => (b.createdAt ?? 0) - (a.createdAt ?? 0));
      for (const job of jobs) console.log(line(job));
      if (jobs.length === 0) console.log('no jobs');
      if (cut.length > 0) console.error(`${CUT} ${cut.join(', ')}`);
    });
};

const statesOf = (given: string | undefined): readonly JobState[] => {
  if (given === undefined) return JOB_STATES;
  const state = given.toUpperCase() as JobState;
  if (!JOB_STATES.includes(state))
    throw new UsageError(`--status takes one of ${JOB_STATES.join(', ')}, got '${given}'`);
  return [state];
};

const queueNames = async (batch: Batch): Promise<string[]> => {
  const { jobQueues } = await batch.describeJobQueues({});
  return (jobQueues ?? []).map((queue) => queue.jobQueueName!);
};

/** A page of each is enough for a screen. */
const CUT = 'longshore: of each state and queue only the newest 100 are listed; there are more';

const line = (job: JobSummary): string => {
  const size = job.arrayProperties?.size === undefined ? '' : ` [${job.arrayProperties.size}]`;
  const reason = job.status === 'SUCCEEDED' ? '' : (job.statusReason ?? '');
  const created = new Date(job.createdAt ?? 0).toISOString().slice(0, 19);
  return `${job.jobId}  ${job.status?.padEnd(9)}  ${created}  ${job.jobName}${size}  ${reason}`.trimEnd();
};
