import type { Timers } from '../../lib/clock.ts';

/** Timers of what waits for its next try: when the engine closes it goes on at once, and sees that it is over. */
export class Pauses implements Timers {
  readonly soon: Timers['soon'];
  private readonly timers: Timers;
  /** What is to be called, by what calls its timer off. */
  private readonly waiting = new Map<() => void, () => void>();

  constructor(timers: Timers) {
    this.timers = timers;
    this.soon = timers.soon;
  }

  after(delayMilliseconds: number, fn: () => void): () => void {
    const callOff = this.timers.after(delayMilliseconds, () => {
      this.waiting.delete(callOff);
      fn();
    });
    this.waiting.set(callOff, fn);
    return () => {
      callOff();
      this.waiting.delete(callOff);
    };
  }

  close(): void {
    for (const [callOff, fn] of [...this.waiting]) {
      callOff();
      fn();
    }
    this.waiting.clear();
  }
}
