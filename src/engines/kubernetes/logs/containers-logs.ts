import { containerLogId } from '../../../domain/log-stream.ts';
import type { TaskLogs } from '../given.ts';
import type { Container, Pod } from '../objects.ts';
import { hasRun, isOfContainers, ownContainers, ownInitContainers } from '../status/own.ts';

/**
 * Logs of tasks whose pods may have several containers: each container's is kept as if it were a task's of its own, the first
 * one's under the task's id (T-380).
 */
export class ContainersLogs implements TaskLogs {
  private readonly inner: TaskLogs;
  /** By task: ids of the logs that are kept of it. */
  private readonly kept = new Map<string, Set<string>>();

  constructor(inner: TaskLogs) {
    this.inner = inner;
  }

  follow(taskId: string, pod: Pod): void {
    for (const { id, of } of this.note(taskId, pod, isRunning)) this.inner.follow(id, of);
  }

  /** Of a pod that a node gave up what ran until then is read, too. */
  async finish(taskId: string, pod: Pod): Promise<void> {
    const parts = this.note(taskId, pod, hasRun);
    await Promise.all(parts.map(({ id, of }) => this.inner.finish(id, of)));
    this.kept.delete(taskId);
  }

  async drop(taskId: string): Promise<void> {
    const ids = this.kept.get(taskId) ?? [taskId];
    this.kept.delete(taskId);
    await Promise.all([...ids].map((id) => this.inner.drop(id)));
  }

  write(taskId: string, text: string): void {
    this.inner.write(taskId, text);
  }

  close(): Promise<void> {
    return this.inner.close();
  }

  private note(taskId: string, pod: Pod, which: (container: Container) => boolean): readonly Part[] {
    if (!isOfContainers(pod)) return [{ id: taskId, of: pod }];
    const parts = partsOf(taskId, pod, which);
    const known = this.kept.get(taskId) ?? new Set();
    for (const { id } of parts) known.add(id);
    this.kept.set(taskId, known);
    return parts;
  }
}

/** A log, and the pod with the name of the container that printed it. */
interface Part {
  readonly id: string;
  readonly of: Pod;
}

const partsOf = (taskId: string, pod: Pod, which: (container: Container) => boolean): Part[] =>
  [...ownContainers(pod), ...ownInitContainers(pod)].flatMap((container, place) =>
    which(container) ? [{ id: containerLogId(taskId, place), of: { ...pod, logOf: container.name } }] : [],
  );

/** What is over already is read at the pod's end alone. */
const isRunning = ({ state }: Container): boolean => state.kind === 'running';
