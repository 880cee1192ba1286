/**
 * A reporter for node:test: a line a file when it is done, whatever failed or was left out below it, and at the end what
 * Node's own reporter says last, with the files that took longest.
 */
import { relative } from 'node:path';
import type { TestEvent } from 'node:test/reporters';
import { inspect } from 'node:util';
import { filesOfPart, isPart } from './together.ts';

interface File {
  readonly lines: string[];
  tests: number;
  seconds: number;
  isTold: boolean;
}

/** How many of the slowest files are named at the end. */
const SLOWEST = 5;

export default async function* report(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const files = new Map<string, File>();
  const parts = new Set<string>();
  const of = (path: string | undefined): File => {
    const name = nameOf(path);
    const known = files.get(name);
    if (known) return known;
    const file: File = { lines: [], tests: 0, seconds: 0, isTold: false };
    files.set(name, file);
    return file;
  };
  for await (const { type, data } of events) {
    if (type === 'test:stdout' || type === 'test:stderr') yield data.message;
    // such as what was thrown when its test was over
    if (type === 'test:diagnostic' && data.message.startsWith('Error: ')) yield `${data.message}\n`;
    if (type === 'test:enqueue' && isPart(data.name)) parts.add(data.name);
    if (type === 'test:pass' || type === 'test:fail') {
      const path = isSuiteOfFile(data) ? data.name : data.file;
      const file = of(path);
      if (data.details.type !== 'suite') file.tests++;
      if (type === 'test:fail') file.lines.push(...failureOf(data));
      if (type === 'test:pass' && data.skip) file.lines.push(`  left out: ${data.name}: ${data.skip}`);
      if (isSuiteOfFile(data)) yield told(path, file, type === 'test:pass', data.details.duration_ms);
    }
    if (type !== 'test:summary') continue;
    if (data.file === undefined) yield endOf(data, files, parts);
    else if (isPart(data.file)) parts.delete(data.file);
    else {
      const file = of(data.file);
      // it may have tests from elsewhere
      file.tests = data.counts.tests;
      yield told(data.file, file, data.success, data.duration_ms);
    }
  }
}

type Data<Type extends TestEvent['type']> = Extract<TestEvent, { type: Type }>['data'];

const nameOf = (path: string | undefined): string => relative(process.cwd(), path ?? 'no file');

/** Of one that shares its process. */
const isSuiteOfFile = ({ nesting, file }: Data<'test:pass' | 'test:fail'>): boolean =>
  nesting === 0 && isPart(file ?? '');

const told = (path: string | undefined, file: File, isGood: boolean, milliseconds: number): string => {
  file.isTold = true;
  file.seconds = milliseconds / 1000;
  const head = `${isGood ? 'ok    ' : 'FAILED'} ${nameOf(path)}  ${file.tests} tests, ${file.seconds.toFixed(1)} s`;
  return `${[head, ...file.lines].join('\n')}\n`;
};

/** What is above a test that failed fails with it: only the test itself is told. */
const failureOf = ({ name, file, line, details, todo }: Data<'test:fail'>): string[] => {
  const { error } = details;
  if (todo || (error as { failureType?: string }).failureType === 'subtestsFailed') return [];
  const place = file === undefined ? '' : `  (${relative(process.cwd(), file)}:${line})`;
  const cause = error.cause ?? error;
  const why = cause instanceof Error && cause.stack ? cause.stack : inspect(cause, { depth: 8 });
  return [`  ✖ ${name}${place}`, ...why.split('\n').map((text) => `    ${text}`)];
};

const endOf = (
  { counts, duration_ms }: Data<'test:summary'>,
  files: ReadonlyMap<string, File>,
  parts: ReadonlySet<string>,
): string => {
  const { tests, suites, passed, cancelled, skipped, todo } = counts;
  const fail = tests - passed - cancelled - skipped - todo;
  const slowest = [...files]
    .filter(([, { isTold }]) => isTold)
    .sort(([, a], [, b]) => b.seconds - a.seconds)
    .slice(0, SLOWEST)
    .map(([name, { seconds }]) => `${name} ${seconds.toFixed(1)} s`);
  // one that did not even load has no summary of its own
  const untold = [...files]
    .filter(([, { isTold, lines }]) => !isTold && lines.length > 0)
    .flatMap(([name, { lines }]) => [`FAILED ${name}`, ...lines]);
  const totals = { tests, suites, pass: passed, fail, cancelled, skipped, todo, duration_ms };
  const lines = Object.entries(totals).map(([what, n]) => `ℹ ${what} ${n}`);
  return `${[...untold, ...cutOff(files, parts), `slowest: ${slowest.join(', ')}`, ...lines].join('\n')}\n`;
};

/** `parts`: those that did not end by themselves. Files that never came to their end, because another ended their process, well or not: the run has failed. */
const cutOff = (files: ReadonlyMap<string, File>, parts: ReadonlySet<string>): string[] => {
  const names = [...parts].flatMap(filesOfPart).map(nameOf);
  const lines = names.filter((name) => !files.get(name)?.isTold).map((name) => `FAILED ${name}  cut off`);
  if (lines.length > 0) process.exitCode = 1;
  return lines;
};
