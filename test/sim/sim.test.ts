import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runSeed } from './run.ts';

const STEPS = 400;

test('one seed lived through twice is the same life, line by line', async () => {
  const once = await runSeed({ seed: 7, steps: STEPS });
  const again = await runSeed({ seed: 7, steps: STEPS });
  assert.equal(once.violation, undefined);
  assert.ok(once.steps >= STEPS);
  assert.equal(again.hash, once.hash);
  assert.deepEqual(again.trace, once.trace);
});

test('so is that of a world with a cluster', async () => {
  const [once, again] = [
    await runSeed({ seed: 10, steps: STEPS }),
    await runSeed({ seed: 10, steps: STEPS }),
  ];
  assert.equal(once.violation, undefined);
  assert.ok(once.tally.counts.get('report: exited')! > 0);
  assert.equal(again.hash, once.hash);
});

test('another seed is another life', async () => {
  const one = await runSeed({ seed: 7, steps: 50 });
  const other = await runSeed({ seed: 8, steps: 50 });
  assert.notEqual(one.hash, other.hash);
});
