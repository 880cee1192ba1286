/**
 * A reporter for node:test: a line a file when it is done, whatever failed or was left out below it, and at the end what
 * Node's own reporter says last, with the files that took longest.
 */
import { relative, resolve } from 'node:path';
import type { TestEvent } from 'node:test/reporters';
import { inspect } from 'node:util';
import { filesRunBy } from './together.ts';

interface File {
  readonly lines: string[];
  tests: number;
  failed: number;
  seconds: number;
  isTold: boolean;
}

/** How many of the slowest files are named at the end. */
const SLOWEST = 5;

export default async function* report(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const files = new Map<string, File>();
  const of = (path: string | undefined): File => {
    const name = relative(process.cwd(), path ?? 'no file');
    const known = files.get(name);
    if (known) return known;
    const file: File = { lines: [], tests: 0, failed: 0, seconds: 0, isTold: false };
    files.set(name, file);
    return file;
  };
  for await (const { type, data } of events) {
    if (type === 'test:stdout' || type === 'test:stderr') yield data.message;
    if (type === 'test:pass' || type === 'test:fail') countIn(of(data.file), data);
    if (type === 'test:fail') {
      of(data.file).failed++;
      of(data.file).lines.push(...failureOf(data));
    }
    if (type === 'test:pass' && data.skip) of(data.file).lines.push(`  left out: ${data.name}: ${data.skip}`);
    if (type !== 'test:summary') continue;
    if (data.file === undefined) yield endOf(data, files);
    else {
      const ran = filesRunBy(data.file);
      if (ran.length === 1) takeOver(of(data.file), data);
      for (const path of ran) yield lineOf(relative(process.cwd(), path), of(path));
    }
  }
}

type Data<Type extends TestEvent['type']> = Extract<TestEvent, { type: Type }>['data'];

const countIn = (file: File, { nesting, details }: Data<'test:pass' | 'test:fail'>): void => {
  if (details.type !== 'suite') file.tests++;
  if (nesting === 0) file.seconds += details.duration_ms / 1000;
};

/** A file with a process of its own may have tests from elsewhere, and took the start of that too. */
const takeOver = (file: File, { counts, success, duration_ms }: Data<'test:summary'>): void => {
  file.tests = counts.tests;
  file.failed = success ? 0 : Math.max(1, file.failed);
  file.seconds = duration_ms / 1000;
};

const lineOf = (name: string, file: File): string => {
  file.isTold = true;
  const outcome = file.failed > 0 ? 'FAILED' : 'ok    ';
  const head = `${outcome} ${name}  ${file.tests} tests, ${file.seconds.toFixed(1)} s`;
  return `${[head, ...file.lines].join('\n')}\n`;
};

/** What is above a test that failed fails with it: only the test itself is told. */
const failureOf = ({ name, file, line, details }: Data<'test:fail'>): string[] => {
  const { error } = details;
  if ((error as { failureType?: string }).failureType === 'subtestsFailed') return [];
  const place = file === undefined ? '' : `  (${relative(process.cwd(), file)}:${line})`;
  const cause = error.cause ?? error;
  const why = cause instanceof Error && cause.stack ? cause.stack : inspect(cause, { depth: 8 });
  return [`  ✖ ${name}${place}`, ...why.split('\n').map((text) => `    ${text}`)];
};

const endOf = ({ counts, duration_ms }: Data<'test:summary'>, files: ReadonlyMap<string, File>): string => {
  const { tests, suites, passed, cancelled, skipped, todo } = counts;
  const fail = tests - passed - cancelled - skipped - todo;
  const slowest = [...files]
    .filter(([, { isTold }]) => isTold)
    .sort(([, a], [, b]) => b.seconds - a.seconds)
    .slice(0, SLOWEST)
    .map(([name, { seconds }]) => `${name} ${seconds.toFixed(1)} s`);
  // one that did not even load has no summary of its own, nor has one that ended its process
  const untold = [...files]
    .filter(([, { isTold, failed }]) => !isTold && failed > 0)
    .flatMap(([name, { lines }]) => [`FAILED ${name}`, ...lines, ...othersOf(name)]);
  const totals = { tests, suites, pass: passed, fail, cancelled, skipped, todo, duration_ms };
  const lines = Object.entries(totals).map(([what, n]) => `ℹ ${what} ${n}`);
  return `${[...untold, `slowest: ${slowest.join(', ')}`, ...lines].join('\n')}\n`;
};

/** Which files the process of one that failed as a whole was to run. */
const othersOf = (name: string): string[] => {
  const paths = filesRunBy(resolve(name));
  return paths.length > 1 ? [`  of ${paths.map((path) => relative(process.cwd(), path)).join(', ')}`] : [];
};
