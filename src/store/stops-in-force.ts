import { isWaiting, stateCode, stateOf } from '../domain/job-state.ts';
import type { ShownJob } from './job-rows.ts';
import { countRunning, type StopInForce, sweepOver } from './stop-sweeps.ts';
import type { Tx } from './store.ts';

/*
 * A stop of an array, or of all jobs of a queue, is one row that is in force at once; the jobs' own rows follow in steps.
 * Whoever shows a job or ends one reads through that row: what has not begun is FAILED from the answer on. See docs/decisions/stops-in-force.md.
 */

/** What a job reads as: what the sweep is about to write, when a stop is in force on it that its row knows nothing of. */
export const readsAs = <Job extends ShownJob>(job: Job, stop: StopInForce | undefined): Job =>
  stop === undefined
    ? job
    : {
        ...job,
        state: FAILED,
        status_reason: stop.reason,
        // of the attempt it had, as its row will say (J-152)
        stopped_at: job.stopped_at ?? stop.at,
        stop_kind: stop.stop_kind,
        stop_reason: stop.reason,
      };

/** A parent's children by state code, with those that wait counted as FAILED when a stop is in force on them. */
export const countedAs = (
  children: ReadonlyMap<number, number>,
  stop: StopInForce | undefined,
): ReadonlyMap<number, number> => {
  if (stop === undefined) return children;
  const counted = new Map<number, number>();
  for (const [state, n] of children) {
    const as = isWaiting(stateOf(state)) ? FAILED : state;
    counted.set(as, (counted.get(as) ?? 0) + n);
  }
  return counted;
};

const FAILED = stateCode('FAILED');

/** The stops that are in force on arrays and queues, each read once for all jobs of one request or turn. */
export class Stops {
  private readonly tx: Tx;
  private readonly known = { array: new Map<number, Found>(), queue: new Map<number, Found>() };

  constructor(tx: Tx) {
    this.tx = tx;
  }

  /** A job as everybody is shown it. An array's parent goes on until its children are over; they count. */
  async read<Job extends ShownJob>(job: Job): Promise<Job> {
    if (job.size === 0) return readsAs(job, await this.over(job));
    if (!isWaiting(stateOf(job.state)) || !(await this.overParts(job))) return job;
    const live = await countRunning(this.tx, job.seq);
    return { ...job, live, failed: job.failed + job.live - live };
  }

  /** The stop that is about to end a job which has not begun; undefined for one that begun, and for an array's parent. */
  over(job: ShownJob): Found {
    if (!isWaiting(stateOf(job.state)) || job.size > 0 || job.stop_kind > 0) return NONE;
    // a node waits as its job does, until that has its room
    if (job.role > 0) return isWaiting(stateOf(job.parent_state)) ? this.overQueue(job.queue) : NONE;
    return job.parent_stop_kind > 0 ? this.overArray(job.parent, job.queue) : this.overQueue(job.queue);
  }

  /** The same for all children of an array, or nodes of a job, that have not begun. */
  overParts(parent: ShownJob): Found {
    if (parent.nodes > 0) return this.over(parent);
    return parent.stop_kind > 0 ? this.overArray(parent.seq, parent.queue) : this.overQueue(parent.queue);
  }

  overQueue(queue: number): Found {
    return this.find('queue', queue);
  }

  private async overArray(array: number, queue: number): Found {
    return (await this.find('array', array)) ?? this.overQueue(queue);
  }

  private find(kind: 'array' | 'queue', target: number): Found {
    const found = this.known[kind].get(target) ?? sweepOver(this.tx, kind, target);
    this.known[kind].set(target, found);
    return found;
  }
}

/** Handed on as it is: a hundred jobs of one request wait for one read. */
type Found = Promise<StopInForce | undefined>;

const NONE: Found = Promise.resolve(undefined);
