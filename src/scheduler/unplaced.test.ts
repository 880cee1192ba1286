import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  cpu,
  instanceOf,
  kinds,
  launched,
  queue,
  running,
  slices,
  snapshot,
} from '../../test/support/scheduler.ts';
import { plan } from './plan.ts';
import type { Reservation, Snapshot } from './snapshot.ts';

/** Two queues with so many kinds behind a head that room is kept for, on busy instances; `looks` counts. */
const behindHeads = (many: number, looks: () => void): Snapshot => {
  const instances = ['a', 'b', 'c', 'd'].map((id) => instanceOf(id, 1, 'c5.large'));
  const view = (seq: number) =>
    queue(
      seq,
      [1],
      [cpu(2, 1000), [seq]],
      ...Array.from({ length: many }, (_, n): [ReturnType<typeof cpu>, number[]] => [
        cpu(2, 1001 + n),
        [10 + 2 * n + seq],
      ]),
    );
  const reserved = (seq: number, instance: string): Reservation => ({
    queue: seq,
    job: seq,
    environment: 1,
    get on() {
      looks();
      return [{ instance, asks: cpu(2, 1000) }];
    },
    victims: [],
    portions: [],
    milliVcpus: 0,
  });
  return snapshot({
    pool: cpu(8, 64_000),
    environments: [launched(1, ['c5.large'])],
    instances,
    running: instances.map(({ id }) => running(id, cpu(2))),
    queues: [view(1), view(2)],
    reservations: [reserved(1, 'a'), reserved(2, 'b')],
  });
};

const looksWith = (many: number): number => {
  let looks = 0;
  const made = plan(behindHeads(many, () => looks++));
  assert.deepEqual([made.waits.length, made.reservations.length], [2 * many + 2, 2]);
  return looks;
};

test('what is kept is put aside and kept again as often with many kinds that wait as with few', () => {
  assert.equal(looksWith(200), looksWith(2));
});

test('what waits is told as things are once all that can start has: its own reservation is not what it lacks', () => {
  const s = snapshot({
    pool: cpu(4, 16_000),
    environments: [launched(1, ['c5.large'])],
    instances: [instanceOf('a', 1, 'c5.large')],
    running: [running('a', cpu(1))],
    queues: [queue(1, [1], [cpu(4), [1]], [cpu(2), [2]], [cpu(2, 200), [3]])],
  });
  assert.deepEqual(kinds(s), ['never-type', 'room']);
  const [, last] = plan(s).waits;
  assert.deepEqual(last?.reason.verdicts[0]?.kind === 'room' && last.reason.verdicts[0].free, cpu(0, 8078));
});

test('one that would fit but for what is kept says so, and the next one too', () => {
  const big = queue(1, [1], [cpu(4), [1]]);
  const s = snapshot({
    pool: cpu(4, 64_000),
    environments: [launched(1, ['c5.large', 'c5.xlarge'])],
    instances: [instanceOf('a', 1, 'c5.large')],
    running: [running('a', cpu(1))],
    queues: [{ ...big, priority: 2 }, queue(2, [1], [cpu(2), [2]], [cpu(2, 200), [3]])],
  });
  assert.deepEqual(kinds(s), ['room', 'reserved', 'reserved']);
});

test('an environment that holds nothing may have all of its maximum: it is room that lacks, whatever is reserved elsewhere', () => {
  const s = snapshot({
    pool: cpu(4, 64_000),
    environments: [slices(1, 4), launched(2, ['c5.xlarge'])],
    instances: [instanceOf('a', 2, 'c5.xlarge')],
    running: [running('a', cpu(1), 2)],
    queues: [queue(1, [2, 1], [cpu(4), [1]], [cpu(4, 200), [2]])],
  });
  const made = plan(s);
  assert.deepEqual(
    made.reservations.map(({ environment }) => environment),
    [2],
  );
  const verdicts = made.waits.map(({ reason }) => reason.verdicts.map(({ kind }) => kind));
  assert.deepEqual(verdicts, [
    ['room', 'room'],
    ['room', 'room'],
  ]);
});
