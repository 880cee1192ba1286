import type { Resources } from '../domain/container.ts';
import type { Room } from './room.ts';
import type { EnvironmentView, Placement, QueueView, RunningView, ShapeView } from './snapshot.ts';

/** The first of a queue that waits, and its place among its kind. */
export interface WaitingHead {
  readonly queue: QueueView;
  readonly shape: ShapeView;
  readonly at: number;
  readonly environments: readonly EnvironmentView[];
  /** Its queue's older ones of another kind that may run: none of its kind overtakes them. */
  readonly before: number;
}

/**
 * Lines up the waiting heads and those after them of their kind behind tasks that are about to end: the same room, on
 * the same instance, unless that is kept for another.
 */
export const lineUp = (
  room: Room,
  heads: readonly WaitingHead[],
  running: readonly RunningView[],
  isKept: (instance: string, queue: number) => boolean,
): Placement[] => {
  const open = running.filter((task) => task.mayPrecede > 0);
  const used = new Set<RunningView>();
  return heads.flatMap((head) => {
    const places = open.filter(
      (task) => !used.has(task) && precedes(room, task, head) && !isKept(task.instance, head.queue.seq),
    );
    const lined = lineOf(head, places);
    if (lined.length > 0) for (const place of places) used.add(place);
    return lined;
  });
};

const precedes = (room: Room, task: RunningView, { environments, shape }: WaitingHead): boolean =>
  isAlone(shape) &&
  same(task.asks, shape.groups[0]!.asks) &&
  room.berths.get(task.instance)?.draining === false &&
  environments.some((environment) => environment.seq === task.environment);

const isAlone = ({ groups: [first, ...more] }: ShapeView): boolean =>
  first!.nodes === undefined && first!.count === 1 && more.length === 0;

const same = (a: Resources, b: Resources): boolean =>
  a.milliVcpus === b.milliVcpus && a.memoryMiB === b.memoryMiB && a.gpus === b.gpus;

const lineOf = ({ queue, shape, at, before }: WaitingHead, places: readonly RunningView[]): Placement[] => {
  const lined: Placement[] = [];
  let next = at;
  for (let depth = 0; places.some((task) => task.mayPrecede > depth); depth++) {
    for (const task of places) {
      const job = shape.heads[next];
      if (task.mayPrecede <= depth || !job || job.seq > before) continue;
      lined.push({
        job: job.seq,
        queue: queue.seq,
        shape: shape.id,
        environment: task.environment,
        instances: [task.instance],
        after: task.taskId,
      });
      next++;
    }
  }
  return lined;
};
