import assert from 'node:assert/strict';
import { test } from 'node:test';
import { STEP } from '../../src/transitions/jobs/step.ts';
import { chainBehind, counts, failHead, workOff } from '../support/chains.ts';
import { makeWorld } from '../support/world.ts';

const LENGTH = 100_000;

test('J-246 J-245: a chain of 100,000 that fails at its head fails to its end, in steps of a bounded size', async () => {
  const world = await makeWorld({ command: ['run'] });
  const head = await world.submit();
  await world.settle();
  await chainBehind(world, head, LENGTH);
  await failHead(world);
  const most = await workOff(world);
  assert.ok(most <= STEP, `a step changed ${most} rows`);
  assert.deepEqual(await counts(world), { 6: LENGTH + 1 });
});
