import type { Resources } from '../domain/container.ts';
import { type HostView, takes } from '../domain/host.ts';
import type { Instance } from '../domain/instance.ts';
import { isNode } from '../domain/node-roles.ts';
import { isStopped } from '../domain/stop-kinds.ts';
import { Layered } from '../lib/layered.ts';
import {
  addInstance,
  copyOf,
  fold as foldRoom,
  hold,
  letGo,
  note,
  removeInstance,
  roomOf,
} from '../scheduler/change-room.ts';
import { hostOf, type Room } from '../scheduler/room.ts';
import type { EnvironmentView, InstanceView } from '../scheduler/snapshot.ts';
import type { Changes } from '../store/running-changes.ts';
import type { ActiveTask } from '../store/task-rows.ts';
import { isToStop } from './active-tasks.ts';

/** What tasks run on: with another of these the room is made anew. */
export interface Ground {
  readonly hosts: readonly HostView[];
  readonly environments: readonly EnvironmentView[];
}

/** What is asked of a task that is not in its row. */
export interface Marks {
  readonly hasLimit: (task: ActiveTask) => boolean;
  /** Of jobs that are over at once. */
  readonly quickSpecs: ReadonlySet<number>;
}

/** What runs, and the room that it leaves. A copy costs what changed since `fold`, and so does keeping it true. */
export interface Running {
  /** By which the store knows what changed since. */
  follower: number;
  ground: Ground;
  /** The specs by which `quick` was found. */
  quickSpecs: ReadonlySet<number>;
  readonly tasks: Layered<string, ActiveTask>;
  readonly instances: Layered<string, Instance>;
  /** But for what time changes: no instance's grace is over in it. */
  room: Room;
  /** Tasks that stand in a line, by the one that each stands behind. */
  readonly behind: Layered<string, ActiveTask>;
  readonly toStop: Layered<string, ActiveTask>;
  readonly limited: Layered<string, ActiveTask>;
  readonly quick: Layered<string, ActiveTask>;
  /** Those that have had no task for a while. */
  readonly idle: Layered<string, Instance>;
  readonly draining: Layered<string, Instance>;
  /** Thousandths of a vCPU that tasks hold, none more than the largest host has. */
  heldMilliVcpus: number;
  /** Those of all instances together. */
  milliVcpus: number;
  /** Tasks that hold room while their instance is gone. */
  homeless: number;
  /** Instances that changed since the copy was made, or tasks on them. */
  touched: Set<string>;
}

export const nothingRuns = (ground: Ground): Running => ({
  follower: 0,
  ground,
  quickSpecs: new Set(),
  tasks: Layered.of(),
  instances: Layered.of(),
  room: roomOf({ ...ground, instances: [], running: [] }),
  behind: Layered.of(),
  toStop: Layered.of(),
  limited: Layered.of(),
  quick: Layered.of(),
  idle: Layered.of(),
  draining: Layered.of(),
  heldMilliVcpus: 0,
  milliVcpus: 0,
  homeless: 0,
  touched: new Set(),
});

export const copyOfRunning = (running: Running): Running => ({
  ...running,
  tasks: running.tasks.copy(),
  instances: running.instances.copy(),
  room: copyOf(running.room),
  behind: running.behind.copy(),
  toStop: running.toStop.copy(),
  limited: running.limited.copy(),
  quick: running.quick.copy(),
  idle: running.idle.copy(),
  draining: running.draining.copy(),
  touched: new Set(),
});

/** Makes it what copies begin with: earlier ones are used no more. */
export const fold = (running: Running): void => {
  const { tasks, instances, room, behind, toStop, limited, quick, idle, draining } = running;
  for (const some of [tasks, behind, toStop, limited, quick]) some.fold();
  for (const some of [instances, idle, draining]) some.fold();
  foldRoom(room);
};

/** Brings it up to date. */
export const change = (running: Running, changes: Changes, ground: Ground, marks: Marks): void => {
  const { tasks, instances } = changes;
  running.follower = changes.follower;
  let isRoomTrue = running.ground === ground || isSameGround(running.ground, ground);
  running.ground = ground;
  for (const id of tasks.keys()) dropTask(running, id);
  for (const [id, instance] of instances) isRoomTrue = changeInstance(running, id, instance) && isRoomTrue;
  for (const task of tasks.values()) if (task) putTask(running, task, marks);
  if (!isRoomTrue) remakeRoom(running);
  if (running.quickSpecs !== marks.quickSpecs) markQuick(running, marks.quickSpecs);
};

/** Others may line up behind it: nobody takes a node's room while its job's next attempt may need it. */
const mayLead = (task: ActiveTask, quickSpecs: ReadonlySet<number>): boolean =>
  holds(task) && quickSpecs.has(task.spec) && !isStopped(task) && !isNode(task);

