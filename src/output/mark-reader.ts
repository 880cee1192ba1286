import type { Mark } from './follower.ts';
import type { Bytes } from './lines.ts';

const BLOCK = 16_384;
/** A line is shorter, with whatever stands beside its mark. */
const LONGEST_LINE = 256;
/** So many blocks stay parsed: a search comes by the same ones again. */
const MOST_KEPT = 64;

/** The marks on both sides of a place; undefined where there is none. */
export interface Around {
  readonly before: Mark | undefined;
  readonly after: Mark | undefined;
}

/**
 * Finds marks in an index without reading it whole: both columns grow from line to line, so it is searched by halves, in
 * blocks. A last line without its line feed is no mark.
 */
export class MarkReader {
  private readonly bytes: Bytes;
  private readonly blocks: number;
  private readonly kept = new Map<number, readonly Mark[]>();

  constructor(bytes: Bytes) {
    this.bytes = bytes;
    this.blocks = Math.ceil(bytes.size / BLOCK);
  }

  first(): Mark | undefined {
    return this.block(0)[0];
  }

  last(): Mark | undefined {
    return this.around(() => true).before;
  }

  /** Where `isBefore` changes: it holds for the first marks and for none after them. */
  around(isBefore: (mark: Mark) => boolean): Around {
    const holds = (n: number): boolean => {
      const first = this.block(n)[0];
      return first !== undefined && isBefore(first);
    };
    const n = countWhile(this.blocks, holds) - 1;
    if (n < 0) return { before: undefined, after: this.first() };
    const marks = this.block(n);
    const at = countWhile(marks.length, (i) => isBefore(marks[i]!));
    return { before: marks[at - 1], after: marks[at] ?? this.block(n + 1)[0] };
  }

  /** The marks whose lines begin in a block. */
  private block(n: number): readonly Mark[] {
    const known = this.kept.get(n);
    if (known) return known;
    if (this.kept.size >= MOST_KEPT) this.kept.clear();
    const marks = n < this.blocks ? this.parse(n) : [];
    this.kept.set(n, marks);
    return marks;
  }

  private parse(n: number): Mark[] {
    // one byte more in front tells whether a line begins with the block
    const start = Math.max(0, n * BLOCK - 1);
    const end = Math.min(this.bytes.size, (n + 1) * BLOCK + LONGEST_LINE);
    const buffer = Buffer.alloc(end - start);
    const text = buffer.toString('latin1', 0, this.bytes.read(buffer, start));
    const marks: Mark[] = [];
    for (let at = n === 0 ? 0 : text.indexOf('\n') + 1; start + at < (n + 1) * BLOCK; ) {
      const feed = text.indexOf('\n', at);
      if (feed < 0) break;
      const [offset = 0, time = 0] = text.slice(at, feed).split(' ', 2).map(Number);
      marks.push({ offset, time });
      at = feed + 1;
    }
    return marks;
  }
}

/** How many of the first `length` numbers hold: they hold up to some number and not beyond. */
const countWhile = (length: number, holds: (n: number) => boolean): number => {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
};
