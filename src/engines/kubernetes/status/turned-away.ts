import { BoundedCache } from '../../../lib/bounded-cache.ts';
import type { TaskReport } from '../../engine.ts';

const MOST = 3;

/**
 * How often kubelets turned the attempts under way away, in a row: a third time is their end (K-044). Of reports of pods that
 * were bound; what no node was found for may wait for ever. A restart counts anew.
 */
export class TurnedAway {
  private readonly counts = new BoundedCache<string, number>(10_000, Number.POSITIVE_INFINITY);

  /** What is to be told of a task of an attempt that is over so; `at`: wall milliseconds. */
  told(jobId: string, attempt: number, report: TaskReport, at: number): TaskReport {
    const key = `${jobId} ${attempt}`;
    const count = report.kind === 'unstarted' ? (this.counts.get(key) ?? 0) + 1 : 0;
    this.counts.set(key, count % MOST, 0);
    if (report.kind !== 'unstarted' || count < MOST) return report;
    return { taskId: report.taskId, kind: 'failed', stoppedAt: at, reason: report.reason };
  }
}
