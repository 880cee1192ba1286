import { firstInQueue } from '../store/runnable.ts';
import type { Tx } from '../store/store.ts';

/** Nobody is told a position beyond this; nobody counts further. */
const COUNTED = 1001;

/** Positions of jobs in their queues, each queue read once for all jobs that one request shows. */
export class QueuePositions {
  private readonly tx: Tx;
  private readonly byQueue = new Map<number, readonly number[]>();

  constructor(tx: Tx) {
    this.tx = tx;
  }

  /** How many RUNNABLE jobs of its queue stand before a job, counted to 1,001. */
  async ahead(queue: number, rank: number): Promise<number> {
    const first = this.byQueue.get(queue) ?? (await firstInQueue(this.tx, queue, COUNTED));
    this.byQueue.set(queue, first);
    const behind = first.findIndex((other) => other >= rank);
    return behind < 0 ? first.length : behind;
  }
}
