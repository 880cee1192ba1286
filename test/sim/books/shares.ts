import type { Eyes, JobSeen } from './eyes.ts';
import { nameOf } from './jobs.ts';
import { isFinal, type Job, must, type Policy, type Queue, type Task } from './model.ts';
import type { Ledger } from './requests.ts';

/* Whose share a job is of, and what each share has used: counted anew from the attempts that were seen to end. */

/** What an attempt had, from one moment to another of the shares' clock. */
interface Span {
  readonly milliVcpus: number;
  readonly from: number;
  readonly to: number;
  /** What it used before may be forgotten: the window did not count it when it ended, or when another did after it. */
  readonly lost: number;
  /** The same of what may have been taken for older than it was: buckets are taken for evenly used where they become narrower. */
  readonly blurred: number;
}

/** What a share of a queue used. */
interface Used {
  spans: readonly Span[];
  /** The widest buckets that it was ever kept in, and how often these became others. */
  widest: number;
  width: number;
  rewidened: number;
}

const LEAST_SECONDS = 600;
const BUCKETS = 60;
const WEEK = 604_800_000;

/** Milliseconds for which use counts. */
export const windowOf = ({ doc }: Policy): number =>
  Math.max(LEAST_SECONDS, doc.fairsharePolicy.shareDecaySeconds) * 1000;

const widthOf = (window: number): number => Math.ceil(window / BUCKETS);

/** A job's row says the share that its request said; a node's is its job's. */
export const checkShare = (eyes: Eyes, job: Job, { job_group: group }: JobSeen): void => {
  if (job.role !== 'none') return;
  const found = group === 0 ? undefined : eyes.share(group);
  const tell = () => `${nameOf(job)} of ${job.share}: group ${group}, ${JSON.stringify(found)}`;
  must(
    found?.name === job.share && (found?.queue ?? job.queue.seq) === job.queue.seq,
    'a job is of its share',
    tell,
  );
};

export class Uses {
  private readonly used = new Map<string, Used>();

  /** An attempt of a share is over. A queue that is being deleted counts no more. */
  ended(job: Job, task: Task, from: number, to: number): void {
    const { queue, share } = job;
    if (share === undefined || !queue.policy || queue.status !== 'VALID') return;
    const window = windowOf(queue.policy);
    const width = widthOf(window);
    const key = keyOf(queue, share);
    const used = this.used.get(key) ?? { spans: [], widest: width, width, rewidened: 0 };
    const oldest = to - window;
    const blurred = used.width > width ? oldest + used.width : oldest;
    if (used.width !== width) used.rewidened++;
    used.width = width;
    used.widest = Math.max(used.widest, width);
    used.spans = used.spans
      .filter((span) => span.to > to - WEEK - 2 * used.widest)
      .map((span) => ({
        ...span,
        lost: Math.max(span.lost, oldest),
        blurred: Math.max(span.blurred, blurred),
      }))
      .concat({ milliVcpus: task.milliVcpus, from, to, lost: oldest, blurred: oldest });
    this.used.set(key, used);
  }

  /** Whether anything counts in a window, or may, by how it is kept. */
  counts(queue: Queue, share: string, age: number, window: number): boolean {
    const used = this.used.get(keyOf(queue, share));
    return used?.spans.some(({ to }) => to > age - window - 2 * used.widest) ?? false;
  }

  /** What is kept of each share is what its attempts took, within what buckets round. */
  check(ledger: Ledger, eyes: Eyes): void {
    const age = eyes.useAge();
    for (const { seq, queue: of, name } of eyes.shares()) {
      const queue = ledger.queueBySeq.get(of)!;
      if (!queue.policy) continue;
      const window = windowOf(queue.policy);
      const kept = keptOf(eyes, seq, age, window);
      const { low, high, round } = this.recount(queue, name, age, window);
      must(kept >= low - round && kept <= high + round, 'use is what attempts took', () => {
        return `share ${name} of ${queue.name}: kept ${kept}, counted ${low} to ${high}, give or take ${round}`;
      });
    }
  }

  private recount(queue: Queue, name: string, age: number, window: number) {
    const used = this.used.get(keyOf(queue, name));
    if (!used) return { low: 0, high: 0, round: 1e-3 };
    const { spans, widest, rewidened } = used;
    const end = age - window;
    // the clock loses what it had not written down: some may lie ahead of it
    const total = sum(spans, (span) => amount(span, end - widest, Number.POSITIVE_INFINITY));
    const atEnd = sum(spans, (span) => amount(span, end - widest, end + widest));
    const round = ((atEnd + total * rewidened) * widest) / window + 1e-9 * total + 1e-3;
    return {
      low: sum(spans, (span) => decayed(span, age, window, span.blurred)),
      high: sum(spans, (span) => decayed(span, age, window, span.lost - widest)),
      round,
    };
  }

  /** A share's row goes with the last that could be asked of it. */
  checkGone(ledger: Ledger, eyes: Eyes, queue: Queue, name: string): void {
    const left = [...ledger.jobs.values()].find(
      (job) => job.queue === queue && job.share === name && (!job.gone || !isFinal(job.state)),
    );
    must(left === undefined, 'a share goes when nothing counts', () => `${nameOf(left!)} is of ${name}`);
    const used = this.used.get(keyOf(queue, name));
    const young = used?.spans.find(({ to }) => to > eyes.useAge() - WEEK);
    must(young === undefined, 'a share goes when nothing counts', () => {
      return `share ${name} of ${queue.name} used ${JSON.stringify(young)}, it is ${eyes.useAge()}`;
    });
  }
}

const keyOf = ({ seq }: Queue, share: string): string => `${seq}/${share}`;

const sum = (spans: readonly Span[], of: (span: Span) => number): number =>
  spans.reduce((total, span) => total + of(span), 0);

const amount = ({ milliVcpus, from, to }: Span, low: number, high: number): number =>
  milliVcpus * Math.max(0, Math.min(to, high) - Math.max(from, low));

/** A use so old counts with what is left of the window; what was used before `lost` does not. */
const decayed = ({ milliVcpus, from, to }: Span, age: number, window: number, lost: number): number => {
  const begin = Math.max(from, lost, age - window);
  if (begin >= to) return 0;
  const [older, newer] = [1 - (age - begin) / window, 1 - (age - to) / window];
  return (milliVcpus * (to - begin) * (older + newer)) / 2;
};

/** What a share's buckets come to: of the one at the far end as if it was used evenly. */
const keptOf = (eyes: Eyes, share: number, age: number, window: number): number =>
  eyes.buckets(share).reduce((total, { start, width, used, moment }) => {
    const left = Math.min(width, start + width - (age - window));
    if (left <= 0) return total;
    return left < width
      ? total + ((used / width) * left * left) / (2 * window)
      : total + used * (1 - (age - start) / window) + moment / window;
  }, 0);
