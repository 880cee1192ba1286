import type { Batch, JobDetail } from '@aws-sdk/client-batch';
import type { Command } from 'commander';
import { UsageError } from '../main/config.ts';
import { confirm } from './confirm.ts';
import { collect, states } from './flags.ts';
import { describeJob, isOver } from './follow.ts';
import { jobIdOf } from './job-ids.ts';
import { askOwn } from './own-operations.ts';
import { checkQueues } from './queue-names.ts';
import { batchClient, findTarget } from './target.ts';

interface Options {
  readonly reason: string;
  readonly queue?: string[];
  readonly name?: string;
  readonly status?: string[];
  readonly yes?: boolean;
  readonly json?: boolean;
  readonly data?: string;
}

export const cancelCommand = (program: Command): void => {
  program
    .command('cancel')
    .description('stop jobs, whether they wait or run')
    .argument('[jobs...]', 'ids, beginnings of ids, names, or children such as ID:5')
    .option('--reason <text>', 'what is shown as the reason of their end', 'cancelled on the command line')
    .option('--queue <queues>', 'all of these queues', collect)
    .option('--name <name>', "all of this name, or 'x*'")
    .option('--status <states>', 'all in these states', collect)
    .option('--yes', 'do not ask before stopping what the filter finds')
    .option('--json', 'a line an object')
    .option('--data <dir>', 'the data folder of the server')
    .action(async (given: string[], options: Options) => {
      if (given.length > 0 && (options.queue || options.name !== undefined || options.status))
        throw new UsageError('name the jobs or choose them by --queue, --name and --status, not both');
      const batch = await batchClient(findTarget(options.data));
      if (given.length === 0) return stopFiltered(batch, options);
      for (const job of await named(batch, given)) await stop(batch, job, options);
    });
};

/** Each is looked for before the first is stopped: the service stops what it does not know without a word. */
const named = async (batch: Batch, given: readonly string[]): Promise<JobDetail[]> => {
  const jobs = [];
  for (const text of given) jobs.push(await describeJob(batch, await jobIdOf(batch, text)));
  return jobs;
};

/** Nor does the service say that there was nothing to stop. */
const stop = async (batch: Batch, job: JobDetail, { reason, json }: Options): Promise<void> => {
  const { jobId, status } = job;
  if (isOver(job)) {
    console.error(`longshore: ${jobId} is ${status}: there is nothing to stop`);
    return;
  }
  await batch.terminateJob({ jobId, reason });
  console.log(json ? JSON.stringify({ jobId }) : `stopped ${jobId}`);
};

interface Stopped {
  readonly matched: number;
  readonly stopped: number;
  readonly nextToken?: string;
}

/** Page by page, each of which is stopped as it was counted: what came meanwhile is not stopped unasked. */
const stopFiltered = async (batch: Batch, options: Options): Promise<void> => {
  const filter = filterOf(options);
  await checkQueues(batch, options.queue);
  const pages = [];
  let nextToken: string | undefined;
  do {
    const page = { ...filter, ...(nextToken !== undefined && { nextToken }) };
    const counted = await askOwn<Stopped>(batch, 'stopjobs', { ...page, dryRun: true });
    if (counted.matched > 0) pages.push({ ...page, expected: counted.matched });
    nextToken = counted.nextToken;
  } while (nextToken !== undefined);
  const found = pages.reduce((sum, { expected }) => sum + expected, 0);
  if (found === 0) {
    console.error('longshore: no job that waits or runs is found so');
    return;
  }
  if (!options.yes) await confirm(`stop ${jobs(found)}`, 'nothing was stopped');
  let stopped = 0;
  for (const page of pages) stopped += (await askOwn<Stopped>(batch, 'stopjobs', page)).stopped;
  console.log(options.json ? JSON.stringify({ stopped }) : `stopped ${jobs(stopped)}`);
};

const filterOf = ({ queue, name, status, reason }: Options) => {
  if (!queue && name === undefined && !status)
    throw new UsageError('name the jobs to stop, or choose them by --queue, --name or --status');
  return {
    ...(queue && { queues: queue }),
    ...(name !== undefined && { name }),
    ...(status && { states: states('--status', status) }),
    reason,
  };
};

const jobs = (count: number): string => `${count} job${count === 1 ? '' : 's'}`;
