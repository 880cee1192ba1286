import type { Clock, Timers } from '../../src/lib/clock.ts';
import type { Ids } from '../../src/lib/ids.ts';
import type { Page, Web } from '../../src/lib/web.ts';

/** A clock that stands until it is told to move. */
export class FakeClock implements Clock {
  bootId = 'boot-1';
  private wallNow: number;
  private steadyNow: number;

  constructor(wall = Date.UTC(2026, 0, 1), steady = 1_000) {
    this.wallNow = wall;
    this.steadyNow = steady;
  }
  wall(): number {
    return this.wallNow;
  }
  steady(): number {
    return this.steadyNow;
  }
  /** Lets both clocks run on. */
  advance(milliseconds: number): void {
    this.wallNow += milliseconds;
    this.steadyNow += milliseconds;
  }
  /** Somebody sets the machine's time. */
  jump(milliseconds: number): void {
    this.wallNow += milliseconds;
  }
}

/** Turns come at once, waiting is the test's to end. */
export class FakeTimers implements Timers {
  private waiting: { due: number; fn: () => void }[] = [];
  private now = 0;

  after(delayMilliseconds: number, fn: () => void): () => void {
    const entry = { due: this.now + delayMilliseconds, fn };
    this.waiting.push(entry);
    return () => {
      this.waiting = this.waiting.filter((other) => other !== entry);
    };
  }
  soon(fn: () => void): void {
    queueMicrotask(fn);
  }
  /** Calls what has come due when `milliseconds` have passed. */
  advance(milliseconds: number): void {
    this.now += milliseconds;
    const due = this.waiting.filter((entry) => entry.due <= this.now);
    this.waiting = this.waiting.filter((entry) => entry.due > this.now);
    for (const entry of due) entry.fn();
  }
}

/** Ids that count: readable, and the same in every run. */
export class FakeIds implements Ids {
  private count: number;

  /** Those behind `used`. */
  constructor(used = 0) {
    this.count = used;
  }
  uuid(): string {
    return `00000000-0000-4000-8000-${String(++this.count).padStart(12, '0')}`;
  }
  hex(length: number): string {
    return String(++this.count)
      .padStart(length, '0')
      .slice(-length);
  }
}

/** Other servers, as a test puts them there; what it does not is not reached. */
export class FakeWeb implements Web {
  readonly pages = new Map<string, () => Promise<Page>>();
  /** What was asked for, in order. */
  readonly asked: string[] = [];

  put(url: string, value: unknown): void {
    this.pages.set(url, async () => ({ text: typeof value === 'string' ? value : JSON.stringify(value) }));
  }

  async get(url: string): Promise<Page> {
    this.asked.push(url);
    const page = this.pages.get(url);
    if (!page) throw new Error('connection refused');
    return page();
  }
}
