import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LEAST_KEEP_MILLISECONDS, USUAL_KEEP_DAYS } from './retention-periods.ts';

test('J-147: seven days are usual, a day is the least', () => {
  assert.deepEqual([USUAL_KEEP_DAYS, LEAST_KEEP_MILLISECONDS], [7, 24 * 3_600_000]);
});
