import type { StartOrder } from '../engine.ts';

/** Said as it is when somebody asks; undefined while there is nothing to say. */
export type Why = () => string | undefined;

/** Characters: an answer may hold a whole page of a proxy. */
const LONGEST = 1000;

/** Why jobs that were ordered do not run yet, for people. */
export class WaitReasons {
  /** By job; of a node by its multi-node job, whose nodes may each wait for something. */
  private readonly byJob = new Map<string, Set<Why>>();

  /** The job waits for as long as `act` goes on. */
  async during<T>({ node, jobId }: StartOrder, why: Why, act: () => Promise<T>): Promise<T> {
    const job = node?.job ?? jobId;
    const whys = this.byJob.get(job) ?? new Set();
    this.byJob.set(job, whys.add(why));
    try {
      return await act();
    } finally {
      whys.delete(why);
      if (whys.size === 0) this.byJob.delete(job);
    }
  }

  /** The last, which the others wait for too. See `Engine.waitReason`. */
  of(job: string): string | undefined {
    for (const why of [...(this.byJob.get(job) ?? [])].reverse()) {
      const text = why();
      if (text !== undefined) return [...text].slice(0, LONGEST).join('');
    }
    return undefined;
  }
}
