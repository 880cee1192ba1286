import type { Command } from 'commander';
import { UsageError } from '../main/config.ts';
import { collect, indices, whole } from './flags.ts';
import { jobIdOf } from './job-ids.ts';
import { askOwn } from './own-operations.ts';
import { batchClient, findTarget } from './target.ts';

interface Options {
  readonly failed?: boolean;
  readonly only?: string;
  readonly exitCode?: string[];
  readonly json?: boolean;
  readonly data?: string;
}

export const rerunCommand = (program: Command): void => {
  program
    .command('rerun')
    .description('run FAILED jobs again under the same ids, with one more attempt')
    .argument('<job>', 'a job, an array or a child such as ID:5')
    .option('--failed', 'of an array: all children that FAILED (the default)')
    .option('--only <indices>', 'of an array: these children, such as 17,88,100-120')
    .option('--exit-code <codes>', 'of an array: children that FAILED with one of these', collect)
    .option('--json', 'a line an object')
    .option('--data <dir>', 'the data folder of the server')
    .action(async (given: string, options: Options) => {
      if (options.failed && options.only !== undefined)
        throw new UsageError('--failed and --only exclude each other');
      const batch = await batchClient(findTarget(options.data));
      const jobId = await jobIdOf(batch, given);
      const codes = options.exitCode?.map((text) => whole('--exit-code', text, 0));
      const answer = await askOwn<{ jobs: number; left: number }>(batch, 'retryjobs', {
        jobId,
        ...(options.only !== undefined && { indices: indices('--only', options.only) }),
        ...(codes && { exitCodes: codes }),
      });
      console.log(options.json ? JSON.stringify({ jobId, ...answer }) : words(jobId, answer));
    });
};

const words = (jobId: string, { jobs, left }: { jobs: number; left: number }): string => {
  const rest = left === 0 ? '' : `; ${left} more wait for others that FAILED: run them again afterwards`;
  return `${jobs} job${jobs === 1 ? ' runs' : 's run'} again (${jobId})${rest}`;
};
