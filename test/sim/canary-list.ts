import type { StartOrder } from '../../src/engines/engine.ts';
import type { Host } from './host.ts';
import type { Outcome } from './server.ts';
import type { Sabotage } from './world.ts';

/** A rule broken on purpose, and what the checker must call it. */
export interface Canary {
  readonly name: string;
  /** The first that is seen may be any of these. */
  readonly rules: readonly string[];
  /** Afresh for each world. */
  readonly sabotage: () => Sabotage;
}

/** Spoils the statements that hold `from`, which is written without the marks of parameters. */
const statement = (from: string, to: string): Sabotage => ({
  sql: (sql) => sql.replace(from, to),
});

const every = (n: number): (() => boolean) => {
  let count = 0;
  return () => ++count % n === 0;
};

/** Each description or line of a list, changed. */
// biome-ignore lint/suspicious/noExplicitAny: the wire's own shapes
const eachJob = (change: (job: any) => void): Sabotage => ({
  answer: (_operation, outcome: Outcome) => {
    if (outcome.kind !== 'answer') return outcome;
    const { jobs, jobSummaryList } = outcome.answer ?? {};
    for (const job of jobs ?? jobSummaryList ?? []) change(job);
    return outcome;
  },
});

/** An engine that starts a second task of an attempt now and then. */
const twins = (host: Host): void => {
  const { machine } = host;
  const order = machine.order.bind(machine);
  const isDue = every(10);
  machine.order = (one: StartOrder, failure) => {
    order(one, failure);
    if (isDue()) order({ ...one, taskId: one.taskId.replace(/^0/, 'f') }, failure);
  };
};

export const CANARIES: readonly Canary[] = [
  {
    name: 'a retry begins anew, as a job that was just submitted',
    rules: ['legal paths'],
    sabotage: () => statement('UPDATE jobs SET state = 2, attempt', 'UPDATE jobs SET state = 1, attempt'),
  },
  {
    name: 'a job that was accepted is not stored',
    rules: ['an accepted job is never gone', 'the history is whole', 'what is right is not refused'],
    sabotage: () => {
      const isDue = every(60);
      return { commit: isDue };
    },
  },
  {
    name: 'an attempt gets a second task',
    rules: ['no attempt has two tasks'],
    sabotage: () => ({ host: twins }),
  },
  {
    name: 'a task that nobody wants runs on',
    rules: ['no task is without an owner', 'the engine is quiet', 'every job ends'],
    sabotage: () => ({
      host: ({ machine }) => {
        machine.stop = () => {};
      },
    }),
  },
  {
    name: 'a parent does not count its failed children',
    rules: ['counters', 'an array ends with its last child'],
    sabotage: () => statement('failed = failed + ', 'failed = failed + 0 * '),
  },
  {
    name: 'a parent counts a child twice',
    rules: ['counters', 'an array ends with its last child'],
    sabotage: () => statement('live = live - ', 'live = live - 2 * '),
  },
  {
    name: 'a dependency that is met is counted twice',
    rules: ['a dependent never starts early', 'counters'],
    sabotage: () => statement('SET unmet = unmet - 1', 'SET unmet = max(unmet - 2, 0)'),
  },
  {
    name: 'a dependent starts with the first that is met',
    rules: ['a dependent never starts early'],
    sabotage: () => statement('WHEN unmet = 1 AND state = 1', 'WHEN unmet >= 1 AND state = 1'),
  },
  {
    name: 'tasks that have not begun take no room',
    rules: ['capacity'],
    sabotage: () => statement('j.seq = t.job WHERE t.state < 2', 'j.seq = t.job WHERE t.state = 1'),
  },
  {
    name: 'a log loses its lines',
    rules: ['a log never shrinks'],
    sabotage: () => ({
      host: ({ output }) => {
        const read = output.read.bind(output);
        output.read = (id, request) => {
          const whole = read(id, request);
          return whole.events.length > 1 ? { ...whole, events: [] } : whole;
        };
      },
    }),
  },
  {
    name: 'a page begins with the last of the one before',
    rules: ['pages show a job once', 'pages are in order'],
    sabotage: () => statement('AND j.parent = 0 AND j.seq < ', 'AND j.parent = 0 AND j.seq <= '),
  },
  {
    name: 'a page leaves one out',
    rules: ['pages show every job'],
    sabotage: () => statement('AND j.parent = 0 AND j.seq < ', 'AND j.parent = 0 AND j.seq + 1 < '),
  },
  {
    name: 'a waiting job does not say why',
    rules: ['no job waits without a reason'],
    sabotage: () =>
      eachJob((job) => {
        if (job.status === 'RUNNABLE') delete job.statusReason;
      }),
  },
  {
    name: 'a failed job does not say why',
    rules: ['FAILED has a reason'],
    sabotage: () => statement(', status_reason = ', ', status_reason = NULL || '),
  },
  {
    name: 'a job that ended has no time of its end',
    rules: ['FAILED has stoppedAt', 'stoppedAt is of the end'],
    sabotage: () => statement('SET state = 6, stopped_at = ', 'SET state = 6, stopped_at = NULL + '),
  },
  {
    name: 'a failed attempt is called a success',
    rules: ['ends are true'],
    sabotage: () => ({
      host: ({ machine }) => {
        const reports = machine.reports.bind(machine);
        machine.reports = () =>
          reports().map((report) => (report.kind === 'exited' ? { ...report, exitCode: 0 } : report));
      },
    }),
  },
  {
    name: 'a dependency that is met is not told to every second',
    rules: ['every job ends', 'counters'],
    sabotage: () => statement('AND state < 2 AND unmet > 0', 'AND state < 2 AND unmet > 0 AND seq % 2 = 0'),
  },
  {
    name: 'a deleted queue never goes',
    rules: ['what is deleted goes', 'the store is quiet', 'queues as described'],
    sabotage: () =>
      statement(`UPDATE queues SET status = 'DELETED'`, `UPDATE queues SET status = 'DELETING'`),
  },
  {
    name: 'a node that is not the main one is left without a place now and then',
    rules: ['nodes start together'],
    sabotage: () => ({
      sql: (sql) =>
        sql.includes('INTO tasks')
          ? `${sql.replace('VALUES', 'SELECT * FROM (VALUES')}) WHERE column2 % 3 > 0
             OR (SELECT role FROM jobs WHERE seq = column2) < 2`
          : sql,
    }),
  },
  {
    name: 'no node waits for the main one',
    rules: ['the main node starts first'],
    sabotage: () => statement('n.role = 1 OR p.state = 4', '1 = 1'),
  },
  {
    name: 'nobody remembers since when a job is blocked',
    rules: ['long waits end'],
    sabotage: () => ({
      sql: (sql) =>
        sql.includes('INTO blocked_heads')
          ? `${sql.replace('VALUES', 'SELECT * FROM (VALUES')}) WHERE column1 < 0`
          : sql,
    }),
  },
  {
    name: 'an engine is never told to forget',
    rules: ['the engine is quiet'],
    sabotage: () => ({
      host: ({ machine }) => {
        machine.forget = () => {};
      },
    }),
  },
];
