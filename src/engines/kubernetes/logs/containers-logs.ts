import { containerLogId } from '../../../domain/log-stream.ts';
import type { Timers } from '../../../lib/clock.ts';
import type { TaskLogs } from '../given.ts';
import type { Pod } from '../objects.ts';
import { hasRun, isOfContainers, ownContainers, ownInitContainers, saidNames } from '../status/own.ts';

/** A pod that is to go waits no longer for its logs. */
const CATCH_UP_MILLISECONDS = 5000;

/**
 * Logs of tasks whose pods may have several containers: each container's is kept as if it were a task's of its own, the first
 * one's under the task's id (T-380).
 */
export class ContainersLogs implements TaskLogs {
  private readonly inner: TaskLogs;
  private readonly timers: Timers;
  private readonly isSilent: (nodeName: string) => boolean;
  private readonly kept = new Map<string, Kept>();

  /** `isSilent`: whether a node's kubelet does not answer. */
  constructor(inner: TaskLogs, timers: Timers, isSilent: (nodeName: string) => boolean) {
    this.inner = inner;
    this.timers = timers;
    this.isSilent = isSilent;
  }

  /** Of one that has ended before its pod the log is read now: its follow ends, and a pod that is deleted has none. */
  follow(taskId: string, pod: Pod): void {
    for (const part of this.note(taskId, pod)) {
      if (part.isRunning) this.inner.follow(part.id, part.of);
      else if (!this.isSilent(pod.nodeName ?? '')) void this.read(taskId, part);
    }
  }

  async catchUp(taskId: string, pod: Pod): Promise<void> {
    const caught = this.note(taskId, pod).map((part) =>
      part.isRunning ? this.inner.catchUp(part.id, part.of) : this.read(taskId, part),
    );
    let callOff = () => {};
    const late = new Promise<void>(
      (resolve) => (callOff = this.timers.after(CATCH_UP_MILLISECONDS, resolve)),
    );
    await Promise.race([Promise.all(caught), late]).finally(() => callOff());
  }

  /** Of a pod that a node gave up what ran until then is read, too. */
  async finish(taskId: string, pod: Pod): Promise<void> {
    await Promise.all(this.note(taskId, pod).map((part) => this.read(taskId, part)));
    this.kept.delete(taskId);
  }

  async drop(taskId: string): Promise<void> {
    const ids = this.kept.get(taskId)?.ids ?? [taskId];
    this.kept.delete(taskId);
    await Promise.all([...ids].map((id) => this.inner.drop(id)));
  }

  write(taskId: string, text: string): void {
    this.inner.write(taskId, text);
  }

  close(): Promise<void> {
    return this.inner.close();
  }

  /** Once: what has ended prints no more. */
  private read(taskId: string, { id, of }: Part): Promise<void> {
    const read = this.kept.get(taskId)?.read;
    const reading = read?.get(id) ?? this.inner.finish(id, of);
    read?.set(id, reading);
    return reading;
  }

  private note(taskId: string, pod: Pod): readonly Part[] {
    if (!isOfContainers(pod)) return [{ id: taskId, of: pod, isRunning: true }];
    const parts = partsOf(taskId, pod);
    const kept = this.kept.get(taskId) ?? { ids: new Set(), read: new Map() };
    for (const { id } of parts) kept.ids.add(id);
    this.kept.set(taskId, kept);
    return parts;
  }
}

/** Of a task's several containers. */
interface Kept {
  /** Ids of the logs that are kept. */
  readonly ids: Set<string>;
  /** By those, of containers that have ended: resolves when its log is read to its end. */
  readonly read: Map<string, Promise<void>>;
}

/** A log, and the pod with the name of the container that printed it. */
interface Part {
  readonly id: string;
  readonly of: Pod;
  readonly isRunning: boolean;
}

const partsOf = (taskId: string, pod: Pod): Part[] => {
  const names = saidNames(pod);
  return [...ownContainers(pod), ...ownInitContainers(pod)].filter(hasRun).map(({ name, state }) => ({
    id: containerLogId(taskId, names.indexOf(name)),
    of: { ...pod, logOf: name },
    isRunning: state.kind === 'running',
  }));
};
