import { fstatSync } from 'node:fs';
import type { Batch, SubmitJobRequest } from '@aws-sdk/client-batch';
import type { Command } from 'commander';
import { UsageError } from '../main/config.ts';
import { append, collect, seconds, whole } from './flags.ts';
import { describeJob } from './follow.ts';
import { onInterrupt } from './interrupt.ts';
import { jobIdOf } from './job-ids.ts';
import { notesOf } from './notes.ts';
import { patient } from './patience.ts';
import { submitOwn } from './run-definitions.ts';
import { ranArray, ranJob } from './run-follow.ts';
import { type Container, containerOf, type RunOptions, submissionOf } from './run-request.ts';
import { DEFAULT_QUEUE, ensureQueue } from './setup.ts';
import { batchClient, type Clients, ecsClient, findTarget, logsClient } from './target.ts';

export const runCommand = (program: Command, exit: (code: number) => void): void => {
  program
    .command('run')
    .description('run a command as a job, follow its log, exit with its exit code')
    .argument('[command...]', 'the command, after --')
    .option('--queue <queue>', 'the queue; made when it is missing', DEFAULT_QUEUE)
    .option('--name <name>', "the job's name (default: the command's)")
    .option('--vcpus <n>', 'vCPUs (default: 1)')
    .option('--memory <size>', 'memory in MiB, or 512MiB, 1GiB (default: 512)')
    .option('--gpus <n>', 'GPUs')
    .option('--array <n>', 'run it so many times, each with its AWS_BATCH_JOB_ARRAY_INDEX')
    .option('--after <jobs>', 'wait for these jobs to succeed; more than once, or with commas', collect)
    .option('--env <name[=value]>', 'an environment variable; without a value, that of this shell', append)
    .option('--env-file <file>', 'a file of NAME=VALUE lines', append)
    .option('--image <image>', 'the image; needed where jobs run in containers')
    .option('--mount <src[:dst[:ro]]>', 'a folder of the host that the job sees', append)
    .option('--no-mount', 'with --image: do not mount the current folder')
    .option('--workdir <dir>', 'where the command starts (default: the current folder)')
    .option('--timeout <time>', 'end an attempt after this time, such as 90s, 10m or 2h')
    .option('--retries <n>', 'so many more attempts when one fails')
    .option('--tag <key=value>', 'a tag of the job', append)
    .option(
      '--definition <name[:rev]>',
      'run this job definition; a command behind -- takes the place of its own',
    )
    .option('--set <name=value>', 'a parameter of the definition', append)
    .option('--detach', 'print the job id and do not wait')
    .option('--wait-timeout <time>', 'give up when the job has not started within this time')
    .option('--json', 'with --detach: an object')
    .option('--data <dir>', 'the data folder of the server')
    .action(async (command: string[], options: RunOptions) => {
      exit(await run(command, options));
    });
};

const run = async (command: readonly string[], options: RunOptions): Promise<number> => {
  if (command.length === 0 && options.definition === undefined)
    throw new UsageError("missing required argument 'command': run … -- COMMAND");
  if (options.json && !options.detach)
    throw new UsageError('--json goes with --detach only: otherwise run prints what the job prints');
  const target = findTarget(options.data);
  const container = containerOf(command, options, target);
  for (const note of container.notes) process.stderr.write(`longshore: ${note}\n`);
  const size = options.array === undefined ? undefined : whole('--array', options.array, 2, MOST_CHILDREN);
  const patience =
    options.waitTimeout === undefined ? undefined : seconds('--wait-timeout', options.waitTimeout);
  const asked = submissionOf(command, options);
  await refuseInput();
  const batch = await batchClient(target);
  const after = [];
  for (const text of options.after ?? []) after.push(await existing(batch, text));
  await ensureQueue(batch, options.queue);
  const submission = {
    ...asked,
    ...(size !== undefined && { arrayProperties: { size } }),
    ...(after.length > 0 && { dependsOn: after.map((jobId) => ({ jobId })) }),
  };
  const { jobId, tidied } = await submit(batch, submission, options.definition, container);
  if (options.detach) {
    console.log(options.json ? JSON.stringify({ jobId, jobName: submission.jobName }) : jobId);
    await tidied;
    return 0;
  }
  process.stderr.write(`job ${jobId}\n`);
  const clients = { batch, logs: await logsClient(target), ecs: await ecsClient(target) };
  outlast(clients);
  const release = onInterrupt(batch, jobId);
  try {
    for (const note of await notesOf(batch, clients.ecs, await describeJob(batch, jobId)))
      process.stderr.write(`${note}\n`);
    return size === undefined
      ? await ranJob(clients, jobId, patience)
      : await ranArray(batch, jobId, patience);
  } finally {
    release();
    await tidied;
  }
};

const submit = async (
  batch: Batch,
  submission: Omit<SubmitJobRequest, 'jobDefinition'>,
  jobDefinition: string | undefined,
  { properties }: Container,
): Promise<{ jobId: string; tidied: Promise<void> }> => {
  if (jobDefinition === undefined) return submitOwn(batch, properties, submission);
  const { jobId = '' } = await batch.submitJob({ ...submission, jobDefinition });
  return { jobId, tidied: Promise.resolve() };
};

/** A job that is waited for is there: in silence it would never come. */
const existing = async (batch: Batch, text: string): Promise<string> => {
  const jobId = await jobIdOf(batch, text);
  await describeJob(batch, jobId);
  return jobId;
};

/** From here on a server that is away for a moment ends nothing: what is asked may be asked twice. */
const outlast = ({ batch, logs, ecs }: Clients): void => {
  const ask = patient((text) => process.stderr.write(`longshore: ${text}\n`));
  ecs.middlewareStack.add((next) => (args) => ask(() => next(args)), { step: 'initialize' });
  batch.middlewareStack.add((next) => (args) => ask(() => next(args)), { step: 'initialize' });
  logs.middlewareStack.add((next) => (args) => ask(() => next(args)), { step: 'initialize' });
};

/** Rule of the service. */
const MOST_CHILDREN = 10_000;

/** How long a pipe may take to show that something is in it. */
const PIPE_MILLISECONDS = 100;

/** A job has no stdin: what is handed to `run` would be lost, so it is refused. */
const refuseInput = async (): Promise<void> => {
  if (process.stdin.isTTY || !(await hasInput())) return;
  throw new UsageError(
    'a job reads no stdin: put the input into a file that the job reads, and add < /dev/null',
  );
};

const hasInput = async (): Promise<boolean> => {
  const stat = fstatSync(0, { throwIfNoEntry: false });
  if (stat?.isFile()) return stat.size > 0;
  if (!stat?.isFIFO() && !stat?.isSocket()) return false;
  return new Promise((resolve) => {
    const done = (value: boolean) => {
      clearTimeout(timer);
      process.stdin.destroy();
      resolve(value);
    };
    const timer = setTimeout(() => done(false), PIPE_MILLISECONDS);
    process.stdin.once('data', () => done(true)).once('end', () => done(false));
  });
};
