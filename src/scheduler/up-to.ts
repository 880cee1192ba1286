import type { Choice } from '../domain/group-choice.ts';
import type { WaitingHead } from './line-up.ts';
import { firstOf, groupHead, type Next, nextOf } from './order.ts';

/**
 * How far those of a head's shape come before the first of its queue's other waiting jobs that may run, as each starts, and
 * may have what they ask. `choice`: it starts them.
 */
export const upTo = (
  choice: Choice,
  unplaced: ReadonlyMap<number, Next>,
  { shape, at }: WaitingHead,
): number => {
  const others = [...unplaced.values()].filter((next) => next.shape !== shape);
  let end = at;
  for (let next = nextOf(shape, at); next; next = nextOf(shape, ++end)) {
    const head = groupHead(next);
    if (choice.keptFrom(head) || firstOf(choice, [next, ...others]) !== next) return end;
    choice.start(head);
  }
  return end;
};
