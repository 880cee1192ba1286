import { jobIdOf } from '../../domain/job-id.ts';
import { childSeq } from '../../domain/job-seq.ts';
import { isFinal, stateOf } from '../../domain/job-state.ts';
import { type Refusal, refuse } from '../../domain/refusal.ts';
import { DEPENDENCY_REASON, stopOf } from '../../domain/stop-kinds.ts';
import type { AwaitedJobs } from '../../store/awaited-jobs.ts';
import { PAIRWISE, SEQUENTIAL, WHOLE, waitersOn } from '../../store/dependencies.ts';
import { jobBySeq } from '../../store/job-rows.ts';
import { queueIsGoing } from '../../store/queue-rows.ts';
import { isBeingTold } from '../../store/rerun-rows.ts';
import type { JobRow } from '../../store/schema.ts';
import type { Tx } from '../../store/store.ts';
import type { Dependent } from '../../transitions/jobs/rerun-dependents.ts';

/** As many as go with one call. */
const MOST = 10_000;

/**
 * Jobs that FAILED because one that runs again had, and those that failed for them: each that has nothing else in its way, with
 * what it waits for from now on. Reads the edges of what runs again, which FAILED jobs keep.
 */
export class FailedDependents {
  private readonly tx: Tx;
  private readonly rows: AwaitedJobs;
  /** What runs again: what was asked for, arrays that are open again, and what is found. */
  private readonly again = new Set<number>();
  private readonly found: JobRow[] = [];
  private readonly barred = new Map<number, boolean>();

  constructor(tx: Tx, rows: AwaitedJobs) {
    this.tx = tx;
    this.rows = rows;
  }

  async of(asked: readonly JobRow[]): Promise<readonly Dependent[] | Refusal> {
    const open = [...asked];
    for (const job of asked) this.again.add(job.seq);
    for (let job = open.pop(); job; job = open.pop()) {
      for (const dependent of await this.behind(job)) {
        if (this.again.has(dependent.seq) || !(await this.goes(dependent))) continue;
        if (this.found.length === MOST)
          return refuse(
            `more than ${MOST} jobs failed for these: run them again without those, and those afterwards`,
          );
        this.again.add(dependent.seq);
        this.found.push(dependent);
        open.push(dependent);
      }
    }
    return this.withWaits();
  }

  /** All that waited for a job, for its array when that is open again, or for a child. */
  private async behind(job: JobRow): Promise<JobRow[]> {
    const { seq, parent, idx } = job;
    const behind = await this.waiters(seq, WHOLE);
    if (parent === 0) return behind;
    const twins = await this.edges(parent, PAIRWISE);
    const next = (await this.edges(parent, SEQUENTIAL)).length > 0 ? [seq + 1] : [];
    for (const at of [...twins.map((waiter) => childSeq(waiter, idx)), ...next]) {
      const row = await this.rows.row(at);
      if (row && row.idx >= 0) behind.push(row);
    }
    if (this.again.has(parent)) return behind;
    this.again.add(parent);
    return [...behind, ...(await this.waiters(parent, WHOLE))];
  }

  /** Who waits for one as a whole: of an array all children. */
  private async waiters(seq: number, kind: typeof WHOLE): Promise<JobRow[]> {
    const waiters: JobRow[] = [];
    for (const dependent of await this.edges(seq, kind)) {
      const row = await this.rows.row(dependent);
      if (row) waiters.push(...(row.size > 0 ? await this.rows.children(row) : [row]));
    }
    return waiters;
  }

  private async edges(target: number, kind: 0 | 1 | 2): Promise<number[]> {
    const found = await waitersOn(this.tx, target, kind, 0, Number.MAX_SAFE_INTEGER, MOST + 1);
    return found.map(({ dependent }) => dependent);
  }

  /** It FAILED for another before it began, and waits for nothing that stays FAILED or is gone. */
  private async goes(job: JobRow): Promise<boolean> {
    const failedForIt =
      stateOf(job.state) === 'FAILED' && job.attempt === 0 && job.status_reason === DEPENDENCY_REASON;
    if (!failedForIt || (await this.isBarred(job))) return false;
    for (const target of await this.rows.awaited(job)) {
      const row = target && (await this.rows.row(target.seq));
      if (!row || (stateOf(row.state) === 'FAILED' && !this.again.has(row.seq))) return false;
    }
    return true;
  }

  /** In a queue that is deleted, or of an array that is being stopped, nothing runs again. */
  private async isBarred({ queue, parent }: JobRow): Promise<boolean> {
    const array = parent > 0 ? await this.rows.row(parent) : undefined;
    if (array && stopOf(array.stop_kind) !== 'none' && !isFinal(stateOf(array.state))) return true;
    if (!this.barred.has(queue)) this.barred.set(queue, await queueIsGoing(this.tx, queue));
    return this.barred.get(queue)!;
  }

  /** What each waits for. One whose end is still being told would be told of as well: it is refused for the moment. */
  private async withWaits(): Promise<readonly Dependent[] | Refusal> {
    const dependents = [];
    const involved = new Set(this.again);
    for (const job of this.found) {
      const awaits = [];
      for (const target of await this.rows.awaited(job)) {
        involved.add(target!.seq);
        if (!(await this.rows.hasSucceeded(target!.seq))) awaits.push(target!);
      }
      dependents.push({ job, awaits });
    }
    const told = await isBeingTold(this.tx, [...involved]);
    if (told === undefined) return dependents;
    return refuse(`Job ${jobIdOf((await jobBySeq(this.tx, told))!)} has just ended: ask again in a moment`);
  }
}
