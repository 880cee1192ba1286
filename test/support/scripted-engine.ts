import type { ContainerSpec } from '../../src/domain/container.ts';
import type { HostView } from '../../src/domain/host.ts';
import type { Engine, ExpectedTask, PodPlace, StartOrder, TaskReport } from '../../src/engines/engine.ts';

/**
 * An engine that does what the test says. By itself a task begins at once and ends as its command tells:
 * `['exit', 'N']` with that code, `['fail', 'reason']` without having begun; anything else runs until `end` is called.
 */
export class ScriptedEngine implements Engine {
  /** What a test says. */
  waitReason?: (jobId: string) => string | undefined;
  hosts?: () => readonly HostView[];
  pods?: PodPlace;
  hasWholeHosts?: boolean;
  readonly expected: ExpectedTask[] = [];
  readonly name = 'scripted';
  readonly orders: StartOrder[] = [];
  readonly stopped: string[] = [];
  readonly forgotten: string[] = [];
  /** When false, tasks wait to begin until `begin` is called. */
  begins = true;
  private readonly reports = new Map<string, TaskReport>();
  private listener: (reports: readonly TaskReport[]) => void = () => {};
  private readonly now: () => number;

  constructor(now: () => number) {
    this.now = now;
  }

  expect(tasks: readonly ExpectedTask[]): void {
    this.expected.push(...tasks);
  }
  judge(_container: ContainerSpec): [] {
    return [];
  }
  watch(listener: (reports: readonly TaskReport[]) => void): void {
    this.listener = listener;
  }
  async start(orders: readonly StartOrder[]): Promise<void> {
    for (const order of orders) {
      if (this.reports.has(order.taskId)) continue;
      this.orders.push(order);
      this.reports.set(order.taskId, { taskId: order.taskId, kind: 'waiting' });
      if (this.begins && !this.isLive(order.after)) this.begin(order.taskId);
    }
  }
  /** Whether a task has room that another waits for. */
  private isLive(taskId: string | undefined): boolean {
    const kind = taskId === undefined ? undefined : this.reports.get(taskId)?.kind;
    return kind === 'running' || kind === 'waiting';
  }
  begin(taskId: string): void {
    const [word, value] = this.orders.find((order) => order.taskId === taskId)!.container.command;
    if (word === 'fail') {
      this.say({ taskId, kind: 'failed', stoppedAt: this.now(), reason: value ?? '' });
      return;
    }
    this.say({ taskId, kind: 'running', startedAt: this.now() });
    if (word === 'exit') this.end(taskId, Number(value));
  }
  end(taskId: string, exitCode: number, reason?: string): void {
    const before = this.reports.get(taskId)!;
    const startedAt = before.kind === 'running' ? before.startedAt : this.now();
    const stoppedAt = this.now();
    this.say({
      taskId,
      kind: 'exited',
      startedAt,
      stoppedAt,
      exitCode,
      ...(reason !== undefined && { reason }),
    });
  }
  lose(taskId: string): void {
    this.say({ taskId, kind: 'lost', stoppedAt: this.now() });
  }
  /** Says again what was said, or anything else. */
  say(report: TaskReport): void {
    this.reports.set(report.taskId, report);
    this.listener([report]);
    if (report.kind === 'running' || report.kind === 'waiting' || !this.begins) return;
    const waits = (taskId: string) => this.reports.get(taskId)?.kind === 'waiting';
    // one that stood there before may have been recalled
    const next = this.orders.find((order) => order.after === report.taskId && waits(order.taskId));
    if (next) this.begin(next.taskId);
  }
  async stop(taskId: string): Promise<void> {
    this.stopped.push(taskId);
  }
  async recall(taskId: string): Promise<boolean> {
    const kind = this.reports.get(taskId)?.kind;
    if (kind === undefined || kind === 'waiting') this.reports.delete(taskId);
    return kind === undefined || kind === 'waiting';
  }
  async list(): Promise<readonly TaskReport[]> {
    return [...this.reports.values()];
  }
  async forget(taskIds: readonly string[]): Promise<void> {
    for (const id of taskIds) {
      this.forgotten.push(id);
      this.reports.delete(id);
    }
  }
  async close(): Promise<void> {}
}
