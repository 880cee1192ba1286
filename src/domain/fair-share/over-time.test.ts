import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { runsOf } from '../../../test/support/same-worlds.ts';
import { compared } from '../group-choice.ts';
import { ShareChoice, type ShareView } from './choice.ts';
import { shareNow } from './share-now.ts';
import { type ShareUse, unused, withSpan } from './use.ts';

/*
 * A pool that is full for an hour, in simulated time: jobs start by the rule alone, and each share has its weight's part of
 * what was used. With 60 seconds in the place of what is expected, and without the half of the next job, the lightest of
 * three shares of 1:2:4 in a pool of 6 had 12 % too much; see docs/decisions/fair-share.md.
 */

const WINDOW = 600_000;
const HOUR = 3_600_000;

interface Sharer {
  readonly weight: number;
  readonly vcpus: number;
  /** Milliseconds that its jobs take, from and to. */
  readonly runs: readonly [number, number];
  /** When it has jobs that wait, of the hour. */
  readonly isBusy?: (at: number) => boolean;
}

const partsOf = (sharers: readonly Sharer[]): number[] => {
  const whole = sharers.reduce((sum, { weight }) => sum + 1 / weight, 0);
  return sharers.map(({ weight }) => 1 / weight / whole);
};

interface Job {
  readonly share: number;
  readonly from: number;
  readonly to: number;
}

/** Fills a pool for an hour; every job that started. `random`: 0 to 1, another each time. */
const fill = (pool: number, sharers: readonly Sharer[], random: () => number): Job[] => {
  const uses: ShareUse[] = sharers.map(() => unused(WINDOW));
  const all: Job[] = [];
  let running: Job[] = [];
  for (let now = 0; now < HOUR; ) {
    const shares = new Map(
      sharers.map((sharer, at) => [at, shareOf(sharer, uses[at]!, at, running, now)] as const),
    );
    const choice = new ShareChoice({ window: WINDOW, shares, reserve: undefined });
    let free = pool - running.reduce((sum, job) => sum + sharers[job.share]!.vcpus, 0);
    for (;;) {
      const heads = sharers.flatMap(({ vcpus, isBusy }, group) =>
        isBusy?.(now) === false ? [] : [{ group, seq: group, rank: 1, milliVcpus: 1000 * vcpus }],
      );
      const first = heads.sort((a, b) => compared(choice, a, b))[0];
      if (!first || first.milliVcpus > 1000 * free) break;
      const [least, most] = sharers[first.group]!.runs;
      const job = { share: first.group, from: now, to: now + Math.round(least + (most - least) * random()) };
      choice.start(first);
      running.push(job);
      all.push(job);
      free -= sharers[first.group]!.vcpus;
    }
    // nothing waits for the moment: it is looked at again
    now = Math.min(...running.map(({ to }) => to), running.length > 0 ? HOUR : now + 1000);
    for (const { share, from, to } of running.filter((job) => job.to <= now))
      uses[share] = withSpan(uses[share]!, { milliVcpus: 1000 * sharers[share]!.vcpus, from, to }, WINDOW);
    running = running.filter(({ to }) => to > now);
  }
  return all;
};

const shareOf = (
  { weight, vcpus }: Sharer,
  use: ShareUse,
  at: number,
  running: readonly Job[],
  now: number,
): ShareView => {
  const tasks = running
    .filter(({ share }) => share === at)
    .map(({ from }) => ({ milliVcpus: 1000 * vcpus, age: now - from }));
  return { identifier: '', weight, ...shareNow(use, tasks, now, WINDOW) };
};

/** What each share had between two moments. */
const had = (sharers: readonly Sharer[], all: readonly Job[], from: number, to: number): number[] =>
  sharers.map(({ vcpus }, at) =>
    all
      .filter(({ share }) => share === at)
      .reduce((sum, job) => sum + vcpus * Math.max(0, Math.min(job.to, to) - Math.max(job.from, from)), 0),
  );

/** A number from 0 to 1 for each call. */
const randomFrom = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
};

const sumOf = (some: readonly number[]): number => some.reduce((sum, one) => sum + one, 0);

/** How far the shares are off their parts over the hour, and over each window, in the largest job there is. */
const offOf = (pool: number, sharers: readonly Sharer[], seed: number, since = 0) => {
  const all = fill(pool, sharers, randomFrom(seed));
  const parts = partsOf(sharers);
  const inHour = had(sharers, all, 0, HOUR);
  const hour = inHour.map((one, at) => Math.abs(one / (parts[at]! * sumOf(inHour)) - 1));
  const job = Math.max(...sharers.map(({ vcpus, runs }) => vcpus * runs[1]));
  let window = 0;
  for (let from = since; from + WINDOW <= HOUR; from += 60_000) {
    const inWindow = had(sharers, all, from, from + WINDOW);
    for (const [at, one] of inWindow.entries())
      window = Math.max(window, Math.abs(one - parts[at]! * sumOf(inWindow)) / job);
  }
  return { hour: Math.max(...hour), window };
};

