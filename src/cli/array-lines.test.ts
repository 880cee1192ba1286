import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endedCounts, groupLines } from './array-lines.ts';

test('children that ended alike are one group, whether they had begun or not', () => {
  const stopped = { state: 'FAILED', statusReason: 'not tonight' };
  const lines = groupLines([
    { ...stopped, count: 9, indices: '2,10-11,…' },
    { ...stopped, exitCode: 143, count: 3, indices: '0-1,5', example: { index: 0, lastLine: 'in' } },
    {
      state: 'FAILED',
      statusReason: 'Essential container in task exited',
      exitCode: 3,
      count: 1,
      indices: '7',
      example: { index: 7 },
    },
  ]);
  assert.deepEqual(lines, ['  12 × not tonight: 0-2,5,10-11,…', '      0: in', '  1 × exit code 3: 7']);
});

test('an array that has ended is told by its counts, and what failed by exit code', () => {
  const failed = { state: 'FAILED', indices: '1' };
  assert.equal(endedCounts(6, []), '6 succeeded, 0 failed');
  assert.equal(
    endedCounts(200, [
      { ...failed, exitCode: 7, count: 1 },
      { ...failed, exitCode: 3, count: 2, statusReason: 'one' },
      { ...failed, exitCode: 3, count: 1, statusReason: 'another' },
      { ...failed, count: 2 },
    ]),
    '194 succeeded, 6 failed (3 with exit code 3, 2 without an exit code, 1 with exit code 7)',
  );
});