const markQuick = (running: Running, quickSpecs: ReadonlySet<number>): void => {
  running.quickSpecs = quickSpecs;
  for (const task of running.tasks.values()) {
    if (mayLead(task, quickSpecs)) running.quick.set(task.id, task);
    else running.quick.delete(task.id);
  }
};

const isSameGround = (a: Ground, b: Ground): boolean =>
  a.hosts === b.hosts && a.environments === b.environments;

/** Whether it holds room: those behind it have that after it. */
const holds = (task: ActiveTask): boolean => task.after === null;

export const asksOf = (task: ActiveTask): Resources => ({
  milliVcpus: task.milli_vcpus,
  memoryMiB: task.memory_mib,
  gpus: task.gpus,
});

const heldBy = (task: ActiveTask) => ({ instance: task.instance, host: task.host, asks: asksOf(task) });

const dropTask = (running: Running, id: string): void => {
  const task = running.tasks.get(id);
  if (!task) return;
  running.tasks.delete(id);
  for (const marked of [running.toStop, running.limited, running.quick]) marked.delete(id);
  if (task.after !== null && running.behind.get(task.after)?.id === id) running.behind.delete(task.after);
  running.touched.add(task.instance);
  if (!holds(task)) return;
  letGo(running.room, heldBy(task));
  count(running, task, -1);
};

const putTask = (running: Running, task: ActiveTask, { hasLimit, quickSpecs }: Marks): void => {
  running.tasks.set(task.id, task);
  if (isToStop(task)) running.toStop.set(task.id, task);
  if (hasLimit(task)) running.limited.set(task.id, task);
  if (mayLead(task, quickSpecs)) running.quick.set(task.id, task);
  if (task.after !== null) running.behind.set(task.after, task);
  running.touched.add(task.instance);
  if (!holds(task)) return;
  hold(running.room, heldBy(task));
  count(running, task, 1);
};

/** A host whose CPU is a weight gives a task what it has, however much is asked. */
const heldMilliVcpusOf = (room: Room, task: ActiveTask): number =>
  takes(asksOf(task), hostOf(room, task.host)).milliVcpus;

const count = (running: Running, task: ActiveTask, sign: 1 | -1): void => {
  running.heldMilliVcpus += sign * heldMilliVcpusOf(running.room, task);
  if (!running.room.instances.has(task.instance)) running.homeless += sign;
};

/** False where the room is to be made anew: it is another one to tasks that are there. */
const changeInstance = (running: Running, id: string, now: Instance | undefined): boolean => {
  const { room } = running;
  const before = running.instances.get(id);
  running.touched.add(id);
  running.milliVcpus += (now?.size.milliVcpus ?? 0) - (before?.size.milliVcpus ?? 0);
  mark(running, id, now);
  if (before && now && isSamePlace(before, now)) {
    note(room, instanceView(now));
    return true;
  }
  const hadTasks = (room.instances.get(id)?.tasks ?? 0) > 0;
  if (before) removeInstance(room, id);
  if (now) addInstance(room, instanceView(now), false);
  return !hadTasks && running.homeless === 0;
};

const mark = ({ instances, idle, draining }: Running, id: string, now: Instance | undefined): void => {
  for (const some of [instances, idle, draining]) some.delete(id);
  if (!now) return;
  instances.set(id, now);
  if (now.state.kind === 'draining') draining.set(id, now);
  if (now.state.kind === 'running' && now.state.idleSince) idle.set(id, now);
};

const isSamePlace = (a: Instance, b: Instance): boolean =>
  a.environment === b.environment &&
  a.host === b.host &&
  a.type === b.type &&
  a.size.milliVcpus === b.size.milliVcpus &&
  a.size.memoryMiB === b.size.memoryMiB &&
  a.size.gpus === b.size.gpus;

export const instanceView = ({ id, environment, host, type, size, state }: Instance): InstanceView => {
  const draining = state.kind === 'draining';
  const hasDeadline = draining && state.deadline !== undefined;
  return { id, environment, host, type, size, draining, hasDeadline, graceOver: false };
};

/** Of all that runs. */
export const remakeRoom = (running: Running): void => {
  const holding = [...running.tasks.values()].filter(holds);
  running.room = roomOf({
    ...running.ground,
    instances: Array.from(running.instances.values(), instanceView),
    running: holding.map((task) => ({
      ...heldBy(task),
      taskId: task.id,
      environment: task.environment,
      mayPrecede: 0,
    })),
  });
  running.heldMilliVcpus = holding.reduce((sum, task) => sum + heldMilliVcpusOf(running.room, task), 0);
  running.homeless = holding.filter((task) => !running.instances.has(task.instance)).length;
};
