import {
  appendFileSync,
  closeSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import type { Clock } from '../lib/clock.ts';

/** A stretch of output and when it was seen: everything up to `offset` that the one before does not have. */
export interface Mark {
  readonly offset: number;
  /** Wall milliseconds; never below the mark before. */
  readonly time: number;
}

/** A mark is shorter, with whatever else stands in its line. */
const LONGEST_LINE = 256;
/** At this size every second mark goes: so the older a line, the coarser its time. Six hours of marks twice a second. */
const LARGEST_INDEX = 1_048_576;

/** Where a thinner index is written before it takes the old one's place. */
export const thinned = (index: string): string => `${index}.new`;

/** Notes in an index how far a task's output had grown when. The last mark is in memory: a look reads no index. */
export class Follower {
  private readonly path: string;
  private readonly index: string;
  private last: Mark;
  /** In bytes. */
  private indexSize: number;
  /** Beyond that the index may hold the beginning of a mark that found no room. */
  private isTorn: boolean;

  constructor(path: string, index: string) {
    this.path = path;
    this.index = index;
    const tail = tailOf(index);
    const whole = tail.text.slice(0, tail.text.lastIndexOf('\n') + 1);
    const [offset = 0, time = 0] = whole.slice(0, -1).split('\n').at(-1)!.split(' ').map(Number);
    this.last = { offset, time };
    this.isTorn = whole.length < tail.text.length;
    this.indexSize = tail.size - (tail.text.length - whole.length);
  }

  /**
   * A mark when something was printed since the last one. Its time is that of the file's last change, which whoever read it
   * meanwhile was shown too; not beyond the clock's. Throws what the file system says; then nothing is noted.
   */
  look(clock: Clock): void {
    const stat = statSync(this.path, { throwIfNoEntry: false });
    if (!stat || stat.size <= this.last.offset) return;
    const time = Math.max(Math.min(clock.wall(), Math.round(stat.mtimeMs)), this.last.time);
    const line = `${stat.size} ${time}\n`;
    this.append(line);
    this.indexSize += line.length;
    this.last = { offset: stat.size, time };
    if (this.indexSize > LARGEST_INDEX) this.thin();
  }

  /** The last mark stays: nobody sees a later time for what is new. */
  private thin(): void {
    const lines = readFileSync(this.index, 'latin1').split('\n').slice(0, -1);
    const kept = lines.filter((_, i) => (lines.length - i) % 2 === 1);
    const text = `${kept.join('\n')}\n`;
    writeFileSync(thinned(this.index), text);
    renameSync(thinned(this.index), this.index);
    this.indexSize = text.length;
  }

  /** Whole or not at all. */
  private append(line: string): void {
    const fd = openSync(this.index, 'a');
    try {
      if (this.isTorn) ftruncateSync(fd, this.indexSize);
      this.isTorn = true;
      appendFileSync(fd, line);
      this.isTorn = false;
    } finally {
      closeSync(fd);
    }
  }
}

const tailOf = (path: string): { size: number; text: string } => {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch {
    return { size: 0, text: '' };
  }
  try {
    const { size } = fstatSync(fd);
    const bytes = Buffer.alloc(Math.min(size, LONGEST_LINE));
    readSync(fd, bytes, 0, bytes.length, size - bytes.length);
    return { size, text: bytes.toString('latin1') };
  } finally {
    closeSync(fd);
  }
};
