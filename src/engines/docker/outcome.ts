import { cutReason, OUT_OF_MEMORY } from '../../domain/attempt-reason.ts';
import type { TaskReport } from '../engine.ts';
import { LABEL } from './labels.ts';

/** What of the daemon's inspect is looked at. */
export interface Inspected {
  readonly Id: string;
  readonly Created: string;
  readonly State: {
    readonly Status: string;
    readonly Error: string;
    readonly ExitCode: number;
    readonly OOMKilled: boolean;
    readonly StartedAt: string;
    readonly FinishedAt: string;
  };
  readonly Config: { readonly Labels: Readonly<Record<string, string>> };
  readonly HostConfig: {
    readonly LogConfig: { readonly Type: string; readonly Config?: Readonly<Record<string, string>> | null };
  };
}

/** What a container is, as a report or as one that was made and not started. */
export type Outcome =
  | { readonly kind: 'created' }
  | { readonly kind: 'running'; readonly startedAt: number }
  | { readonly kind: 'over'; readonly report: TaskReport };

/** What the daemon notes as the exit code of a container that it lost sight of. */
const UNKNOWN_END = 255;

/**
 * The boot that the daemon's machine is in: its id, and the wall milliseconds at which it began. Of another machine only
 * when it was silent is known, for it may have been booted then: from `beganAt` to `until`.
 */
export interface Boot {
  readonly id: string;
  readonly beganAt: number;
  readonly until?: number;
}

/** Whether a container has ever run. */
export const hasBegun = ({ State }: Inspected): boolean => Date.parse(State.StartedAt) > 0;

/** Rules J-166 to J-182 from a container's state. The same state is the same report, whoever looks. */
export const outcomeOf = (inspected: Inspected, boot: Boot): Outcome => {
  const { State: state } = inspected;
  const taskId = inspected.Config.Labels[LABEL.task]!;
  switch (state.Status) {
    case 'created':
      return state.Error === '' ? { kind: 'created' } : { kind: 'over', report: failed(inspected, taskId) };
    case 'exited':
    case 'dead':
    case 'removing':
      return { kind: 'over', report: ended(inspected, taskId, boot) };
    default:
      return { kind: 'running', startedAt: Date.parse(state.StartedAt) };
  }
};

/** Rule J-182. The daemon keeps no time of a start that failed: that of the create, a moment before, stands for it. */
const failed = (
  { State: { Error: error, ExitCode: exitCode }, Created }: Inspected,
  taskId: string,
): TaskReport => ({
  taskId,
  kind: 'failed',
  stoppedAt: Date.parse(Created),
  reason: cutReason(`CannotStartContainerError: Error response from daemon: ${error}`),
  ...((exitCode === 126 || exitCode === 127) && { exitCode }),
});

const ended = (inspected: Inspected, taskId: string, boot: Boot): TaskReport => {
  const { State: state } = inspected;
  const [startedAt, stoppedAt] = [Date.parse(state.StartedAt), Date.parse(state.FinishedAt)];
  if (!hasBegun(inspected)) return failed(inspected, taskId);
  if (wasCutOff(inspected, boot)) return { taskId, kind: 'lost', startedAt, stoppedAt };
  return {
    taskId,
    kind: 'exited',
    startedAt,
    stoppedAt: Math.max(startedAt, stoppedAt),
    exitCode: state.ExitCode,
    ...(state.OOMKilled && state.ExitCode !== 0 && { reason: OUT_OF_MEMORY }),
  };
};

/** It ran when the host went down: ordered in an earlier boot, and found dead by a daemon of this one. */
const wasCutOff = ({ State: state, Config }: Inspected, boot: Boot): boolean => {
  const { id, beganAt, until = Number.POSITIVE_INFINITY } = boot;
  const foundAt = Date.parse(state.FinishedAt);
  return (
    state.ExitCode === UNKNOWN_END &&
    Config.Labels[LABEL.boot] !== id &&
    foundAt >= beganAt &&
    foundAt <= until
  );
};