/** Pools that hold two jobs of each share within its part; jobs run a minute at the most. `even`: of a share all as long. */
const pools = (even: boolean) =>
  fc
    .record({
      sharers: fc.array(
        fc.record({
          weight: fc.constantFrom(0.5, 1, 2),
          vcpus: fc.constantFrom(1, 2),
          runs: fc
            .tuple(fc.integer({ min: 15_000, max: 60_000 }), fc.double({ min: 0.1, max: 1, noNaN: true }))
            .map(([most, part]) => [even ? most : Math.round(most * part), most] as const),
        }),
        { minLength: 2, maxLength: 4 },
      ),
      more: fc.nat({ max: 8 }),
      seed: fc.nat(),
    })
    .map(({ sharers, more, seed }) => {
      const parts = partsOf(sharers);
      const least = Math.max(...sharers.map(({ vcpus }, at) => (2 * vcpus) / parts[at]!));
      return { sharers, seed, pool: more + Math.ceil(least) };
    });

test('T-105 E-142: over an hour each busy share is within 5 % of its part', () => {
  fc.assert(
    fc.property(pools(false), ({ pool, sharers, seed }) => {
      const { hour } = offOf(pool, sharers, seed);
      assert.ok(hour <= 0.05, `${hour} over the hour`);
    }),
    { numRuns: runsOf(20) },
  );
});

test('T-105: once it is known how long jobs run, each busy share is within a job and a quarter of its part over each window', () => {
  fc.assert(
    fc.property(pools(true), ({ pool, sharers, seed }) => {
      const { window } = offOf(pool, sharers, seed, WINDOW);
      // no proven bound: of 6,000 worlds the furthest was 0.97 of a job, and one of two shares with unlike jobs is 1.003
      assert.ok(window <= 1.25, `${window} jobs over a window`);
    }),
    { numRuns: runsOf(20) },
  );
});

test('T-105: where the jobs of a share run unlike long, which nobody knows before, it is within two jobs over each window', () => {
  fc.assert(
    fc.property(pools(false), ({ pool, sharers, seed }) => {
      const { window } = offOf(pool, sharers, seed, WINDOW);
      // of 1,500 worlds 15 were over one job in some window, the furthest 1.39
      assert.ok(window <= 2, `${window} jobs over a window`);
    }),
    { numRuns: runsOf(20) },
  );
});

test('T-105: two shares whose jobs are unlike in size and length', () => {
  const sharers: Sharer[] = [
    { weight: 1, vcpus: 2, runs: [29_264, 29_264] },
    { weight: 0.5, vcpus: 1, runs: [56_519, 56_519] },
  ];
  const { hour, window } = offOf(15, sharers, 0, WINDOW);
  assert.ok(hour <= 0.005 && window <= 1.01, `${hour}, ${window}`);
});

test('T-105: three shares of 1:2:4 in small pools', () => {
  const sharers = [4, 2, 1].map((weight): Sharer => ({ weight, vcpus: 1, runs: [60_000, 60_000] }));
  for (const pool of [4, 6, 8]) {
    const { hour, window } = offOf(pool, sharers, 1);
    assert.ok(hour <= 0.02 && window <= 1, `${pool}: ${hour}, ${window}`);
  }
});

test('T-105: a share that is idle gives its part to the others, and comes back to its own', () => {
  const isBusy = (at: number) => at < HOUR / 3 || at > (2 * HOUR) / 3;
  const sharers: Sharer[] = [
    { weight: 1, vcpus: 1, runs: [20_000, 40_000] },
    { weight: 1, vcpus: 1, runs: [20_000, 40_000], isBusy },
  ];
  const all = fill(4, sharers, randomFrom(1));
  const [alone, idle] = had(sharers, all, HOUR / 3 + 60_000, (2 * HOUR) / 3);
  assert.equal(idle, 0);
  assert.ok(alone! >= 4 * (HOUR / 3 - 60_000) * 0.999, 'the pool is full');
  const [one, other] = had(sharers, all, HOUR - WINDOW, HOUR);
  assert.ok(Math.abs(one! / other! - 1) < 0.05);
});

test('T-105: no share starves, however small its part', () => {
  const sharers: Sharer[] = [
    { weight: 999.9999, vcpus: 1, runs: [1000, 1000] },
    { weight: 0.5, vcpus: 1, runs: [1000, 1000] },
  ];
  const all = fill(2, sharers, randomFrom(1));
  assert.ok(all.some(({ share }) => share === 0));
});
