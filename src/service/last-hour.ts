import type { Clock } from '../lib/clock.ts';

/** Why jobs failed, as an overview groups them; null where there is nothing to say. */
export interface Failure {
  readonly exitCode: number | null;
  readonly reason: string | null;
  readonly statusReason: string | null;
}

/** What became of a queue's jobs in the last hour; waits in milliseconds. */
export interface QueueHour {
  /** Attempts that began. */
  readonly started: number;
  readonly failed: number;
  /** Half of the jobs that began waited no longer than this, and 95 of 100; from the submission to the first attempt. */
  readonly waitP50?: number;
  readonly waitP95?: number;
}

export interface FailureGroup extends Failure {
  readonly queue: number;
  readonly count: number;
}

const SLICE_MILLISECONDS = 60_000;
const SLICES = 60;
/** So many ways to fail are told apart in a minute; the others are counted for their queues alone. */
const MOST_FAILURES = 50;
/** Bounds of waits are so far apart: a percentile is told too long by 9 % at the most. */
const PER_DOUBLING = 8;

interface QueueMinute {
  started: number;
  failed: number;
  /** First attempts by how long they waited: see `bucketOf`. */
  readonly waits: Map<number, number>;
}

interface Minute {
  readonly at: number;
  readonly queues: Map<number, QueueMinute>;
  readonly failures: Map<string, FailureGroup>;
}

/**
 * What happened since an hour ago, or since the server started: kept as it happens, so that nobody counts rows. By the steady
 * clock, in whole minutes. Call it from `tx.onCommit`.
 */
export class LastHour {
  private readonly clock: Pick<Clock, 'steady'>;
  private readonly beginning: number;
  private minutes: Minute[] = [];

  constructor(clock: Pick<Clock, 'steady'>) {
    this.clock = clock;
    this.beginning = clock.steady();
  }

  /** How many milliseconds back it knows: an hour, or less, since the server started. */
  reach(): number {
    return Math.min(SLICES * SLICE_MILLISECONDS, this.clock.steady() - this.beginning);
  }

  /** `waited`: milliseconds; undefined for an attempt after the first. */
  started(queue: number, waited: number | undefined): void {
    const minute = this.queueNow(queue);
    minute.started++;
    if (waited === undefined) return;
    const bucket = bucketOf(waited);
    minute.waits.set(bucket, (minute.waits.get(bucket) ?? 0) + 1);
  }

  failed(queue: number, failure: Failure, jobs: number): void {
    this.queueNow(queue).failed += jobs;
    const { failures } = this.now();
    const key = keyOf(queue, failure);
    const known = failures.get(key);
    if (!known && failures.size >= MOST_FAILURES) return;
    failures.set(key, { queue, ...failure, count: (known?.count ?? 0) + jobs });
  }

  of(queue: number): QueueHour {
    const all = this.recent().flatMap(({ queues }) => queues.get(queue) ?? []);
    const sum = (of: (minute: QueueMinute) => number) => all.reduce((total, one) => total + of(one), 0);
    const waits = new Map<number, number>();
    for (const { waits: some } of all)
      for (const [bucket, n] of some) waits.set(bucket, (waits.get(bucket) ?? 0) + n);
    return { started: sum((one) => one.started), failed: sum((one) => one.failed), ...percentiles(waits) };
  }

  /** The `most` largest groups of failures. */
  failures(most: number): FailureGroup[] {
    const groups = new Map<string, FailureGroup>();
    for (const { failures } of this.recent())
      for (const [key, one] of failures)
        groups.set(key, { ...one, count: one.count + (groups.get(key)?.count ?? 0) });
    return [...groups.values()].sort((a, b) => b.count - a.count).slice(0, most);
  }

  private queueNow(queue: number): QueueMinute {
    const { queues } = this.now();
    const known = queues.get(queue);
    if (known) return known;
    const fresh = { started: 0, failed: 0, waits: new Map<number, number>() };
    queues.set(queue, fresh);
    return fresh;
  }

  private now(): Minute {
    const at = Math.floor(this.clock.steady() / SLICE_MILLISECONDS);
    const last = this.minutes.at(-1);
    if (last?.at === at) return last;
    const minute = { at, queues: new Map(), failures: new Map() };
    this.minutes = [...this.recent(), minute];
    return minute;
  }

  private recent(): Minute[] {
    const oldest = Math.floor(this.clock.steady() / SLICE_MILLISECONDS) - SLICES;
    return this.minutes.filter(({ at }) => at > oldest);
  }
}

const keyOf = (queue: number, { exitCode, reason, statusReason }: Failure): string =>
  JSON.stringify([queue, exitCode, reason, statusReason]);

const bucketOf = (milliseconds: number): number =>
  milliseconds < 1 ? 0 : Math.ceil(Math.log2(milliseconds) * PER_DOUBLING);

const percentiles = (waits: ReadonlyMap<number, number>): Pick<QueueHour, 'waitP50' | 'waitP95'> => {
  const sorted = [...waits].sort(([a], [b]) => a - b);
  const total = sorted.reduce((sum, [, n]) => sum + n, 0);
  if (total === 0) return {};
  const at = (share: number): number => {
    let left = Math.ceil(total * share);
    const [bucket] = sorted.find(([, n]) => {
      left -= n;
      return left <= 0;
    })!;
    return Math.round(2 ** (bucket / PER_DOUBLING));
  };
  return { waitP50: at(0.5), waitP95: at(0.95) };
};
