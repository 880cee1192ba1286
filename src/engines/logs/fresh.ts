import { createHash } from 'node:crypto';
import type { Message } from './message.ts';
import type { Position } from './position.ts';

/** What a message is known by among those around it: its stamp, to the nanosecond, and what it says. */
export const markOf = ({ stamp, bytes }: Message): string =>
  createHash('sha256').update(`${stamp} `).update(bytes).digest('base64url').slice(0, 16);

/**
 * What is new of a log that is read again from a position: all after the last message that was kept. It stands where the
 * count of kept ones ends, or before that when a rotation has taken some of them; when it is gone, all is new.
 * Without a mark the count alone says it.
 */
export class Fresh {
  private left: number;
  private readonly mark: string | undefined;
  /** New if what was kept is no longer there; told when the count or the log is at its end. */
  private held: Message[] = [];

  constructor({ skip, mark }: Position) {
    this.left = skip;
    this.mark = mark;
  }

  /** The new ones among the next of the log. */
  take(messages: readonly Message[]): readonly Message[] {
    if (this.left === 0) return messages;
    const counted = messages.slice(0, this.left);
    this.left -= counted.length;
    this.hold(counted);
    return this.left > 0 ? [] : [...this.end(), ...messages.slice(counted.length)];
  }

  /** The new ones that are left when the log is read to its end. */
  end(): readonly Message[] {
    const { held } = this;
    this.held = [];
    return held;
  }

  /** How many are new if the log ends here. */
  get doubtful(): number {
    return this.held.length;
  }

  /** How many that were kept did not come. */
  get missing(): number {
    return this.left;
  }

  private hold(counted: readonly Message[]): void {
    if (this.mark === undefined) return;
    const at = counted.findLastIndex((message) => markOf(message) === this.mark);
    this.held = at < 0 ? [...this.held, ...counted] : counted.slice(at + 1);
  }
}
