import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cpu, host, lastFirst, own, queue, running, snapshot, spot } from '../../test/support/scheduler.ts';
import { byRank, type Choice } from '../domain/group-choice.ts';
import { firstOf, groupHead, type Next, nextOf, Ordered } from './order.ts';
import { plan } from './plan.ts';
import type { QueueView, Snapshot } from './snapshot.ts';

/** Two jobs of each of so many shapes. */
const many = (count: number): QueueView =>
  queue(
    1,
    [1],
    ...Array.from(
      { length: count },
      (_, n) => [cpu(1, 10 + n), [n + 1, count + n + 1]] as [ReturnType<typeof cpu>, number[]],
    ),
  );

/** How often a plan reads a rank: twice to compare two jobs. */
const reads = (s: Snapshot): number => {
  let count = 0;
  const counted = (seq: number) => ({
    seq,
    get rank() {
      count++;
      return seq;
    },
  });
  const queues = s.queues.map((q) => ({
    ...q,
    shapes: q.shapes.map((shape) => ({ ...shape, heads: shape.heads.map(({ seq }) => counted(seq)) })),
  }));
  plan({ ...s, queues });
  return count;
};

test('shapes of jobs that wait are not compared each with each: ten times as many, some fifteen times the comparisons', () => {
  const waiting = (count: number) => snapshot({ running: [running('h', cpu(4))], queues: [many(count)] });
  assert.ok(reads(waiting(300)) > 600);
  assert.ok(reads(waiting(3000)) < 20 * reads(waiting(300)));
});

test('nor are those that start', () => {
  const starting = (count: number) => snapshot({ pool: cpu(2 * count, 10_000_000), queues: [many(count)] });
  assert.equal(plan(starting(300)).placements.length, 600);
  assert.ok(reads(starting(1000)) < 20 * reads(starting(100)));
});

/** Takes all that wait; the seqs in the order they were taken in. */
const served = ({ shapes }: QueueView, choice: Choice): number[] => {
  const waiting = new Ordered(shapes, choice);
  const seqs: number[] = [];
  for (let next = waiting.take(); next; next = waiting.take()) {
    seqs.push(next.head.seq);
    choice.start(groupHead(next));
    const after = nextOf(next.shape, next.at + 1);
    if (after) waiting.comeIn(after);
  }
  return seqs;
};

test('E-136: the next of a shape comes in where its submission says', () => {
  const view = queue(1, [1], [cpu(1), [1, 4, 6]], [cpu(2), [3]], [cpu(3), [5]]);
  assert.deepEqual(served(view, byRank), [1, 3, 4, 5, 6]);
});

/** The groups are served in turns, the one with the higher number first. */
const inTurns = (starts = new Map<number, number>()): Choice => ({
  ...byRank,
  scoreOf: ({ group }) => 1000 * (starts.get(group) ?? 0) - group,
  start: ({ group }) => void starts.set(group, (starts.get(group) ?? 0) + 1),
  copy: () => inTurns(new Map(starts)),
});

/** Two groups: jobs 1, 3, 4 and 6 of two shapes, jobs 2 and 5. */
const grouped = (): QueueView => {
  const view = queue(1, [1], [cpu(1), [1, 4]], [cpu(2), [3, 6]], [cpu(3), [2, 5]]);
  return { ...view, shapes: view.shapes.map((shape, n) => ({ ...shape, jobGroup: n < 2 ? 1 : 2 })) };
};

test('of several groups a choice is made among the heads alone, and within each the ranks stand', () => {
  assert.deepEqual(served(grouped(), inTurns()), [2, 1, 5, 3, 4, 6]);
  assert.deepEqual(served(grouped(), byRank), [1, 2, 3, 4, 5, 6]);
});

test('the first of some jobs is that of its group whose head is chosen', () => {
  const nexts = grouped().shapes.flatMap((shape) => [nextOf(shape, 0)!, nextOf(shape, 1)!]);
  const first = (choice: Choice, some: readonly Next[]) => firstOf(choice, some)?.head.seq;
  assert.equal(first(inTurns(), nexts), 2);
  assert.equal(first(byRank, nexts.slice(1)), 2);
  assert.equal(first(inTurns(), nexts.slice(1, 4)), 3);
  assert.equal(first(inTurns(), []), undefined);
});

test('E-137: room is reserved for the first by rank, and only those of its shape that stand before all others are lined up', () => {
  const shapes: [ReturnType<typeof cpu>, number[]][] = [
    [cpu(4), [5, 4, 2, 1]],
    [cpu(3), [3]],
  ];
  const s = snapshot({
    running: [{ ...running('h', cpu(4)), mayPrecede: 5 }],
    queues: [queue(1, [1], ...shapes)],
  });
  const made = plan(lastFirst(s));
  assert.deepEqual(
    [made.reservations.map(({ job }) => job), made.placements.map(({ job }) => job)],
    [[5], [5, 4]],
  );
  const alone = plan(lastFirst({ ...s, queues: [queue(1, [1], shapes[0]!)] }));
  assert.deepEqual(
    alone.placements.map(({ job }) => job),
    [5, 4, 2, 1],
  );
});

test('E-169: a head is not lined up while a job before it waits for Spot’s price', () => {
  const lined = (large: number, head: number) =>
    plan(
      snapshot({
        pool: cpu(16, 64_000),
        environments: [spot(1, ['c5'], 20), own(2)],
        instances: [host(2, cpu(4))],
        running: [{ ...running('h', cpu(4), 2), mayPrecede: 5 }],
        queues: [queue(1, [1, 2], [cpu(8), [large]], [cpu(4), [head]])],
      }),
    ).placements.map(({ job }) => job);
  assert.deepEqual(lined(2, 1), [1]);
  assert.deepEqual(lined(1, 2), []);
});
