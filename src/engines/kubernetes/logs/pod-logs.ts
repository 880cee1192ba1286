import type { Pod } from '../objects.ts';

/** How much of a log is read. */
export interface ReadOptions {
  /** Lines stamped then or later, a whole second; undefined: all that the kubelet has. */
  readonly sinceTime: Date | undefined;
  /** Goes on as the container prints, until it ends or the reading is called off. */
  readonly follow: boolean;
  /** Calls it off: what is read then rejects or ends. */
  readonly signal: AbortSignal;
}

/** Logs of pods' own containers, with timestamps, as the API gives them. */
export interface PodLogs {
  /** What is read rejects with the error of a refusal, which has its `status`, or with any other where there is no answer. */
  read(pod: Pod, options: ReadOptions): AsyncIterable<Buffer>;
}

/** The status of a refusal; undefined where there was no answer. */
export const statusIn = (error: unknown): number | undefined => {
  const status = (error as { readonly status?: unknown } | undefined)?.status;
  return typeof status === 'number' ? status : undefined;
};
