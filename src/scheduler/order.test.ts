import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cpu, queue, running, snapshot } from '../../test/support/scheduler.ts';
import { comeIn, inOrderOfSubmission, lineOf, nextOf } from './order.ts';
import { plan } from './plan.ts';
import type { QueueView, Snapshot } from './snapshot.ts';

/** Two jobs of each of so many kinds. */
const many = (count: number): QueueView =>
  queue(
    1,
    [1],
    ...Array.from(
      { length: count },
      (_, n) => [cpu(1, 10 + n), [n + 1, count + n + 1]] as [ReturnType<typeof cpu>, number[]],
    ),
  );

const comparisons = (s: Snapshot): number => {
  let count = 0;
  plan(s, (a, b) => {
    count++;
    return inOrderOfSubmission(a, b);
  });
  return count;
};

test('kinds of jobs that wait are not compared each with each: ten times as many, some fifteen times the comparisons', () => {
  const waiting = (count: number) => snapshot({ running: [running('h', cpu(4))], queues: [many(count)] });
  assert.ok(comparisons(waiting(3000)) < 20 * comparisons(waiting(300)));
});

test('nor are those that start', () => {
  const starting = (count: number) => snapshot({ pool: cpu(2 * count, 10_000_000), queues: [many(count)] });
  assert.equal(plan(starting(300)).placements.length, 600);
  assert.ok(comparisons(starting(1000)) < 20 * comparisons(starting(100)));
});

test('E-136: the next of a kind comes into the line where its submission says', () => {
  const { shapes } = queue(1, [1], [cpu(1), [1, 4, 6]], [cpu(2), [3]], [cpu(3), [5]]);
  const line = lineOf(shapes, inOrderOfSubmission);
  const served: number[] = [];
  for (let next = line.pop(); next; next = line.pop()) {
    served.push(next.head.seq);
    const after = nextOf(next.shape, next.at + 1);
    if (after) comeIn(line, after, inOrderOfSubmission);
  }
  assert.deepEqual(served, [1, 3, 4, 5, 6]);
});
