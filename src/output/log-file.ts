import { appendFileSync, mkdirSync, statSync, truncateSync } from 'node:fs';
import { dirname } from 'node:path';
import { lastLineLike } from './last-line.ts';

/** A piece of output and when it was printed, in wall milliseconds. */
export interface Piece {
  readonly bytes: Buffer;
  readonly time: number;
}

/** Where a reading is to be gone on with: see the engine that reads. */
export interface Position {
  readonly since: number;
  readonly skip: number;
  readonly total: number;
  /** Without blanks. */
  readonly mark?: string;
}

/**
 * One attempt's output, written by the server itself for an engine that hands it over with its times. The index beside it
 * has a mark for each millisecond in which something was printed: `offset time`, and with the last mark of an append
 * `since skip total mark`, its position. What a crash left beyond the last position is taken off when the file is opened: it
 * will come again.
 */
export class LogFile {
  position: Position | undefined;
  private readonly path: string;
  private readonly index: string;
  /** In bytes. */
  size: number;
  private lastTime = 0;

  constructor(path: string, index: string) {
    this.path = path;
    this.index = index;
    mkdirSync(dirname(path), { recursive: true });
    this.size = this.restore();
  }

  /** Without a position: what is not the engine's (the service's own lines); the position stays. */
  append(pieces: readonly Piece[], position: Position | undefined): void {
    if (pieces.length === 0) return;
    appendFileSync(this.path, Buffer.concat(pieces.map((piece) => piece.bytes)));
    this.position = position ?? this.position;
    const { since, skip, total, mark = '' } = this.position ?? { since: 0, skip: 0, total: 0 };
    const place = `${since} ${skip} ${total} ${mark}`.trimEnd();
    appendFileSync(this.index, `${this.marks(pieces).join('\n')} ${place}\n`);
  }

  private marks(pieces: readonly Piece[]): string[] {
    const marks: string[] = [];
    let last = 0;
    for (const { bytes, time } of pieces) {
      this.size += bytes.length;
      this.lastTime = Math.max(this.lastTime, time);
      if (this.lastTime === last) marks.pop();
      last = this.lastTime;
      marks.push(`${this.size} ${last}`);
    }
    return marks;
  }

  /** Goes back to the last position; the size that is kept. */
  private restore(): number {
    const { line, end } = lastLineLike(this.index, WITH_POSITION);
    const [offset = 0, time = 0, since = 0, skip = 0, total = 0] = line.split(' ', 5).map(Number);
    const mark = line.split(' ')[5];
    if (sizeOf(this.index) > end) truncateSync(this.index, end);
    if (sizeOf(this.path) > offset) truncateSync(this.path, offset);
    this.lastTime = time;
    if (total > 0) this.position = { since, skip, total, ...(mark !== undefined && { mark }) };
    return offset;
  }
}

const WITH_POSITION = /^\d+( \d+){4}( \S+)?$/;

const sizeOf = (path: string): number => {
  try {
    return statSync(path).size;
  } catch {
    return 0;
  }
};
