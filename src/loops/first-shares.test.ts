import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ShareChoice, type ShareView } from '../domain/fair-share/choice.ts';
import { areTooMany, isMany, kindsOf } from './first-shares.ts';
import type { First } from './kept-firsts.ts';

const view = (used: number): ShareView => ({
  identifier: '',
  weight: 1,
  used,
  expected: 0,
  meanRun: 1,
  heldMilliVcpus: 0,
});

/** A queue of so many shares with one shape each; share n has used `used(n)`. `like`: what its jobs ask for. */
const queueOf = (shares: number, used: (n: number) => number, like: (n: number) => string = () => 'x') => {
  const groups = Array.from({ length: shares }, (_, n) => n + 1);
  const firsts = groups.map(
    (n): First => ({
      shape: { id: n, job_group: n, first: n, rank: n, has_more: 1, tokens: '' } as First['shape'],
      head: { group: n, seq: n, rank: n, milliVcpus: 1000 },
      like: like(n),
    }),
  );
  const table = new Map(groups.map((n) => [n, view(used(n))]));
  return { firsts, choice: new ShareChoice({ window: 600_000, shares: table, reserve: undefined }) };
};

const chosen = ({ firsts, choice }: ReturnType<typeof queueOf>, wanted: number): number[] =>
  [...kindsOf(firsts, choice, () => wanted).values()]
    .flatMap(({ best }) => best.map(({ head }) => head.group))
    .sort((a, b) => a - b);

test('T-105: of 500 shares those are looked at that come first, wherever they stand', () => {
  const least = new Set([7, 250, 500]);
  const queue = queueOf(500, (n) => (least.has(n) ? n : 10_000 + n));
  assert.deepEqual(chosen(queue, 3), [7, 250, 500]);
  assert.deepEqual(chosen(queue, 5), [1, 2, 7, 250, 500]);
  assert.equal(chosen(queue, 600).length, 500);
});

test('T-118: of equals the oldest', () => {
  assert.deepEqual(
    chosen(
      queueOf(100, () => 50),
      4,
    ),
    [1, 2, 3, 4],
  );
});

test('T-124: of each kind of jobs as many: one that has no room does not hide another that has', () => {
  const queue = queueOf(
    40,
    (n) => n,
    (n) => (n <= 30 ? 'large' : 'small'),
  );
  assert.deepEqual(chosen(queue, 2), [1, 2, 31, 32]);
});

test('few shares are all looked at, and those of very many kinds one by one', () => {
  assert.deepEqual([isMany(16), isMany(17)], [false, true]);
  assert.deepEqual([areTooMany(64), areTooMany(65)], [false, true]);
});

test('of each kind it is known how many jobs there are at the least, also of those that do not come first', () => {
  const { firsts, choice } = queueOf(40, (n) => n);
  const { shape, ...first } = firsts[39]!;
  const only = { ...first, shape: { ...shape, has_more: 0 as const } };
  assert.equal(kindsOf(firsts.with(39, only), choice, () => 2).get('x')!.jobs, 79);
  assert.deepEqual(kindsOf(firsts, choice, () => 0).get('x')!.best, []);
});

test('jobs that ask for tokens are of kinds of their own: the others are looked at as ever', () => {
  const { firsts, choice } = queueOf(
    40,
    (n) => n,
    (n) => (n === 40 ? 'x, r' : 'x'),
  );
  const { shape, ...first } = firsts[39]!;
  const asking = { ...first, shape: { ...shape, tokens: '[{"consumable":1,"quantity":1}]' } };
  assert.deepEqual(chosen({ firsts: firsts.with(39, asking), choice }, 2), [1, 2, 40]);
});
