import type { Clock } from '../../src/lib/clock.ts';
import { Heap } from './heap.ts';

interface Event {
  readonly due: number;
  readonly order: number;
  readonly fn: () => void;
  cancelled: boolean;
}

const DAY = 86_400_000;
const YEAR = 365 * DAY;

/**
 * The world's time: what really passes (`now`), the machine's clocks over it, and everything that is due. Real time only
 * passes when the next event is taken; the clocks can be set, and start anew with another boot.
 */
export class Time implements Clock {
  /** Milliseconds since the world began. */
  now = 0;
  bootId = 'boot-1';
  private boots = 1;
  private bootedAt = -1000;
  private wallAhead = Date.UTC(2026, 0, 1) + 2 * YEAR;
  private readonly own = new Heap<Event>(before);
  private readonly others = new Heap<Event>(before);
  private order = 0;
  /** Leaps of the wall clock: when, and how much older what had ended by then may be held to be. */
  private readonly leaps: { readonly at: number; readonly older: number }[] = [];

  wall(): number {
    return this.now + this.wallAhead;
  }
  steady(): number {
    return this.now - this.bootedAt;
  }

  /** Somebody sets the machine's clock. */
  jump(milliseconds: number): void {
    if (this.wall() + milliseconds <= YEAR) return;
    this.wallAhead += milliseconds;
    if (milliseconds > 0) this.leaps.push({ at: this.now, older: Math.min(DAY, milliseconds) });
  }

  /** How old what ended then may be held to be: the time that passed since, and a day at most for each leap. */
  ageSince(ended: number): number {
    const later = this.leaps.filter(({ at }) => at >= ended);
    return this.now - ended + later.reduce((sum, { older }) => sum + older, 0);
  }

  /** Nobody of the machine gets a turn for so long; then everything that was due comes at once. */
  sleep(milliseconds: number): void {
    const until = this.now + milliseconds;
    for (
      let other = dropCancelled(this.others);
      other && other.due <= until;
      other = dropCancelled(this.others)
    )
      this.happen(other);
    this.now = until;
  }

  /** The machine starts again: its steady clock begins anew. */
  reboot(): void {
    this.bootedAt = this.now;
    this.bootId = `boot-${++this.boots}`;
  }
  hasRebooted(): boolean {
    return this.boots > 1;
  }

  after(delayMilliseconds: number, fn: () => void): () => void {
    return this.put(this.own, delayMilliseconds, fn);
  }

  /** The same of what is no part of the machine, and goes on while that sleeps. */
  beside(delayMilliseconds: number, fn: () => void): () => void {
    return this.put(this.others, delayMilliseconds, fn);
  }

  private put(into: Heap<Event>, delayMilliseconds: number, fn: () => void): () => void {
    const due = this.now + Math.max(0, delayMilliseconds);
    const event: Event = { due, order: this.order++, fn, cancelled: false };
    into.push(event);
    return () => {
      event.cancelled = true;
    };
  }

  /** Whether something is due now, without time passing. */
  isDue(): boolean {
    const first = this.first();
    return first !== undefined && first.due <= this.now;
  }

  /** Milliseconds until the next event; undefined when nothing will ever happen. */
  untilNext(): number | undefined {
    const first = this.first();
    return first && Math.max(0, first.due - this.now);
  }

  /** Lets the next event happen. */
  next(): void {
    const first = this.first();
    if (first) this.happen(first);
  }

  private happen(event: Event): void {
    (this.own.first() === event ? this.own : this.others).pop();
    this.now = Math.max(this.now, event.due);
    event.fn();
  }

  private first(): Event | undefined {
    const [own, other] = [dropCancelled(this.own), dropCancelled(this.others)];
    if (!own || !other) return own ?? other;
    return before(own, other) ? own : other;
  }
}

const dropCancelled = (heap: Heap<Event>): Event | undefined => {
  while (heap.first()?.cancelled) heap.pop();
  return heap.first();
};

const before = (a: Event, b: Event): boolean => a.due < b.due || (a.due === b.due && a.order < b.order);
