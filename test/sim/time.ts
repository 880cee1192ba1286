import type { Clock } from '../../src/lib/clock.ts';

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
  private readonly heap: Event[] = [];
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

  /** Nobody gets a turn for so long; then everything that was due comes at once. */
  sleep(milliseconds: number): void {
    this.now += milliseconds;
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
    const due = this.now + Math.max(0, delayMilliseconds);
    const event: Event = { due, order: this.order++, fn, cancelled: false };
    this.push(event);
    return () => {
      event.cancelled = true;
    };
  }

  /** Whether something is due now, without time passing. */
  isDue(): boolean {
    this.dropCancelled();
    return this.heap.length > 0 && this.heap[0]!.due <= this.now;
  }

  /** Milliseconds until the next event; undefined when nothing will ever happen. */
  untilNext(): number | undefined {
    this.dropCancelled();
    return this.heap[0] && Math.max(0, this.heap[0].due - this.now);
  }

  /** Lets the next event happen. */
  next(): void {
    this.dropCancelled();
    const event = this.pop();
    if (!event) return;
    this.now = Math.max(this.now, event.due);
    event.fn();
  }

  private dropCancelled(): void {
    while (this.heap[0]?.cancelled) this.pop();
  }

  private push(event: Event): void {
    const { heap } = this;
    let at = heap.push(event) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (before(heap[parent]!, event)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = event;
  }

  private pop(): Event | undefined {
    const { heap } = this;
    const first = heap[0];
    const last = heap.pop();
    if (heap.length === 0 || !last) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child++;
      if (before(last, heap[child]!)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
    return first;
  }
}

const before = (a: Event, b: Event): boolean => a.due < b.due || (a.due === b.due && a.order < b.order);
