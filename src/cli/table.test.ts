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

test('colour is for terminals, and not with NO_COLOR', () => {
  const terminal = { isTTY: true, columns: 100 } as NodeJS.WriteStream;
  assert.deepEqual(pageOf(terminal, {}), { width: 100, colour: true });
  assert.deepEqual(pageOf(terminal, { NO_COLOR: '1' }), { width: 100, colour: false });
  assert.deepEqual(pageOf({} as NodeJS.WriteStream, {}), { width: undefined, colour: false });
});
