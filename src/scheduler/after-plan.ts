import { ShareChoice, type SharesView } from '../domain/fair-share/choice.ts';
import type { Choice, GroupHead } from '../domain/group-choice.ts';
import type { QueueOrder } from '../domain/queue-order.ts';
import { groupHead } from './order.ts';
import type { Placement, QueueView } from './snapshot.ts';

/** How the shares of queues stand once a plan's jobs have started. */
export const sharesAfter = (
  queues: readonly QueueView[],
  placements: readonly Placement[],
): ReadonlyMap<number, SharesView> =>
  new Map(
    queues.flatMap((queue) => {
      if (!queue.shares) return [];
      const choice = new ShareChoice(queue.shares);
      for (const head of started(queue, placements)) choice.start(head);
      return [[queue.seq, choice.view()] as const];
    }),
  );

/** What each queue would choose by then. */
export const choicesAfter = (
  order: QueueOrder,
  queues: readonly QueueView[],
  placements: readonly Placement[],
): ReadonlyMap<number, Choice> => {
  const shares = sharesAfter(queues, placements);
  return new Map(queues.map(({ seq }) => [seq, order.choiceOf(shares.get(seq))]));
};

const started = (queue: QueueView, placements: readonly Placement[]): GroupHead[] => {
  const shapes = new Map(queue.shapes.map((shape) => [shape.id, shape]));
  return placements
    .filter((placement) => placement.queue === queue.seq)
    .map(({ shape, job: seq }) => groupHead({ shape: shapes.get(shape)!, at: 0, head: { seq, rank: 0 } }));
};
