import { freeOf } from '../domain/consumables.ts';
import { elapsedSince } from '../domain/deadline.ts';
import type { Tokens } from '../domain/tokens.ts';
import { copyOf, note } from '../scheduler/change-room.ts';
import type { Asked } from '../scheduler/plan.ts';
import type { Room } from '../scheduler/room.ts';
import type {
  ConsumableView,
  QueueView,
  Reservation,
  RunningView,
  ShapeView,
  TokenClaim,
} from '../scheduler/snapshot.ts';
import type { CatalogEnvironment, CatalogQueue } from '../service/catalog.ts';
import type { Service } from '../service/service.ts';
import type { CommittedCache } from '../store/committed-cache.ts';
import { consumablesBySeq } from '../store/consumable-rows.ts';
import type { Tx } from '../store/store.ts';
import { areTooMany, isMany } from './first-shares.ts';
import type { KeptFirsts } from './kept-firsts.ts';
import type { KnownShapes } from './known-shapes.ts';
import type { Paces } from './paces.ts';
import { type FoundShares, queueShares, type SharedTasks, sharedTasks } from './queue-shares.ts';
import { queueView } from './queue-view.ts';
import { asksOf, instanceView, type Running } from './running.ts';
import { quotaOf } from './shape-quota.ts';
import { type Crowd, sharedView } from './shared-view.ts';

/** What is remembered from turn to turn. */
export interface Remembered {
  readonly paces: Paces;
  readonly reservations: readonly Reservation[];
  readonly claims: readonly TokenClaim[];
  /** When each queue last started a job, by a count of starts: who waited longest is served first. */
  readonly servedAt: ReadonlyMap<number, number>;
  readonly firsts: KeptFirsts;
  /** By queue, of those with many. */
  readonly shares: CommittedCache<number, FoundShares>;
  /** By queue. */
  readonly shapes: ReadonlyMap<number, KnownShapes>;
}

/** What a turn decides by. */
export interface Loaded {
  /** The plan's own. */
  readonly room: Room;
  readonly asked: Asked;
  readonly shapes: ReadonlyMap<number, KnownShapes>;
}

/**
 * Loads what the scheduler decides by: a few rows for each queue and shape of jobs, of which so many and no more, beside
 * what runs.
 */
export const loadSnapshot = async (
  service: Service,
  tx: Tx,
  running: Running,
  remembered: Remembered,
): Promise<Loaded> => {
  const leaders = leadersOf(running, remembered.paces);
  const { heldMilliVcpus, milliVcpus } = running;
  const ahead = leaders.reduce((sum, task) => sum + task.mayPrecede, 0);
  const limits = { ...running.ground, heldMilliVcpus, milliVcpus, ahead };
  const queues: QueueView[] = [];
  const shapes = new Map<number, KnownShapes>();
  const catalogQueues = await service.catalog.allQueues(tx);
  const quota = await quotaOf(tx, catalogQueues, remembered.shapes);
  const shared = await sharedTasks(service, tx, catalogQueues, running);
  for (const queue of asServed(catalogQueues, remembered.servedAt)) {
    const crowd = shared && (await crowdOf(service, tx, queue, shared, remembered));
    if (crowd) {
      const { view, known } = await sharedView(tx, queue, limits, remembered, service.order, crowd);
      queues.push(view);
      shapes.set(queue.seq, known);
      continue;
    }
    const { view, known } = await queueView(tx, queue, limits, remembered, quota);
    if (view.shapes.length === 0) continue;
    const { policy } = queue;
    const waiting = new Set(view.shapes.map(({ jobGroup }) => jobGroup));
    const sharing = policy && shared && (await queueShares(service, tx, queue, policy, waiting, shared));
    queues.push(sharing ? { ...view, shares: sharing.view } : view);
    shapes.set(queue.seq, known);
  }
  const { reservations } = remembered;
  const room = roomNow(service, await service.catalog.allEnvironments(tx), running);
  const consumables = await consumablesOf(tx, queues);
  const asked = { queues: withTokens(queues, consumables), running: leaders, reservations };
  return {
    room,
    asked: consumables.length > 0 ? { ...asked, consumables, claims: remembered.claims } : asked,
    shapes,
  };
};

