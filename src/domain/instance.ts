import type { Resources } from './container.ts';
import type { Began } from './deadline.ts';

/** Why an instance takes no more tasks and goes once it has none, or at its deadline. */
export type DrainReason =
  /** On-demand work needs its room. */
  | 'reclaimed'
  /** The Spot price reached its environment's bid. */
  | 'price'
  /** Its environment's setup was changed. */
  | 'replaced'
  /** Its environment was deleted. */
  | 'deleted';

/** Why an instance without a task was ended at once. */
export type RetireReason =
  /** Nothing to do for the whole grace. */
  | 'idle'
  /** Its room is what another job lacks. */
  | 'room'
  /** Its environment's maximum was lowered below what it has. */
  | 'maximum'
  /** Its host is lost, or listed no more. */
  | 'host';

export type InstanceState =
  | { readonly kind: 'running'; readonly idleSince?: Began }
  | { readonly kind: 'draining'; readonly reason: DrainReason; readonly deadline?: Deadline }
  | { readonly kind: 'terminated'; readonly at: number; readonly reason: DrainReason | RetireReason };

/** A moment that lies `milliseconds` after `began`. */
export interface Deadline {
  readonly began: Began;
  readonly milliseconds: number;
}

/** Capacity that tasks are placed on. */
export interface Instance {
  /** `i-` and 17 hex digits. */
  readonly id: string;
  /** 32 hex digits. */
  readonly containerInstance: string;
  readonly environment: number;
  /** A `HostView`'s id. */
  readonly host: string;
  /** `c5.large`, or one of the two below. */
  readonly type: string;
  /** What its tasks may have of it. */
  readonly size: Resources;
  readonly state: InstanceState;
  /** A task was placed on it at some time. */
  readonly ran: boolean;
  /** Wall milliseconds. */
  readonly launchedAt: number;
}

/** The type of a host itself, as an instance of an UNMANAGED environment: its size is the host's. */
export const HOST = 'host';
/** The type of a slice that is cut for one task of a FARGATE environment, and goes with it. */
export const SLICE = 'fargate';
