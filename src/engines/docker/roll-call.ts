import type { Log } from '../../lib/logger.ts';
import { DaemonRefusal, NoAnswer } from './answers.ts';
import type { DaemonApi } from './api.ts';
import type { Listed } from './api-shapes.ts';
import type { ContainerRemovals } from './container-removals.ts';
import { LABEL } from './labels.ts';
import { type Boot, hasBegun, type Inspected, outcomeOf } from './outcome.ts';
import type { Presence } from './presence.ts';
import { containerOf } from './stage.ts';
import { adoptedTask, listedTask, type Task } from './task.ts';
import type { TaskEvent } from './task-events.ts';
import type { Tasks } from './tasks.ts';

export interface RollCallParts {
  readonly log: Log;
  readonly boot: Boot;
  readonly tasks: Tasks;
  readonly removals: ContainerRemovals;
  readonly presence?: Presence | undefined;
  /** What is found to have happened to a task. */
  readonly tell: (task: Task, event: TaskEvent) => void;
}

/** Compares the tasks that are known with the containers that the daemon has. */
export class RollCall {
  private readonly api: DaemonApi;
  private readonly parts: RollCallParts;

  constructor(api: DaemonApi, parts: RollCallParts) {
    this.api = api;
    this.parts = parts;
  }

  /** Rejects when the daemon gives no list. */
  async call(): Promise<void> {
    const { tasks, removals, presence, tell } = this.parts;
    presence?.meet(await this.api.machine());
    const before = tasks.in('running', 'stopping');
    const listed = await this.api.list();
    const there = new Set<string | undefined>(listed.map(({ Id }) => Id));
    for (const task of before) if (!there.has(containerOf(task.stage))) tell(task, { kind: 'ended' });
    for (const found of listed) await this.meet(found);
    void removals.sweep((taskId) => tasks.isThere(taskId));
  }

  private async meet(found: Listed): Promise<void> {
    const { tasks, removals, tell } = this.parts;
    const id = found.Labels[LABEL.task];
    if (id === undefined || removals.has(found.Id)) return;
    const task = tasks.get(id);
    if (!task) return this.adopt(id, found);
    if (task.stage.kind === 'recalled') removals.add(found.Id, found.Labels[LABEL.nodes]);
    else if (isOver(found) && containerOf(task.stage) === found.Id) tell(task, { kind: 'ended' });
  }

  /** A container of ours that nobody here knows: an earlier server's, or one that was to be removed. */
  private async adopt(id: string, listed: Listed): Promise<void> {
    const { tasks, tell } = this.parts;
    const inspected = await this.look(listed);
    if (inspected === 'gone' || tasks.get(id)) return;
    const task = inspected ? adoptedTask(id, inspected) : listedTask(id, listed);
    tasks.put(task);
    const event = inspected ? this.eventOf(inspected) : isOver(listed) ? ENDED : runsOf(task);
    if (event) tell(task, event);
  }

  private eventOf(inspected: Inspected): TaskEvent | undefined {
    const outcome = outcomeOf(inspected, this.parts.boot);
    switch (outcome.kind) {
      case 'created':
        return undefined;
      case 'running':
        return { kind: 'runs', startedAt: outcome.startedAt };
      case 'over':
        if (hasBegun(inspected)) return ENDED;
        return { kind: 'failed', report: outcome.report, container: inspected.Id };
    }
  }

  /** Undefined of one that the daemon cannot tell of: it holds up no other. Rejects when the daemon itself is away. */
  private async look({ Id: container }: Listed): Promise<Inspected | 'gone' | undefined> {
    try {
      return await this.api.inspect(container);
    } catch (error) {
      if (error instanceof DaemonRefusal && error.status === 404) return 'gone';
      if (error instanceof NoAnswer && !error.timedOut) throw error;
      this.parts.log.error(
        { container, error: (error as Error).message },
        'a container cannot be looked at: it is taken for what the list says',
      );
      return undefined;
    }
  }
}

const isOver = ({ State }: Listed): boolean => State === 'exited' || State === 'dead';

const ENDED: TaskEvent = { kind: 'ended' };

/** Of one that only the list tells of. */
const runsOf = ({ stage }: Task): TaskEvent | undefined =>
  stage.kind === 'running' ? { kind: 'runs', startedAt: stage.startedAt! } : undefined;
