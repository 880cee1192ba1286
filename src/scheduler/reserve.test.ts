import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  cpu,
  instanceOf,
  launched,
  placed,
  queue,
  reservation,
  reserved,
  running,
  snapshot,
  spot,
} from '../../test/support/scheduler.ts';
import { plan } from './plan.ts';

test('E-137: a job waits for the instance with the fewest tasks, not for the first by name', () => {
  const s = snapshot({
    pool: cpu(4, 64_000),
    environments: [launched(1, ['c5.large'], { max: 4 })],
    instances: [instanceOf('a', 1, 'c5.large'), instanceOf('b', 1, 'c5.large')],
    running: [running('a', cpu(1)), running('a', cpu(1)), running('b', cpu(2))],
    queues: [queue(1, [1], [cpu(2), [7]])],
  });
  const [made] = plan(s).reservations;
  assert.deepEqual([made?.job, made?.on], [7, [{ instance: 'b', asks: cpu(2) }]]);
});

test('E-137: of another environment’s instances it waits for the one with the fewest tasks to go', () => {
  const s = snapshot({
    pool: cpu(4, 64_000),
    environments: [launched(1, ['c5.large']), launched(2, ['c5.large'])],
    instances: [instanceOf('a', 1, 'c5.large'), instanceOf('b', 1, 'c5.large')],
    running: [running('a', cpu(1)), running('a', cpu(1)), running('b', cpu(2))],
    queues: [queue(1, [2], [cpu(2), [7]])],
  });
  assert.deepEqual(reservation(plan(s)), [7, ['b']]);
});

test('E-168: a job that may run on Spot or on demand takes back what Spot holds, and does not wait for it there', () => {
  const s = snapshot({
    pool: cpu(4, 64_000),
    environments: [spot(1, ['c5.large'], 101), launched(2, ['c5.large'])],
    instances: [instanceOf('a', 1, 'c5.large'), instanceOf('b', 1, 'c5.large')],
    running: [running('a', cpu(2)), running('b', cpu(2))],
    queues: [queue(1, [1, 2], [cpu(2), [7]])],
  });
  const made = plan(s);
  assert.equal(made.reservations[0]?.environment, 2);
  assert.deepEqual(made.drains, [{ instance: 'a', reason: 'reclaimed' }]);
  const { groups, verdicts } = made.waits[0]!.reason;
  assert.deepEqual(groups, [{ asks: cpu(2), count: 1 }]);
  assert.equal(verdicts[1]?.kind === 'room' && verdicts[1].warned, 1);
});

test('E-137: what is kept on an instance alone stands, though the pool has less than its instances hold', () => {
  const before = reserved(1, 7, 1, { on: [{ instance: 'b', asks: cpu(2) }] });
  const s = snapshot({
    pool: cpu(3, 64_000),
    environments: [launched(1, ['c5.large'], { max: 4 })],
    instances: [instanceOf('a', 1, 'c5.large'), instanceOf('b', 1, 'c5.large')],
    running: [running('a', cpu(2)), running('b', cpu(2))],
    queues: [queue(1, [1], [cpu(2), [7]])],
    reservations: [before],
  });
  assert.deepEqual(plan(s).reservations, [before]);
  assert.deepEqual(plan({ ...s, reservations: [] }).reservations[0]?.on[0]?.instance, 'a');
});

test('E-137: who reserves anew, for another of its priority starts, is kept room only where it may ever run', () => {
  // environment 1 has an instance yet of a type that it no longer launches
  const s = snapshot({
    pool: cpu(10, 64_000),
    environments: [
      launched(1, ['c5.large'], { max: 4 }),
      launched(2, ['c5.xlarge'], { max: 4 }),
      launched(3, ['c5.large'], { max: 2 }),
    ],
    instances: [
      instanceOf('old', 1, 'c5.xlarge'),
      instanceOf('x', 2, 'c5.xlarge'),
      instanceOf('z', 3, 'c5.large'),
    ],
    running: [running('old', cpu(4)), running('x', cpu(2), 2)],
    queues: [queue(1, [3], [cpu(2), [1]]), queue(3, [2], [cpu(2), [3]]), queue(2, [1, 2], [cpu(4), [2]])],
    reservations: [
      reserved(1, 1, 3, { on: [{ instance: 'z', asks: cpu(2) }] }),
      reserved(2, 2, 2, { on: [{ instance: 'x', asks: cpu(4) }] }),
    ],
  });
  assert.deepEqual(placed(s), [[1, 3]]);
});
