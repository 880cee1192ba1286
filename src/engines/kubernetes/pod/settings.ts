import type { Permissions } from '../../mounts.ts';

/** What the operator says of all pods. */
export interface PodSettings {
  /** Tells our pods from those of every other server and person. */
  readonly dataId: string;
  /** That all pods are made in; undefined where nobody needs to know. */
  readonly namespace?: string;
  /** No job may have its node's network. */
  readonly refusesHostNetwork?: boolean;
  readonly pull: 'IfNotPresent' | 'Always' | 'Never';
  /** `host`: pods share their node's. */
  readonly network: 'pod' | 'host';
  /** A pod has no more CPU than its vCPUs, also where some is idle. */
  readonly cpuLimit: boolean;
  /** The name that nodes offer GPUs by, `nvidia.com/gpu` say. */
  readonly gpuResource: string;
  /** A pod of a node that is silent for so long is lost; `never`: it is waited for. */
  readonly hostLostAfter: number | 'never';
  readonly priorityClass?: string;
  readonly permissions: Permissions;
  /** Names of service accounts, by the ARN of a job's role. */
  readonly serviceAccounts: ReadonlyMap<string, string>;
  /** Names of PersistentVolumeClaims, by `fs-…` or `fs-…:fsap-…`. */
  readonly volumeClaims: ReadonlyMap<string, string>;
}

/** That a pod has to end in, in seconds, where nobody says otherwise. */
export const GRACE_SECONDS = 30;

/** What a pod is made of beside its order. */
export interface PodParts {
  /** The node that it was placed on. */
  readonly nodeName: string | undefined;
  /** Of one that was placed on a host to come: that one's id, and what its nodes are asked for by. */
  readonly growth?: { readonly host: string; readonly labels: Readonly<Record<string, string>> };
  /** Of the other nodes of a multi-node job: the IP address of the main one's pod. */
  readonly mainAddress?: string;
}
