import type { Clock, Timers } from '../../../lib/clock.ts';
import type { LogReader } from './log-reader.ts';

/** A shorter task's log is read at its end alone. */
const BEGIN_MILLISECONDS = 750;
const AGAIN_MILLISECONDS = 500;
const LONGEST_PAUSE_MILLISECONDS = 15_000;
/** A follow that says nothing for so long may have been left at a rotation (K-130). */
const SILENCE_MILLISECONDS = 60_000;
const LOOK_MILLISECONDS = 20_000;

export interface TaskLogParts {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly reader: LogReader;
}

/** How a running task's log is kept: one thing at a time, the next once the one before has let go. */
export class TaskLog {
  readonly node: string;
  /** Steady milliseconds; it was read at last. */
  readAt: number;
  private readonly parts: TaskLogParts;
  private abort = new AbortController();
  private done: Promise<void> = Promise.resolve();
  private isBusy = false;
  /** All that was printed so far is kept, but for what a follow that was silent did not tell. */
  private isReadOn = false;

  constructor(node: string, parts: TaskLogParts) {
    this.node = node;
    this.parts = parts;
    this.readAt = parts.clock.steady();
  }

  get isHindered(): boolean {
    return this.parts.reader.isHindered;
  }

  /** Follows, after so long, until it is let go; `hindered` is called when it cannot be. */
  follow(hindered: () => void, after = BEGIN_MILLISECONDS): void {
    this.run(async (signal) => {
      await this.pause(after, signal);
      for (let faults = 0; !signal.aborted; ) {
        const { kept } = this.parts.reader;
        const isAnswered = await this.followOnce(signal);
        // a container may end long before its pod does
        faults = isAnswered && this.parts.reader.kept > kept ? 0 : faults + 1;
        if (signal.aborted) return;
        if (this.isHindered) {
          hindered();
          return;
        }
        await this.pause(Math.min(AGAIN_MILLISECONDS * 2 ** faults, LONGEST_PAUSE_MILLISECONDS), signal);
      }
    });
  }

  /** Reads what there is, once; what is being read is not read again. */
  async poll(): Promise<void> {
    if (this.isBusy) return;
    await this.readOn();
  }

  /** The same, whatever is under way: that is called off. */
  async readOn(): Promise<void> {
    const { clock, reader } = this.parts;
    this.readAt = clock.steady();
    this.run((signal) => reader.readOn(signal).catch(() => {}));
    await this.done;
  }

  /** Calls off what is under way; resolves when it has let go. */
  async letGo(): Promise<void> {
    this.abort.abort();
    await this.done;
  }

  private run(act: (signal: AbortSignal) => Promise<void>): void {
    const before = this.done;
    this.abort.abort();
    this.abort = new AbortController();
    const { signal } = this.abort;
    this.done = before.then(async () => {
      this.isBusy = true;
      await act(signal);
      this.isBusy = false;
    });
  }

  /** False where there was no answer. What was printed while nobody followed is read first, for its doubts are settled then. */
  private async followOnce(signal: AbortSignal): Promise<boolean> {
    const { reader } = this.parts;
    const silence = new AbortController();
    const both = AbortSignal.any([signal, silence.signal]);
    const callOff = this.watchSilence(silence);
    try {
      if (!this.isReadOn && reader.hasBegun) await reader.readOn(both);
      await reader.follow(both);
    } catch {
      if (!silence.signal.aborted) return false;
    } finally {
      callOff();
      this.isReadOn = silence.signal.aborted;
    }
    return true;
  }

  private watchSilence(silence: AbortController): () => void {
    const { reader, clock, timers } = this.parts;
    let callOff = () => {};
    const lookLater = () => {
      callOff = timers.after(LOOK_MILLISECONDS, () => {
        if (clock.steady() - reader.heardAt >= SILENCE_MILLISECONDS) silence.abort();
        else lookLater();
      });
    };
    lookLater();
    return () => callOff();
  }

  private pause(milliseconds: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        callOff();
        signal.removeEventListener('abort', end);
        resolve();
      };
      const callOff = this.parts.timers.after(milliseconds, end);
      signal.addEventListener('abort', end);
      if (signal.aborted) end();
    });
  }
}
