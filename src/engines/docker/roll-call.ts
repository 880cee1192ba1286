import type { Log } from '../../lib/logger.ts';
import type { DaemonApi, Listed } from './api.ts';
import { DaemonRefusal, NoAnswer } from './client.ts';
import { LABEL } from './container.ts';
import type { Removals } from './container-removals.ts';
import { type Boot, hasBegun, type Inspected, outcomeOf } from './outcome.ts';
import { adoptedTask, listedTask, type Task } from './task.ts';

/** What is known, and what is done with what is found. */
export interface Roll {
  readonly log: Log;
  readonly boot: Boot;
  readonly tasks: Map<string, Task>;
  readonly recalled: ReadonlySet<string>;
  readonly removals: Removals;
  /** It is known to run, since these wall milliseconds. */
  readonly runs: (task: Task, startedAt: number) => void;
  /** It has ended, or is gone. */
  readonly finish: (task: Task) => void;
  /** Its start failed, so that it has no log. */
  readonly unstarted: (task: Task, inspected: Inspected) => void;
}

/** Compares the tasks that are known with the containers that the daemon has. */
export class RollCall {
  private readonly api: DaemonApi;
  private readonly roll: Roll;

  constructor(api: DaemonApi, roll: Roll) {
    this.api = api;
    this.roll = roll;
  }

  /** Rejects when the daemon gives no list. */
  async call(): Promise<void> {
    const { tasks, removals, finish } = this.roll;
    const before = [...tasks.values()].filter(({ stage }) => stage.kind === 'running');
    const listed = await this.api.list();
    const there = new Set(listed.map(({ Id }) => Id));
    for (const task of before) {
      if (!there.has(task.container!) && task.stage.kind === 'running') finish(task);
    }
    for (const found of listed) await this.meet(found);
    void removals.sweep((taskId) => tasks.has(taskId));
  }

  private async meet(found: Listed): Promise<void> {
    const id = found.Labels[LABEL.task];
    if (id === undefined || this.roll.removals.has(found.Id)) return;
    const task = this.roll.tasks.get(id);
    if (!task) return this.adopt(id, found);
    if (task.container === found.Id && isOver(found) && task.stage.kind === 'running') this.roll.finish(task);
  }

  /** A container of ours that nobody here knows: an earlier server's, or one that was to be removed. */
  private async adopt(id: string, listed: Listed): Promise<void> {
    const { tasks, recalled, removals } = this.roll;
    const inspected = await this.look(listed);
    if (inspected === 'gone' || tasks.has(id)) return;
    if (recalled.has(id)) return removals.add(listed.Id, listed.Labels[LABEL.nodes]);
    const task = inspected ? adoptedTask(id, inspected) : listedTask(id, listed);
    tasks.set(id, task);
    if (inspected) this.goOn(task, inspected);
    else if (isOver(listed)) this.roll.finish(task);
    else if (task.stage.kind === 'running') this.roll.runs(task, task.stage.startedAt!);
  }

  private goOn(task: Task, inspected: Inspected): void {
    const outcome = outcomeOf(inspected, this.roll.boot);
    switch (outcome.kind) {
      case 'created':
        return;
      case 'running':
        this.roll.runs(task, outcome.startedAt);
        return;
      case 'over':
        if (hasBegun(inspected)) this.roll.finish(task);
        else this.roll.unstarted(task, inspected);
    }
  }

  /** Undefined of one that the daemon cannot tell of: it holds up no other. Rejects when the daemon itself is away. */
  private async look({ Id: container }: Listed): Promise<Inspected | 'gone' | undefined> {
    try {
      return await this.api.inspect(container);
    } catch (error) {
      if (error instanceof DaemonRefusal && error.status === 404) return 'gone';
      if (error instanceof NoAnswer && !error.timedOut) throw error;
      this.roll.log.error(
        { container, error: (error as Error).message },
        'a container cannot be looked at: it is taken for what the list says',
      );
      return undefined;
    }
  }
}

const isOver = ({ State }: Listed): boolean => State === 'exited' || State === 'dead';
