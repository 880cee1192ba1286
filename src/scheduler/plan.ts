import type { Resources } from '../domain/container.ts';
import { occupy, precedes, type Room, reserve, roomOf, takes, verdict } from './room.ts';
import type {
  EnvironmentView,
  Placement,
  Plan,
  QueueView,
  RunningView,
  ShapeView,
  Snapshot,
  WaitReason,
} from './snapshot.ts';

/**
 * Which jobs start now, where, and why the others do not. Pure: the same snapshot gives the same plan.
 *
 * 1. Queues are served by priority; within one, jobs in the order of submission (rules E-131 to E-136).
 * 2. A job goes to the first environment of its queue that is enabled, valid and has room (E-133).
 * 3. The first job of all that could run but has no room reserves what it needs; those behind it and in
 *    lower queues use what that leaves (E-137). A job at its environment's limit, or that can never run,
 *    reserves nothing: no room on the host would help it.
 * 4. A job that would be the next to start may be lined up behind a task that is about to end.
 */
export const plan = (snapshot: Snapshot): Plan => {
  const work: Work = {
    room: roomOf(snapshot),
    environments: new Map(snapshot.environments.map((e) => [e.seq, e])),
    placements: [],
    waits: [],
    head: undefined,
  };
  for (const queue of snapshot.queues) serve(work, queue);
  return { placements: [...work.placements, ...lineUp(work, snapshot.running)], waits: work.waits };
};

interface Work {
  readonly room: Room;
  readonly environments: ReadonlyMap<number, EnvironmentView>;
  readonly placements: Placement[];
  readonly waits: { queue: number; shape: number; reason: WaitReason }[];
  /** The first that could run but had no room, and its place among its kind. */
  head: { queue: QueueView; shape: ShapeView; at: number } | undefined;
}

/** One queue: always the oldest of the shapes that have not been refused. */
const serve = (work: Work, queue: QueueView): void => {
  const usable = queue.environments
    .map((seq) => work.environments.get(seq))
    .filter((e): e is EnvironmentView => e?.enabled === true && e.valid);
  const next = new Map(queue.shapes.filter((s) => s.heads.length > 0).map((s) => [s, 0]));
  while (next.size > 0) {
    const [shape, at] = oldest(next);
    const chosen = usable.find((e) => verdict(work.room, e, shape.asks) === 'fits');
    if (!chosen) {
      refuse(work, queue, usable, shape, at);
      next.delete(shape);
      continue;
    }
    occupy(work.room, chosen.seq, shape.asks);
    work.placements.push({
      job: shape.heads[at]!.seq,
      queue: queue.seq,
      shape: shape.id,
      environment: chosen.seq,
    });
    if (at + 1 < shape.heads.length) next.set(shape, at + 1);
    else next.delete(shape);
  }
};

const oldest = (next: ReadonlyMap<ShapeView, number>): [ShapeView, number] => {
  let best: [ShapeView, number] | undefined;
  for (const entry of next) {
    if (!best || entry[0].heads[entry[1]]!.seq < best[0].heads[best[1]]!.seq) best = entry;
  }
  return best!;
};

/** Notes why a shape waits, and reserves for it when it is the first that waits for room. */
const refuse = (
  work: Work,
  queue: QueueView,
  usable: readonly EnvironmentView[],
  shape: ShapeView,
  at: number,
): void => {
  const reason = reasonFor(work, queue, usable, shape.asks);
  work.waits.push({ queue: queue.seq, shape: shape.id, reason });
  if (reason.kind !== 'room' || work.head) return;
  work.head = { queue, shape, at };
  work.room.free = reserve(work.room.free, takes(shape.asks, work.room.total));
};

/** The reason a person can act on: what can never be comes before what is only so now. */
const reasonFor = (
  work: Work,
  queue: QueueView,
  usable: readonly EnvironmentView[],
  asks: Resources,
): WaitReason => {
  const { room } = work;
  const all = queue.environments.map((seq) => work.environments.get(seq)).filter((e) => e !== undefined);
  const valid = all.filter((e) => e.valid);
  if (all.length > 0 && valid.length === 0) return { kind: 'invalid', environments: all.map((e) => e.name) };
  const possible = valid.filter((e) => verdict(room, e, asks) !== 'never');
  if (possible.length === 0) return never(room, valid, asks);
  const open = possible.filter((e) => usable.includes(e));
  if (open.length === 0) return { kind: 'disabled', environments: possible.map((e) => e.name) };
  const limited = open.find((e) => verdict(room, e, asks) === 'limited');
  if (limited && open.every((e) => verdict(room, e, asks) === 'limited')) {
    const { name, maxMilliVcpus: max = 0 } = limited;
    return { kind: 'limit', asks, environment: name, used: room.used.get(limited.seq) ?? 0, max };
  }
  if (work.head) return { kind: 'behind', asks };
  return { kind: 'room', asks, free: room.free, total: room.total };
};

const never = (room: Room, valid: readonly EnvironmentView[], asks: Resources): WaitReason => {
  const largest = valid.reduce<EnvironmentView | undefined>(
    (best, e) => ((e.maxMilliVcpus ?? Infinity) > (best?.maxMilliVcpus ?? -1) ? e : best),
    undefined,
  );
  const max = largest?.maxMilliVcpus;
  if (largest && max !== undefined && asks.milliVcpus > max) {
    return { kind: 'never-max', asks, environment: largest.name, max };
  }
  return { kind: 'never-host', asks, total: room.total };
};

/** Lines up the waiting head and those after it of its kind behind tasks that are about to end. */
const lineUp = (work: Work, running: readonly RunningView[]): Placement[] => {
  const { head } = work;
  if (!head) return [];
  const places = running.filter((task) => precedes(task, head.queue.environments, head.shape.asks));
  const lined: Placement[] = [];
  let at = head.at;
  for (let depth = 0; places.some((task) => task.mayPrecede > depth); depth++) {
    for (const task of places) {
      const job = head.shape.heads[at];
      if (task.mayPrecede <= depth || !job || !isNext(head, at)) continue;
      lined.push({
        job: job.seq,
        queue: head.queue.seq,
        shape: head.shape.id,
        environment: task.environment,
        after: task.taskId,
      });
      at++;
    }
  }
  return lined;
};

/** Nobody of another kind in the same queue is older than the head's next. */
const isNext = (head: { queue: QueueView; shape: ShapeView }, at: number): boolean => {
  const seq = head.shape.heads[at]!.seq;
  return head.queue.shapes.every((s) => s === head.shape || s.heads.length === 0 || s.heads[0]!.seq > seq);
};
