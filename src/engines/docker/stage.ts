import type { TaskReport } from '../engine.ts';
import type { LogKeeper } from './log-keeper.ts';

/** Its start was sent and not answered yet. */
export interface Starting {
  readonly kind: 'starting';
  readonly container: string;
  /** Of a stop that came meanwhile, which is told when it has begun. */
  readonly graceSeconds?: number;
}

/** The daemon has started it; it may be over by now. */
export interface Running {
  readonly kind: 'running';
  readonly container: string;
  /** Wall milliseconds; asked for when it turns out to run for more than a moment. */
  readonly startedAt?: number;
  /** Who follows its log. */
  readonly keeper?: LogKeeper;
}

/** It runs, and was told to stop. */
export interface Stopping extends Omit<Running, 'kind'> {
  readonly kind: 'stopping';
  readonly graceSeconds: number;
}

/** How far a task has come, as this server knows it, with what is known of it there. */
export type Stage =
  /** It stands behind another. */
  | { readonly kind: 'lined' }
  /** It is being prepared; until its start is sent it can be recalled. */
  | { readonly kind: 'ordered' }
  /** Recalled, or told so before it was known: it never begins. */
  | { readonly kind: 'recalled' }
  /** An earlier server made its container and did not start it. */
  | { readonly kind: 'made'; readonly container: string }
  | Starting
  | Running
  | Stopping
  /** Its log is kept to the end and its state asked for; it goes back to what it was when it has not ended after all. */
  | { readonly kind: 'ending'; readonly was: Starting | Running | Stopping }
  /** Without a container where none is left to be removed. */
  | { readonly kind: 'over'; readonly report: TaskReport; readonly container?: string };

export const containerOf = (stage: Stage): string | undefined => {
  switch (stage.kind) {
    case 'lined':
    case 'ordered':
    case 'recalled':
      return undefined;
    case 'made':
    case 'starting':
    case 'running':
    case 'stopping':
    case 'over':
      return stage.container;
    case 'ending':
      return stage.was.container;
  }
};

/** What `list` says of it. Until its time of start is known it waits, as far as others can tell. */
export const reportOf = (taskId: string, stage: Stage): TaskReport => {
  switch (stage.kind) {
    case 'lined':
    case 'ordered':
    case 'recalled':
    case 'made':
    case 'starting':
      return { taskId, kind: 'waiting' };
    case 'running':
    case 'stopping':
      return stage.startedAt === undefined
        ? { taskId, kind: 'waiting' }
        : { taskId, kind: 'running', startedAt: stage.startedAt };
    case 'ending':
      return reportOf(taskId, stage.was);
    case 'over':
      return stage.report;
  }
};
