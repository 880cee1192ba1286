import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { groupsByPriority, priorityThenLast } from '../../test/support/priority-order.ts';
import { compared } from './group-choice.ts';
import { byShares, inOrderOfSubmission, type QueueOrder, type Submitted } from './queue-order.ts';

/** Jobs as they are submitted one after the other, each behind the parts of the one before. */
const submissions: fc.Arbitrary<Submitted[]> = fc
  .array(
    fc.record({
      parts: fc.nat({ max: 10_000 }),
      priority: fc.nat({ max: 9999 }),
      share: fc.nat({ max: 3 }),
    }),
    { maxLength: 50 },
  )
  .map((jobs) => {
    let next = 1;
    return jobs.map((job) => {
      const seq = next;
      next += 1 + job.parts;
      return { seq, ...job };
    });
  });

for (const [name, order] of Object.entries({
  byShares,
  inOrderOfSubmission,
  priorityThenLast,
  groupsByPriority,
}) as [string, QueueOrder][]) {
  test(`${name}: each job and its parts have ranks of their own, side by side, that a number and the store can hold`, () => {
    fc.assert(
      fc.property(submissions, (jobs) => {
        const blocks = jobs
          .map((job) => ({ first: order.rankOf(job), last: order.rankOf(job) + job.parts }))
          .sort((a, b) => a.first - b.first);
        for (const [at, { first, last }] of blocks.entries()) {
          assert.ok(Number.isSafeInteger(first) && first > 0 && last < Number.MAX_SAFE_INTEGER);
          assert.ok(at === 0 || blocks[at - 1]!.last < first);
        }
      }),
    );
  });
}

test('E-136: in the order of submission, of one group and of several', () => {
  const rank = (seq: number) => inOrderOfSubmission.rankOf({ seq, parts: 3, priority: 10, share: 0 });
  assert.ok(rank(1) + 3 < rank(5));
  const choice = inOrderOfSubmission.choiceOf(undefined);
  const heads = [5, 3, 4].map((seq) => ({ group: seq % 2, seq, rank: rank(seq), milliVcpus: 1 }));
  assert.deepEqual(
    heads.sort((a, b) => compared(choice, a, b)).map(({ seq }) => seq),
    [3, 4, 5],
  );
});

test('T-116 E-147: within a share by priority, then in the order of submission, children by their indexes', () => {
  const rank = (priority: number, seq: number, parts = 0) =>
    byShares.rankOf({ seq, parts, priority, share: 1 });
  const ranks = [rank(9999, 9), rank(10, 3, 4), rank(10, 3, 4) + 4, rank(10, 8), rank(0, 0)];
  assert.deepEqual(
    ranks.toSorted((a, b) => a - b),
    ranks,
  );
});

test('T-093: in a queue that is not shared the priority means nothing', () => {
  const rank = (priority: number, seq: number) => byShares.rankOf({ seq, parts: 0, priority, share: 0 });
  assert.deepEqual([rank(0, 1), rank(9999, 2)], [1, 2]);
});