/** What waiting jobs ask for; nothing is read where none asks. */
const consumablesOf = async (tx: Tx, queues: readonly QueueView[]): Promise<ConsumableView[]> => {
  const seqs = new Set<number>();
  for (const { shapes } of queues)
    for (const { tokens } of shapes) for (const { consumable } of tokens ?? []) seqs.add(consumable);
  if (seqs.size === 0) return [];
  const rows = await consumablesBySeq(tx, [...seqs]);
  return rows.map(({ seq, name, total, in_use: inUse }) => ({
    seq,
    name,
    total,
    free: freeOf({ total, inUse }),
  }));
};

/** No more of a shape want room than there are tokens for. */
const withTokens = (
  queues: readonly QueueView[],
  consumables: readonly ConsumableView[],
): readonly QueueView[] => {
  if (consumables.length === 0) return queues;
  const free = new Map(consumables.map((view) => [view.seq, view.free]));
  const enough = ({ consumable, quantity }: Tokens): number =>
    Math.max(0, Math.floor((free.get(consumable) ?? 0) / quantity));
  const bounded = (shape: ShapeView): ShapeView =>
    shape.tokens ? { ...shape, waiting: Math.min(shape.waiting, ...shape.tokens.map(enough)) } : shape;
  return queues.map((queue) => ({ ...queue, shapes: queue.shapes.map(bounded) }));
};

/** A queue of many shares; undefined where its shapes are looked at one by one. */
const crowdOf = async (
  service: Service,
  tx: Tx,
  queue: CatalogQueue,
  shared: SharedTasks,
  { firsts: kept, shares: found, shapes }: Remembered,
): Promise<Crowd | undefined> => {
  const { policy, timeLimits } = queue;
  // who may be stopped for waiting has to be looked at
  if (!policy || timeLimits.length > 0 || !isMany(shapes.get(queue.seq)?.total ?? 0)) return undefined;
  const firsts = await kept.of(tx, queue.seq);
  if (!isMany(firsts.byShape.size) || areTooMany(firsts.likes.size)) return undefined;
  const before = found.get(tx, queue.seq);
  const { view, found: now } = await queueShares(service, tx, queue, policy, firsts.groups, shared, before);
  found.set(tx, queue.seq, now);
  return { firsts: firsts.byShape, shares: view };
};

/** Rule E-132: by priority, of equals the one first that waited longest to be served. */
const asServed = (queues: readonly CatalogQueue[], servedAt: ReadonlyMap<number, number>): CatalogQueue[] =>
  [...queues].sort(
    (a, b) =>
      b.priority - a.priority || (servedAt.get(a.seq) ?? 0) - (servedAt.get(b.seq) ?? 0) || a.seq - b.seq,
  );

/** The room, and whose grace is over by now. */
const roomNow = (
  service: Service,
  environments: readonly CatalogEnvironment[],
  { room, idle }: Running,
): Room => {
  const now = copyOf(room);
  for (const instance of idle.values()) {
    const { environment, state, ran } = instance;
    if (state.kind !== 'running' || !state.idleSince) continue;
    const grace = graceOf(
      service,
      environments.find((e) => e.seq === environment),
      ran,
    );
    if (elapsedSince(service.clock, state.idleSince, grace) >= grace)
      note(now, { ...instanceView(instance), graceOver: true });
  }
  return now;
};

/** Rules E-155, E-159: milliseconds; an environment's own delay counts from the end of a job. */
const graceOf = (service: Service, environment: CatalogEnvironment | undefined, ran: boolean): number => {
  const minutes = environment?.resources?.scalingPolicy?.minScaleDownDelayMinutes ?? 0;
  return Math.max(service.capacity.idleGraceSeconds * 1000, ran ? minutes * 60_000 : 0);
};

/** Tasks that others may line up behind, each with the end of the line behind it. By their states and jobs. */
export const leadersOf = (
  { quick, behind }: Pick<Running, 'quick' | 'behind'>,
  paces: Paces,
): RunningView[] =>
  [...quick.values()]
    .sort((a, b) => a.state - b.state || a.job - b.job)
    .map((task) => {
      let tail = task;
      let length = 0;
      for (let next = behind.get(tail.id); next; next = behind.get(tail.id)) {
        tail = next;
        length++;
      }
      return {
        taskId: tail.id,
        environment: task.environment,
        instance: task.instance,
        host: task.host,
        asks: asksOf(task),
        mayPrecede: Math.max(0, paces.depth(task.spec) - length),
      };
    });
