import { isFinal, type Job, must, RUNNABLE, RUNNING, STARTING, type Wire } from './model.ts';
import { attemptsOf } from './times.ts';

/* That each start, retry and end has its line in the activity log, once. What the lines say: see `activity.ts`. */

const RULE = 'the activity log is true';
const STARTED = 'a job started';
const AGAIN = 'an attempt failed: the job runs again';
const ENDED = 'a job ended';
const MANY_ENDED = 'waiting children ended';

/** What has happened and was not told yet. */
export class LinesOwed {
  /** How many lines by their message and job. */
  private readonly owed = new Map<string, number>();
  /** By array, children that ended before they began: a line may tell of several. */
  private readonly waiting = new Map<string, Set<string>>();
  /** Of how many attempts it is known what followed. */
  private readonly followed = new Map<Job, number>();

  /** A job went from one state to another. */
  changed(job: Job, before: number, after: number): void {
    if (after === RUNNING) this.owe(STARTED, job);
    if (after === RUNNABLE && before >= STARTING) this.again(job, before);
    if (!isFinal(after)) return;
    if (job.parent && job.role === 'none' && before < STARTING) this.waitingOf(job.parent.id).add(job.id);
    else if (!endsWithItsJob(job, before)) this.owe(ENDED, job);
  }

  /** An attempt is over, before its job's row says so: one that was not known to run may have. */
  attemptOver(job: Job): void {
    if (job.attempts.at(-1)!.startedAt === undefined || job.state !== STARTING) return;
    this.owe(STARTED, job);
    if (job.role === 'main' && job.parent!.state === STARTING) this.owe(STARTED, job.parent!);
  }

  /** Whoever asked for it again is told in the answer; one that was recalled had no attempt. */
  private again(job: Job, before: number): void {
    const attempts = attemptsOf(job).length;
    if (!isFinal(before) && attempts > (this.followed.get(job) ?? 0)) this.owe(AGAIN, job);
    this.followed.set(job, attempts);
  }

  private owe(message: string, { id }: Job): void {
    const key = `${message} ${id}`;
    this.owed.set(key, (this.owed.get(key) ?? 0) + 1);
  }

  private waitingOf(array: string): Set<string> {
    const waiting = this.waiting.get(array) ?? new Set();
    this.waiting.set(array, waiting);
    return waiting;
  }

  /** A line was written. */
  told(message: string, { jobId, children }: Wire): void {
    if (message === MANY_ENDED) this.toldMany(jobId, children);
    if (message === ENDED && this.waitingOf(jobId.split(':')[0]).delete(jobId)) return;
    if (message === STARTED || message === AGAIN || message === ENDED) this.pay(message, jobId);
  }

  private toldMany(array: string, children: number): void {
    const waiting = this.waitingOf(array);
    must(waiting.size >= children, RULE, () => `${children} children of ${array} ended, of ${waiting.size}`);
    for (const id of [...waiting].slice(0, children)) waiting.delete(id);
  }

  private pay(message: string, id: string): void {
    const key = `${message} ${id}`;
    const left = (this.owed.get(key) ?? 0) - 1;
    // a node that ends before it began may have a line, and none when its job ends
    must(left >= 0 || (message === ENDED && id.includes('#')), RULE, () => `told once too often: ${key}`);
    if (left > 0) this.owed.set(key, left);
    else this.owed.delete(key);
  }

  /** The server is dead: what it has not told it never will. */
  forget(): void {
    this.owed.clear();
    this.waiting.clear();
  }

  check(): void {
    const [key] = this.owed.keys();
    must(key === undefined, RULE, () => `nobody told: ${key}`);
    for (const [array, { size }] of this.waiting)
      must(size === 0, RULE, () => `nobody told of ${size} children of ${array}`);
  }
}

const endsWithItsJob = (job: Job, before: number): boolean => job.role !== 'none' && before < STARTING;
