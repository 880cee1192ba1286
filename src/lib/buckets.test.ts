import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Buckets } from './buckets.ts';

test('A-222: as many as the burst at once, then one each time that the rate gives one', () => {
  const buckets = new Buckets();
  const rate = { perSecond: 10, burst: 3 };
  assert.deepEqual(
    [1, 2, 3, 4].map(() => buckets.take('a', 1000, rate)),
    [0, 0, 0, 100],
  );
  assert.equal(buckets.take('b', 1000, rate), 0);
  assert.equal(buckets.take('a', 1099, rate), 1);
  assert.equal(buckets.take('a', 1100, rate), 0);
  assert.equal(buckets.take('a', 1100, rate), 100);
  assert.deepEqual(
    [1, 2, 3, 4].map(() => buckets.take('a', 9000, rate)),
    [0, 0, 0, 100],
  );
});

test('A-222: never more than burst and rate give in any time, and after the wait that is told there is one', () => {
  const steps = fc.array(fc.integer({ min: 0, max: 700 }), { minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(
      steps,
      fc.integer({ min: 1, max: 50 }),
      fc.integer({ min: 1, max: 20 }),
      (waits, perSecond, burst) => {
        const buckets = new Buckets();
        const rate = { perSecond, burst };
        const taken: number[] = [];
        let now = 0;
        for (const wait of waits) {
          now += wait;
          const left = buckets.take('k', now, rate);
          if (left === 0) taken.push(now);
          else {
            now += left;
            assert.equal(buckets.wait('k', now, rate), 0);
          }
        }
        for (const [first, from] of taken.entries())
          for (const [last, to] of taken.entries())
            if (last >= first) assert.ok(last - first + 1 <= burst + ((to - from) / 1000) * perSecond + 1e-6);
      },
    ),
    { numRuns: 200 },
  );
});

test('A-227: of more keys than are remembered the oldest are forgotten', () => {
  const buckets = new Buckets();
  const rate = { perSecond: 1, burst: 1 };
  for (let n = 0; n < 20_000; n++) buckets.take(`k${n}`, n < 15_000 ? 0 : 10_000, rate);
  assert.equal(buckets.take('k0', 10_000, rate), 0);
  assert.ok(buckets.take('k19999', 10_000, rate) > 0);
});
