/**
 * A week of ten teams with bursty arrays on 4 queues and 6 environments over one pool, played through the real
 * scheduler with a simulated clock; prints the figures and draws them.
 *
 *   node bench/week.ts [--seed 1] [--svg docs/week.svg]
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { MACHINE, machineOf } from '../src/domain/host.ts';
import { plan } from '../src/scheduler/plan.ts';
import type { QueueView, Reservation, Snapshot } from '../src/scheduler/snapshot.ts';
import { drawWeek } from './support/draw-week.ts';
import { type Job, jobsOfWeek, QUEUES, WEEK_POOL, weekEnvironments } from './support/week-load.ts';

const { values } = parseArgs({
  options: { seed: { type: 'string', default: '1' }, svg: { type: 'string', default: 'docs/week.svg' } },
});

/** Minutes. */
const WEEK = 7 * 24 * 60;
const GRACE = 1;
const WARNING = 2;

interface Task {
  readonly job: Job;
  readonly instance: string;
  readonly environment: number;
  readonly began: number;
  readonly ends: number;
}

const jobs = jobsOfWeek(Number(values.seed), WEEK);
const waiting = new Map<number, Job[]>(QUEUES.map((q) => [q.seq, []]));
let running: Task[] = [];
let instances: {
  id: string;
  environment: number;
  host: string;
  type: string;
  size: Job['asks'];
  idle: number;
  drain?: number;
}[] = weekEnvironments
  .filter((e) => e.supply.kind === 'own')
  .map((e) => ({
    id: `h${e.seq}`,
    environment: e.seq,
    host: MACHINE,
    type: 'host',
    size: WEEK_POOL,
    idle: 0,
  }));
let reservations: readonly Reservation[] = [];
const turns = new Map<number, number>();
let starts = 0;
let ids = 0;
let lost = 0;
const waited: { job: Job; minutes: number }[] = [];
const load: { at: number; used: number; queued: number }[] = [];

const snapshotAt = (now: number): Snapshot => ({
  hosts: [machineOf(WEEK_POOL)],
  environments: weekEnvironments,
  instances: instances.map((i) => ({
    ...i,
    draining: i.drain !== undefined,
    hasDeadline: i.drain !== undefined,
    graceOver: now - i.idle >= GRACE && !running.some((t) => t.instance === i.id),
  })),
  queues: [...QUEUES]
    .sort((a, b) => b.priority - a.priority || (turns.get(a.seq) ?? 0) - (turns.get(b.seq) ?? 0))
    .map(viewOf)
    .filter((q) => q.shapes.length > 0),
  running: running.map((t) => ({
    taskId: String(t.job.seq),
    environment: t.environment,
    instance: t.instance,
    host: MACHINE,
    asks: t.job.asks,
    mayPrecede: 0,
  })),
  reservations,
});

const viewOf = (queue: (typeof QUEUES)[number]): QueueView => {
  const shapes = new Map<number, Job[]>();
  for (const job of waiting.get(queue.seq)!) shapes.set(job.shape, [...(shapes.get(job.shape) ?? []), job]);
  return {
    ...queue,
    shapes: [...shapes].map(([id, mine]) => ({
      id,
      jobGroup: 0,
      groups: [{ asks: mine[0]!.asks, count: 1 }],
      heads: mine.slice(0, 64).map(({ seq }) => ({ seq, rank: seq })),
      waiting: mine.length,
    })),
  };
};

