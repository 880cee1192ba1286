import type { TaskReport } from '../engine.ts';
import { reportOf, type Stage } from './stage.ts';
import { freeGpus, holdsRoom, type Task } from './task.ts';

/** The tasks that this server knows, by id: what is active, and what was recalled until it is forgotten. */
export class Tasks {
  private readonly byId = new Map<string, Task>();

  get(id: string): Task | undefined {
    return this.byId.get(id);
  }

  put(task: Task): void {
    this.byId.set(task.id, task);
  }

  drop(id: string): void {
    this.byId.delete(id);
  }

  /** Whether it is this very task that is known by its id. */
  has(task: Task): boolean {
    return this.byId.get(task.id) === task;
  }

  /** Whether there may be something of it at the daemon's: what was recalled has nothing there. */
  isThere(id: string): boolean {
    const task = this.byId.get(id);
    return task !== undefined && task.stage.kind !== 'recalled';
  }

  /** Whether a task is left of the nodes with this label. */
  hasNodes(nodes: string): boolean {
    return this.there().some((task) => task.nodes === nodes);
  }

  /** Whether its room is not to be had yet. */
  holdsRoom(id: string): boolean {
    const task = this.byId.get(id);
    return task !== undefined && holdsRoom(task.stage);
  }

  in(...kinds: readonly Stage['kind'][]): Task[] {
    return this.there().filter(({ stage }) => kinds.includes(stage.kind));
  }

  freeGpus(count: number): number[] {
    return freeGpus(this.byId.values(), count);
  }

  reports(): TaskReport[] {
    return this.there().map(({ id, stage }) => reportOf(id, stage));
  }

  private there(): Task[] {
    return [...this.byId.values()].filter(({ stage }) => stage.kind !== 'recalled');
  }
}
