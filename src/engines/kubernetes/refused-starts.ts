import type { Clock } from '../../lib/clock.ts';
import type { TaskReport } from '../engine.ts';
import type { Hosts } from './given.ts';
import { LABEL } from './names.ts';
import { growthOf, type Pod } from './objects.ts';
import type { Standing } from './status/facts.ts';
import type { Task } from './tasks.ts';

/** The third time in a row is the last (K-044). */
const MOST = 3;
/** Attempts that are remembered: one that was turned away and is never placed again, for its job was ended, is told nowhere. */
const MOST_KNOWN = 10_000;

/** Nodes that turn pods away are avoided for a while, and attempts that are turned away again and again fail. */
export class RefusedStarts {
  private readonly hosts: Hosts;
  private readonly clock: Clock;
  /** By job and attempt, that which was turned away last at the end. */
  private readonly counts = new Map<string, number>();

  constructor(hosts: Hosts, clock: Clock) {
    this.hosts = hosts;
    this.clock = clock;
  }

  /** What becomes of a standing by it. */
  note(task: Task, pod: Pod, standing: Standing): Standing {
    switch (standing.kind) {
      case 'waiting':
        return standing;
      case 'running':
        this.counts.delete(attemptOf(pod));
        return standing;
      case 'doomed':
        if (standing.report.kind === 'unstarted') this.avoidPlace(task, pod, standing.report.reason);
        return standing;
      case 'over':
        if (standing.report.kind === 'unstarted')
          return isTurnedAway(pod)
            ? { kind: 'over', report: this.turnedAway(task, pod, standing.report.reason) }
            : standing;
        this.counts.delete(attemptOf(pod));
        return standing;
    }
  }

  private turnedAway(task: Task, pod: Pod, reason: string): TaskReport {
    // the same pod may be told more than once
    if (task.stage.kind === 'over') return task.stage.report;
    this.avoid(pod.nodeName, reason);
    const attempt = attemptOf(pod);
    const count = (this.counts.get(attempt) ?? 0) + 1;
    this.counts.delete(attempt);
    if (count < MOST) {
      this.remember(attempt, count);
      return { taskId: task.id, kind: 'unstarted', reason };
    }
    return { taskId: task.id, kind: 'failed', stoppedAt: this.clock.wall(), reason };
  }

  private remember(attempt: string, count: number): void {
    this.counts.set(attempt, count);
    const [oldest] = this.counts.keys();
    if (this.counts.size > MOST_KNOWN) this.counts.delete(oldest!);
  }

  private avoidPlace(task: Task, pod: Pod, reason: string): void {
    const group = growthOf(pod);
    if (group === undefined) this.avoid(nodeOf(task, pod, this.hosts), reason);
    else this.hosts.closeGroup(group, reason);
  }

  private avoid(node: string | undefined, reason: string): void {
    if (node !== undefined) this.hosts.closeFor(node, reason);
  }
}

const isTurnedAway = ({ nodeName, deletedAt }: Pod): boolean =>
  nodeName !== undefined && deletedAt === undefined;

/** Where it is, or was to be. */
const nodeOf = ({ order }: Task, { nodeName }: Pod, hosts: Hosts): string | undefined =>
  nodeName ?? (order?.host === undefined ? undefined : hosts.nameOf(order.host));

const attemptOf = ({ labels }: Pod): string => `${labels[LABEL.job]} ${labels[LABEL.attempt]}`;
