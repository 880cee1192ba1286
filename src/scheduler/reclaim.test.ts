import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  after,
  cpu,
  instanceOf,
  launched,
  queue,
  running,
  type SomeSnapshot,
  snapshot,
  spot,
} from '../../test/support/scheduler.ts';
import { plan } from './plan.ts';
import type { Snapshot } from './snapshot.ts';

/** Of a setup that was changed: it drains for as long as its tasks like. */
const former = (id: string, environment: number) => ({
  ...instanceOf(id, environment, 'c5.large'),
  draining: true,
});

const full = (more: SomeSnapshot = {}): Snapshot =>
  snapshot({
    pool: cpu(4, 64_000),
    environments: [spot(1, ['c5.large'], 101), launched(2, ['c5.large'])],
    instances: [former('a', 1), former('b', 1)],
    running: [running('a', cpu(1), 1), running('b', cpu(2), 1)],
    queues: [queue(1, [2], [cpu(2), [7]])],
    ...more,
  });

test('E-168: a Spot instance of a former setup is warned for work on demand, no more of them than that takes, and once', () => {
  const made = plan(full());
  assert.deepEqual(made.drains, [{ instance: 'a', reason: 'reclaimed' }]);
  assert.deepEqual(plan(after(full(), made)).drains, []);
});

test('E-168: one of a former setup is spared where what has been warned, or is free, is enough', () => {
  const warned = full({ instances: [{ ...former('a', 1), hasDeadline: true }, former('b', 1)] });
  assert.deepEqual(plan(warned).drains, []);
  assert.deepEqual(plan(full({ pool: cpu(6, 64_000) })).drains, []);
  assert.deepEqual(plan(full({ queues: [queue(1, [1], [cpu(2), [7]])] })).drains, [], 'for work on Spot too');
});

test('E-168: those of a former setup on demand are not taken back', () => {
  const s = full({ environments: [launched(1, ['c5.large']), launched(2, ['c5.large'])] });
  assert.deepEqual(plan(s).drains, []);
});

test('E-169: a Spot instance of a former setup is warned when the price reaches the bid, with a deadline it is not, idle it just goes', () => {
  const s = full({
    environments: [spot(1, ['c5.large'], 10), launched(2, ['c5.large'])],
    instances: [former('a', 1), { ...former('b', 1), hasDeadline: true }, former('c', 1)],
    queues: [],
  });
  const made = plan(s);
  assert.deepEqual(made.drains, [{ instance: 'a', reason: 'price' }]);
  assert.deepEqual(made.retires, [{ instance: 'c', reason: 'drained' }]);
});
