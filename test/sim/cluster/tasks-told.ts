import type { StartOrder, TaskReport } from '../../../src/engines/engine.ts';
import type { Fate } from '../books/eyes.ts';
import type { TaskOfPods } from '../books/pods.ts';
import type { RowEnd } from '../ground.ts';
import type { Tale } from './tales.ts';

/** A task: what was told of it to servers and by them, and what its pods did. */
export class ToldTask {
  order: StartOrder | undefined;
  /** Time, not the clock's: when it began, and when it was first told to stop. */
  beganAt: number | undefined;
  askedAt: number | undefined;
  /** Somebody asked for its order back, and perhaps got it. */
  isRecallAsked = false;
  isRecalled = false;
  isForgotten = false;
  /** By the cluster's clock, as servers were told. */
  runningSince: number | undefined;
  /** Ends that servers were told; the same may be told in other words by the next one. */
  readonly ends: Extract<TaskReport, { kind: 'exited' | 'failed' | 'lost' | 'unstarted' }>[] = [];
  readonly tales: Tale[] = [];

  /** But for mere names. */
  get pods(): readonly Tale[] {
    return this.tales.filter(({ isTombstone }) => !isTombstone);
  }

  get isTornOut(): boolean {
    return this.tales.some(({ isTornOut }) => isTornOut);
  }

  asSeen(): TaskOfPods {
    return { pods: this.pods, isAsked: this.isRecallAsked || this.askedAt !== undefined };
  }

  /** Why its container may not begin; undefined where it may. */
  whyNotBegin(): string | undefined {
    if (this.isTornOut) return undefined;
    if (this.pods.filter(({ startedAt }) => startedAt !== undefined).length > 1) return 'it has begun before';
    if (this.isRecalled) return 'its order was recalled';
    const end = this.ends.find(({ kind }) => kind === 'failed' || kind === 'unstarted');
    return end && `it was told as ${end.kind}`;
  }

  told(report: TaskReport): void {
    if (report.kind === 'waiting') return;
    if (report.kind === 'running') this.runningSince = report.startedAt;
    else if (!this.ends.some((end) => JSON.stringify(end) === JSON.stringify(report))) this.ends.push(report);
  }

  fate(row: RowEnd | undefined): Fate {
    const end = this.ends.find((one) => timeOf(one) === (row?.stopped_at ?? undefined)) ?? this.ends.at(-1);
    const running = this.pods.find(({ startedAt }) => startedAt !== undefined);
    const { askedAt, beganAt } = this;
    return {
      kind: end?.kind ?? (this.runningSince === undefined ? 'waiting' : 'running'),
      exitCode: end && 'exitCode' in end ? end.exitCode : undefined,
      began: beganAt !== undefined,
      wronged: this.isTornOut,
      startedAt: end
        ? 'startedAt' in end
          ? end.startedAt
          : this.runningSince
        : (this.runningSince ?? running?.startedAt),
      stoppedAt: end && timeOf(end),
      reason: end && 'reason' in end ? end.reason : undefined,
      said: running?.end && { exitCode: running.end.exitCode, at: running.end.finishedAt },
      askedAfter: askedAt === undefined || beganAt === undefined ? undefined : askedAt - beganAt,
    };
  }
}

const timeOf = (end: ToldTask['ends'][number]): number | undefined =>
  'stoppedAt' in end ? end.stoppedAt : undefined;
