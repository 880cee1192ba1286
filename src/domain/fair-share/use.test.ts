import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decayedSpan, decayedUse, isUsed, meanRun, type Span, unused, widthOf, withSpan } from './use.ts';
import { weightOf, windowOf } from './window.ts';

const SECOND = 1000;
/** vCPU-seconds. */
const shown = (amount: number): number => Math.round(amount / 1000 / SECOND);
const close = (found: number, right: number, by = 1e-9) =>
  assert.ok(Math.abs(found - right) <= by * Math.max(1, Math.abs(right)), `${found} is not ${right}`);

/** Seconds and whole vCPUs. */
const span = (vcpus: number, from: number, to: number): Span => ({
  milliVcpus: 1000 * vcpus,
  from: from * SECOND,
  to: to * SECOND,
});
const usedAt = (seconds: number, spans: readonly Span[], window: number): number =>
  shown(
    decayedUse(
      spans.reduce((use, one) => withSpan(use, one, window), unused(window)),
      seconds * SECOND,
      window,
    ),
  );

test('T-108 E-144: the window is as long as shareDecaySeconds, ten minutes at the least', () => {
  assert.deepEqual(
    [0, 1, 599, 600, 601, 604_800].map((shareDecaySeconds) => windowOf({ shareDecaySeconds }) / SECOND),
    [600, 600, 600, 600, 601, 604_800],
  );
});

test('T-109: 4 vCPUs for 300 seconds: 900 at their end, and 600, 300, 75, 0 after each 150 seconds', () => {
  const at = (seconds: number) => usedAt(seconds, [span(4, 0, 300)], 600 * SECOND);
  assert.deepEqual([300, 450, 600, 750, 900].map(at), [900, 600, 300, 75, 0]);
});

test('T-110: the same with a window of 1200 seconds: 1050, 450 at 900 seconds, 0 at 1500', () => {
  const at = (seconds: number) => usedAt(seconds, [span(4, 0, 300)], 1200 * SECOND);
  assert.deepEqual([300, 900, 1500].map(at), [1050, 450, 0]);
});

test('T-111: 2 vCPUs that run on: 216 after 120 seconds, 600 from 600 seconds on', () => {
  const at = (seconds: number) => shown(decayedSpan(2000, seconds * SECOND, 600 * SECOND));
  assert.deepEqual([120, 600, 5000].map(at), [216, 600, 600]);
});

/** Jobs one after the other, in milliseconds. */
const jobs = fc
  .array(
    fc.record({
      milliVcpus: fc.integer({ min: 1, max: 64_000 }),
      gap: fc.integer({ min: 0, max: 100_000 }),
      length: fc.integer({ min: 0, max: 1_500_000 }),
    }),
    { minLength: 1, maxLength: 20 },
  )
  .map((some) => {
    let at = 0;
    return some.map(({ milliVcpus, gap, length }): Span => {
      const from = at + gap;
      at = from + length;
      return { milliVcpus, from, to: at };
    });
  });

/** Each by itself, as the rule has it. */
const exact = (spans: readonly Span[], now: number, window: number): number =>
  spans.reduce((sum, { milliVcpus, from, to }) => {
    const [oldest, newest] = [Math.min(window, now - from), Math.min(window, now - to)];
    return sum + milliVcpus * (oldest - newest - (oldest ** 2 - newest ** 2) / (2 * window));
  }, 0);

test('T-107 T-108: the buckets’ sum is that of all attempts, exact where the window’s far end is an edge of one', () => {
  fc.assert(
    fc.property(jobs, fc.integer({ min: 0, max: 90 }), (spans, edges) => {
      const window = 600_000;
      const width = widthOf(window);
      const use = spans.reduce((sum, one) => withSpan(sum, one, window), unused(window));
      const last = spans.at(-1)!.to;
      const now = (Math.ceil(last / width) + edges) * width;
      close(decayedUse(use, now, window), exact(spans, now, window));
      assert.ok(use.buckets.length <= 62);
    }),
  );
});

test('T-108: anywhere else it is wrong by no more than a bucket at the far end counts', () => {
  fc.assert(
    fc.property(jobs, fc.integer({ min: 0, max: 900_000 }), (spans, later) => {
      const window = 601_000;
      const use = spans.reduce((sum, one) => withSpan(sum, one, window), unused(window));
      const now = spans.at(-1)!.to + later;
      const most = 64_000 * widthOf(window) ** 2;
      close(decayedUse(use, now, window) * window, exact(spans, now, window) * window, 1e-9 + most);
      assert.ok(
        Math.abs(decayedUse(use, now, window) - exact(spans, now, window)) <= most / (2 * window) + 1e-3,
      );
    }),
  );
});

test('T-088: under another window what was used stays, within a bucket', () => {
  const use = withSpan(unused(600_000), span(4, 0, 300), 600_000);
  const more = withSpan(use, span(1, 300, 300), 1_200_000);
  assert.equal(more.width, widthOf(1_200_000));
  close(decayedUse(more, 900_000, 1_200_000), 450_000_000, 0.01);
});

test('how long attempts ran is told of those that ended within the window, by their vCPUs', () => {
  const window = 600_000;
  assert.equal(meanRun(unused(window), 0, window), undefined);
  const use = [span(1, 0, 10), span(3, 0, 50)].reduce(
    (sum, one) => withSpan(sum, one, window),
    unused(window),
  );
  assert.equal(meanRun(use, 60_000, window), 40_000);
  assert.deepEqual([isUsed(use, 600_000, window), isUsed(use, 700_000, window)], [true, false]);
});

test('T-120 E-143: a weight is of the exact entry, else of the prefix, else 1; each share has it whole', () => {
  const policy = {
    shareDistribution: [
      { shareIdentifier: 'UserA1', weightFactor: 2 },
      { shareIdentifier: 'team*', weightFactor: 0.25 },
    ],
  };
  const weights = ['UserA1', 'UserA', 'team7', 'team', 'Team7', 'x'].map((one) => weightOf(policy, one));
  assert.deepEqual(weights, [2, 1, 0.25, 0.25, 1, 1]);
});
