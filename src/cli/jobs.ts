import type { Batch } from '@aws-sdk/client-batch';
import type { Command } from 'commander';
import { machineClock } from '../main/machine.ts';
import { endingWords, plainReason } from './ending.ts';
import { collect, LIVING, seconds, states, whole } from './flags.ts';
import { pause } from './follow.ts';
import { jobIdOf, shortIds } from './job-ids.ts';
import { type FoundJob, ownerName, searchAll } from './own-operations.ts';
import { checkQueues } from './queue-names.ts';
import { duration } from './shown-times.ts';
import { pageOf, table, type Yield } from './table.ts';
import { batchClient, findTarget } from './target.ts';

interface Options {
  readonly queue?: string[];
  readonly status?: string[];
  readonly state?: string[];
  readonly name?: string;
  readonly tag?: string;
  readonly by?: string;
  readonly array?: string;
  readonly since?: string;
  readonly limit: string;
  readonly all?: boolean;
  readonly watch?: boolean;
  readonly json?: boolean;
  readonly data?: string;
}

const DAY_SECONDS = 86_400;
const WATCH_MILLISECONDS = 2000;

export const jobsCommand = (program: Command): void => {
  program
    .command('jobs')
    .description('list jobs: those that live, then those that ended within a day, newest first')
    .option('--queue <queues>', 'of these queues only', collect)
    .option('--status <states>', 'in these states only; RUNNING finds children that run, too', collect)
    .option('--state <states>', 'the same', collect)
    .option('--name <name>', "of this name, or 'x*'")
    .option('--tag <key=value>', 'with this tag, or this key')
    .option('--by <name>', 'submitted by this user, role session or root: a name, an ARN or an id')
    .option('--array <job>', 'children of this array')
    .option('--since <time>', 'ended within this time, such as 90m or 3d')
    .option('--all', 'whenever they ended')
    .option('--limit <n>', 'so many at the most', '200')
    .option('--watch', 'again every two seconds')
    .option('--json', 'a line an object')
    .option('--data <dir>', 'the data folder of the server')
    .action(async (options: Options) => {
      const batch = await batchClient(findTarget(options.data));
      await checkQueues(batch, options.queue);
      do {
        const jobs = await find(batch, options);
        if (options.watch && process.stdout.isTTY) process.stdout.write('\u001b[2J\u001b[H');
        print(jobs, options);
        if (options.watch) await pause(WATCH_MILLISECONDS);
      } while (options.watch);
    });
};

const find = async (batch: Batch, options: Options): Promise<FoundJob[]> => {
  const given = states('--status', [...(options.status ?? []), ...(options.state ?? [])]);
  // one more tells whether these are all
  const limit = whole('--limit', options.limit, 1) + 1;
  const common = {
    ...(options.queue && { queues: options.queue }),
    ...(options.name !== undefined && { name: options.name }),
    ...(options.tag !== undefined && { tag: options.tag }),
    ...(options.by !== undefined && { submittedBy: options.by }),
    ...(options.array !== undefined && { arrayJobId: await jobIdOf(batch, options.array) }),
  };
  const since = options.since === undefined ? undefined : seconds('--since', options.since);
  const window = windowOf(options, given, since);
  if (given.length > 0 || options.array !== undefined)
    return searchAll(batch, { ...common, ...(given.length > 0 && { states: given }), ...window }, limit);
  const living = await searchAll(
    batch,
    { ...common, states: LIVING.filter((s) => s !== 'STARTING' && s !== 'RUNNING') },
    limit,
  );
  const placed = await searchAll(batch, { ...common, states: ['STARTING', 'RUNNING'] }, limit);
  // children that run are told in their array's line
  const all = [...living, ...placed.filter((job) => job.arrayProperties?.index === undefined)]
    .sort((a, b) => b.createdAt - a.createdAt)
    .slice(0, limit);
  if (all.length === limit) return all;
  const ended = { ...common, states: ['SUCCEEDED', 'FAILED'], ...window };
  return [...all, ...(await searchAll(batch, ended, limit - all.length))];
};

