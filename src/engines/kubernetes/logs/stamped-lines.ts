import type { Message } from '../../logs/message.ts';

const NEWLINE = 10;
const STAMP = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)) /;
/** A stamp has no more characters, with its blank. */
const LONGEST_STAMP = 40;
/** With the stamp, in the first of a line. */
const PIECE_BYTES = 2 ** 20;

/** What a chunk of a log completes. */
export interface Read {
  readonly messages: readonly Message[];
  /** Lines without a stamp: they are the kubelet's own, none of the container's (K-124). */
  readonly words: readonly string[];
}

type Stamped = Pick<Message, 'stamp' | 'time'>;

/**
 * Cuts a log into lines with their stamps. A line may be larger than any chunk; one that is larger than a piece (progress bars
 * never end theirs) is handed on in pieces, cut at the same places however it comes.
 */
export class StampedLines {
  private parts: Buffer[] = [];
  private size = 0;
  /** Of the line whose first pieces were handed on. */
  private stamped: Stamped | undefined;

  push(chunk: Buffer): Read {
    const read: Taken = { messages: [], words: [] };
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
      this.add(chunk.subarray(from, at + 1));
      // of a line that ends something is left, so that its end is no piece of its own
      this.handOn(read, PIECE_BYTES + 1);
      this.take(read, this.all());
      this.stamped = undefined;
      from = at + 1;
    }
    this.add(chunk.subarray(from));
    this.handOn(read, PIECE_BYTES);
    return read;
  }

  /** The last line, which has no end: of a container that ended without one, or of an answer that was cut. */
  rest(): Read {
    const read: Taken = { messages: [], words: [] };
    if (this.size > 0) this.take(read, this.all());
    return read;
  }

  private add(bytes: Buffer): void {
    if (bytes.length > 0) this.parts.push(bytes);
    this.size += bytes.length;
  }

  private all(): Buffer {
    const bytes = this.parts.length === 1 ? this.parts[0]! : Buffer.concat(this.parts);
    this.parts = [];
    this.size = 0;
    return bytes;
  }

  /** Pieces, for as long as there are so many bytes. */
  private handOn(read: Taken, least: number): void {
    if (this.size < least) return;
    let bytes = this.all();
    for (; bytes.length >= least; bytes = bytes.subarray(PIECE_BYTES))
      this.take(read, bytes.subarray(0, PIECE_BYTES));
    this.add(bytes);
  }

  private take({ messages, words }: Taken, bytes: Buffer): void {
    const message = this.stamped ? { ...this.stamped, bytes } : messageOf(bytes);
    if (message) {
      messages.push(message);
      this.stamped = { stamp: message.stamp, time: message.time };
    } else words.push(bytes.toString('utf8').trimEnd());
  }
}

interface Taken {
  readonly messages: Message[];
  readonly words: string[];
}

const messageOf = (line: Buffer): Message | undefined => {
  const [whole, stamp] = STAMP.exec(line.toString('latin1', 0, LONGEST_STAMP)) ?? [];
  if (whole === undefined || stamp === undefined) return undefined;
  return { stamp, time: Date.parse(stamp), bytes: line.subarray(whole.length) };
};
