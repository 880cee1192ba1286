import type { Batch, JobDetail } from '@aws-sdk/client-batch';
import type { Command } from 'commander';
import { endingWords } from './ending.ts';
import { TIMED_OUT } from './exit-codes.ts';
import { seconds } from './flags.ts';
import { describeJob, isOver, pause } from './follow.ts';
import { jobIdOf } from './job-ids.ts';
import { patient } from './patience.ts';
import { containerEnd } from './pod-job.ts';
import { printable } from './printable.ts';
import { batchClient, findTarget } from './target.ts';

export const waitCommand = (program: Command, exit: (code: number) => void): void => {
  program
    .command('wait')
    .description('wait until jobs have ended; exit code 0 when all SUCCEEDED, 1 when one FAILED')
    .argument('<jobs...>', 'ids, beginnings of ids, names, or children such as ID:5')
    .option('--timeout <time>', `give up after this time, with exit code ${TIMED_OUT}`)
    .option('--json', 'a line an object')
    .option('--data <dir>', 'the data folder of the server')
    .action(async (given: string[], options: { timeout?: string; json?: boolean; data?: string }) => {
      const limit = options.timeout === undefined ? undefined : seconds('--timeout', options.timeout);
      const batch = await batchClient(findTarget(options.data));
      const ids = [];
      for (const text of given) ids.push(await jobIdOf(batch, text));
      const ask = patient((text) => process.stderr.write(`longshore: ${text}\n`));
      batch.middlewareStack.add((next) => (args) => ask(() => next(args)), { step: 'initialize' });
      const deadline = limit === undefined ? Number.POSITIVE_INFINITY : performance.now() + limit * 1000;
      exit(await waitFor(batch, ids, deadline, options.json ?? false));
    });
};

const waitFor = async (
  batch: Batch,
  ids: readonly string[],
  deadline: number,
  json: boolean,
): Promise<number> => {
  const open = new Set(ids);
  let failed = false;
  while (open.size > 0) {
    for (const jobId of [...open]) {
      const job = await describeJob(batch, jobId);
      if (!isOver(job)) continue;
      open.delete(jobId);
      failed ||= job.status === 'FAILED';
      console.log(json ? JSON.stringify({ jobId, status: job.status, ...endOf(job) }) : printable(line(job)));
    }
    if (open.size === 0) break;
    if (performance.now() >= deadline) {
      process.stderr.write(
        `longshore: ${open.size} of ${ids.length} have not ended: ${[...open].join(', ')}\n`,
      );
      return TIMED_OUT;
    }
    await pause();
  }
  return failed ? 1 : 0;
};

const endOf = (job: JobDetail) => {
  const { exitCode } = containerEnd(job);
  return {
    ...(job.statusReason !== undefined && { statusReason: job.statusReason }),
    ...(exitCode !== undefined && { exitCode }),
  };
};

const line = (job: JobDetail): string => {
  const { jobId, jobName, status, statusReason, arrayProperties = {} } = job;
  const { size, statusSummary = {} } = arrayProperties;
  const words =
    size === undefined ? endingWords({ ...containerEnd(job), statusReason }) : counts(statusSummary);
  return `${jobName} (${jobId}) ${status}${status === 'FAILED' ? `: ${words}` : ''}`;
};

const counts = ({ SUCCEEDED = 0, FAILED = 0 }: Readonly<Record<string, number>>): string =>
  `${SUCCEEDED} succeeded, ${FAILED} failed`;
