import type { Resources } from '../domain/container.ts';
import type { Reservations } from './reservations.ts';
import { hostOf, isAwaited, type Room } from './room.ts';
import type { EnvironmentView, HeadView, Placement, QueueView, RunningView, ShapeView } from './snapshot.ts';

/** The first of a queue that waits, and its place among its shape. */
export interface WaitingHead {
  readonly queue: QueueView;
  readonly shape: ShapeView;
  readonly at: number;
  readonly environments: readonly EnvironmentView[];
  /** Those of its shape below this place come before all others of its queue that may run. */
  readonly upTo: number;
}

/** A head, the places it may line up at, and how many of its shape have been lined up. */
interface Joining extends WaitingHead {
  readonly places: ReadonlySet<RunningView>;
  lined: number;
}

/**
 * Lines up the waiting heads and those after them of their shape behind tasks that are about to end: the same room, on
 * the same instance, unless that is reserved for another. What is open to a queue of higher priority is for that alone;
 * queues of equal priority are served job by job (E-132).
 */
export const lineUp = (
  room: Room,
  heads: readonly WaitingHead[],
  running: readonly RunningView[],
  reservations: Pick<Reservations, 'areOn'>,
): Placement[] => {
  let open = running.filter((task) => task.mayPrecede > 0);
  const lined: Placement[] = [];
  for (const priority of new Set(heads.map(({ queue }) => queue.priority))) {
    const level = heads
      .filter(({ queue }) => queue.priority === priority)
      .map((head) => joining(head, open, (task) => mayJoin(room, task, head, reservations)));
    lined.push(...dealt(level, open));
    open = open.filter((task) => !level.some((head) => head.lined > 0 && head.places.has(task)));
  }
  return lined;
};

const joining = (
  head: WaitingHead,
  open: readonly RunningView[],
  mayJoin: (task: RunningView) => boolean,
): Joining => ({ ...head, places: new Set(open.filter(mayJoin)), lined: 0 });

const mayJoin = (
  room: Room,
  task: RunningView,
  { queue, environments, shape }: WaitingHead,
  reservations: Pick<Reservations, 'areOn'>,
): boolean =>
  isAlone(shape) &&
  same(task.asks, shape.groups[0]!.asks) &&
  room.instances.get(task.instance)?.draining === false &&
  hostOf(room, task.host).open &&
  !(room.grows && isAwaited(room, hostOf(room, task.host), task.asks)) &&
  environments.some((environment) => environment.seq === task.environment) &&
  !reservations.areOn(task.instance, queue.seq);

/** What asks for tokens takes them as it is placed: in a line it would hold them without room. */
const isAlone = ({ groups: [first, ...more], tokens }: ShapeView): boolean =>
  tokens === undefined && first!.nodes === undefined && first!.count === 1 && more.length === 0;

const same = (a: Resources, b: Resources): boolean =>
  a.milliVcpus === b.milliVcpus && a.memoryMiB === b.memoryMiB && a.gpus === b.gpus;

/** One for each place, then a second for each: no line is long while another is short. */
const dealt = (heads: readonly Joining[], open: readonly RunningView[]): Placement[] => {
  const lined: Placement[] = [];
  const next = [...heads];
  const deepest = Math.max(0, ...open.map((task) => task.mayPrecede));
  for (let depth = 0; depth < deepest; depth++) {
    for (const task of open) {
      if (task.mayPrecede <= depth) continue;
      const at = next.findIndex((head) => head.places.has(task) && nextOf(head) !== undefined);
      if (at < 0) continue;
      const [head] = next.splice(at, 1) as [Joining];
      lined.push(behind(task, head, nextOf(head)!));
      head.lined++;
      next.push(head);
    }
  }
  return lined;
};

const nextOf = ({ shape, at, lined, upTo }: Joining): HeadView | undefined =>
  at + lined < upTo ? shape.heads[at + lined] : undefined;

const behind = (task: RunningView, { queue, shape }: Joining, job: HeadView): Placement => ({
  job: job.seq,
  queue: queue.seq,
  shape: shape.id,
  environment: task.environment,
  instances: [task.instance],
  after: task.taskId,
});
