import type { HeadView, ShapeView } from './snapshot.ts';

/** The next job of a queue. */
export interface Next {
  readonly shape: ShapeView;
  readonly head: HeadView;
}

/**
 * Which of a queue's jobs is the next, given the first that is left of each shape: the one thing that another policy
 * would change. Undefined when none is left.
 */
export type QueueOrder = (firsts: Iterable<Next>) => Next | undefined;

/** Rule E-136: in the order of submission. */
export const inOrderOfSubmission: QueueOrder = (firsts) => {
  let best: Next | undefined;
  for (const next of firsts) if (!best || next.head.seq < best.head.seq) best = next;
  return best;
};
