import type { Command } from 'commander';
import { describeResources } from '../domain/resource-text.ts';
import { endingWords, plainReason } from './ending.ts';
import { askOwn, type Overview } from './own-operations.ts';
import { duration, moment } from './shown-times.ts';
import { type Page, pageOf, table, type Yield } from './table.ts';
import { batchClient, findTarget } from './target.ts';

interface Options {
  readonly json?: boolean;
  readonly data?: string;
}

/** `status`: one screen of all; `queues` and `environments`: lists of each. */
export const statusCommand = (program: Command): void => {
  add(
    program,
    'status',
    'the server, its queues, its environments, and what needs somebody',
    (overview, page) => [
      serverLine(overview),
      poolLine(overview),
      ...hostLines(overview),
      '',
      ...queues(overview, page),
      '',
      ...environments(overview, page),
      '',
      ...lastHour(overview),
      ...attention(overview),
    ],
  );
  add(program, 'queues', 'list queues with their jobs by state', queues);
  add(program, 'environments', 'list compute environments with what they hold', environments);
};

const JSON_OF: Readonly<Record<string, (overview: Overview) => readonly unknown[]>> = {
  status: (overview) => [overview],
  queues: (overview) => overview.queues,
  environments: (overview) => overview.environments,
};

const add = (
  program: Command,
  name: string,
  description: string,
  lines: (overview: Overview, page: Page) => string[],
): void => {
  program
    .command(name)
    .description(description)
    .option('--json', 'a line an object')
    .option('--data <dir>', 'the data folder of the server')
    .action(async (options: Options) => {
      const batch = await batchClient(findTarget(options.data));
      const overview = await askOwn<Overview>(batch, 'getoverview', {});
      const shown = options.json
        ? JSON_OF[name]!(overview).map((one) => JSON.stringify(one))
        : lines(overview, pageOf(process.stdout, process.env));
      for (const line of shown) console.log(line);
    });
};

const serverLine = ({ server }: Overview): string =>
  `longshore ${server.version}, engine ${server.engine}, region ${server.region}, ` +
  `up ${duration(server.at - server.started)} since ${moment(server.started)}`;

const poolLine = ({ pool: { total, free, spotPrice } }: Overview): string => {
  const spot = spotPrice === undefined ? '' : `; Spot costs ${spotPrice}% of on-demand`;
  return `pool: ${describeResources(total)}, free ${describeResources(free, total.gpus > 0)}${spot}`;
};

const hostLines = ({ pool: { hosts = [] } }: Overview): string[] =>
  hosts.map(({ name, open, why, total, free }) => {
    const closed = ['takes no jobs now', ...(why === undefined ? [] : [why])].join(': ');
    const now = open ? `free ${describeResources(free, total.gpus > 0)}` : closed;
    const size = total.memoryMiB === 0 ? 'size not known yet' : describeResources(total);
    return `  host ${name}: ${size}, ${now}`;
  });

const QUEUE = [
  'QUEUE',
  'STATE',
  'PRIORITY',
  'WAITING',
  'STARTING',
  'RUNNING',
  'SUCCEEDED',
  'FAILED',
  'OLDEST WAIT',
  'FIRST IN LINE',
];

const queues = ({ queues, server }: Overview, page: Page): string[] =>
  queues.length === 0
    ? ['no queue yet: longshore run -- echo hello makes one']
    : table(
        QUEUE,
        queues.map(({ name, state, status, priority, counts, head }) => {
          const of = (...states: string[]) =>
            String(states.reduce((sum, one) => sum + (counts[one] ?? 0), 0));
          return [
            name,
            status === 'VALID' ? state : status,
            String(priority),
            of('SUBMITTED', 'PENDING', 'RUNNABLE'),
            of('STARTING'),
            of('RUNNING'),
            of('SUCCEEDED'),
            of('FAILED'),
            head ? duration(server.at - head.createdAt) : '-',
            plainReason(head?.sentence ?? ''),
          ];
        }),
        page,
        QUEUE_YIELDS,
      );

const QUEUE_YIELDS: readonly Yield[] = [
  { column: 'QUEUE', least: 12 },
  { column: 'FIRST IN LINE', least: 14 },
  { column: 'PRIORITY', least: 0 },
  { column: 'FIRST IN LINE', least: 0 },
  { column: 'STARTING', least: 0 },
  { column: 'OLDEST WAIT', least: 0 },
  { column: 'SUCCEEDED', least: 0 },
  { column: 'STATE', least: 0 },
  { column: 'QUEUE', least: 8 },
];

const ENVIRONMENT = ['ENVIRONMENT', 'TYPE', 'STATE', 'STATUS', 'INSTANCES', 'RUNNING', 'HOLDS'];

const environments = ({ environments }: Overview, page: Page): string[] =>
  environments.length === 0
    ? ['no compute environment yet']
    : table(
        ENVIRONMENT,
        environments.map(({ name, type, state, status, instances, running, held }) => [
          name,
          type,
          state,
          status,
          String(instances),
          String(running),
          describeResources(held),
        ]),
        page,
        ENVIRONMENT_YIELDS,
      );

const ENVIRONMENT_YIELDS: readonly Yield[] = [
  { column: 'ENVIRONMENT', least: 12 },
  { column: 'HOLDS', least: 12 },
  { column: 'INSTANCES', least: 0 },
  { column: 'TYPE', least: 0 },
  { column: 'HOLDS', least: 0 },
  { column: 'STATE', least: 0 },
];

/** Of queues in which something began or failed. */
const lastHour = ({ queues, failures, server, lastHourFrom }: Overview): string[] => {
  const reach = server.at - lastHourFrom;
  const since =
    reach < HOUR_MILLISECONDS ? `since the server started, ${duration(reach)} ago:` : 'in the last hour:';
  const busy = queues.filter(({ lastHour }) => lastHour.started + lastHour.failed > 0);
  const lines = busy.map(({ name, lastHour: { started, failed, waitP50, waitP95 } }) => {
    const waits =
      waitP50 === undefined || waitP95 === undefined
        ? ''
        : `; half waited ${duration(waitP50)} or less, 95% ${duration(waitP95)}`;
    return `  ${name}: ${started} started, ${failed} failed${waits}`;
  });
  if (lines.length === 0) return [];
  return [since, ...lines, ...failureLines(failures), ''];
};

/** Those that are told in the same words are one: of the cancelled ones some had run and have an exit code. */
const failureLines = (failures: Overview['failures']): string[] => {
  const alike = new Map<string, { queue: string; words: string; count: number }>();
  for (const { queue, count, ...why } of failures) {
    const words = endingWords(why);
    const known = alike.get(`${queue} ${words}`);
    alike.set(`${queue} ${words}`, { queue, words, count: count + (known?.count ?? 0) });
  }
  return [...alike.values()].map(({ queue, words, count }) => `  ${queue}: ${count} × ${words}`);
};

const HOUR_MILLISECONDS = 3_600_000;

const attention = ({ attention }: Overview): string[] =>
  attention.length === 0
    ? ['nothing is stuck']
    : attention.map(
        ({ severity, sentence }) => `${severity === 'error' ? 'STUCK' : 'NOTE'}: ${plainReason(sentence)}`,
      );
