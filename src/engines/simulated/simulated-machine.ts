import type { Clock, Timers } from '../../lib/clock.ts';
import type { StartOrder, TaskReport } from '../engine.ts';

/** How one task goes. */
export interface Behaviour {
  /** From its order (or from the end of the one it stands behind) to its begin. */
  readonly startsAfterMilliseconds?: number;
  /** Undefined: until it is stopped. */
  readonly runsForMilliseconds?: number;
  /** 0 unless told. */
  readonly exitCode?: number;
  /** `container.reason` of an end. */
  readonly reason?: string;
  /** It does not begin, for this reason. */
  readonly failsToStart?: string;
  /** It cannot begin, for this reason, which is not its own fault. */
  readonly isTurnedAway?: string;
  /** It ends on KILL only. */
  readonly ignoresTerm?: boolean;
  /** Its host vanishes with it: it has no exit code. */
  readonly isLost?: boolean;
  /** What is known of that. */
  readonly lostFor?: string;
}

export interface SimulatedSettings {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly behaviour: (order: StartOrder) => Behaviour;
}

interface Task {
  readonly order: StartOrder;
  readonly behaviour: Behaviour;
  state: TaskReport | { readonly kind: 'recalled' };
  after: string | undefined;
  isDue: boolean;
  cancel: () => void;
}

/** What goes on while servers come and go: the machine that an engine's tasks run on. */
export class SimulatedMachine {
  private readonly s: SimulatedSettings;
  private readonly tasks = new Map<string, Task>();
  listener: (reports: readonly TaskReport[]) => void = () => {};

  constructor(settings: SimulatedSettings) {
    this.s = settings;
  }

  reports(): TaskReport[] {
    return [...this.tasks.values()].map((task) => task.state).filter((state) => state.kind !== 'recalled');
  }

  /** The first order of a task makes it; others do nothing. */
  order(order: StartOrder, failure: string | undefined): void {
    if (this.tasks.has(order.taskId)) return;
    const behaviour = this.s.behaviour(order);
    const [reason, other] = [failure ?? behaviour.failsToStart, behaviour.isTurnedAway];
    const { taskId } = order;
    const state: TaskReport = { taskId, kind: 'waiting' };
    const task: Task = { order, behaviour, state, after: order.after, isDue: false, cancel: () => {} };
    this.tasks.set(taskId, task);
    if (reason !== undefined)
      this.say(task, { taskId, kind: 'failed', stoppedAt: this.s.clock.wall(), reason });
    else if (other !== undefined) this.say(task, { taskId, kind: 'unstarted', reason: other });
    else this.beginWhenFree(task);
  }

  private beginWhenFree(task: Task): void {
    if (task.isDue || task.state.kind !== 'waiting' || this.isHeldUp(task)) return;
    task.isDue = true;
    task.cancel = this.s.timers.after(task.behaviour.startsAfterMilliseconds ?? 0, () => this.begin(task));
  }

  /** One that will not run hands its place to whoever stands behind it. */
  private isHeldUp(task: Task): boolean {
    const head = task.after === undefined ? undefined : this.tasks.get(task.after);
    if (!head) return false;
    switch (head.state.kind) {
      case 'waiting':
      case 'running':
        return true;
      case 'recalled':
      case 'failed':
      case 'unstarted':
        return this.isHeldUp(head);
      case 'exited':
      case 'lost':
        return false;
    }
  }

  private begin(task: Task): void {
    const { runsForMilliseconds: length, exitCode, reason, isLost } = task.behaviour;
    this.say(task, { taskId: task.order.taskId, kind: 'running', startedAt: this.s.clock.wall() });
    if (length === undefined) return;
    task.cancel = this.s.timers.after(length, () => {
      if (isLost) this.lose(task);
      else this.end(task, exitCode ?? 0, reason);
    });
  }

  private end(task: Task, exitCode: number, reason?: string): void {
    if (task.state.kind !== 'running') return;
    task.cancel();
    const { taskId, startedAt } = task.state;
    const stoppedAt = Math.max(startedAt, this.s.clock.wall());
    this.say(task, {
      taskId,
      kind: 'exited',
      startedAt,
      stoppedAt,
      exitCode,
      ...(reason !== undefined && { reason }),
    });
  }

  private lose(task: Task): void {
    if (task.state.kind !== 'running') return;
    const { taskId, startedAt } = task.state;
    const { lostFor: reason } = task.behaviour;
    const lost: TaskReport = { taskId, kind: 'lost', startedAt, stoppedAt: this.s.clock.wall() };
    this.say(task, { ...lost, ...(reason !== undefined && { reason }) });
  }

  private say(task: Task, report: TaskReport): void {
    task.state = report;
    this.s.timers.soon(() => this.listener([report]));
    if (report.kind !== 'running') this.letOthersBegin();
  }

  private letOthersBegin(): void {
    for (const task of this.tasks.values()) this.beginWhenFree(task);
  }

  stop(taskId: string, graceSeconds: number): void {
    const task = this.tasks.get(taskId);
    if (task?.state.kind !== 'running') return;
    if (graceSeconds === 0) this.end(task, 137);
    else if (!task.behaviour.ignoresTerm) this.end(task, 143);
    else this.s.timers.after(graceSeconds * 1000, () => this.end(task, 137));
  }

  recall(taskId: string): boolean {
    const task = this.tasks.get(taskId);
    if (!task) {
      this.tasks.set(taskId, NEVER(taskId));
      return true;
    }
    if (task.state.kind !== 'waiting') return task.state.kind === 'recalled';
    task.cancel();
    task.state = { kind: 'recalled' };
    this.letOthersBegin();
    return true;
  }

  forget(taskId: string): void {
    this.tasks.delete(taskId);
  }

  /** Another boot: whatever ran is lost. */
  reboot(): void {
    for (const task of this.tasks.values()) {
      if (task.state.kind !== 'running') continue;
      task.cancel();
      this.lose(task);
    }
  }
}

/** Holds the place of a task that was recalled before it was known. */
const NEVER = (taskId: string): Task => ({
  order: { taskId } as StartOrder,
  behaviour: {},
  state: { kind: 'recalled' },
  after: undefined,
  isDue: true,
  cancel: () => {},
});
