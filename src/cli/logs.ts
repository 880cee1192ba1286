import type { Batch, JobDetail } from '@aws-sdk/client-batch';
import type { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import type { Command } from 'commander';
import { UsageError } from '../main/config.ts';
import { machineClock } from '../main/machine.ts';
import { endingWords } from './ending.ts';
import { seconds, whole } from './flags.ts';
import { describeJob, followLog, printNew, streamsOf } from './follow.ts';
import { jobIdOf } from './job-ids.ts';
import { type LogWish, printPart } from './log-part.ts';
import { searchAll } from './own-operations.ts';
import { podStreams } from './pod-job.ts';
import { batchClient, findTarget, logsClient } from './target.ts';

interface Options {
  readonly follow?: boolean;
  readonly tail?: string;
  readonly attempt?: string;
  readonly since?: string;
  readonly failed?: boolean;
  readonly json?: boolean;
  readonly data?: string;
}

/** An array's most children. */
const MOST_CHILDREN = 10_000;

export const logsCommand = (program: Command): void => {
  program
    .command('logs')
    .description("print a job's log; of an array its children's, with the index before each line")
    .argument('<job>', 'an id, the beginning of one, a name, or a child such as ID:5')
    .option('--follow', 'go on until the job is over')
    .option('--tail <n>', 'the last lines of each attempt only')
    .option('--attempt <n>', 'of one attempt only (default: all)')
    .option('--since <time>', 'what was printed within this time, such as 10m')
    .option('--failed', 'of an array: of the children that FAILED')
    .option('--json', 'a line an object')
    .option('--data <dir>', 'the data folder of the server')
    .action(async (given: string, options: Options) => {
      const target = findTarget(options.data);
      const batch = await batchClient(target);
      const logs = await logsClient(target);
      const wish = wishOf(options);
      const job = await describeJob(batch, await jobIdOf(batch, given));
      if (job.arrayProperties?.size !== undefined) return ofArray(batch, logs, job, options, wish);
      if (options.failed) throw new UsageError('--failed is for arrays');
      const isPlain = wish.tail === undefined && wish.since === undefined && !options.json;
      if (options.follow && isPlain && options.attempt === undefined)
        return sayNeverRan(await followLog(batch, logs, job.jobId!));
      if (options.follow) throw new UsageError('--follow goes with no --tail, --since, --attempt or --json');
      for (const { stream, attempt } of attemptsOf(job, options.attempt)) {
        if (isPlain) await printNew(logs, job, stream, undefined);
        else await printPart(logs, job, stream, { ...wish, attempt });
      }
      sayNeverRan(job);
    });
};

const wishOf = ({ tail, since, json }: Options): LogWish => ({
  ...(tail !== undefined && { tail: whole('--tail', tail, 1) }),
  ...(since !== undefined && { since: machineClock().wall() - seconds('--since', since) * 1000 }),
  json: json ?? false,
});

const attemptsOf = (job: JobDetail, asked: string | undefined): { stream: string; attempt: number }[] => {
  const ofPods = podStreams(job);
  const all = ofPods.length > 0 ? ofPods : streamsOf(job).map((stream, at) => ({ stream, attempt: at + 1 }));
  if (asked === undefined) return all;
  const number = whole('--attempt', asked, 1);
  const found = all.filter(({ attempt }) => attempt === number);
  const count = new Set(all.map(({ attempt }) => attempt)).size;
  if (found.length === 0)
    throw new UsageError(
      `${job.jobId} has a log of ${count} attempt${count === 1 ? '' : 's'}, not of attempt ${number}`,
    );
  return found;
};

const ofArray = async (
  batch: Batch,
  logs: CloudWatchLogs,
  array: JobDetail,
  options: Options,
  wish: LogWish,
): Promise<void> => {
  if (options.follow)
    throw new UsageError(`${array.jobId} is an array: follow a child, such as ${array.jobId}:0`);
  const filter = { arrayJobId: array.jobId, ...(options.failed && { states: ['FAILED'] }) };
  for (const { jobId, arrayProperties } of await searchAll(batch, filter, MOST_CHILDREN)) {
    const child = await describeJob(batch, jobId);
    const index = arrayProperties?.index ?? 0;
    for (const { stream, attempt } of attemptsOf(child, options.attempt))
      await printPart(logs, child, stream, { ...wish, attempt, index });
  }
};

/** An attempt that never ran has no log, nor has a job that waits: why is all there is of it. */
const sayNeverRan = (job: JobDetail): void => {
  const { attempts = [], jobId, status, statusReason = 'it has not begun' } = job;
  if (attempts.length === 0 && streamsOf(job).length === 0)
    process.stderr.write(`longshore: ${jobId} is ${status}: ${statusReason}\n`);
  for (const [at, { container, statusReason }] of attempts.entries()) {
    if (container?.logStreamName !== undefined) continue;
    const words = endingWords({ ...container, statusReason });
    process.stderr.write(`longshore: attempt ${at + 1}: ${words}\n`);
  }
};
