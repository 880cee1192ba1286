import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HostView } from '../../../src/domain/host.ts';
import type { Engine } from '../../../src/engines/engine.ts';
import type { Rule } from '../books/rules.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { Host } from '../host.ts';
import type { Outcome } from '../server.ts';
import type { Swarm } from '../swarm.ts';

/** What a canary breaks: each is laid over one of the world's doors. */
export interface Sabotage {
  readonly sql?: (sql: string) => string;
  /** Statements that the database is given at first: triggers. */
  readonly exec?: string;
  /** True when a commit is to be forgotten. */
  readonly commit?: () => boolean;
  /** A line of the activity log, changed or left out. */
  readonly line?: (fields: Record<string, unknown>, message: string) => Record<string, unknown> | undefined;
  readonly answer?: (operation: string, outcome: Outcome) => Outcome;
  readonly host?: (host: Host) => void;
  /** Of a world that has one. */
  readonly cluster?: (cluster: Cluster) => void;
  /** What the service is told of the hosts. */
  readonly hosts?: (hosts: readonly HostView[]) => readonly HostView[];
  /** What is to be remembered after a commit is remembered before it. */
  readonly remembersAtOnce?: boolean;
  /** The kind of world where the break can be seen. */
  readonly swarm?: (swarm: Swarm) => Swarm;
}

/** A rule broken on purpose, and what the checker must call it. */
export interface Canary {
  readonly name: string;
  readonly rule: Rule;
  /** What a world may see first of the same break; another world is tried then. */
  readonly also?: readonly Rule[];
  /** Afresh for each world. */
  readonly sabotage: () => Sabotage;
}

const SOURCE = join(import.meta.dirname, '../../../src');

const STATES = ['SUBMITTED', 'PENDING', 'RUNNABLE', 'STARTING', 'RUNNING', 'SUCCEEDED', 'FAILED'];

/** A source's text with the numbers in its statements that are written by their names. */
const withNumbers = (text: string): string =>
  text
    .replace(/\$\{stateCode\('(\w+)'\)\}/g, (_, state: string) => String(STATES.indexOf(state)))
    .replace(/\$\{MAIN\}/g, '1')
    .replace(/\$\{OTHER\}/g, '2');

const texts = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
  .map((path) => withNumbers(readFileSync(join(SOURCE, path), 'utf8')));

/**
 * Spoils the statements of the service that hold `from`: the n-th mark of a parameter in `to` is the n-th of `from`.
 * Throws where the source has no such text (any more).
 */
export const statement = (from: string, to: string): Sabotage => {
  if (!texts.some((text) => text.includes(from))) throw new Error(`no statement holds: ${from}`);
  const [first, ...rest] = from.split('?').map((part) => part.replace(/[\\^$.*+()[\]{}|]/g, '\\$&'));
  // a mark may have a sign before it when the database sees it
  const pattern = new RegExp([first, ...rest].join('(\\+?\\?)').replace(/:[a-z]\w*/g, '\\+?$&'));
  return {
    sql: (sql) =>
      sql.replace(pattern, (...groups: string[]) => {
        let n = 0;
        return to.replaceAll('?', () => groups[++n]!);
      }),
  };
};

/** Something happens behind the service's back whenever a row changes: `when` and `body` as SQLite's triggers have them. */
export const trigger = (when: string, body: string): Sabotage => ({
  exec: `CREATE TEMP TRIGGER sabotage ${when} BEGIN ${body}; END`,
});

/** True the n-th time, the 2n-th and so on. */
export const every = (n: number): (() => boolean) => {
  let count = 0;
  return () => ++count % n === 0;
};

// biome-ignore lint/suspicious/noExplicitAny: the wire's own shapes
type Answer = any;

/** What clients are told, changed. */
export const answers = (change: (answer: Answer, operation: string) => void): Sabotage => ({
  answer: (operation, outcome: Outcome) => {
    if (outcome.kind === 'answer' && outcome.answer) change(outcome.answer, operation);
    return outcome;
  },
});

/** Each description or line of a list of jobs, changed. Some answers have only a number of `jobs`. */
export const eachJob = (change: (job: Answer) => void): Sabotage =>
  answers(({ jobs, jobSummaryList }) => {
    for (const list of [jobs, jobSummaryList]) if (Array.isArray(list)) for (const job of list) change(job);
  });

/** The engine that servers are given, changed. */
export const engines = (change: (engine: Engine) => Partial<Engine>): Sabotage => ({
  host: (host: Host) => {
    const engine = host.engine.bind(host);
    host.engine = () => {
      const made = engine();
      return Object.assign(made, change(made));
    };
  },
});
