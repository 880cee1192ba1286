import type { Message } from '../../logs/message.ts';

const NEWLINE = 10;
const STAMP = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)) /;
/** A stamp has no more characters, with its blank. */
const LONGEST_STAMP = 40;

/** What a chunk of a log completes. */
export interface Read {
  readonly messages: readonly Message[];
  /** Lines without a stamp: they are the kubelet's own, none of the container's (K-124). */
  readonly words: readonly string[];
}

/** Cuts a log into lines with their stamps. A line may be larger than any chunk. */
export class StampedLines {
  private parts: Buffer[] = [];

  push(chunk: Buffer): Read {
    const [messages, words]: [Message[], string[]] = [[], []];
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
      const line = this.withRest(chunk.subarray(from, at + 1));
      const message = messageOf(line);
      if (message) messages.push(message);
      else words.push(line.toString('utf8').trimEnd());
      from = at + 1;
    }
    if (from < chunk.length) this.parts.push(chunk.subarray(from));
    return { messages, words };
  }

  /** The last line, which has no end: of a container that ended without one, or of an answer that was cut. */
  rest(): Read {
    const line = this.withRest(Buffer.alloc(0));
    if (line.length === 0) return { messages: [], words: [] };
    const message = messageOf(line);
    return message ? { messages: [message], words: [] } : { messages: [], words: [line.toString('utf8')] };
  }

  private withRest(end: Buffer): Buffer {
    const line = this.parts.length === 0 ? end : Buffer.concat([...this.parts, end]);
    this.parts = [];
    return line;
  }
}

const messageOf = (line: Buffer): Message | undefined => {
  const [whole, stamp] = STAMP.exec(line.toString('latin1', 0, LONGEST_STAMP)) ?? [];
  if (whole === undefined || stamp === undefined) return undefined;
  return { stamp, time: Date.parse(stamp), bytes: line.subarray(whole.length) };
};
