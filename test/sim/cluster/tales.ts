/** What the cluster really did with one pod, whoever heard of it. Times are the cluster's own, in whole seconds. */
export interface Tale {
  readonly uid: string;
  readonly taskId: string;
  /** It is held by a gate: nothing but a name. */
  readonly isTombstone: boolean;
  nodeName: string | undefined;
  /** Its container began. */
  startedAt: number | undefined;
  /** How it ended; `isTold`: its kubelet said so. */
  end:
    | { readonly exitCode: number; readonly finishedAt: number; readonly reason?: string; isTold: boolean }
    | undefined;
  /** Its kubelet lost all of it, and said so. */
  isUnknown: boolean;
  /** Its kubelet turned it away. */
  refusal: string | undefined;
  /** Why it did not begin so far: what is told of one that is given up for it. */
  trouble: string | undefined;
  /** For whom the cluster took it away: a word of its own. */
  disruption: string | undefined;
  /** When somebody else deleted it. */
  deletedByOthersAt: number | undefined;
  /** Somebody tore it out, with all that held it. */
  isTornOut: boolean;
  /** What it printed. */
  readonly lines: { readonly message: string; readonly time: number }[];
}

export const newTale = (uid: string, taskId: string, isTombstone: boolean): Tale => ({
  uid,
  taskId,
  isTombstone,
  nodeName: undefined,
  startedAt: undefined,
  end: undefined,
  isUnknown: false,
  refusal: undefined,
  trouble: undefined,
  disruption: undefined,
  deletedByOthersAt: undefined,
  isTornOut: false,
  lines: [],
});
