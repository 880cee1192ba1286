import type { ExpectedTask, TaskReport } from '../../engine.ts';

/** Tasks of a host that are known without it: those that the store expects there, and those that are told lost. */
export class HostTasks {
  private readonly expected = new Map<string, ExpectedTask>();
  /** With what grace in seconds those are to be stopped that it cannot be told to stop. */
  private readonly stops = new Map<string, number>();
  /** Until the store has it. */
  private readonly lost = new Map<string, TaskReport>();

  get isEmpty(): boolean {
    return this.expected.size + this.lost.size === 0;
  }

  /** The store has all that was told lost. */
  get hasNoLost(): boolean {
    return this.lost.size === 0;
  }

  knows(taskId: string): boolean {
    return this.expected.has(taskId) || this.lost.has(taskId);
  }

  expect(tasks: readonly ExpectedTask[]): void {
    for (const task of tasks) this.expected.set(task.taskId, task);
  }

  /** Another's, which turns out to be this host. */
  takeOver(other: HostTasks): void {
    this.expect([...other.expected.values()]);
    for (const [id, graceSeconds] of other.stops) this.stops.set(id, graceSeconds);
    for (const [id, report] of other.lost) this.lost.set(id, report);
    other.forget([...other.expected.keys(), ...other.lost.keys()]);
  }

  /** False of a task that is not known here. */
  stop(taskId: string, graceSeconds: number): boolean {
    if (this.expected.has(taskId)) this.stops.set(taskId, graceSeconds);
    return this.knows(taskId);
  }

  /** The host is heard, and knows better what it has; what it is to be told to stop, with what grace. */
  met(): readonly (readonly [string, number])[] {
    const stops = [...this.stops];
    this.expected.clear();
    this.stops.clear();
    return stops;
  }

  /** What is told lost of a host: those expected, and `live`, which was known there, but for what had ended. At `at`, wall milliseconds. */
  lose(live: readonly TaskReport[], at: number): readonly TaskReport[] {
    const reports = [...[...this.expected.values()].map(expectedReport), ...live].map((report) =>
      lostReport(report, at),
    );
    this.expected.clear();
    this.stops.clear();
    for (const report of reports) this.lost.set(report.taskId, report);
    return reports;
  }

  notLost(reports: readonly TaskReport[]): readonly TaskReport[] {
    return this.lost.size === 0 ? reports : reports.filter(({ taskId }) => !this.lost.has(taskId));
  }

  reports(): readonly TaskReport[] {
    return [...this.lost.values(), ...[...this.expected.values()].map(expectedReport)];
  }

  forget(taskIds: readonly string[]): void {
    for (const id of taskIds) for (const some of [this.expected, this.stops, this.lost]) some.delete(id);
  }
}

const expectedReport = ({ taskId, startedAt }: ExpectedTask): TaskReport =>
  startedAt === undefined ? { taskId, kind: 'waiting' } : { taskId, kind: 'running', startedAt };

const lostReport = (report: TaskReport, at: number): TaskReport => {
  const { taskId } = report;
  switch (report.kind) {
    case 'waiting':
      return { taskId, kind: 'lost', stoppedAt: at };
    case 'running':
      return { taskId, kind: 'lost', startedAt: report.startedAt, stoppedAt: Math.max(at, report.startedAt) };
    case 'exited':
    case 'failed':
    case 'lost':
    case 'unstarted':
      return report;
  }
};
