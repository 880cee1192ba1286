import { createInterface } from 'node:readline/promises';
import type { Batch } from '@aws-sdk/client-batch';
import type { Command } from 'commander';
import { UsageError } from '../main/config.ts';
import { collect, LIVING, states } from './flags.ts';
import { jobIdOf } from './job-ids.ts';
import { searchAll } from './own-operations.ts';
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

/** More than this at a time nobody means to stop by a filter. */
const MOST = 100_000;

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
      const batch = await batchClient(findTarget(options.data));
      const ids = given.length > 0 ? await named(batch, given) : await filtered(batch, options);
      for (const jobId of ids) {
        await batch.terminateJob({ jobId, reason: options.reason });
        console.log(options.json ? JSON.stringify({ jobId }) : `stopped ${jobId}`);
      }
    });
};

/** Each is looked for before the first is stopped. */
const named = async (batch: Batch, given: readonly string[]): Promise<string[]> => {
  const ids = [];
  for (const text of given) ids.push(await known(batch, await jobIdOf(batch, text)));
  return ids;
};

/** The service stops what it does not know without a word. */
const known = async (batch: Batch, jobId: string): Promise<string> => {
  const { jobs = [] } = await batch.describeJobs({ jobs: [jobId] });
  if (jobs.length === 0) throw new UsageError(`there is no job ${jobId}: see longshore jobs --all`);
  return jobId;
};

const filtered = async (batch: Batch, options: Options): Promise<string[]> => {
  const { queue, name, status, yes } = options;
  if (!queue && name === undefined && !status)
    throw new UsageError('name the jobs to stop, or choose them by --queue, --name or --status');
  const found = await searchAll(
    batch,
    {
      states: status ? states('--status', status) : LIVING,
      ...(queue && { queues: queue }),
      ...(name !== undefined && { name }),
    },
    MOST,
  );
  const living = found.filter((job) => LIVING.includes(job.status));
  // with an array its children are stopped
  const ids = living.map(({ jobId }) => jobId);
  const all = new Set(ids);
  const chosen = ids.filter((id) => !id.includes(':') || !all.has(id.split(':')[0]!));
  if (chosen.length > 0 && !yes) await confirm(chosen.length);
  if (chosen.length === 0) console.error('longshore: no job that waits or runs is found so');
  return chosen;
};

const confirm = async (count: number): Promise<void> => {
  const what = `stop ${count} job${count === 1 ? '' : 's'}`;
  if (!process.stdin.isTTY) throw new UsageError(`this would ${what}: say --yes to do so`);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`${what}? [y/N] `);
  terminal.close();
  if (!/^y/i.test(answer)) throw new UsageError('nothing was stopped');
};
