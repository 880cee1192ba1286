import type { Resources } from '../../src/domain/container.ts';
import { offersOf } from '../../src/domain/instance-offers.ts';
import type { EnvironmentView, Supply } from '../../src/scheduler/snapshot.ts';

/* Ten teams' jobs of a week, drawn from a seed, and where they run. */

export const WEEK_POOL: Resources = { milliVcpus: 128_000, memoryMiB: 524_288, gpus: 0 };

const environment = (seq: number, name: string, supply: Supply): EnvironmentView => ({
  seq,
  name,
  enabled: true,
  valid: true,
  supply,
});

const launched = (types: string[], min: number, max: number, bidPercentage?: number): Supply => ({
  kind: 'launched',
  market: bidPercentage === undefined ? { kind: 'on-demand' } : { kind: 'spot', bidPercentage },
  offers: offersOf(types),
  minMilliVcpus: min * 1000,
  maxMilliVcpus: max * 1000,
  wishedMilliVcpus: 0,
  shownMilliVcpus: 0,
  mayPassMaximum: bidPercentage !== undefined,
});

export const weekEnvironments: readonly EnvironmentView[] = [
  environment(1, 'urgent', launched(['c5', 'm5'], 4, 64)),
  environment(2, 'general', launched(['optimal'], 0, 96)),
  environment(3, 'memory', launched(['r5'], 0, 64)),
  environment(4, 'spot', launched(['c5', 'm5'], 0, 128, 100)),
  environment(5, 'cheap', launched(['c5'], 0, 64, 60)),
  environment(6, 'slices', { kind: 'slices', market: { kind: 'on-demand' }, maxMilliVcpus: 32_000 }),
];

export const QUEUES = [
  { seq: 1, name: 'urgent', priority: 100, environments: [1, 2] },
  { seq: 2, name: 'work', priority: 10, environments: [2, 3, 4] },
  { seq: 3, name: 'slices', priority: 10, environments: [6] },
  { seq: 4, name: 'bulk', priority: 1, environments: [5, 4] },
] as const;

export interface Job {
  readonly seq: number;
  readonly team: number;
  readonly queue: number;
  readonly shape: number;
  readonly asks: Resources;
  /** Minutes: when it was submitted, how long it runs. */
  readonly at: number;
  readonly minutes: number;
  /** It lost its host before. */
  readonly again?: boolean;
}

const SHAPES: readonly Resources[] = [
  { milliVcpus: 1000, memoryMiB: 2048, gpus: 0 },
  { milliVcpus: 2000, memoryMiB: 3500, gpus: 0 },
  { milliVcpus: 4000, memoryMiB: 15_000, gpus: 0 },
  { milliVcpus: 8000, memoryMiB: 30_000, gpus: 0 },
  { milliVcpus: 2000, memoryMiB: 24_000, gpus: 0 },
];

/** A small generator of its own: the same seed gives the same week everywhere. */
const randomOf = (seed: number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let x = Math.imul(state ^ (state >>> 15), 1 | state);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return ((x ^ (x >>> 14)) >>> 0) / 4_294_967_296;
  };
};

/** Each team submits arrays in bursts, more by day than by night, few at the weekend; single urgent jobs in between. */
export const jobsOfWeek = (seed: number, minutes: number): Job[] => {
  const random = randomOf(seed);
  const drawn: Omit<Job, 'seq'>[] = [];
  for (let team = 1; team <= 10; team++) {
    for (let at = Math.floor(random() * 120); at < minutes; at += 30 + Math.floor(random() * 420)) {
      const hour = (at / 60) % 24;
      const day = Math.floor(at / 1440);
      const quiet = hour < 7 || hour > 20 || day > 4;
      if (quiet && random() < 0.7) continue;
      drawn.push(...burst(random, team, at));
    }
  }
  return drawn.sort((a, b) => a.at - b.at).map((job, seq) => ({ ...job, seq: seq + 1 }));
};

const burst = (random: () => number, team: number, at: number): Omit<Job, 'seq'>[] => {
  const kind = random();
  const queue = kind < 0.12 ? 1 : kind < 0.6 ? 2 : kind < 0.75 ? 3 : 4;
  const size = queue === 1 ? 1 + Math.floor(random() * 4) : 5 + Math.floor(random() ** 3 * 250);
  const shape =
    queue === 2
      ? Math.floor(random() * 5)
      : queue === 4
        ? Math.floor(random() * 2)
        : Math.floor(random() * 3);
  const length = queue === 1 ? 3 + random() * 15 : 4 + random() ** 2 * 50;
  return Array.from({ length: size }, () => ({
    team,
    queue,
    shape,
    asks: SHAPES[shape]!,
    at,
    minutes: Math.max(1, Math.round(length * (0.6 + random() * 0.8))),
  }));
};
