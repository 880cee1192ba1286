import { type Instance, SLICE } from './instance.ts';

/** Rule J-168. */
export const hostTerminated = (ec2: string): string => `Host EC2 (instance ${ec2}) terminated.`;

/** Rule J-170: what ECS tells of a task of FARGATE_SPOT whose slice was reclaimed. */
export const SLICE_INTERRUPTED = 'Your Spot Task was interrupted.';

/** What ECS tells of a task of FARGATE that it stopped for the sake of its host (ECS guide, Fargate task maintenance). */
export const SLICE_LOST = 'ECS is performing maintenance on the underlying infrastructure hosting the task';

/** What is said of an attempt whose host is gone: on demand nothing is reclaimed, so only Spot is interrupted. */
export const hostGone = ({ id, type, state }: Pick<Instance, 'id' | 'type' | 'state'>): string => {
  if (type !== SLICE) return hostTerminated(id);
  const isReclaimed = state.kind !== 'running' && (state.reason === 'reclaimed' || state.reason === 'price');
  return isReclaimed ? SLICE_INTERRUPTED : SLICE_LOST;
};
