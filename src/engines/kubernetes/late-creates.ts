import type { Clock } from '../../lib/clock.ts';
import { ApiRefusal } from './client/answers.ts';
import { CALL_MILLISECONDS } from './client/client.ts';
import { mayPass } from './client/retry.ts';
import type { Task } from './tasks.ts';

/** A request may lie in an API server for 60 seconds before it is given up there. */
export const LATE_MILLISECONDS = 70_000;

/**
 * How long a create may still come that nobody answered, or that an earlier server sent. So long something must have the
 * name of its pod, or the task would begin again: see docs/decisions/kubernetes.md.
 */
export class LateCreates {
  private readonly clock: Clock;
  private readonly beganAt: number;
  /** Steady milliseconds, by task. */
  private readonly until = new Map<string, number>();

  constructor(clock: Clock) {
    this.clock = clock;
    this.beganAt = clock.steady();
  }

  /** Milliseconds from now; 0 where none can come. */
  left({ id, order }: Pick<Task, 'id' | 'order'>): number {
    const until = order ? (this.until.get(id) ?? 0) : this.beganAt + LATE_MILLISECONDS;
    return Math.max(0, until - this.clock.steady());
  }

  /** Sends one. */
  async send<T>(taskId: string, create: () => Promise<T>): Promise<T> {
    const before = this.until.get(taskId) ?? 0;
    this.note(taskId, CALL_MILLISECONDS + LATE_MILLISECONDS);
    try {
      const made = await create();
      this.until.set(taskId, before);
      return made;
    } catch (error) {
      if (isUnsure(error)) this.note(taskId, LATE_MILLISECONDS);
      else this.until.set(taskId, before);
      throw error;
    }
  }

  forget(taskId: string): void {
    this.until.delete(taskId);
  }

  private note(taskId: string, milliseconds: number): void {
    this.until.set(taskId, this.clock.steady() + milliseconds);
  }
}

/** Too many at once are turned away at the door. */
const isUnsure = (error: unknown): boolean =>
  mayPass(error) && !(error instanceof ApiRefusal && error.status === 429);
