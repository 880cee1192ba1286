import type { Mark } from './follower.ts';
import type { MarkReader } from './mark-reader.ts';

/** When each part of an output came: its marks, and for what came after the last one the file's last change. */
export class Timeline {
  private readonly marks: MarkReader;
  private readonly tail: Mark | undefined;
  /** What was asked last: neighbouring lines mostly have one time. */
  private last: { readonly after: number; readonly upTo: number; readonly time: number } | undefined;
  /** Where the output ends. */
  readonly end: number;

  /** `size`, `changed`: of the output's file. */
  constructor(marks: MarkReader, { size, changed }: { size: number; changed: number }) {
    this.marks = marks;
    const { offset, time } = marks.last() ?? { offset: 0, time: 0 };
    this.end = Math.max(size, offset);
    if (size > offset) this.tail = { offset: size, time: Math.max(changed, time) };
  }

  /** First and last time; undefined while nothing was printed. */
  span(): { first: number; last: number } | undefined {
    const first = this.marks.first() ?? this.tail;
    const last = this.tail ?? this.marks.last();
    return first && last && { first: first.time, last: last.time };
  }

  /** The time of an event that ends at `end`. */
  timeOf(end: number): number {
    if (!this.last || end <= this.last.after || end > this.last.upTo) {
      const { before, after } = this.marks.around((mark) => mark.offset < end);
      const own = after ?? this.tail ?? before;
      this.last = { after: before?.offset ?? 0, upTo: own?.offset ?? 0, time: own?.time ?? 0 };
    }
    return this.last.time;
  }

  /** Where the last part ends that came before `time`. */
  endBefore(time: number): number {
    if (this.tail && this.tail.time < time) return this.tail.offset;
    return this.marks.around((mark) => mark.time < time).before?.offset ?? 0;
  }
}
