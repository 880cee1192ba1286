import type { StartOrder, TaskReport } from '../engine.ts';
import { jobLabelOf, LABEL } from './names.ts';
import type { Pod } from './objects.ts';
import { holdsRoom, reportOf, type Stage } from './stage.ts';

/** A task: how far it is, and what does not change while it lives. */
export interface Task {
  readonly id: string;
  /** Undefined of one that an earlier server ordered. */
  readonly order: StartOrder | undefined;
  /** The job that it is a task of as labels have it, of a node the multi-node job, where that is known. */
  readonly jobLabel: string | undefined;
  /** Changed by what `next` says alone. */
  stage: Stage;
}

export const newTask = (id: string, order: StartOrder | undefined, stage: Stage): Task => ({
  id,
  order,
  jobLabel: order && jobLabelOf(order.node?.job ?? order.jobId),
  stage,
});

/** One that an earlier server ordered, by its pod. */
export const adoptedTask = (id: string, { labels }: Pod): Task => ({
  id,
  order: undefined,
  jobLabel: labels[LABEL.nodes]?.replace(/-\d+$/, '') ?? labels[LABEL.job],
  stage: { kind: 'ordered', isSent: true },
});

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

  /** Whether its room is not to be had yet. */
  holdsRoom(id: string): boolean {
    const task = this.byId.get(id);
    return task !== undefined && holdsRoom(task.stage);
  }

  all(): Iterable<Task> {
    return this.byId.values();
  }

  /** Whose pods are in the cluster, and not known to be over. */
  there(): Task[] {
    return [...this.byId.values()].filter(({ stage }) => stage.kind === 'there');
  }

  reports(): TaskReport[] {
    return [...this.byId.values()]
      .filter(({ stage }) => stage.kind !== 'recalled')
      .map(({ id, stage }) => reportOf(id, stage));
  }
}
