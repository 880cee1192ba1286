import { elapsedSince } from '../domain/deadline.ts';
import type { Instance } from '../domain/instance.ts';
import { isNode } from '../domain/node-roles.ts';
import { isStopped } from '../domain/stop-kinds.ts';
import type { InstanceView, QueueView, Reservation, RunningView, Snapshot } from '../scheduler/snapshot.ts';
import type { CatalogEnvironment, CatalogQueue } from '../service/catalog.ts';
import type { Service } from '../service/service.ts';
import type { Tx } from '../store/store.ts';
import type { ActiveTask } from '../store/task-rows.ts';
import type { KnownShapes } from './known-shapes.ts';
import type { Paces } from './paces.ts';
import { queueView } from './queue-view.ts';
import { shareOf } from './share.ts';
import { environmentViews } from './supply.ts';

/** What is remembered from turn to turn. */
export interface Remembered {
  readonly paces: Paces;
  readonly reservations: readonly Reservation[];
  /** When each queue last started a job, by a count of starts: who waited longest has its turn. */
  readonly turns: ReadonlyMap<number, number>;
  /** By queue. */
  readonly shapes: ReadonlyMap<number, KnownShapes>;
}

/** What a turn decides by. */
export interface Loaded {
  readonly snapshot: Snapshot;
  readonly shapes: ReadonlyMap<number, KnownShapes>;
}

/**
 * Loads what the scheduler decides by: a few rows for each queue, environment, instance, active task and shape of jobs,
 * of which so many and no more.
 */
export const loadSnapshot = async (
  service: Service,
  tx: Tx,
  active: readonly ActiveTask[],
  instances: readonly Instance[],
  remembered: Remembered,
): Promise<Loaded> => {
  const hosts = service.capacity.hosts;
  const running = lines(active, remembered.paces);
  const catalog = await service.catalog.allEnvironments(tx);
  const { hasNoGpus } = service.engine;
  const environments = environmentViews(catalog, hasNoGpus);
  const room = { hosts, environments, instances, running };
  const queues: QueueView[] = [];
  const shapes = new Map<number, KnownShapes>();
  const catalogQueues = await service.catalog.allQueues(tx);
  const share = await shareOf(tx, catalogQueues, remembered.shapes);
  for (const queue of inTurn(catalogQueues, remembered.turns)) {
    const { view, known } = await queueView(tx, queue, room, remembered, share);
    if (view.shapes.length === 0) continue;
    queues.push(view);
    shapes.set(queue.seq, known);
  }
  const snapshot: Snapshot = {
    hosts,
    environments,
    instances: instances.map((instance) => instanceView(service, catalog, instance)),
    queues,
    running,
    reservations: remembered.reservations,
  };
  return { snapshot, shapes };
};

/** Rule E-132: by priority, of equals the one first that waited longest for a turn. */
const inTurn = (queues: readonly CatalogQueue[], turns: ReadonlyMap<number, number>): CatalogQueue[] =>
  [...queues].sort(
    (a, b) => b.priority - a.priority || (turns.get(a.seq) ?? 0) - (turns.get(b.seq) ?? 0) || a.seq - b.seq,
  );

const instanceView = (
  service: Service,
  environments: readonly CatalogEnvironment[],
  { id, environment, host, type, size, state, ran }: Instance,
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
  const draining = state.kind === 'draining';
  const hasDeadline = draining && state.deadline !== undefined;
  return { id, environment, host, type, size, draining, hasDeadline, graceOver };
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
        host: task.host,
        asks: { milliVcpus: task.milli_vcpus, memoryMiB: task.memory_mib, gpus: task.gpus },
        // nobody takes a node's room while its job's next attempt may need it
        mayPrecede: isStopped(task) || isNode(task) ? 0 : Math.max(0, paces.depth(task.spec) - length),
      };
    });
};
