import type { JobDetail } from '@aws-sdk/client-batch';
import type { Command } from 'commander';
import { UsageError } from '../main/config.ts';
import { describeJob, followLog, printNew, streamsOf } from './follow.ts';
import { batchClient, findTarget, logsClient } from './target.ts';

export const logsCommand = (program: Command): void => {
  program
    .command('logs')
    .description("print a job's log")
    .argument('<job>', 'a job id, such as <uuid> or <uuid>:<index>')
    .option('--follow', 'go on until the job is over')
    .option('--data <dir>', 'the data folder of the server')
    .action(async (jobId: string, options: { readonly follow?: boolean; readonly data?: string }) => {
      const target = findTarget(options.data);
      const batch = await batchClient(target);
      const logs = await logsClient(target);
      const job = await describeJob(batch, jobId);
      if (job.arrayProperties?.size !== undefined) {
        throw new UsageError(`${jobId} is an array: ask for a child, such as ${jobId}:0`);
      }
      for (const stream of options.follow ? [] : streamsOf(job)) await printNew(logs, job, stream, undefined);
      sayNeverRan(options.follow ? await followLog(batch, logs, jobId) : job);
    });
};

/** An attempt that never ran has no log, nor has a job that waits: why is all there is of it. */
const sayNeverRan = (job: JobDetail): void => {
  const { attempts = [], jobId, status, statusReason = 'it has not begun' } = job;
  if (attempts.length === 0 && streamsOf(job).length === 0)
    process.stderr.write(`longshore: ${jobId} is ${status}: ${statusReason}\n`);
  for (const [at, { container, statusReason }] of attempts.entries()) {
    if (container?.logStreamName !== undefined) continue;
    const reason = container?.reason ? `: ${container.reason}` : '';
    process.stderr.write(`longshore: attempt ${at + 1}: ${statusReason}${reason}\n`);
  }
};
