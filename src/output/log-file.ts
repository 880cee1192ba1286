import { appendFileSync, mkdirSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { dirname } from 'node:path';

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
}

/**
 * One attempt's output, written by the server itself for an engine that hands it over with its times. The index beside it
 * has a mark for each millisecond in which something was printed: `offset time`, and with the last mark of an append
 * `since skip total`, its position. What a crash left beyond the last position is taken off when the file is opened: it
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
    const { since, skip, total } = this.position ?? { since: 0, skip: 0, total: 0 };
    appendFileSync(this.index, `${this.marks(pieces).join('\n')} ${since} ${skip} ${total}\n`);
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
    const text = readIf(this.index);
    const lines = text.split('\n').slice(0, -1);
    const at = lines.findLastIndex((line) => line.split(' ').length === 5);
    const [offset = 0, time = 0, since = 0, skip = 0, total = 0] = (lines[at] ?? '').split(' ').map(Number);
    const kept = lines.slice(0, at + 1).reduce((sum, line) => sum + line.length + 1, 0);
    if (kept < text.length) truncateSync(this.index, kept);
    if (sizeOf(this.path) > offset) truncateSync(this.path, offset);
    this.lastTime = time;
    if (total > 0) this.position = { since, skip, total };
    return offset;
  }
}

const readIf = (path: string): string => {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
};

const sizeOf = (path: string): number => {
  try {
    return statSync(path).size;
  } catch {
    return 0;
  }
};
