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
  | 'maximum';

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

/**
 * How long an instance without a task stays unless the operator says otherwise: short, for an instance costs nothing; long
 * enough to be found again by the next job of the same hand.
 */
export const IDLE_GRACE_SECONDS = 30;
/** How long a Spot instance that is taken away still runs, unless the operator says otherwise: the service's two minutes. */
export const SPOT_WARNING_SECONDS = 120;

/** The type of the machine itself, the one instance of an UNMANAGED environment: its size is the pool's. */
export const HOST = 'host';
/** The type of a slice that is cut for one task of a FARGATE environment, and goes with it. */
export const SLICE = 'fargate';

/** Rule J-168. */
export const hostTerminated = (ec2: string): string => `Host EC2 (instance ${ec2}) terminated.`;

/** Rule J-170: what ECS tells of a task of FARGATE_SPOT whose slice was taken back. */
export const SLICE_INTERRUPTED = 'Your Spot Task was interrupted.';

/** What ECS tells of a task of FARGATE that it stopped for the sake of its host (ECS guide, Fargate task maintenance). */
export const SLICE_LOST = 'ECS is performing maintenance on the underlying infrastructure hosting the task';

/** What is said of an attempt whose host is gone: on demand nothing is taken back, so only Spot is interrupted. */
export const hostGone = ({ id, type, state }: Pick<Instance, 'id' | 'type' | 'state'>): string => {
  if (type !== SLICE) return hostTerminated(id);
  const takenBack = state.kind !== 'running' && (state.reason === 'reclaimed' || state.reason === 'price');
  return takenBack ? SLICE_INTERRUPTED : SLICE_LOST;
};
