import type { ContainerSpec } from '../../domain/container.ts';
import { NO_FOLDERS, withEfs } from '../efs.ts';
import type { Engine, StartOrder, Support, TaskReport } from '../engine.ts';
import { judgeBy } from '../member-rules.ts';
import type { DaemonApi } from './api.ts';
import { DESTROY } from './api.ts';
import type { DaemonEvent } from './api-shapes.ts';
import { LABEL } from './labels.ts';
import { type Parts, partsOf } from './parts.ts';
import type { DockerEngineSettings } from './settings.ts';
import { containerOf } from './stage.ts';
import { newTask, type Task } from './task.ts';
import type { TaskEvent } from './task-events.ts';
import { next } from './task-life.ts';

/**
 * A server that starts waits so long for the logs of what ended while it was away, so that most ends are told with its
 * start; a log that takes longer is read on beside it.
 */
const ENDS_MILLISECONDS = 2000;

/**
 * Runs tasks as containers of a Docker daemon. Memory holds what is active; the daemon's labels hold it for the next server.
 * What happens to a task goes through `tell` alone: `next` says what it becomes, and `Effects` does what is to be done.
 * See docs/decisions/docker-engine.md.
 */
export class DockerEngine implements Engine {
  readonly name = 'docker';
  readonly startsSlowly = true;
  private readonly settings: DockerEngineSettings;
  private readonly api: DaemonApi;
  private readonly parts: Parts;
  private unheard: TaskReport[] = [];
  private listener: (reports: readonly TaskReport[]) => void = () => {};
  private closed = false;

  constructor(settings: DockerEngineSettings, api: DaemonApi) {
    this.settings = settings;
    this.api = api;
    this.parts = partsOf(settings, api, {
      tell: (task, event) => this.tell(task, event),
      report: (report) => this.report(report),
      hear: (event) => this.hear(event),
      isClosed: () => this.closed,
    });
  }

  /** Takes over what an earlier server left, then follows what happens. One that rejects can be tried again. */
  async adopt(): Promise<void> {
    await this.parts.rollCall.call();
    await Promise.race([
      this.parts.effects.ends(),
      new Promise<void>((done) => this.settings.timers.after(ENDS_MILLISECONDS, done)),
    ]);
    this.parts.watcher.begin();
  }

  judge(container: ContainerSpec): readonly Support[] {
    return judgeBy(this.parts.rules, withEfs(container, this.settings.efs ?? NO_FOLDERS));
  }

  waitReason(jobId: string): string | undefined {
    return this.parts.waitReasons.of(jobId);
  }

  watch(listener: (reports: readonly TaskReport[]) => void): void {
    this.listener = listener;
  }

  async start(orders: readonly StartOrder[]): Promise<void> {
    for (const order of orders) this.take(order);
  }

  /** One that an earlier server made is ordered anew, and found by its container's name; it keeps its GPUs. */
  private take(order: StartOrder): void {
    const { tasks, line } = this.parts;
    const known = tasks.get(order.taskId);
    if (known && known.stage.kind !== 'made') {
      this.tell(known, { kind: 'order' });
      return;
    }
    const task = newTask(order.taskId, order, { kind: 'lined' });
    task.gpus = known?.gpus ?? [];
    tasks.put(task);
    const head = order.after === undefined ? undefined : line.headOf(order.after);
    if (head !== undefined && tasks.holdsRoom(head)) line.put(task.id, head);
    else this.tell(task, { kind: 'freed' });
  }

  async recall(taskId: string): Promise<boolean> {
    const { tasks } = this.parts;
    const known = tasks.get(taskId);
    if (known) this.tell(known, { kind: 'recall' });
    else tasks.put(newTask(taskId, undefined, { kind: 'recalled' }));
    return tasks.get(taskId)!.stage.kind === 'recalled';
  }

  async stop(taskId: string, graceSeconds: number): Promise<void> {
    const task = this.parts.tasks.get(taskId);
    if (task) this.tell(task, { kind: 'stop', graceSeconds });
  }

  /** From memory, which is compared with the daemon's own list at the start, after each break, and every few seconds. */
  async list(): Promise<readonly TaskReport[]> {
    return this.known();
  }

  /** The same at once. */
  known(): TaskReport[] {
    return this.parts.tasks.reports();
  }

  /** Of those that are listed: orders that are ours alone, for nothing was sent of them that could begin. */
  unsent(): readonly string[] {
    return this.parts.tasks.in('lined', 'ordered').map(({ id }) => id);
  }

  /** Whether it knows a task, or that it was recalled. */
  knows(taskId: string): boolean {
    return this.parts.tasks.get(taskId) !== undefined;
  }

  async forget(taskIds: readonly string[]): Promise<void> {
    const { tasks, removals } = this.parts;
    for (const id of taskIds) {
      const task = tasks.get(id);
      if (task?.stage.kind !== 'over' && task?.stage.kind !== 'recalled') continue;
      tasks.drop(id);
      const container = containerOf(task.stage);
      if (container !== undefined) removals.add(container, task.nodes);
    }
  }

  /** Containers go on; the next server finds them. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    const { watcher, pulls, removals, tasks } = this.parts;
    watcher.close();
    pulls.close();
    removals.close();
    await Promise.all(
      tasks
        .in('running', 'stopping')
        .map(({ stage }) => ('keeper' in stage ? stage.keeper?.letGo() : undefined)),
    );
    this.api.client.close();
  }

  private tell(task: Task, event: TaskEvent): void {
    if (this.closed || !this.parts.tasks.has(task)) return;
    const { stage, effects } = next(task.id, task.stage, event);
    task.stage = stage;
    for (const effect of effects) this.parts.effects.do(task, effect);
  }

  private hear({ Action, Actor: { ID: container, Attributes } }: DaemonEvent): void {
    const task = this.parts.tasks.get(Attributes[LABEL.task] ?? '');
    if (!task || containerOf(task.stage) !== container) return;
    this.tell(task, { kind: DESTROY.includes(Action) ? 'ended' : 'died' });
  }

  private report(report: TaskReport): void {
    this.unheard.push(report);
    if (this.unheard.length === 1) this.settings.timers.soon(() => this.listener(this.unheard.splice(0)));
  }
}
