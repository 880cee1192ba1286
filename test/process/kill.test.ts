import assert from 'node:assert/strict';
import { test } from 'node:test';
import { killMany } from '../kill/kills.ts';

test('a server killed five times under load has every answered job, and each attempt ran once', async (t) => {
  const seed = Date.now() % 1_000_000;
  t.diagnostic(`seed ${seed}; the long form is npm run test:kill -- --seed ${seed}`);
  const report = await killMany(5, seed, (line) => t.diagnostic(line));
  assert.deepEqual(report.faults, []);
  assert.ok(report.attempts > 0);
});
