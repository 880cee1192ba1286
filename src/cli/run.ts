import { createHash } from 'node:crypto';
import { createInterface, type Interface } from 'node:readline';
import type { Batch, JobDetail } from '@aws-sdk/client-batch';
import type { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import type { ECS } from '@aws-sdk/client-ecs';
import type { Command } from 'commander';
import { UsageError } from '../main/config.ts';
import { describeJob, followLog, isOver, pause } from './follow.ts';
import { notesOf } from './notes.ts';
import { patient } from './patience.ts';
import { DEFAULT_QUEUE, ensureQueue } from './setup.ts';
import { batchClient, ecsClient, findTarget, logsClient } from './target.ts';

interface Options {
  readonly queue: string;
  readonly vcpus: string;
  readonly memory: string;
  readonly array?: string;
  readonly after?: string;
  readonly image: string;
  readonly name?: string;
  readonly data?: string;
}

/** The exit code of `run` itself, whatever went wrong: below it is what the job ended with, as with `docker run`. */
export const RUN_FAILED = 125;

export const runCommand = (program: Command, exit: (code: number) => void): void => {
  program
    .command('run')
    .description('run a command as a job, follow its log, exit with its exit code')
    .argument('<command...>', 'the command, after --')
    .option('--queue <queue>', 'the queue; made when it is missing', DEFAULT_QUEUE)
    .option('--vcpus <n>', 'vCPUs', '1')
    .option('--memory <mib>', 'memory in MiB', '512')
    .option('--array <n>', 'run it so many times, each with its AWS_BATCH_JOB_ARRAY_INDEX')
    .option('--after <job>', 'wait for this job to succeed')
    .option('--image <image>', 'the image; needed where jobs run in containers', 'none')
    .option('--name <name>', "the job's name (default: the command's)")
    .option('--data <dir>', 'the data folder of the server')
    .action(async (command: string[], options: Options) => {
      const target = findTarget(options.data);
      if (target.engine === 'docker' && options.image === 'none') {
        throw new UsageError(
          'this server runs jobs in containers: name the image, run --image IMAGE -- COMMAND',
        );
      }
      const clients = {
        batch: await batchClient(target),
        logs: await logsClient(target),
        ecs: await ecsClient(target),
      };
      exit(await run(clients, command, options));
    });
};

const whole = (flag: string, text: string, least: number): number => {
  const number = Number(text);
  if (!Number.isInteger(number) || number < least) {
    throw new UsageError(`${flag} takes a whole number of at least ${least}, got '${text}'`);
  }
  return number;
};

interface Clients {
  readonly batch: Batch;
  readonly logs: CloudWatchLogs;
  readonly ecs: ECS;
}

const run = async ({ batch, logs, ecs }: Clients, command: string[], options: Options): Promise<number> => {
  const size = options.array === undefined ? undefined : whole('--array', options.array, 2);
  const asks = { vcpus: whole('--vcpus', options.vcpus, 1), memory: whole('--memory', options.memory, 4) };
  await ensureQueue(batch, options.queue);
  const { jobId } = await batch.submitJob({
    jobName: nameOf(options.name ?? command[0]!),
    jobQueue: options.queue,
    jobDefinition: await definitionFor(batch, command, options.image, asks),
    ...(size !== undefined && { arrayProperties: { size } }),
    ...(options.after !== undefined && { dependsOn: [{ jobId: options.after }] }),
  });
  process.stderr.write(`job ${jobId}\n`);
  outlast(batch, logs, ecs);
  const release = onInterrupt(batch, jobId!);
  try {
    for (const note of await notesOf(batch, ecs, await describeJob(batch, jobId!)))
      process.stderr.write(`${note}\n`);
    const job = size === undefined ? await followOne(batch, logs, jobId!) : await followArray(batch, jobId!);
    return exitCodeOf(job);
  } finally {
    release();
  }
};

/** From here on a server that is away for a moment ends nothing: what is asked may be asked twice. */
const outlast = (batch: Batch, logs: CloudWatchLogs, ecs: ECS): void => {
  const ask = patient((text) => process.stderr.write(`longshore: ${text}\n`));
  ecs.middlewareStack.add((next) => (args) => ask(() => next(args)), { step: 'initialize' });
  batch.middlewareStack.add((next) => (args) => ask(() => next(args)), { step: 'initialize' });
  logs.middlewareStack.add((next) => (args) => ask(() => next(args)), { step: 'initialize' });
};

const nameOf = (text: string): string =>
  text
    .split('/')
    .at(-1)!
    .replace(/[^A-Za-z0-9_-]/g, '-')
    .replace(/^[-_]+/, '')
    .slice(0, 128) || 'job';

/** The same command with the same needs has one definition, named by what is in it. */
const definitionFor = async (
  batch: Batch,
  command: string[],
  image: string,
  asks: { readonly vcpus: number; readonly memory: number },
): Promise<string> => {
  const containerProperties = {
    image,
    command,
    ...asks,
    environment: [{ name: 'LONGSHORE_WORKDIR', value: process.cwd() }],
  };
  const digest = createHash('sha256').update(JSON.stringify(containerProperties)).digest('hex').slice(0, 12);
  const jobDefinitionName = `run-${digest}`;
  const { jobDefinitions } = await batch.describeJobDefinitions({ jobDefinitionName, status: 'ACTIVE' });
  if (jobDefinitions?.length) return jobDefinitionName;
  await batch.registerJobDefinition({ jobDefinitionName, type: 'container', containerProperties });
  return jobDefinitionName;
};

/** Says why it waits, once for each reason, then follows the log. */
const followOne = async (batch: Batch, logs: CloudWatchLogs, jobId: string): Promise<JobDetail> => {
  let said = '';
  for (;;) {
    const job = await describeJob(batch, jobId);
    if (job.status !== 'PENDING' && job.status !== 'RUNNABLE' && job.status !== 'SUBMITTED') break;
    const why = job.statusReason ?? '';
    if (why !== '' && why !== said) process.stderr.write(`waits: ${why}\n`);
    said = why;
    await pause();
  }
  return followLog(batch, logs, jobId);
};

const followArray = async (batch: Batch, jobId: string): Promise<JobDetail> => {
  let shown = '';
  for (;;) {
    const job = await describeJob(batch, jobId);
    const counts = Object.entries(job.arrayProperties?.statusSummary ?? {}).filter(([, n]) => n > 0);
    const text = counts.map(([state, n]) => `${n} ${state}`).join(', ');
    if (text !== shown) process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${text}` : `${text}\n`);
    shown = text;
    if (isOver(job)) break;
    await pause();
  }
  if (process.stderr.isTTY) process.stderr.write('\n');
  return describeJob(batch, jobId);
};

const exitCodeOf = (job: JobDetail): number => {
  if (job.status === 'SUCCEEDED') return 0;
  const { exitCode, reason } = job.container ?? {};
  process.stderr.write(`FAILED: ${job.statusReason}${reason ? ` (${reason})` : ''}\n`);
  return exitCode === undefined || exitCode === 0 ? 1 : exitCode;
};

/** Ctrl-C asks once, then terminates the job; a second one does not ask. The result stops listening. */
const onInterrupt = (batch: Batch, jobId: string): (() => void) => {
  const terminate = () => {
    batch.terminateJob({ jobId, reason: 'interrupted by its owner' }).catch((error: Error) => {
      process.stderr.write(`longshore: ${jobId} was not terminated: ${error.message}\n`);
    });
  };
  let question: Interface | undefined;
  const close = () => {
    question?.close();
    question = undefined;
  };
  const handler = () => {
    const asked = question !== undefined;
    close();
    if (asked || !process.stdin.isTTY) return terminate();
    question = createInterface({ input: process.stdin, output: process.stderr });
    question.on('SIGINT', handler);
    question.question(`\nterminate job ${jobId}? [y/N] `, (answer) => {
      close();
      if (/^y/i.test(answer)) terminate();
    });
  };
  process.on('SIGINT', handler);
  return () => {
    process.off('SIGINT', handler);
    close();
  };
};
