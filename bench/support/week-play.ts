import { MACHINE, machineOf } from '../../src/domain/host.ts';
import { byShares, inOrderOfSubmission } from '../../src/domain/queue-order.ts';
import { plan } from '../../src/scheduler/plan.ts';
import type { Plan, QueueView, Reservation, ShapeView, Snapshot } from '../../src/scheduler/snapshot.ts';
import { type Job, QUEUES, WEEK_POOL, weekEnvironments } from './week-load.ts';
import { WeekShares } from './week-shares.ts';

/** Minutes, as all times here. */
export const WEEK = 7 * 24 * 60;
const GRACE = 1;
const WARNING = 2;
const MINUTE = 60_000;

interface Task {
  readonly job: Job;
  readonly instance: string;
  readonly environment: number;
  readonly began: number;
  readonly ends: number;
}

interface WeekInstance {
  readonly id: string;
  readonly environment: number;
  readonly host: string;
  readonly type: string;
  readonly size: Job['asks'];
  /** Since when, if it has no task. */
  idle: number;
  /** When it goes. */
  readonly drain?: number;
}

export interface Played {
  /** Each job that started, and how long it had waited. */
  readonly waited: readonly { readonly job: Job; readonly minutes: number }[];
  /** Of each minute: the part of the pool that was used, and how many jobs waited. */
  readonly load: readonly { readonly at: number; readonly used: number; readonly queued: number }[];
  /** Attempts that Spot's instances took with them. */
  readonly lost: number;
}

/** Plays a week. `shared`: each queue has a policy in which all teams weigh the same. */
export const playWeek = (jobs: readonly Job[], shared: boolean): Played => {
  const week = new Week(shared);
  const load: { at: number; used: number; queued: number }[] = [];
  let next = 0;
  for (let now = 0; now < WEEK; now++) {
    week.endTasks(now);
    for (; next < jobs.length && jobs[next]!.at <= now; next++) week.submit(jobs[next]!);
    week.turn(now);
    load.push({ at: now, ...week.load() });
  }
  return { waited: week.waited, load, lost: week.lost };
};

class Week {
  readonly waited: { job: Job; minutes: number }[] = [];
  lost = 0;
  private readonly shares: WeekShares | undefined;
  private readonly waiting = new Map<number, Job[]>(QUEUES.map((q) => [q.seq, []]));
  private running: Task[] = [];
  private instances: WeekInstance[] = weekEnvironments
    .filter((e) => e.supply.kind === 'own')
    .map((e) => ({
      id: `h${e.seq}`,
      environment: e.seq,
      host: MACHINE,
      type: 'host',
      size: WEEK_POOL,
      idle: 0,
    }));
  private reservations: readonly Reservation[] = [];
  private readonly servedAt = new Map<number, number>();
  private starts = 0;
  private launched = 0;

  constructor(shared: boolean) {
    this.shares = shared ? new WeekShares() : undefined;
  }

  submit(job: Job): void {
    this.waiting.get(job.queue)!.push(job);
  }

  load(): { used: number; queued: number } {
    const used = this.running.reduce((sum, t) => sum + t.job.asks.milliVcpus, 0);
    const queued = [...this.waiting.values()].reduce((sum, line) => sum + line.length, 0);
    return { used: used / WEEK_POOL.milliVcpus, queued };
  }

  turn(now: number): void {
    const made = plan(this.snapshot(now), this.shares ? byShares : inOrderOfSubmission);
    const names = new Map(made.launches.map((l) => [l.ref, `i${++this.launched}`]));
    const named = (ref: string) => names.get(ref) ?? ref;
    this.replaceInstances(made, named, now);
    this.reservations = made.reservations.map((r) => ({
      ...r,
      on: r.on.map((o) => ({ ...o, instance: named(o.instance) })),
      victims: r.victims.map((v) => ({ ...v, instance: named(v.instance) })),
    }));
    for (const { job, queue, environment, instances: places } of made.placements)
      this.start(this.take(queue, job), environment, named(places[0]!), now);
  }

