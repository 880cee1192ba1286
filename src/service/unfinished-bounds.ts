import type { Tx } from '../store/store.ts';

/** So many principals at the most; of others it is looked again. */
const MOST = 10_000;

/**
 * How many jobs of each principal have not finished, at the most: those that were found, and all that came since. What ends, or is undone, is
 * not taken off, so that a submission far from its limit reads nothing and none is let in over it.
 */
export class UnfinishedBounds {
  private readonly atMost = new Map<string, number>();

  /** Whether so many more are not too many even so; they are counted then. Else whoever asks must look, and say what there is. */
  admits(principal: string, more: number, most: number): boolean {
    const jobs = this.atMost.get(principal);
    if (jobs !== undefined && jobs + more <= most) {
      this.atMost.set(principal, jobs + more);
      return true;
    }
    // until that is known for good whoever comes looks for itself
    this.atMost.delete(principal);
    return false;
  }

  /** What there is as a transaction sees it, with those that come in it: true when it is durable, as jobs may have ended in it, too. */
  found(tx: Tx, principal: string, jobs: number): void {
    tx.onCommit(() => {
      if (this.atMost.size >= MOST) this.atMost.clear();
      this.atMost.set(principal, jobs);
    });
  }
}
