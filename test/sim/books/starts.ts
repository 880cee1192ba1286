import type { Eyes } from './eyes.ts';
import { nameOf } from './jobs.ts';
import { haltOf, isFinal, type Job, must, type Queue, RUNNABLE } from './model.ts';
import type { Ledger } from './requests.ts';
import { windowOf } from './shares.ts';

/* Who starts in a turn of the loops: none before one of its like that came first, and none in room that is kept for others. */

export class Starts {
  /** Jobs in line, but for nodes: those start with their job. */
  private readonly waiting = new Set<Job>();
  private readonly started = new Set<Job>();
  private began = 0;

  /** After each change of a job's state. */
  changed(job: Job): void {
    if (job.size > 0 || job.role !== 'none') return;
    if (job.state === RUNNABLE) this.waiting.add(job);
    else this.waiting.delete(job);
  }

  begins(job: Job): void {
    if (job.role === 'none') this.started.add(job);
  }

  turn(ledger: Ledger, eyes: Eyes, isOver: boolean): void {
    if (!isOver) this.began = ledger.serial;
    if (isOver && this.started.size > 0) {
      this.checkOrder();
      for (const queue of new Set([...this.started].map((job) => job.queue)))
        this.checkReserve(ledger, eyes, queue);
    }
    this.started.clear();
  }

  private checkOrder(): void {
    const left = [...this.waiting].filter((job) => job.since.serial <= this.began && !haltOf(job));
    const byLike = Map.groupBy(left, likeOf);
    for (const job of this.started)
      for (const other of byLike.get(likeOf(job)) ?? [])
        must(comesFirst(job, other), 'jobs start in their order', () => {
          return `${nameOf(job)} of priority ${job.priority} starts, ${nameOf(other)} of ${other.priority} waits`;
        });
  }

  /** What the jobs of a queue have, once one of them has started, leaves what is kept for shares that are not there. */
  private checkReserve(ledger: Ledger, eyes: Eyes, queue: Queue): void {
    const percent: number = queue.policy?.doc.fairsharePolicy.computeReservation ?? 0;
    if (percent === 0) return;
    const tasks = [...ledger.floor.live.values()].filter((task) => task.job.queue === queue && !task.waits);
    const own = tasks.some(({ job }) => this.started.has(wholeOf(job)));
    const holders = new Set(tasks.map(({ job }) => wholeOf(job)));
    if (!own || holders.size < 2) return;
    const held = tasks.reduce((sum, { milliVcpus }) => sum + milliVcpus, 0);
    const most = mostOf(ledger, queue);
    const active = activeOf(ledger, eyes, queue);
    const kept = most * (percent / 100) ** active;
    must(held <= most - kept + 1e-6, 'what is reserved stays free', () => {
      return `${queue.name} holds ${held} of ${most}, of which ${kept} are kept with ${active} shares`;
    });
  }
}

/** A node holds what it has for its job. */
export const wholeOf = (job: Job): Job => (job.role === 'none' ? job : job.parent!);

/** Of jobs that are alike in this, one is as good as another wherever there is room. */
const likeOf = (job: Job): string => {
  const { queue, share, spec, children } = job;
  return JSON.stringify([
    queue.seq,
    share,
    asksOf(spec),
    children.map((node) => asksOf(node.spec)),
    tokensOf(job),
  ]);
};

/** What it has to get, or got in this turn: nothing of what it holds since an earlier attempt. */
const tokensOf = ({ asks, state, holds, took }: Job) =>
  (state === RUNNABLE ? !holds : took)
    ? asks.map(({ consumable, quantity }) => [consumable.name, quantity])
    : [];

const asksOf = ({ milliVcpus, memoryMiB, gpus }: Job['spec']) => [milliVcpus, memoryMiB, gpus];

export const comesFirst = (job: Job, other: Job): boolean =>
  job.priority === other.priority ? job.seq < other.seq : job.priority > other.priority;

const mostOf = (ledger: Ledger, { order }: Queue): number =>
  order
    .map(({ environment }) => ledger.environments.get(environment))
    .filter((one) => one?.state === 'ENABLED' && one.status === 'VALID')
    .reduce((sum, one) => sum + 1000 * (one!.max ?? 0), 0);

/** How many shares a plan of this moment may have taken for active. */
const activeOf = (ledger: Ledger, eyes: Eyes, queue: Queue): number => {
  const [age, window] = [eyes.useAge(), windowOf(queue.policy!)];
  const jobs = [...ledger.jobs.values()].filter((job) => job.queue === queue);
  const open = jobs.filter((job) => !job.gone && (!isFinal(job.state) || job.ended === eyes.now()));
  const names = new Set(open.map(({ share }) => share!));
  for (const { queue: of, name } of eyes.shares())
    if (of === queue.seq && ledger.uses.counts(queue, name, age, window)) names.add(name);
  return names.size;
};

/** The store's order of what waits is theirs, too: within a share by priority, then as they came. */
export const checkRanks = (ledger: Ledger, rows: readonly { readonly seq: number }[]): void => {
  const last = new Map<string, Job>();
  for (const { seq } of rows) {
    const job = ledger.jobBySeq.get(seq)!;
    const key = `${job.queue.seq}/${job.share}`;
    const before = last.get(key);
    must(!before || comesFirst(before, job), 'jobs start in their order', () => {
      return `${nameOf(job)} of priority ${job.priority} stands behind ${nameOf(before!)} of ${before!.priority}`;
    });
    last.set(key, job);
  }
};
