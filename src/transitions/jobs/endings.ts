import { parentEnd } from '../../domain/job-life.ts';
import { isNode } from '../../domain/node-roles.ts';
import { MAIN_ENDED_REASON, stopOf } from '../../domain/stop-kinds.ts';
import type { Surroundings } from '../../service/service.ts';
import {
  insertManySettled,
  insertSettled,
  isWatched,
  isWatchedAsWhole,
  isWatchedByChild,
} from '../../store/dependencies.ts';
import { admitParent, failWaiting, type JobEnd, setEnded } from '../../store/job-moves.ts';
import { countChildren, type FoundJob, jobBySeq, setStop } from '../../store/job-rows.ts';
import { endWaitingNodes } from '../../store/node-rows.ts';
import type { StopInForce } from '../../store/stop-sweeps.ts';
import { Stops } from '../../store/stops-in-force.ts';
import type { Tx } from '../../store/store.ts';
import { endHolds, endTokens } from '../../store/token-rows.ts';
import { ageNow } from '../retention/age-now.ts';
import { tellEnd, tellManyEnds } from './activity.ts';

/**
 * What follows when jobs reach their end: dependents are told, parents count. A job's end, its parent's count
 * and the note to its dependents are one transaction.
 */
export class Endings {
  private readonly tx: Tx;
  private readonly service: Surroundings;
  /** Wall milliseconds: the `stoppedAt` of parents that end in this transaction. */
  private readonly at: number;
  private age: number | undefined;
  private readonly stops: Stops;
  /** Children that ended in this transaction, by parent: counted once. */
  private readonly ended = new Map<number, { total: number; failed: number }>();

  constructor(tx: Tx, service: Surroundings) {
    this.tx = tx;
    this.service = service;
    this.at = service.clock.wall();
    this.stops = new Stops(tx);
  }

  /**
   * Ends a job that is not to run, or not again: it shows the times and the code of the attempt it had (J-152, J-161), or
   * ends now. One that reads as ended by a stop already ends so, whatever else would end it now.
   */
  async withdraw(job: FoundJob, at: number, reason: string): Promise<void> {
    const stop = await this.stops.over(job);
    if (stop) await setStop(this.tx, job.seq, stop.stop_kind, stop.reason);
    await this.end(job, {
      event: 'withdrawn',
      stoppedAt: job.stopped_at ?? stop?.at ?? at,
      startedAt: job.started_at,
      statusReason: stop?.reason ?? reason,
      exitCode: job.exit_code,
      containerReason: job.container_reason,
    });
  }

  /** Ends one job; nothing follows when the state it is in has no such end. */
  async end(job: FoundJob, end: JobEnd): Promise<void> {
    if ((await setEnded(this.tx, job, end, await this.ageOfTurn())) === 0) return;
    await endTokens(this.tx, job);
    if (job.parent === 0 && job.size === 0) this.tx.own(job.submitter, -1);
    const ok = end.event === 'attempt-succeeded';
    tellEnd(this.tx, this.service, job, end);
    if (isWatchedAsWhole(job.watched) || isWatchedByChild(job.parent_watched)) {
      await insertSettled(this.tx, job.seq, ok);
    }
    if (job.nodes > 0) {
      const reason = end.event === 'withdrawn' ? (end.statusReason ?? '') : MAIN_ENDED_REASON;
      const { stop_kind, stop_reason } = (await jobBySeq(this.tx, job.seq))!;
      await endWaitingNodes(this.tx, { seq: job.seq, stop_kind, stop_reason }, end.stoppedAt, reason);
    }
    if (job.parent > 0 && !isNode(job)) this.count(job.parent, 1, ok ? 0 : 1);
  }

  /** Ends waiting children of one parent, all in the same way. */
  async failChildren(
    parent: Pick<FoundJob, 'id' | 'seq' | 'queue' | 'watched' | 'asks_tokens'>,
    seqs: readonly number[],
    { at, reason }: Pick<StopInForce, 'at' | 'reason'>,
  ): Promise<void> {
    if (seqs.length === 0) return;
    const n = await failWaiting(this.tx, parent.queue, seqs, at, reason, await this.ageOfTurn());
    if (parent.asks_tokens === 1) await endHolds(this.tx, seqs);
    tellManyEnds(this.tx, this.service, parent, n, reason);
    await this.settleWatched(parent.watched, seqs);
    this.count(parent.seq, n, n);
  }

  /** Call once, after the last end: parents count, and end with their last child. Resolves to whether one did. */
  async finish(): Promise<boolean> {
    let anyEnded = false;
    for (const [parent, { total, failed }] of this.ended) {
      const left = await countChildren(this.tx, parent, total, failed);
      this.tx.own(left.submitter, -total);
      if (left.live > 0) continue;
      const stop = { kind: stopOf(left.stop_kind), reason: left.stop_reason ?? '' };
      const { event, statusReason } = parentEnd(left.failed, stop);
      const end: JobEnd = {
        event,
        stoppedAt: this.at,
        startedAt: left.started_at,
        statusReason,
        exitCode: null,
        containerReason: null,
      };
      await admitParent(this.tx, parent);
      const job = (await jobBySeq(this.tx, parent))!;
      if ((await setEnded(this.tx, job, end, await this.ageOfTurn())) === 0) continue;
      await endTokens(this.tx, job);
      tellEnd(this.tx, this.service, job, end);
      if (isWatched(left.watched)) await insertSettled(this.tx, parent, event === 'children-succeeded');
      anyEnded = true;
    }
    this.ended.clear();
    return anyEnded;
  }

  /** What all ends of this transaction are kept by (J-147). */
  private async ageOfTurn(): Promise<number> {
    this.age ??= await ageNow(this.tx, this.service.clock);
    return this.age;
  }

  private count(parent: number, total: number, failed: number): void {
    const sum = this.ended.get(parent) ?? { total: 0, failed: 0 };
    this.ended.set(parent, { total: sum.total + total, failed: sum.failed + failed });
  }

  private async settleWatched(parentWatched: number, seqs: readonly number[]): Promise<void> {
    if (isWatchedByChild(parentWatched)) {
      await insertManySettled(this.tx, seqs);
      return;
    }
    const watched = await this.tx.all<{ seq: number }>(
      'SELECT seq FROM jobs WHERE seq IN (SELECT value FROM json_each(?)) AND watched > 0',
      [JSON.stringify(seqs)],
    );
    if (watched.length > 0)
      await insertManySettled(
        this.tx,
        watched.map((row) => row.seq),
      );
  }
}
