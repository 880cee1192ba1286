import type { Batch } from '@aws-sdk/client-batch';
import type { Command } from 'commander';
import { UsageError } from '../main/config.ts';
import { failure } from './failure.ts';
import { append, collect, indices, mebibytes, variables, whole } from './flags.ts';
import { jobIdOf } from './job-ids.ts';
import { askOwn } from './own-operations.ts';
import { isUnanswered } from './patience.ts';
import { timeoutOf, vcpusOf } from './run-request.ts';
import { batchClient, findTarget } from './target.ts';

interface Options {
  readonly failed?: boolean;
  readonly only?: string;
  readonly exitCode?: string[];
  readonly withDependents?: boolean;
  readonly vcpus?: string;
  readonly memory?: string;
  readonly gpus?: string;
  readonly timeout?: string;
  readonly env?: string[];
  readonly json?: boolean;
  readonly data?: string;
}

interface Answer {
  readonly jobs: number;
  readonly left: number;
  readonly dependents?: number;
}

export const rerunCommand = (program: Command, exit: (code: number) => void): void => {
  program
    .command('rerun')
    .description('run FAILED jobs again under the same ids, with one more attempt')
    .argument('<jobs...>', 'jobs, arrays or children such as ID:5')
    .option('--failed', 'of an array: all children that FAILED (the default)')
    .option('--only <indices>', 'of an array: these children, such as 17,88,100-120')
    .option('--exit-code <codes>', 'of an array: children that FAILED with one of these', collect)
    .option('--with-dependents', 'also those that FAILED because these had: they wait for them again')
    .option('--vcpus <n>', 'with so many vCPUs')
    .option('--memory <size>', 'with so much memory: MiB, or 512MiB, 1GiB')
    .option('--gpus <n>', 'with so many GPUs')
    .option('--timeout <time>', 'end an attempt after this time, such as 90s, 10m or 2h')
    .option('--env <name[=value]>', 'with this variable; without a value, that of this shell', append)
    .option('--json', 'a line an object')
    .option('--data <dir>', 'the data folder of the server')
    .action(async (given: string[], options: Options) => {
      if (options.failed && options.only !== undefined)
        throw new UsageError('--failed and --only exclude each other');
      if (given.length > 1 && options.only !== undefined)
        throw new UsageError('--only chooses children of one array: name one job');
      const wish = wishOf(options);
      const batch = await batchClient(findTarget(options.data));
      let worst = 0;
      for (const text of given)
        worst = Math.max(worst, await again(batch, text, wish, options.json ?? false));
      exit(worst);
    });
};

/** Runs one again, and says so, or why not; resolves to the exit code. */
const again = async (batch: Batch, given: string, wish: object, json: boolean): Promise<number> => {
  try {
    const jobId = await jobIdOf(batch, given);
    const answer = await askOwn<Answer>(batch, 'retryjobs', { jobId, ...wish });
    console.log(json ? JSON.stringify({ jobId, ...answer }) : words(jobId, answer));
    return 0;
  } catch (error) {
    if (isUnanswered(error)) throw error;
    return failure(error);
  }
};

const wishOf = (options: Options) => {
  const changes = changesOf(options);
  const codes = options.exitCode?.map((text) => whole('--exit-code', text, 0));
  return {
    ...(options.only !== undefined && { indices: indices('--only', options.only) }),
    ...(codes && { exitCodes: codes }),
    ...(options.withDependents && { withDependents: true }),
    ...(Object.keys(changes).length > 0 && { changes }),
  };
};

const changesOf = ({ vcpus, memory, gpus, timeout, env }: Options) => ({
  ...(vcpus !== undefined && { vcpus: vcpusOf(vcpus) }),
  ...(memory !== undefined && { memory: mebibytes('--memory', memory) }),
  ...(gpus !== undefined && { gpus: whole('--gpus', gpus, 1) }),
  ...(timeout !== undefined && { timeoutSeconds: timeoutOf(timeout) }),
  ...(env && { environment: [...variables(env)].map(([name, value]) => ({ name, value })) }),
});

const words = (jobId: string, { jobs, left, dependents = 0 }: Answer): string => {
  const rest = left === 0 ? '' : `; ${left} more wait for others that FAILED: run them again afterwards`;
  const behind =
    dependents === 0
      ? ''
      : `, ${dependents} that failed for ${jobs === 1 ? 'it' : 'them'} ${dependents === 1 ? 'waits' : 'wait'} again`;
  return `${jobs} job${jobs === 1 ? ' runs' : 's run'} again (${jobId})${behind}${rest}`;
};