const windowOf = (options: Options, given: readonly string[], since: number | undefined): object => {
  const wanted =
    since ?? (options.all || given.length > 0 || options.array !== undefined ? undefined : DAY_SECONDS);
  return wanted === undefined ? {} : { ended: { from: machineClock().wall() - wanted * 1000 } };
};

/** What is watched is as high as the terminal: the jobs that live are at its top. */
const print = (jobs: readonly FoundJob[], { json, limit, watch }: Options): void => {
  const shown = jobs.slice(0, Number(limit));
  if (json) {
    for (const job of shown) console.log(JSON.stringify(job));
    return;
  }
  if (jobs.length === 0) {
    console.log('no jobs');
    return;
  }
  const short = shortIds(shown.map(({ jobId }) => wholeOf(jobId)));
  // of root's alone it would say nothing
  const told = shown.some(({ submittedBy }) => submittedBy && ownerName(submittedBy) !== 'root');
  const rows = shown.map((job) => rowOf(job, short, told));
  const header = told ? [...HEADER.slice(0, 3), BY, ...HEADER.slice(3)] : HEADER;
  const yields = YIELDS.filter(({ column }) => header.includes(column));
  const lines = table(header, rows, pageOf(process.stdout, process.env), yields);
  const room = watch && process.stdout.isTTY ? (process.stdout.rows || 24) - 2 : lines.length;
  for (const line of lines.slice(0, room)) console.log(line);
  if (lines.length > room) console.log(`… and ${lines.length - room} more`);
  else if (jobs.length > shown.length)
    console.error(`longshore: only the first ${limit} are listed: --limit N shows more`);
};

const HEADER = ['ID', 'NAME', 'QUEUE', 'STATE', 'WAITED', 'RAN', 'EXIT OR REASON'];

const BY = 'BY';

/** The state and how it ended stay to the last. */
const YIELDS: readonly Yield[] = [
  { column: BY, least: 8 },
  { column: 'NAME', least: 16 },
  { column: 'EXIT OR REASON', least: 24 },
  { column: 'NAME', least: 8 },
  { column: 'QUEUE', least: 7 },
  { column: BY, least: 0 },
  { column: 'WAITED', least: 0 },
  { column: 'RAN', least: 0 },
  { column: 'QUEUE', least: 0 },
  { column: 'EXIT OR REASON', least: 11 },
  { column: 'NAME', least: 4 },
  { column: 'NAME', least: 0 },
];

const wholeOf = (jobId: string): string => jobId.split(/[:#]/, 1)[0]!;

const rowOf = (job: FoundJob, short: ReadonlyMap<string, string>, told: boolean): string[] => {
  const whole = wholeOf(job.jobId);
  const size = job.arrayProperties?.size;
  return [
    short.get(whole)! + job.jobId.slice(whole.length),
    job.jobName + (size === undefined ? '' : ` [${size}]`),
    job.queue,
    ...(told ? [job.submittedBy ? ownerName(job.submittedBy) : '-'] : []),
    job.status + (job.attempt > 1 ? ` (${job.attempt})` : ''),
    duration(job.waited),
    job.ran === undefined ? '-' : duration(job.ran),
    outcome(job),
  ];
};

/** Of an array its children by state; of what ended how; of what waits why. */
const outcome = ({ children, status, container, statusReason }: FoundJob): string => {
  if (children) return childrenWords(children);
  if (status === 'SUCCEEDED')
    return container?.exitCode === undefined ? '' : `exit code ${container.exitCode}`;
  return status === 'FAILED' ? endingWords({ ...container, statusReason }) : plainReason(statusReason ?? '');
};

export const childrenWords = (children: Readonly<Record<string, number>>): string =>
  ['succeeded', 'failed', 'running', 'starting', 'waiting']
    .filter((state) => (children[state] ?? 0) > 0)
    .map((state) => `${children[state]} ${state}`)
    .join(', ');
