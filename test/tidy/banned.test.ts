import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeOf, sourcesBelow } from './sources.ts';

/** What is banned, what to use instead, and where it is allowed all the same. */
interface Ban {
  readonly what: RegExp;
  readonly instead: string;
  readonly allowed: readonly string[];
}

const CLI = 'src/cli/';
const MACHINE = 'src/main/machine.ts';
const FILES = [
  'src/engines/',
  'src/output/',
  'src/main/data-folder.ts',
  'src/main/backup.ts',
  'src/main/restore.ts',
  MACHINE,
];

const BANS: readonly Ban[] = [
  { what: /\bDate\.now\(|new Date\(\)/, instead: 'the clock that is handed in', allowed: [MACHINE] },
  {
    what: /Math\.random\(|randomUUID|randomBytes/,
    instead: 'the ids that are handed in',
    allowed: [MACHINE, 'src/main/data-folder.ts'],
  },
  {
    what: /\b(setTimeout|setInterval|setImmediate|queueMicrotask)\(|process\.nextTick|AbortSignal\.timeout/,
    instead: 'the timers that are handed in',
    allowed: [MACHINE, CLI, 'src/main/listening.ts'],
  },
  { what: /process\.env\b/, instead: 'the configuration', allowed: [CLI] },
  { what: /\bconsole\./, instead: 'the log that is handed in', allowed: [CLI] },
  { what: /process\.exit\(/, instead: 'a return', allowed: ['src/cli/main.ts'] },
  {
    what: /from 'node:(fs|stream|child_process)/,
    instead: 'an adapter',
    allowed: [CLI, ...FILES],
  },
  {
    what: /\b(strftime|datetime|random|randomblob)\s*\(['")]/,
    instead: 'a parameter of the statement',
    allowed: [],
  },
];

for (const { what, instead, allowed } of BANS) {
  test(`${what.source} is banned: use ${instead}`, () => {
    const wrong = sourcesBelow('src')
      .filter(({ path }) => !allowed.some((place) => path.startsWith(place)))
      .filter(({ text }) => what.test(codeOf(text)))
      .map(({ path }) => path);
    assert.deepEqual(wrong, []);
  });
}

test('every place where something is allowed needs it', () => {
  const idle = BANS.flatMap(({ what, allowed }) =>
    allowed
      .filter(
        (place) => !sourcesBelow('src').some((s) => s.path.startsWith(place) && what.test(codeOf(s.text))),
      )
      .map((place) => `${what.source} in ${place}`),
  );
  assert.deepEqual(idle, []);
});

test('no file is longer than 400 lines', () => {
  const long = [...sourcesBelow('src', true), ...sourcesBelow('test', true), ...sourcesBelow('bench')]
    .filter(({ path, text }) => !path.endsWith('.gen.ts') && text.split('\n').length > 400)
    .map(({ path }) => path);
  assert.deepEqual(long, []);
});

test('no work is left in a comment', () => {
  const left = sourcesBelow('src', true).filter(({ text }) => /\b(TODO|FIXME|XXX)\b/.test(text));
  assert.deepEqual(
    left.map(({ path }) => path),
    [],
  );
});
