import type { Piece } from './message.ts';

/** How far a task's log has been kept, in the terms of who has it: enough to go on without a line lost or doubled. */
export interface Position {
  /** Ask for messages stamped in this second or later; seconds since the epoch, 0 for all. */
  readonly since: number;
  /** How many of those are kept already. */
  readonly skip: number;
  /** All that were kept. */
  readonly total: number;
  /** What the last of them is known by: see `markOf`. */
  readonly mark?: string;
}

export const START: Position = { since: 0, skip: 0, total: 0 };

/**
 * The next position after a message. Stamps may be out of order by a moment (two streams, one log), so the place to go on
 * from lies one whole second before the last stamp, with a count of what is kept from there. A stamp before that place
 * means that the clock there was set back: from then on everything is asked for and counted.
 */
export class Counter {
  private readonly bySecond = new Map<number, number>();
  private since: number;
  private total: number;

  constructor({ since, total, skip }: Position) {
    this.since = since;
    this.total = total - skip;
  }

  /** Takes a message in, kept before or not. */
  count({ time }: Piece): void {
    this.total++;
    const second = Math.floor(time / 1000);
    if (second < this.since) this.countEverything();
    if (this.since < 0) return;
    this.bySecond.set(second, (this.bySecond.get(second) ?? 0) + 1);
    for (const old of this.bySecond.keys()) {
      if (old >= second - 1) break;
      this.bySecond.delete(old);
      this.since = Math.max(this.since, old + 1);
    }
  }

  private countEverything(): void {
    this.since = -1;
    this.bySecond.clear();
  }

  get position(): Position {
    if (this.since < 0) return { since: 0, skip: this.total, total: this.total };
    let skip = 0;
    for (const n of this.bySecond.values()) skip += n;
    return { since: this.since, skip, total: this.total };
  }
}