const turn = (now: number): void => {
  const made = plan(snapshotAt(now));
  const gone = new Set(made.retires.map((r) => r.instance));
  const warned = new Set(made.drains.map((d) => d.instance));
  const names = new Map(made.launches.map((l) => [l.ref, `i${++ids}`]));
  instances = [
    ...instances
      .filter((i) => !gone.has(i.id))
      .map((i) => (warned.has(i.id) ? { ...i, drain: now + WARNING } : i)),
    ...made.launches.map((l) => ({ ...l, id: names.get(l.ref)!, idle: now })),
  ];
  reservations = made.reservations.map((r) => ({
    ...r,
    on: r.on.map((o) => ({ ...o, instance: names.get(o.instance) ?? o.instance })),
    victims: r.victims.map((v) => ({ ...v, instance: names.get(v.instance) ?? v.instance })),
  }));
  for (const { job: seq, queue, environment, instances: places } of made.placements) {
    const line = waiting.get(queue)!;
    const [job] = line.splice(
      line.findIndex((j) => j.seq === seq),
      1,
    ) as [Job];
    if (!job.again) waited.push({ job, minutes: now - job.at });
    turns.set(queue, ++starts);
    const instance = names.get(places[0]!) ?? places[0]!;
    running.push({ job, instance, environment, began: now, ends: now + job.minutes });
  }
};

const endTasks = (now: number): void => {
  const over = new Set(instances.filter((i) => i.drain !== undefined && i.drain <= now).map((i) => i.id));
  for (const task of running) {
    if (task.ends > now && !over.has(task.instance)) continue;
    const instance = instances.find((i) => i.id === task.instance);
    if (instance) instance.idle = now;
    if (task.ends <= now) continue;
    lost++;
    waiting.get(task.job.queue)!.unshift({ ...task.job, again: true });
  }
  running = running.filter((t) => t.ends > now && !over.has(t.instance));
};

let next = 0;
for (let now = 0; now < WEEK; now++) {
  endTasks(now);
  for (; next < jobs.length && jobs[next]!.at <= now; next++)
    waiting.get(jobs[next]!.queue)!.push(jobs[next]!);
  turn(now);
  const used = running.reduce((sum, t) => sum + t.job.asks.milliVcpus, 0);
  const queued = [...waiting.values()].reduce((sum, line) => sum + line.length, 0);
  load.push({ at: now, used: used / WEEK_POOL.milliVcpus, queued });
}

const mean = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0) / Math.max(1, numbers.length);
const quantile = (numbers: readonly number[], q: number) =>
  [...numbers].sort((a, b) => a - b)[Math.floor(q * (numbers.length - 1))] ?? 0;
const busy = load.filter((l) => l.queued > 0);
const byQueue = QUEUES.map((queue) => {
  const minutes = waited.filter((w) => w.job.queue === queue.seq).map((w) => w.minutes);
  return { queue, jobs: minutes.length, mean: mean(minutes), p95: quantile(minutes, 0.95) };
});
const teams = [...new Set(jobs.map((j) => j.team))]
  .sort((a, b) => a - b)
  .map((team) => {
    const mine = waited.filter((w) => w.job.team === team);
    const slowdown = mine.map((w) => (w.minutes + w.job.minutes) / w.job.minutes);
    return { team, jobs: mine.length, slowdown: mean(slowdown) };
  });
/** Jain's index over the inverse of the mean slow-down: 1 when all teams are served alike. */
const rates = teams.map((t) => 1 / t.slowdown);
const fairness =
  rates.reduce((a, b) => a + b, 0) ** 2 / (rates.length * rates.reduce((a, b) => a + b * b, 0));

const figures = {
  jobs: jobs.length,
  started: waited.length,
  utilisation: mean(load.map((l) => l.used)),
  whileWaiting: mean(busy.map((l) => l.used)),
  fairness,
  lost,
};
console.log(
  `${figures.jobs} jobs, ${figures.started} started, ${lost} attempts lost to on-demand work; pool used ` +
    `${(figures.utilisation * 100).toFixed(1)}% of the week, ${(figures.whileWaiting * 100).toFixed(1)}% while a job waited`,
);
for (const { queue, jobs: n, mean: m, p95 } of byQueue)
  console.log(
    `queue ${queue.name}, priority ${queue.priority}: ${n} jobs waited ${m.toFixed(1)} min on average, p95 ${p95}`,
  );
for (const { team, jobs: n, slowdown } of teams)
  console.log(`team ${team}: ${n} jobs, mean slow-down ${slowdown.toFixed(2)}`);
console.log(`fairness between teams (Jain's index of service): ${fairness.toFixed(3)}`);
writeFileSync(values.svg, drawWeek({ load, byQueue, teams, figures }));
