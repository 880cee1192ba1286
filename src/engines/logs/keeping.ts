import { Fresh, markOf } from './fresh.ts';
import type { LogFile } from './log-file.ts';
import type { Message } from './message.ts';
import { Counter, type Position } from './position.ts';

/** Keeps in a file what is new of a log that is read on from a position, each line once. */
export class Keeping {
  private readonly file: LogFile;
  private readonly counter: Counter;
  private readonly fresh: Fresh;

  constructor(file: LogFile, from: Position) {
    this.file = file;
    this.counter = new Counter(from);
    this.fresh = new Fresh(from);
  }

  /** The next of the log. */
  take(messages: readonly Message[]): void {
    for (const message of messages) this.counter.count(message);
    this.append(this.fresh.take(messages));
  }

  /** The log was read to its end. */
  end(): void {
    this.append(this.fresh.end());
  }

  /** How many that came `end` would keep: those that were kept before are gone, or did not come yet. */
  get doubtful(): number {
    return this.fresh.doubtful;
  }

  /** How many that were kept did not come. */
  get missing(): number {
    return this.fresh.missing;
  }

  private append(messages: readonly Message[]): void {
    const last = messages.at(-1);
    if (last) this.file.append(messages, { ...this.counter.position, mark: markOf(last) });
  }
}
