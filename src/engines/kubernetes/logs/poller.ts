import type { Clock, Timers } from '../../../lib/clock.ts';

/** Twenty reads a second in all, so many at once at most, and of one log no more than this. */
const TURN_MILLISECONDS = 50;
const MOST_AT_ONCE = 20;
const LEAST_MILLISECONDS = 5000;

export interface Polled {
  /** Steady milliseconds. */
  readonly readAt: number;
  /** Reads what there is; never rejects. */
  poll(): Promise<void>;
}

/** Logs that are not followed are read in turn (K-127). */
export class Poller {
  private readonly clock: Clock;
  private readonly timers: Timers;
  /** The next first. */
  private readonly queue = new Map<string, Polled>();
  private readonly turn: (id: string) => boolean;
  private reading = 0;
  private cancel: (() => void) | undefined;

  /** `mayFollow` is asked when the turn comes to a log: true when that is followed from now on. */
  constructor(clock: Clock, timers: Timers, mayFollow: (id: string) => boolean) {
    this.clock = clock;
    this.timers = timers;
    this.turn = mayFollow;
  }

  add(id: string, polled: Polled): void {
    this.queue.set(id, polled);
    this.wait();
  }

  remove(id: string): void {
    this.queue.delete(id);
  }

  close(): void {
    this.queue.clear();
    this.cancel?.();
  }

  private wait(): void {
    if (this.cancel || this.queue.size === 0) return;
    this.cancel = this.timers.after(TURN_MILLISECONDS, () => {
      this.cancel = undefined;
      this.next();
      this.wait();
    });
  }

  private next(): void {
    const [first] = this.queue;
    if (!first || this.reading >= MOST_AT_ONCE) return;
    const [id, polled] = first;
    if (this.turn(id)) {
      this.queue.delete(id);
      return;
    }
    if (this.clock.steady() - polled.readAt < LEAST_MILLISECONDS) return;
    this.queue.delete(id);
    this.queue.set(id, polled);
    this.reading++;
    void polled.poll().finally(() => this.reading--);
  }
}
