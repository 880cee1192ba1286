import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  after,
  cpu,
  host,
  instanceOf,
  launched,
  own,
  placed,
  queue,
  running,
  snapshot,
  spot,
} from '../../test/support/scheduler.ts';
import { plan } from './plan.ts';

/* UNMANAGED: the machine is an instance of its own, whose tasks have the room that other environments' instances leave. */

test('E-155: an idle instance goes at once where its room is what a job on the machine itself lacks', () => {
  const pool = cpu(2, 8_000);
  const s = snapshot({
    pool,
    environments: [own(1), launched(2, ['c5.large'])],
    instances: [host(1, pool), instanceOf('a', 2, 'c5.large')],
    queues: [queue(1, [1], [cpu(1), [1]])],
  });
  assert.deepEqual(plan(s).retires, [{ instance: 'a', reason: 'room' }]);
  assert.deepEqual(placed(s), [[1, 1]]);
});

test('E-168: the machine itself takes the room back that Spot instances hold of it', () => {
  const pool = cpu(4, 64_000);
  const s = snapshot({
    pool,
    environments: [own(1), spot(2, ['c5.large'])],
    instances: [host(1, pool), instanceOf('a', 2, 'c5.large'), instanceOf('b', 2, 'c5.large')],
    running: [running('a', cpu(1), 2), running('b', cpu(1), 2)],
    queues: [queue(1, [1], [cpu(2), [1]])],
  });
  assert.deepEqual(plan(s).drains, [{ instance: 'a', reason: 'reclaimed' }]);
});

test('E-131 E-137: the machine itself is not starved by lesser work on an instance that never gets empty', () => {
  const pool = cpu(2, 64_000);
  let now = snapshot({
    pool,
    environments: [own(1), launched(2, ['c5.large'])],
    instances: [host(1, pool), instanceOf('a', 2, 'c5.large')],
    running: [running('a', cpu(1), 2), { ...running('a', cpu(1), 2), taskId: 't2' }],
    queues: [
      { ...queue(1, [1], [cpu(1), [1]]), priority: 100 },
      queue(2, [2], [cpu(1), Array.from({ length: 9 }, (_, n) => n + 2)]),
    ],
  });
  for (let turn = 0; turn < 2; turn++) {
    assert.deepEqual(plan(now).placements, [], 'what runs ends one by one, and nobody comes after it');
    now = after(now, plan(now));
    now = { ...now, running: now.running.slice(1) };
  }
  assert.deepEqual(placed(now)[0], [1, 1]);
});
