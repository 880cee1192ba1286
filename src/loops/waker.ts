import type { Clock, Timers } from '../lib/clock.ts';

/** What wakes the loops a while later; each is set once, until it rings. */
export type Alarm = 'requests' | 'reports' | 'lines';

/** The loops look by themselves at least this often, woken or not. */
const LOOK_MILLISECONDS = 1000;

interface Parts {
  readonly clock: Clock;
  readonly timers: Timers;
  /** One turn; never two at a time. It does not reject. */
  readonly work: () => Promise<void>;
  /** Called before each look that nobody woke for. */
  readonly onLook: () => void;
}

/**
 * When a turn begins. A waker is idle, due (a turn begins soon) or busy; who wakes while it is busy makes it due again
 * afterwards. A lost wake-up costs a second: it looks by itself.
 *
 *   idle --wake--> due --begin--> busy --end--> idle
 *                                   '--woken meanwhile--> due
 */
export class Waker {
  private readonly parts: Parts;
  private readonly alarms = new Set<Alarm>();
  private isDue = false;
  private busy: Promise<void> | undefined;
  private isStopped = false;
  /** When the last turn began, by the steady clock. */
  private began = Number.NEGATIVE_INFINITY;
  private cancelLook: () => void = () => {};

  constructor(parts: Parts) {
    this.parts = parts;
  }

  /** Looks by itself from now on. */
  start(): void {
    this.wake();
    this.look();
  }

  /** The turn under way is finished, no other begins. */
  async stop(): Promise<void> {
    this.isStopped = true;
    this.cancelLook();
    await this.busy;
  }

  wake(): void {
    if (this.isDue || this.isStopped) return;
    this.isDue = true;
    if (!this.busy) this.beginSoon();
  }

  /** At once when the last turn began so long ago; otherwise in a while, with others of its kind. */
  wakeSoon(alarm: Alarm, milliseconds: number): void {
    if (this.parts.clock.steady() - this.began >= milliseconds) this.wake();
    else this.wakeIn(alarm, milliseconds);
  }

  wakeIn(alarm: Alarm, milliseconds: number): void {
    if (this.alarms.has(alarm)) return;
    this.alarms.add(alarm);
    this.parts.timers.after(milliseconds, () => {
      this.alarms.delete(alarm);
      this.wake();
    });
  }

  /** Whatever works on the store and the engine has both to itself; who wakes meanwhile is heard afterwards. */
  alone(work: () => Promise<void>): Promise<void> {
    this.busy = work().finally(() => {
      this.busy = undefined;
      if (this.isDue) this.beginSoon();
    });
    return this.busy;
  }

  private beginSoon(): void {
    this.parts.timers.soon(() => {
      if (this.busy || this.isStopped) return;
      this.isDue = false;
      this.began = this.parts.clock.steady();
      void this.alone(this.parts.work);
    });
  }

  private look(): void {
    this.cancelLook = this.parts.timers.after(LOOK_MILLISECONDS, () => {
      this.parts.onLook();
      this.wake();
      this.look();
    });
  }
}
