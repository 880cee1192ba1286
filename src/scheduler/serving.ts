import type { Choice, Reserve } from '../domain/group-choice.ts';
import type { QueueOrder } from '../domain/queue-order.ts';
import type { WaitingHead } from './line-up.ts';
import { type Next, Ordered } from './order.ts';
import type { Room } from './room.ts';
import type { EnvironmentView, QueueView } from './snapshot.ts';

/** A queue while it is served. */
export interface Serving {
  readonly queue: QueueView;
  readonly usable: readonly EnvironmentView[];
  /** As of what has started. */
  readonly choice: Choice;
  /** The next of each shape that was not left unplaced. */
  readonly waiting: Ordered;
  /** The next of those that were, but may run some day, by shape. */
  readonly unplaced: Map<number, Next>;
  /** The next of those that are short of tokens, by shape: they hold up nobody who asks for none. */
  readonly short: Map<number, Next>;
  /** The first of them that may run once tasks have ended. */
  head: WaitingHead | undefined;
  /** What is kept from a job that was the next: those behind it wait with it. */
  kept: Reserve | undefined;
}

export const servingOf = (
  room: Room,
  queue: QueueView,
  order: QueueOrder,
  choice = order.choiceOf(queue.shares),
): Serving => ({
  queue,
  choice,
  usable: queue.environments
    .map((seq) => room.environments.get(seq))
    .filter((e): e is EnvironmentView => e?.enabled === true && e.valid),
  waiting: new Ordered(queue.shapes, choice),
  unplaced: new Map(),
  short: new Map(),
  head: undefined,
  kept: undefined,
});
