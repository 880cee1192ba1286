import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compared, type GroupHead } from '../group-choice.ts';
import { keptOf, ShareChoice, type SharesView, type ShareView } from './choice.ts';

/* Amounts in vCPU-seconds and vCPUs here: the rule has no unit of its own. */

const share = (weight: number, used = 0, more: Partial<ShareView> = {}): ShareView => ({
  identifier: '',
  weight,
  used,
  expected: 0,
  meanRun: 60,
  heldMilliVcpus: 0,
  ...more,
});
const view = (shares: readonly ShareView[]): SharesView => ({
  window: 600,
  shares: new Map(shares.map((one, at) => [at + 1, one])),
  reserve: undefined,
});

/** Which shares the next jobs are of, of one vCPU each; those of the first share are the oldest. */
const picks = (shares: readonly ShareView[], count: number): number[] => {
  const choice = new ShareChoice(view(shares));
  const left = shares.map(
    (_, at): GroupHead => ({
      group: at + 1,
      seq: 1000 * at + 1,
      rank: 1,
      milliVcpus: 1,
    }),
  );
  return Array.from({ length: count }, () => {
    const first = left.toSorted((a, b) => compared(choice, a, b))[0]!;
    choice.start(first);
    left[first.group - 1] = { ...first, seq: first.seq + 1 };
    return first.group;
  });
};
const counts = (found: readonly number[], shares: number): number[] =>
  Array.from({ length: shares }, (_, at) => found.filter((group) => group === at + 1).length);

test('T-112 T-105: use by weight: team7, B, C, A, D, of jobs that take a moment', () => {
  const moment = { meanRun: 1 };
  const shares = [
    share(1, 1200, moment),
    share(0.5, 2000, moment),
    share(4, 290, moment),
    share(1, 1300, moment),
    share(0.25, 3600, moment),
  ];
  const choice = new ShareChoice(view(shares));
  const heads = shares.map((_, at) => ({ group: at + 1, seq: at, rank: 1, milliVcpus: 1 }));
  const names = heads.sort((a, b) => compared(choice, a, b)).map(({ group }) => 'ABCD7'[group - 1]);
  assert.deepEqual(names, ['7', 'B', 'C', 'A', 'D']);
});

test('T-113 T-119: weights 1, 0.5 and 1, nothing used, 8 free: two, four and two jobs, in turn', () => {
  assert.deepEqual(picks([share(1), share(0.5), share(1)], 8), [1, 2, 3, 2, 2, 1, 3, 2]);
});

test('T-114: weights 1 and 0.125, 9 free: one job and eight', () => {
  assert.deepEqual(counts(picks([share(1), share(0.125)], 9), 2), [1, 8]);
});

test('T-115: 0 and 240 used, equal weights, 10 free: seven and three', () => {
  assert.deepEqual(counts(picks([share(1), share(1, 240)], 10), 2), [7, 3]);
});

test('T-106 T-111: a job that runs counts until its expected end, the next one half of itself', () => {
  const choice = (used: number, expected: number) =>
    new ShareChoice(view([share(1, used, { expected }), share(1, 276, { meanRun: 60 })]));
  const first = { group: 1, seq: 1, rank: 1, milliVcpus: 2 };
  const second = { group: 2, seq: 2, rank: 1, milliVcpus: 2 };
  // 2 vCPUs after 120 seconds: longer than was expected, so that no more is
  assert.ok(compared(choice(216, 0), first, second) < 0);
  assert.ok(compared(choice(216, 60), first, second) < 0);
  assert.ok(compared(choice(216, 61), first, second) > 0);
});

test('T-118: of equals the older goes first', () => {
  assert.deepEqual(picks([share(1), share(1)], 4), [1, 2, 1, 2]);
});

test('T-105: who has used nothing is served first, also of whom nothing is known yet', () => {
  const choice = new ShareChoice(view([share(0.0001, 1), share(999, 0)]));
  const head = (group: number) => ({ group, seq: group, rank: 1, milliVcpus: 1 });
  assert.ok(compared(choice, head(2), head(1)) < 0);
  assert.ok(compared(choice, head(9), head(1)) < 0);
  choice.start(head(2));
  assert.ok(compared(choice, head(1), head(2)) < 0);
});

test('a copy tries what the choice itself does not know of', () => {
  const choice = new ShareChoice(view([share(1), share(1)]));
  const head = (group: number) => ({ group, seq: group, rank: 1, milliVcpus: 1 });
  choice.copy().start(head(1));
  assert.ok(compared(choice, head(1), head(2)) < 0);
});

test('T-128 T-129 E-145: what is kept of 100 vCPUs', () => {
  const table: readonly (readonly [number, readonly number[]])[] = [
    [50, [50, 25, 12.5, 6.25]],
    [25, [25, 6.25, 1.5625, 0.390625]],
    [99, [99, 98.01, 97.0299]],
    [0, [0, 0, 0]],
  ];
  for (const [percent, kept] of table)
    assert.deepEqual(
      kept.map((_, at) => Math.round(keptOf(100, percent, at + 1) * 1e6) / 1e6),
      kept,
    );
  assert.equal(keptOf(100, 50, 0), 0);
});

test('T-131 T-134: of 16 vCPUs half is kept: jobs of 3 are two; one alone may have more than is left', () => {
  const reserve = (heldMilliVcpus: number) => ({ keptMilliVcpus: 8, maxMilliVcpus: 16, heldMilliVcpus });
  const head = (milliVcpus: number) => ({ group: 1, seq: 1, rank: 1, milliVcpus });
  const choice = new ShareChoice({ ...view([share(1)]), reserve: reserve(0) });
  for (const left of [undefined, undefined, { ...reserve(6) }]) {
    assert.deepEqual(choice.keptFrom(head(3)), left);
    choice.start(head(3));
  }
  const alone = new ShareChoice({ ...view([share(1)]), reserve: reserve(0) });
  assert.equal(alone.keptFrom(head(12)), undefined);
});
