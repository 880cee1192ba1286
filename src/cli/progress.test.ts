import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Progress } from './progress.ts';

const recorded = (isTTY: boolean, columns?: number) => {
  const written: string[] = [];
  let now = 0;
  const progress = new Progress(
    { isTTY, ...(columns !== undefined && { columns }), write: (text: string) => written.push(text) },
    () => now,
  );
  const at = (seconds: number, counts: Record<string, number>) => {
    now = seconds * 1000;
    progress.show(counts);
  };
  return { progress, written, at };
};

test('on a terminal: one line with a bar, the rate and the time left', () => {
  const { progress, written, at } = recorded(true);
  at(0, { RUNNABLE: 100, SUCCEEDED: 0 });
  at(10, { RUNNABLE: 50, SUCCEEDED: 40, FAILED: 10 });
  progress.end();
  assert.deepEqual(written, [
    '\r\u001b[K[....................] 100 RUNNABLE',
    '\r\u001b[K[##########..........] 50 RUNNABLE, 40 SUCCEEDED, 10 FAILED, 5.0/s, 10 s left',
    '\n',
  ]);
});

test('on a narrow terminal the line is cut, for one that wraps is not written over', () => {
  const { written, at } = recorded(true, 40);
  at(0, { RUNNABLE: 100, SUCCEEDED: 0 });
  at(10, { RUNNABLE: 50, SUCCEEDED: 40, FAILED: 10 });
  assert.equal(written[1], '\r\u001b[K[##########..........] 50 RUNNABLE, 40 …');
});

test('piped: a line each ten percent or ten seconds', () => {
  const { written, at } = recorded(false);
  at(0, { RUNNABLE: 100 });
  at(1, { RUNNABLE: 95, SUCCEEDED: 5 });
  at(2, { RUNNABLE: 89, SUCCEEDED: 11 });
  at(3, { RUNNABLE: 88, SUCCEEDED: 12 });
  at(12, { RUNNABLE: 87, SUCCEEDED: 13 });
  at(30, { RUNNABLE: 87, SUCCEEDED: 13 });
  assert.deepEqual(written, ['100 RUNNABLE\n', '89 RUNNABLE, 11 SUCCEEDED\n', '87 RUNNABLE, 13 SUCCEEDED\n']);
});
