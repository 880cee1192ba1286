import { cutReason } from './attempt-reason.ts';
import type { RetryStrategy } from './job-spec.ts';
import { runsAgain } from './retry.ts';
import type { StopKind } from './stop-kinds.ts';

/** What is told of a task that is over. Times are wall milliseconds. */
export type EndReport =
  | {
      readonly kind: 'exited';
      readonly startedAt: number;
      readonly stoppedAt: number;
      readonly exitCode: number;
      readonly reason?: string;
    }
  /** It never ran. */
  | {
      readonly kind: 'failed';
      readonly stoppedAt: number;
      readonly reason: string;
      readonly exitCode?: number;
      /** See `TaskReport`. */
      readonly word?: string;
    }
  /** Its host is gone; `hostReason`: what is said of that, `reason`: what else is known of it. */
  | {
      readonly kind: 'lost';
      readonly startedAt?: number;
      readonly stoppedAt: number;
      readonly hostReason: string;
      readonly reason?: string;
    };

/** How an attempt ended, as it is kept and shown. */
export interface AttemptEnding {
  /** Null when it never ran. */
  readonly startedAt: number | null;
  readonly stoppedAt: number;
  readonly exitCode: number | null;
  /** `container.reason`. */
  readonly reason: string | null;
  readonly statusReason: string;
}

/** An attempt whose task is over, and what is to be known to say what follows. */
export interface AttemptOver {
  readonly report: EndReport;
  /** As it was heard of before. */
  readonly startedAt: number | null;
  /** From 1. */
  readonly attempt: number;
  /** Of its job, or of the node that it is of. */
  readonly stop: { readonly kind: StopKind; readonly reason: string };
  /** Its array or its multi-node job was stopped: it is not tried again, however it ended. */
  readonly isBarred: boolean;
  /** Of a node other than the main one: whether that is tried again its job says. */
  readonly isOtherNode: boolean;
  /** What a pod's cluster says is the status' reason, too (T-379). */
  readonly isPod: boolean;
  readonly strategy: RetryStrategy;
}

/** The one end of an attempt: what is kept of it, and what becomes of its job or node. */
export interface AttemptEnd {
  readonly ending: AttemptEnding;
  readonly next: 'succeeded' | 'again' | 'failed';
}

export const attemptEnd = (over: AttemptOver): AttemptEnd => {
  const ending = endingOf(over);
  if (isWell(ending, over)) return { ending, next: 'succeeded' };
  return { ending, next: isTriedAgain(ending, over) ? 'again' : 'failed' };
};

/** Rules J-166 to J-182: what somebody said who stopped it takes the place of what the task itself ended with. */
const endingOf = ({ report, startedAt, stop, isPod }: AttemptOver): AttemptEnding => {
  const { stoppedAt } = report;
  const told = stop.kind === 'none' ? undefined : stop.reason;
  const own = (reason: string | undefined) =>
    told !== undefined || reason === undefined ? null : cutReason(reason);
  switch (report.kind) {
    case 'exited':
      return {
        startedAt: report.startedAt,
        stoppedAt,
        exitCode: report.exitCode,
        reason: own(report.reason),
        statusReason: told ?? 'Essential container in task exited',
      };
    case 'failed':
      return {
        startedAt,
        stoppedAt,
        exitCode: report.exitCode ?? null,
        reason: own(report.word ?? report.reason),
        statusReason: told ?? (isPod ? cutReason(report.reason) : 'Task failed to start'),
      };
    case 'lost':
      return {
        startedAt: report.startedAt ?? startedAt,
        stoppedAt,
        exitCode: null,
        reason: own(report.reason),
        statusReason: told ?? report.hostReason,
      };
  }
};

/** A node that was stopped because its job's main node had ended may have ended well (J-298). */
const isWell = ({ exitCode }: AttemptEnding, { stop, isOtherNode }: AttemptOver): boolean =>
  exitCode === 0 && (stop.kind === 'none' || (isOtherNode && stop.kind === 'main-ended'));

/** A job that was told to stop never runs again; one whose array was, neither (J-187, J-262). */
const isTriedAgain = (ending: AttemptEnding, over: AttemptOver): boolean => {
  if (over.stop.kind !== 'none' || over.isBarred || over.isOtherNode) return false;
  const { statusReason, reason, exitCode } = ending;
  return runsAgain(over.strategy, over.attempt, {
    statusReason,
    ...(reason !== null && { reason }),
    ...(exitCode !== null && { exitCode }),
  });
};
