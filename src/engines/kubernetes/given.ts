import type { ContainerSpec } from '../../domain/container.ts';
import type { HostView } from '../../domain/host.ts';
import type { StartOrder, Support } from '../engine.ts';
import type { Pod } from './objects.ts';
import type { SecretBody } from './pod/secret-bodies.ts';
import type { PodsApi } from './pods-api.ts';

/** What an order is made into, or why it cannot be. */
export type Made =
  | {
      readonly kind: 'made';
      readonly name: string;
      readonly pod: unknown;
      readonly secrets: readonly SecretBody[];
    }
  /** Not where it was placed. */
  | { readonly kind: 'unplaced'; readonly reason: string }
  /** `reason` in the words of the service's own agent. */
  | { readonly kind: 'refused'; readonly reason: string };

/** What orders are made into. */
export interface Bodies {
  judge(container: ContainerSpec): readonly Support[];
  nameOf(taskId: string): string;
  /** `mainAddress`: see `mainAddressOf`. */
  bodyOf(order: StartOrder, mainAddress: string | undefined): Made;
  tombstoneOf(taskId: string): unknown;
  /** Names of the Secrets that a task may have, by that of its pod. */
  secretNamesOf(podName: string): readonly string[];
}

/** Logs of tasks, as they are kept here. */
export interface TaskLogs {
  /** It runs: what it prints is kept as it comes, or now and then. */
  follow(taskId: string, pod: Pod): void;
  /** It is about to be taken away: resolves when all is kept that is printed, or it takes too long. Never rejects. */
  catchUp(taskId: string, pod: Pod): Promise<void>;
  /** It has ended: resolves when all is kept that can be had. Never rejects. */
  finish(taskId: string, pod: Pod): Promise<void>;
  /** Nobody asks for its end any more. */
  drop(taskId: string): Promise<void>;
  /** A line of ours. */
  write(taskId: string, text: string): void;
  close(): Promise<void>;
}

/** Nodes, as hosts. */
export interface Hosts {
  list(): Promise<void>;
  follow(): void;
  views(): readonly HostView[];
  /** Of a host's id; undefined of one that is none. */
  nameOf(hostId: string): string | undefined;
  /** Of a node by its name: the id of its host. */
  idOf(nodeName: string): string | undefined;
  /** A task waits for the node that this host to come stands for; undefined: for none, any more. */
  await(taskId: string, hostId: string | undefined): void;
  /** The pod of a task that waited so is bound. */
  bound(taskId: string): void;
  /** An autoscaler's group is taken to bring no node for a while, unless it has brought one, or taken a pod, within the time that a pod waits for one. */
  closeGroup(name: string, why: string): void;
  isSilent(nodeName: string): boolean;
  /** Whether a node that takes tasks, or will when it is not avoided any more, has these labels. */
  hasNodeWith(labels: Readonly<Record<string, string>>): boolean;
  /** It takes no tasks for a while. */
  closeFor(nodeName: string, why: string): void;
  close(): void;
}

/** What the engine is given. */
export interface Given {
  readonly api: PodsApi;
  readonly bodies: Bodies;
  readonly logs: TaskLogs;
  readonly hosts: Hosts;
  /** What tells other servers of this one; let go at the end. */
  readonly lease?: { close(): Promise<void> };
}
