import { environmentsOf, type Room } from './room.ts';
import type { EnvironmentView, Placement, Plan, QueueView, WaitReason } from './snapshot.ts';

/** Jobs of one shape that wait. */
export interface Left {
  readonly milliVcpus: number;
  readonly environments: readonly EnvironmentView[];
}

/** What waits of a queue after this plan, with the environments that may run it some day. */
export const leftOf =
  (room: Room, waits: Plan['waits'], placements: readonly Placement[]) =>
  (queue: QueueView): Left[] => {
    const started = new Map<number, number>();
    for (const { queue: of, shape } of placements) {
      if (of === queue.seq) started.set(shape, (started.get(shape) ?? 0) + 1);
    }
    const names = new Map(waits.filter((w) => w.queue === queue.seq).map((w) => [w.shape, w.reason]));
    return queue.shapes.flatMap((shape) => {
      const reason = names.get(shape.id);
      if (!reason) return [];
      const each = shape.groups.reduce((total, { asks, count }) => total + asks.milliVcpus * count, 0);
      const environments = environmentsOf(room, queue).filter((e) => canGrow(reason, e.name));
      return [{ milliVcpus: each * Math.max(0, shape.waiting - (started.get(shape.id) ?? 0)), environments }];
    });
  };

const canGrow = ({ verdicts }: WaitReason, name: string): boolean => {
  const kind = verdicts.find((verdict) => verdict.environment === name)?.kind;
  return kind === 'room' || kind === 'reserved' || kind === 'maximum' || kind === 'price';
};
