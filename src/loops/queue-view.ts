import type { Resources } from '../domain/container.ts';
import type { HostView } from '../domain/host.ts';
import type { Tokens } from '../domain/tokens.ts';
import type {
  EnvironmentView,
  QueueView,
  Reservation,
  ShapeView,
  TaskGroup,
  TokenClaim,
} from '../scheduler/snapshot.ts';
import { bindingShapes } from '../scheduler/tokens.ts';
import type { CatalogQueue } from '../service/catalog.ts';
import { countRunnable } from '../store/queue-counts.ts';
import { countWaiting, headsOf, type WaitingShape } from '../store/runnable.ts';
import { isSet } from '../store/schema.ts';
import type { Tx } from '../store/store.ts';
import { sumsOf } from './host-sums.ts';
import { type Kept, type KnownShape, type KnownShapes, shapesOf } from './known-shapes.ts';
import type { ShapeQuota } from './shape-quota.ts';

/** Never more of one shape in one plan: with the shapes, bounds a turn. */
const MOST_HEADS = 256;
/** Nobody counts further how many wait: more than any environment can want at once. */
const MOST_COUNTED = 1000;

/** What bounds how many jobs are read. */
export interface RoomView {
  readonly hosts: readonly HostView[];
  readonly environments: readonly EnvironmentView[];
  /** Thousandths of a vCPU that tasks hold, and those of all instances. */
  readonly heldMilliVcpus: number;
  readonly milliVcpus: number;
  /** Tasks that may join the lines behind others. */
  readonly ahead: number;
}

/** What earlier turns leave to this one. */
export interface Before {
  readonly reservations: readonly Reservation[];
  readonly claims: readonly TokenClaim[];
  readonly shapes: ReadonlyMap<number, KnownShapes>;
}

/** What earlier turns keep for a queue. */
export const keptFor = (queue: number, { reservations, claims }: Omit<Before, 'shapes'>): Kept => ({
  reserved: reservations.find((r) => r.queue === queue)?.job ?? 0,
  claimed: bindingShapes(claims, queue),
});

/** A queue as a plan knows it: the oldest shapes of its jobs, the one that room is kept for, and some others in turn. */
export const queueView = async (
  tx: Tx,
  queue: CatalogQueue,
  room: RoomView,
  before: Before,
  quota: ShapeQuota,
): Promise<{ view: QueueView; known: KnownShapes }> => {
  const kept = keptFor(queue.seq, before);
  const found = await shapesOf(tx, queue.seq, before.shapes.get(queue.seq), kept, quota);
  const limits = limitsOf(queue, room);
  const shapes: ShapeView[] = [];
  const waitingCounts = new Map<number, number>();
  const isKnown = found.known.plansPerRound === 1;
  const alone = isKnown ? onlyOne(found.shapes.filter((shape) => isSet(shape.has_more))) : undefined;
  for (const shape of found.shapes) {
    const others = shape === alone ? found.shapes.length - 1 : undefined;
    const counted = found.known.waitingCounts.get(shape.id);
    const view = await shapeView(tx, queue, shape, limits, { counted, others });
    shapes.push(view);
    if (!shape.rotating) waitingCounts.set(shape.id, view.waiting);
  }
  const { seq, name, priority, environments } = queue;
  return { view: { seq, name, priority, environments, shapes }, known: { ...found.known, waitingCounts } };
};

const onlyOne = <T>(some: readonly T[]): T | undefined => (some.length === 1 ? some[0] : undefined);

/** What is known of how many jobs of a shape wait. */
interface Counts {
  /** Counted in a plan before. */
  readonly counted?: number | undefined;
  /** How many jobs of all other shapes of the queue wait, where each has one. */
  readonly others?: number | undefined;
}

export const shapeView = async (
  tx: Tx,
  queue: CatalogQueue,
  shape: KnownShape,
  limits: Limits,
  { counted, others }: Counts,
): Promise<ShapeView> => {
  const asks = { milliVcpus: shape.milli_vcpus, memoryMiB: shape.memory_mib, gpus: shape.gpus };
  const wanted = headsWanted(asks, limits);
  const isOne = !isSet(shape.has_more) || shape.rotating;
  const heads =
    isOne || wanted === 1
      ? [{ seq: shape.first, rank: shape.rank }]
      : await headsOf(tx, queue.seq, shape.id, wanted);
  const count =
    isOne || heads.length < wanted ? 1 : (counted ?? (await waiting(tx, queue, shape, limits, others)));
  return {
    id: shape.id,
    jobGroup: shape.job_group,
    groups: groupsOf(shape, asks),
    ...(shape.tokens !== '' && { tokens: JSON.parse(shape.tokens) as Tokens[] }),
    heads,
    waiting: Math.max(count, heads.length),
  };
};

/** A single task, or the groups of a multi-node job's nodes, as they were written at submit. */
const groupsOf = ({ node_groups: text }: WaitingShape, asks: Resources): readonly TaskGroup[] =>
  text === ''
    ? [{ asks, count: 1 }]
    : (JSON.parse(text) as TaskGroup[]).map((group) => ({ ...group, nodes: true }));

/** As many as could start at most, and one to be refused. */
export const headsWanted = ({ milliVcpus }: Resources, { hosts, freeMilliVcpus, ahead }: Limits): number => {
  const least = Math.min(milliVcpus, sumsOf(hosts).leastBound);
  const room = Math.floor(freeMilliVcpus / Math.max(1, least));
  return Math.min(MOST_HEADS, Math.max(0, room) + ahead + 1);
};

/** Counted only where it makes a difference: as far as the queue's environments may still grow. */
const waiting = async (
  tx: Tx,
  queue: CatalogQueue,
  shape: WaitingShape,
  { growsToMilliVcpus }: Limits,
  others: number | undefined,
): Promise<number> => {
  const limit = Math.min(MOST_COUNTED, Math.ceil(growsToMilliVcpus / Math.max(1, shape.milli_vcpus)));
  const all = others === undefined ? undefined : await countRunnable(tx, queue.seq);
  if (all !== undefined) return Math.min(limit, all - others!);
  return countWaiting(tx, queue.seq, shape.id, limit);
};

/** How much there may be at the most. */
export interface Limits {
  readonly hosts: readonly HostView[];
  readonly freeMilliVcpus: number;
  /** Tasks that may join the lines behind others. */
  readonly ahead: number;
  /** The maximums of a queue's environments together. */
  readonly growsToMilliVcpus: number;
}

export const limitsOf = (queue: CatalogQueue, room: RoomView): Limits => {
  const { hosts, environments, heldMilliVcpus, milliVcpus, ahead } = room;
  return {
    hosts,
    freeMilliVcpus: Math.max(sumsOf(hosts).total, milliVcpus) - heldMilliVcpus,
    ahead,
    growsToMilliVcpus: environments
      .filter((e) => queue.environments.includes(e.seq))
      .reduce((sum, { supply }) => sum + (supply.kind === 'launched' ? supply.maxMilliVcpus : 0), 0),
  };
};
