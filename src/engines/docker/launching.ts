import { cutReason } from '../../domain/attempt-reason.ts';
import type { Clock } from '../../lib/clock.ts';
import type { StartOrder } from '../engine.ts';
import type { ContainerRemovals } from './container-removals.ts';
import type { Launcher } from './launch.ts';
import type { Launched } from './launched.ts';
import { type Boot, outcomeOf } from './outcome.ts';
import type { Presence } from './presence.ts';
import type { Task } from './task.ts';
import type { TaskEvent } from './task-events.ts';
import type { Tasks } from './tasks.ts';
import type { Ticket } from './ticket.ts';
import type { WaitReasons } from './wait-reasons.ts';

export interface LaunchingParts {
  readonly clock: Clock;
  readonly boot: Boot;
  readonly launcher: Launcher;
  readonly tasks: Tasks;
  readonly removals: ContainerRemovals;
  readonly waitReasons: WaitReasons;
  readonly tell: (task: Task, event: TaskEvent) => void;
  readonly isClosed: () => boolean;
  readonly presence?: Presence | undefined;
}

/** Launches tasks: gives each its ticket, and tells what the launch comes to. */
export class Launching {
  private readonly parts: LaunchingParts;

  constructor(parts: LaunchingParts) {
    this.parts = parts;
  }

  async launch(task: Task, order: StartOrder): Promise<void> {
    const launched = await this.parts.launcher.launch(order, this.ticketOf(task, order));
    if (launched.kind !== 'void') return this.tellOf(task, launched);
    if (launched.container !== undefined) this.parts.removals.add(launched.container, task.nodes);
  }

  private tellOf(task: Task, launched: Exclude<Launched, { kind: 'void' }>): void {
    const { clock, boot, tell } = this.parts;
    switch (launched.kind) {
      case 'begun':
        tell(task, launched);
        break;
      case 'unstarted': {
        const { Id: container } = launched.inspected;
        const outcome = outcomeOf(launched.inspected, boot);
        if (outcome.kind === 'over') tell(task, { kind: 'failed', report: outcome.report, container });
        break;
      }
      case 'failed': {
        const { reason: said, ...left } = launched;
        const report = { taskId: task.id, stoppedAt: clock.wall(), reason: cutReason(said) };
        tell(task, { ...left, report: { kind: 'failed', ...report }, said });
      }
    }
  }

  private ticketOf(task: Task, order: StartOrder): Ticket {
    const { tasks, waitReasons, tell, isClosed, presence } = this.parts;
    return {
      isVoid: () => isClosed() || !tasks.has(task) || task.stage.kind === 'recalled',
      isLeft: (why) => presence?.isLeft(order, why) ?? false,
      starting: (container) => tell(task, { kind: 'starting', container }),
      gpus: (count) => {
        if (task.gpus.length !== count) task.gpus = tasks.freeGpus(count);
        return task.gpus;
      },
      whileWaiting: (why, act) => waitReasons.during(order, why, act),
    };
  }
}
