import type { TaskReport } from '../engine.ts';
import type { Pod } from './objects.ts';
import { podShown } from './pod-shown.ts';
import type { DoomReport } from './status/facts.ts';

/** How far a task has come, as this server knows it. */
export type Stage =
  /** It stands behind another. */
  | { readonly kind: 'lined' }
  /** Its pod is being made. `isSent`: a create of it may lie with the API server, whatever it answers. */
  | Ordered
  /** Recalled, or told so before it was known: it never begins. */
  | { readonly kind: 'recalled' }
  | There
  /** It is over as `report` says; its log is kept to the end before that is told. */
  | { readonly kind: 'ending'; readonly was: There; readonly report: TaskReport }
  /** Without a pod where none is left to be removed. */
  | { readonly kind: 'over'; readonly report: TaskReport; readonly pod?: Pod };

export interface Ordered {
  readonly kind: 'ordered';
  readonly isSent: boolean;
  /** It is to be stopped as soon as its pod is known, with this grace. */
  readonly stopSeconds?: number;
}

/** Its pod is in the cluster. */
export interface There {
  readonly kind: 'there';
  /** As it was seen last. */
  readonly pod: Pod;
  /** The id of the host that it has come to, where it was placed on one to come. */
  readonly host?: string;
  /** Wall milliseconds; undefined while it is not known to run. */
  readonly startedAt?: number;
  /** It is told to stop, with this grace. */
  readonly stopSeconds?: number;
  /** Why it will never run: its pod is deleted, and this told when it can begin no more. */
  readonly doom?: DoomReport;
  /** What it waits for, for people. */
  readonly why?: string;
}

export const podIn = (stage: Stage): Pod | undefined => {
  switch (stage.kind) {
    case 'lined':
    case 'ordered':
    case 'recalled':
      return undefined;
    case 'there':
    case 'over':
      return stage.pod;
    case 'ending':
      return stage.was.pod;
  }
};

/** What `list` says of it. */
export const reportOf = (taskId: string, stage: Stage): TaskReport => {
  switch (stage.kind) {
    case 'lined':
    case 'ordered':
    case 'recalled':
      return { taskId, kind: 'waiting' };
    case 'there':
      return stage.startedAt === undefined
        ? { taskId, kind: 'waiting', ...hostOf(stage) }
        : withPod({ taskId, kind: 'running', startedAt: stage.startedAt, ...hostOf(stage) }, stage.pod);
    case 'ending':
      return reportOf(taskId, stage.was);
    case 'over':
      return withPod(stage.report, stage.pod);
  }
};

const withPod = (report: TaskReport, pod: Pod | undefined): TaskReport => {
  const shown = pod && podShown(pod);
  return shown ? { ...report, pod: shown } : report;
};

const hostOf = ({ host }: There): { readonly host?: string } => (host === undefined ? {} : { host });

/** An end of what has come to a host, with that. */
export const withHost = (report: TaskReport, stage: There): TaskReport =>
  report.kind === 'unstarted' ? report : { ...report, ...hostOf(stage) };

/** Whether it is to run, runs, or may still do so. */
export const holdsRoom = ({ kind }: Stage): boolean => kind !== 'over' && kind !== 'recalled';

/** What is told of a task that was stopped and never began (K-025). */
export const STOPPED_UNBEGUN = 'stopped before it began';
