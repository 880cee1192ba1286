import { ANNOTATION, groupNameIn } from './names.ts';

/* The few fields that are read of what an API server sends; nothing else of it is kept (K-090). Times: wall milliseconds. */

export interface Pod {
  readonly name: string;
  readonly uid: string;
  /** Compared for equality only. */
  readonly resourceVersion: string;
  /** By the API server's clock, as when it is to go. */
  readonly createdAt: number;
  /** When it was asked to go, plus its grace. */
  readonly deletedAt?: number;
  /** That grace. */
  readonly deletionGraceSeconds?: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** It is bound: a kubelet may start it at any moment. */
  readonly nodeName?: string;
  /** Labels that its node must have. */
  readonly nodeSelector: Readonly<Record<string, string>>;
  /** Scheduling gates, which hold it back. */
  readonly gates: readonly string[];
  /** `Pending`, `Running`, `Succeeded`, `Failed`, or what a later version has. */
  readonly phase: string;
  readonly reason?: string;
  readonly message?: string;
  readonly ip?: string;
  readonly conditions: readonly Condition[];
  /** In the order of its specification. */
  readonly containers: readonly Container[];
  readonly initContainers: readonly Container[];
  /** Whose log is read, where that is not our own container's. */
  readonly logOf?: string;
}

/** The host to come that a pod was placed on; undefined of one that was pinned. */
export const growthHostOf = ({ annotations }: Pod): string | undefined => annotations[ANNOTATION.growth];

/** The autoscaler's group that it waits for a node of, or came to one by. */
export const growthOf = (pod: Pod): string | undefined => groupNameIn(growthHostOf(pod));

export interface Condition {
  readonly type: string;
  /** `True`, `False` or `Unknown`. */
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  /** Since when. */
  readonly at?: number;
}

export interface Container {
  readonly name: string;
  readonly image?: string;
  /** `containerd://…`; of a pod that a job said itself. */
  readonly id?: string;
  readonly state: ContainerState;
}

export type ContainerState =
  | { readonly kind: 'waiting'; readonly reason?: string; readonly message?: string }
  | { readonly kind: 'running'; readonly startedAt?: number }
  | {
      readonly kind: 'terminated';
      readonly exitCode: number;
      readonly reason?: string;
      readonly message?: string;
      /** 0 of one that never ran. */
      readonly startedAt?: number;
      readonly finishedAt?: number;
    };

export interface Node {
  readonly name: string;
  readonly uid: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly isCordoned: boolean;
  readonly taints: readonly Taint[];
  /** `Ready`: `True`, `False` or `Unknown`, that of a node whose kubelet is silent; undefined of one never heard. */
  readonly ready?: string;
  /** Quantities as they are written, by resource. */
  readonly allocatable: Readonly<Record<string, string>>;
}

export interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: string;
}

export interface PodEvent {
  /** Of the pod that it speaks of. */
  readonly podUid?: string;
  /** Whose word it is: `default-scheduler`, `cluster-autoscaler`, `karpenter`. */
  readonly from?: string;
  /** `Normal` or `Warning`. */
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  /** The last time, where it came often. */
  readonly at?: number;
}

/** A refusal. */
export interface Status {
  readonly code: number;
  readonly reason?: string;
  readonly message: string;
  /** `NamespaceTerminating` and the like. */
  readonly causes: readonly string[];
  readonly retryAfterSeconds?: number;
}
