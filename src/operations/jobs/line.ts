import { firstInLine } from '../../store/runnable.ts';
import type { Tx } from '../../store/store.ts';

/** Nobody is told a place beyond this; nobody counts further. */
const COUNTED = 1001;

/** Places in the lines of queues, each line read once for all jobs that one request shows. */
export class Lines {
  private readonly tx: Tx;
  private readonly byQueue = new Map<number, readonly number[]>();

  constructor(tx: Tx) {
    this.tx = tx;
  }

  /** How many RUNNABLE jobs of its queue stand before a job, counted to 1,001. */
  async ahead(queue: number, seq: number): Promise<number> {
    const line = this.byQueue.get(queue) ?? (await firstInLine(this.tx, queue, COUNTED));
    this.byQueue.set(queue, line);
    const behind = line.findIndex((other) => other >= seq);
    return behind < 0 ? line.length : behind;
  }
}
