/**
 * A week of ten teams with bursty arrays on 4 queues and 6 environments over one pool, played through the real scheduler with
 * a simulated clock, once in the order of submission and once with a fair-share policy in which all teams weigh the same;
 * prints the figures and draws them.
 *
 *   node bench/week.ts [--seed 1] [--svg docs/week.svg] [--shares-svg docs/week-shares.svg]
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { drawWeek, type Week } from './support/draw-week.ts';
import { jobsOfWeek, QUEUES } from './support/week-load.ts';
import { type Played, playWeek, WEEK } from './support/week-play.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    svg: { type: 'string', default: 'docs/week.svg' },
    'shares-svg': { type: 'string', default: 'docs/week-shares.svg' },
  },
});

const mean = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0) / Math.max(1, numbers.length);
const quantile = (numbers: readonly number[], q: number) =>
  [...numbers].sort((a, b) => a - b)[Math.floor(q * (numbers.length - 1))] ?? 0;

/** Jain's index: 1 when all are served alike. */
const evenness = (rates: readonly number[]): number =>
  rates.reduce((a, b) => a + b, 0) ** 2 / (rates.length * rates.reduce((a, b) => a + b * b, 0));

const weekOf = (order: string, { waited, load, lost }: Played): Week => {
  const byQueue = QUEUES.map((queue) => {
    const minutes = waited.filter((w) => w.job.queue === queue.seq).map((w) => w.minutes);
    return { queue, jobs: minutes.length, mean: mean(minutes), p95: quantile(minutes, 0.95) };
  });
  const teams = [...Map.groupBy(waited, ({ job }) => job.team)]
    .sort(([a], [b]) => a - b)
    .map(([team, mine]) => ({
      team,
      jobs: mine.length,
      slowdown: mean(mine.map((w) => (w.minutes + w.job.minutes) / w.job.minutes)),
    }));
  const figures = {
    jobs: waited.length,
    utilisation: mean(load.map((l) => l.used)),
    whileWaiting: mean(load.filter((l) => l.queued > 0).map((l) => l.used)),
    fairness: evenness(teams.map((t) => 1 / t.slowdown)),
    lost,
  };
  return { order, load, byQueue, teams, figures };
};

const tell = ({ order, byQueue, teams, figures }: Week, jobs: number): void => {
  const { utilisation, whileWaiting, fairness, lost } = figures;
  console.log(
    `${order}: ${jobs} jobs, ${figures.jobs} started, ${lost} attempts lost to on-demand work; pool used ` +
      `${(utilisation * 100).toFixed(1)}% of the week, ${(whileWaiting * 100).toFixed(1)}% while a job waited`,
  );
  for (const { queue, jobs: n, mean: m, p95 } of byQueue)
    console.log(
      `queue ${queue.name}, priority ${queue.priority}: ${n} jobs waited ${m.toFixed(1)} min on average, p95 ${p95}`,
    );
  for (const { team, jobs: n, slowdown } of teams)
    console.log(`team ${team}: ${n} jobs, mean slow-down ${slowdown.toFixed(2)}`);
  console.log(`fairness between teams (Jain's index of service): ${fairness.toFixed(3)}\n`);
};

const jobs = jobsOfWeek(Number(values.seed), WEEK);
const PICTURES = [
  ['in the order of submission', false, values.svg],
  ['with a fair-share policy', true, values['shares-svg']],
] as const;
for (const [order, shared, file] of PICTURES) {
  const week = weekOf(order, playWeek(jobs, shared));
  tell(week, jobs.length);
  writeFileSync(file, drawWeek(week));
}
