import type { Command } from 'commander';
import { UsageError } from '../config.ts';
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
      if (options.follow) await followLog(batch, logs, jobId);
      else for (const stream of streamsOf(job)) await printNew(logs, job, stream, undefined);
    });
};
