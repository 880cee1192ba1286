import type { Resources } from '../domain/container.ts';
import type { Service } from '../operations/service.ts';
import { takes } from '../scheduler/room.ts';
import type { EnvironmentView, QueueView, RunningView, ShapeView, Snapshot } from '../scheduler/snapshot.ts';
import { headsOf, type WaitingShape, waitingShapes } from '../store/runnable.ts';
import type { Tx } from '../store/store.ts';
import type { ActiveTask } from '../store/tasks.ts';
import type { Paces } from './paces.ts';

/** Never more of one shape in one plan: bounds a turn. */
const MOST_HEADS = 256;

/** Loads what the scheduler decides by: a few rows for each queue, environment, shape and active task. */
export const loadSnapshot = async (
  service: Service,
  tx: Tx,
  pool: Resources,
  active: readonly ActiveTask[],
  paces: Paces,
): Promise<Snapshot> => {
  const running = lines(active, paces);
  const queues: QueueView[] = [];
  for (const queue of await service.catalog.allQueues(tx)) {
    const shapes: ShapeView[] = [];
    for (const shape of await waitingShapes(tx, queue.seq))
      shapes.push(await shapeView(tx, queue.seq, shape, pool, running));
    if (shapes.length > 0)
      queues.push({ seq: queue.seq, name: queue.name, environments: queue.environments, shapes });
  }
  return { pool, environments: queues.length > 0 ? await environments(service, tx) : [], queues, running };
};

const shapeView = async (
  tx: Tx,
  queue: number,
  shape: WaitingShape,
  pool: Resources,
  running: readonly RunningView[],
): Promise<ShapeView> => {
  const asks = { milliVcpus: shape.milli_vcpus, memoryMiB: shape.memory_mib, gpus: shape.gpus };
  return { id: shape.id, asks, heads: await headsOf(tx, queue, shape.id, headsWanted(asks, pool, running)) };
};

/** As many as could start at most, and one to be refused. */
const headsWanted = (asks: Resources, pool: Resources, running: readonly RunningView[]): number => {
  const each = takes(asks, pool);
  const used = running.reduce((sum, task) => sum + Math.min(task.asks.milliVcpus, pool.milliVcpus), 0);
  const room = Math.floor((pool.milliVcpus - used) / Math.max(1, each.milliVcpus));
  const ahead = running.reduce((sum, task) => sum + task.mayPrecede, 0);
  return Math.min(MOST_HEADS, Math.max(0, room) + ahead + 1);
};

const environments = async (service: Service, tx: Tx): Promise<EnvironmentView[]> =>
  (await service.catalog.allEnvironments(tx)).map((e) => ({
    seq: e.seq,
    name: e.name,
    enabled: e.state === 'ENABLED',
    valid: e.status === 'VALID',
    ...(e.maxVcpus !== null && { maxMilliVcpus: e.maxVcpus * 1000 }),
  }));

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
        asks: { milliVcpus: task.milli_vcpus, memoryMiB: task.memory_mib, gpus: task.gpus },
        mayPrecede: task.stop_kind > 0 ? 0 : Math.max(0, paces.depth(task.spec) - length),
      };
    });
};
