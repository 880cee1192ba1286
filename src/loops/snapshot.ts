import type { Resources } from '../domain/container.ts';
import { elapsedSince } from '../domain/deadline.ts';
import type { Instance } from '../domain/instance.ts';
import type { CatalogEnvironment, CatalogQueue } from '../operations/catalog.ts';
import type { Service } from '../operations/service.ts';
import { takes } from '../scheduler/amounts.ts';
import type {
  EnvironmentView,
  InstanceView,
  QueueView,
  Reservation,
  RunningView,
  ShapeView,
  Snapshot,
  TaskGroup,
} from '../scheduler/snapshot.ts';
import { countAhead, headsOf, type WaitingShape, waitingShapes } from '../store/runnable.ts';
import type { Tx } from '../store/store.ts';
import type { ActiveTask } from '../store/tasks.ts';
import type { Paces } from './paces.ts';
import { environmentViews } from './supply.ts';

/** Never more of one shape in one plan: bounds a turn. */
const MOST_HEADS = 256;
/** Nobody counts further how many wait: more than any environment can want at once. */
const MOST_COUNTED = 1000;

/** What is remembered from turn to turn. */
export interface Remembered {
  readonly paces: Paces;
  readonly reservations: readonly Reservation[];
  /** When each queue last started a job, by a count of starts: who waited longest has its turn. */
  readonly turns: ReadonlyMap<number, number>;
}

/** Loads what the scheduler decides by: a few rows for each queue, environment, instance, shape and active task. */
export const loadSnapshot = async (
  service: Service,
  tx: Tx,
  active: readonly ActiveTask[],
  instances: readonly Instance[],
  remembered: Remembered,
): Promise<Snapshot> => {
  const { pool } = service.capacity;
  const running = lines(active, remembered.paces);
  const catalog = await service.catalog.allEnvironments(tx);
  const environments = environmentViews(catalog);
  const room = { pool, environments, instances, running };
  const queues: QueueView[] = [];
  for (const queue of inTurn(await service.catalog.allQueues(tx), remembered.turns)) {
    const view = await queueView(tx, queue, room);
    if (view.shapes.length > 0) queues.push(view);
  }
  return {
    pool,
    environments,
    instances: instances.map((instance) => instanceView(service, catalog, instance)),
    queues,
    running,
    reservations: remembered.reservations,
  };
};

/** Rule E-132: by priority, of equals the one first that waited longest for a turn. */
const inTurn = (queues: readonly CatalogQueue[], turns: ReadonlyMap<number, number>): CatalogQueue[] =>
  [...queues].sort(
    (a, b) => b.priority - a.priority || (turns.get(a.seq) ?? 0) - (turns.get(b.seq) ?? 0) || a.seq - b.seq,
  );

interface Loaded {
  readonly pool: Resources;
  readonly environments: readonly EnvironmentView[];
  readonly instances: readonly Instance[];
  readonly running: readonly RunningView[];
}

const queueView = async (tx: Tx, queue: CatalogQueue, room: Loaded): Promise<QueueView> => {
  const shapes: ShapeView[] = [];
  for (const shape of await waitingShapes(tx, queue.seq))
    shapes.push(await shapeView(tx, queue, shape, room));
  const { seq, name, priority, environments } = queue;
  return { seq, name, priority, environments, shapes };
};

const shapeView = async (
  tx: Tx,
  queue: CatalogQueue,
  shape: WaitingShape,
  room: Loaded,
): Promise<ShapeView> => {
  const asks = { milliVcpus: shape.milli_vcpus, memoryMiB: shape.memory_mib, gpus: shape.gpus };
  const wanted = headsWanted(asks, room);
  const heads = await headsOf(tx, queue.seq, shape.id, wanted);
  const count = heads.length < wanted ? heads.length : await waiting(tx, queue, shape, room);
  return { id: shape.id, groups: groupsOf(shape, asks), heads, waiting: Math.max(count, heads.length) };
};

/** A single task, or the groups of a multi-node job's nodes, as they were written at submit. */
const groupsOf = ({ node_groups: text }: WaitingShape, asks: Resources): readonly TaskGroup[] =>
  text === ''
    ? [{ asks, count: 1 }]
    : (JSON.parse(text) as TaskGroup[]).map((group) => ({ ...group, nodes: true }));

/** As many as could start at most, and one to be refused. */
const headsWanted = (asks: Resources, { pool, instances, running }: Loaded): number => {
  const each = Math.max(1, takes(asks, pool).milliVcpus);
  const used = running.reduce((sum, task) => sum + Math.min(task.asks.milliVcpus, pool.milliVcpus), 0);
  const declared = instances.reduce((sum, instance) => sum + instance.size.milliVcpus, 0);
  const room = Math.floor((Math.max(pool.milliVcpus, declared) - used) / each);
  const ahead = running.reduce((sum, task) => sum + task.mayPrecede, 0);
  return Math.min(MOST_HEADS, Math.max(0, room) + ahead + 1);
};

/** Counted only where it makes a difference: as far as the queue's environments may still grow. */
const waiting = async (
  tx: Tx,
  queue: CatalogQueue,
  shape: WaitingShape,
  { environments }: Loaded,
): Promise<number> => {
  const most = environments
    .filter((e) => queue.environments.includes(e.seq) && e.supply.kind === 'launched')
    .reduce((sum, { supply }) => sum + (supply.kind === 'launched' ? supply.maxMilliVcpus : 0), 0);
  const limit = Math.min(MOST_COUNTED, Math.ceil(most / Math.max(1, shape.milli_vcpus)));
  return countAhead(tx, queue.seq, shape.id, Number.MAX_SAFE_INTEGER, limit);
};

const instanceView = (
  service: Service,
  environments: readonly CatalogEnvironment[],
  { id, environment, type, size, state, ran }: Instance,
): InstanceView => {
  const grace = graceOf(
    service,
    environments.find((e) => e.seq === environment),
    ran,
  );
  const graceOver =
    state.kind === 'running' &&
    state.idleSince !== undefined &&
    elapsedSince(service.clock, state.idleSince, grace) >= grace;
  return { id, environment, type, size, draining: state.kind === 'draining', graceOver };
};

/** Rules E-155, E-159: milliseconds; an environment's own delay counts from the end of a job. */
const graceOf = (service: Service, environment: CatalogEnvironment | undefined, ran: boolean): number => {
  const minutes = environment?.resources?.scalingPolicy?.minScaleDownDelayMinutes ?? 0;
  return Math.max(service.capacity.idleGraceSeconds * 1000, ran ? minutes * 60_000 : 0);
};

/** Tasks that have room, each with the end of the line behind it. */
export const lines = (active: readonly ActiveTask[], paces: Paces): RunningView[] => {
  const behind = new Map(active.filter((t) => t.after !== null).map((t) => [t.after!, t]));
  return active
    .filter((task) => task.after === null)
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
        asks: { milliVcpus: task.milli_vcpus, memoryMiB: task.memory_mib, gpus: task.gpus },
        // nobody takes a node's room while its job's next attempt may need it
        mayPrecede: task.stop_kind > 0 || task.role > 0 ? 0 : Math.max(0, paces.depth(task.spec) - length),
      };
    });
};