  endTasks(now: number): void {
    const over = new Set(
      this.instances.filter((i) => i.drain !== undefined && i.drain <= now).map((i) => i.id),
    );
    for (const task of this.running) {
      if (task.ends > now && !over.has(task.instance)) continue;
      const instance = this.instances.find((i) => i.id === task.instance);
      if (instance) instance.idle = now;
      this.shares?.ended(useOf(task), now * MINUTE);
      if (task.ends <= now) continue;
      this.lost++;
      this.waiting.get(task.job.queue)!.unshift({ ...task.job, again: true });
    }
    this.running = this.running.filter((t) => t.ends > now && !over.has(t.instance));
  }

  private snapshot(now: number): Snapshot {
    const { servedAt, running } = this;
    return {
      hosts: [machineOf(WEEK_POOL)],
      environments: weekEnvironments,
      instances: this.instances.map((i) => ({
        ...i,
        draining: i.drain !== undefined,
        hasDeadline: i.drain !== undefined,
        graceOver: now - i.idle >= GRACE && !running.some((t) => t.instance === i.id),
      })),
      queues: [...QUEUES]
        .sort((a, b) => b.priority - a.priority || (servedAt.get(a.seq) ?? 0) - (servedAt.get(b.seq) ?? 0))
        .map((queue) => this.view(queue, now))
        .filter((q) => q.shapes.length > 0),
      running: running.map((t) => ({
        taskId: String(t.job.seq),
        environment: t.environment,
        instance: t.instance,
        host: MACHINE,
        asks: t.job.asks,
        mayPrecede: 0,
      })),
      reservations: this.reservations,
    };
  }

  private view(queue: (typeof QUEUES)[number], now: number): QueueView {
    const line = this.waiting.get(queue.seq)!;
    const groupOf = ({ team }: Job) => (this.shares ? team : 0);
    const shapes = Map.groupBy(line, (job) => 100 * groupOf(job) + job.shape);
    const shares = this.shares?.of(
      queue.seq,
      line.map(({ team }) => team),
      this.running.map(useOf),
      now * MINUTE,
    );
    return {
      ...queue,
      shapes: [...shapes].map(([id, mine]) => shapeOf(id, groupOf(mine[0]!), mine)),
      ...(shares && { shares }),
    };
  }

  private replaceInstances(made: Plan, named: (ref: string) => string, now: number): void {
    const gone = new Set(made.retires.map((r) => r.instance));
    const warned = new Set(made.drains.map((d) => d.instance));
    const stays = this.instances
      .filter((i) => !gone.has(i.id))
      .map((i) => (warned.has(i.id) ? { ...i, drain: now + WARNING } : i));
    this.instances = [...stays, ...made.launches.map((l) => ({ ...l, id: named(l.ref), idle: now }))];
  }

  private take(queue: number, seq: number): Job {
    const line = this.waiting.get(queue)!;
    const at = line.findIndex((job) => job.seq === seq);
    return line.splice(at, 1)[0]!;
  }

  private start(job: Job, environment: number, instance: string, now: number): void {
    if (!job.again) this.waited.push({ job, minutes: now - job.at });
    this.servedAt.set(job.queue, ++this.starts);
    this.running.push({ job, instance, environment, began: now, ends: now + job.minutes });
  }
}

/** Jobs of one shape, the first to start first. */
const shapeOf = (id: number, jobGroup: number, jobs: readonly Job[]): ShapeView => ({
  id,
  jobGroup,
  groups: [{ asks: jobs[0]!.asks, count: 1 }],
  heads: jobs.slice(0, 64).map(({ seq }) => ({ seq, rank: seq })),
  waiting: jobs.length,
});

const useOf = ({ job, began }: Task) => ({
  queue: job.queue,
  team: job.team,
  milliVcpus: job.asks.milliVcpus,
  from: began * MINUTE,
});
