import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pageOf, table } from './table.ts';

const HEADER = ['ID', 'STATE', 'REASON'];
const ROWS = [
  ['1', 'RUNNING', ''],
  ['22', 'FAILED', 'exit code 3 after a while'],
];

test('a table is as wide as its widest cells, and nothing is cut where there is no terminal', () => {
  assert.deepEqual(table(HEADER, ROWS, { width: undefined, colour: false }), [
    'ID  STATE    REASON',
    '1   RUNNING',
    '22  FAILED   exit code 3 after a while',
  ]);
});

test('on a terminal lines are cut to its width, states have a colour', () => {
  const [head, , failed] = table(HEADER, ROWS, { width: 20, colour: true });
  assert.equal(head, '\u001b[1mID  STATE    REASON\u001b[0m');
  assert.equal(failed, '22  \u001b[31mFAILED\u001b[0m   exit c…');
});

const JOBS = ['ID', 'NAME', 'QUEUE', 'STATE', 'RAN', 'REASON'];
const JOB = ['1234', 'a-long-name-of-a-job', 'default', 'FAILED', '2 m 10 s', 'exit code 3'];
const YIELDS = [
  { column: 'NAME', least: 8 },
  { column: 'RAN', least: 0 },
  { column: 'QUEUE', least: 0 },
  { column: 'NAME', least: 4 },
];

for (const [width, line] of [
  [80, '1234  a-long-name-of-a-job  default  FAILED  2 m 10 s  exit code 3'],
  [60, '1234  a-long-name-o…  default  FAILED  2 m 10 s  exit code 3'],
  [50, '1234  a-long-…  default  FAILED  exit code 3'],
  [40, '1234  a-long-…  FAILED  exit code 3'],
  [32, '1234  a-lo…  FAILED  exit code 3'],
  [24, '1234  a-l…  FAILED  exi…'],
] as const)
  test(`in ${width} columns names give way first, then whole columns, and no line is wider`, () => {
    const [head, job] = table(JOBS, [JOB], { width, colour: false }, YIELDS);
    assert.equal(job, line);
    assert.ok(head!.length <= width);
  });

test('colour is for terminals, and not with NO_COLOR', () => {
  const terminal = { isTTY: true, columns: 100 } as NodeJS.WriteStream;
  assert.deepEqual(pageOf(terminal, {}), { width: 100, colour: true });
  assert.deepEqual(pageOf(terminal, { NO_COLOR: '1' }), { width: 100, colour: false });
  assert.deepEqual(pageOf({} as NodeJS.WriteStream, {}), { width: undefined, colour: false });
});

test('a cell that others wrote begins no line and no sequence of a terminal', () => {
  const [, line, ...more] = table(['WHO'], [['\u001b[31mEVIL\nFAKE LINE']], {
    width: undefined,
    colour: false,
  });
  assert.equal(line, '\\u001b[31mEVIL\\u000aFAKE LINE');
  assert.deepEqual(more, []);
});
