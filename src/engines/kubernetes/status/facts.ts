import type { TaskReport } from '../../engine.ts';
import type { Since } from './since.ts';

/** What a pod says of its task. `until`: when, by the steady clock, the same pod may say something else. */
export type Standing =
  /** It has not begun; for people, why. */
  | { readonly kind: 'waiting'; readonly why?: string; readonly until?: number }
  /** It will not: it is to be taken away, and this told once it cannot begin any more (K-064). */
  | { readonly kind: 'doomed'; readonly report: DoomReport }
  | { readonly kind: 'running'; readonly startedAt: number; readonly until?: number }
  | { readonly kind: 'over'; readonly report: TaskReport };

export type DoomReport = Extract<TaskReport, { kind: 'failed' | 'unstarted' }>;

/** What is to be known beside the pod. */
export interface Facts {
  readonly taskId: string;
  /** Milliseconds of the steady clock. */
  readonly now: number;
  /** The time of what is given up now. */
  readonly wall: number;
  /** See `sinceNow`. */
  readonly since: Since;
  /** The node's `Ready` is `Unknown`: its kubelet does not answer. */
  readonly nodeIsSilent: boolean;
  /** A node that takes tasks has the labels that the pod asks for. */
  readonly isMetElsewhere: boolean;
  /** Ours took it away, and why: what is told if it never began. Of an earlier server the pod itself says so. */
  readonly stop: string | undefined;
  /** Of the pod's events what its start fails for: see `troubleIn`. Undefined where they were not asked for, too. */
  readonly trouble: string | undefined;
  /** What an autoscaler said of it last. */
  readonly scaler?: string | undefined;
}
