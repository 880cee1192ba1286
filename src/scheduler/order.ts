import type { HeadView, ShapeView } from './snapshot.ts';

/** The next job of a kind. */
export interface Next {
  readonly shape: ShapeView;
  /** Its place among its kind. */
  readonly at: number;
  readonly head: HeadView;
}

/**
 * Which of a queue's jobs goes first, given the first that is left of each of two shapes; below 0 when it is `a`: the
 * one thing that another policy would change.
 */
export type QueueOrder = (a: Next, b: Next) => number;

/** Rule E-136: in the order of submission. */
export const inOrderOfSubmission: QueueOrder = (a, b) => a.head.seq - b.head.seq;

/** The first that is left of each shape, the next one at the end: taking it costs the same however many there are. */
export type Line = Next[];

export const lineOf = (shapes: readonly ShapeView[], order: QueueOrder): Line =>
  shapes.flatMap((shape) => nextOf(shape, 0) ?? []).sort((a, b) => order(b, a));

/** The job of a shape at a place, if there is one. */
export const nextOf = (shape: ShapeView, at: number): Next | undefined => {
  const head = shape.heads[at];
  return head && { shape, at, head };
};

export const comeIn = (line: Line, next: Next, order: QueueOrder): void => {
  let low = 0;
  let high = line.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (order(line[middle]!, next) > 0) low = middle + 1;
    else high = middle;
  }
  line.splice(low, 0, next);
};
