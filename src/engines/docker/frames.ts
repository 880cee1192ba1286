import type { Message } from '../logs/message.ts';

const HEADER = 8;
const BLANK = 32;

/**
 * Takes the daemon's multiplexed log apart: frames of 8 bytes (stream, 0, 0, 0, length) and a payload of
 * `<RFC 3339 time> <bytes>`, cut anywhere by the network. Both streams become one, in the order they come.
 */
export class Frames {
  private rest: Buffer = Buffer.alloc(0);

  push(chunk: Buffer): Message[] {
    const bytes = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    const messages: Message[] = [];
    let at = 0;
    while (bytes.length - at >= HEADER) {
      const end = at + HEADER + bytes.readUInt32BE(at + 4);
      if (end > bytes.length) break;
      messages.push(messageOf(bytes.subarray(at + HEADER, end)));
      at = end;
    }
    this.rest = bytes.subarray(at);
    return messages;
  }
}

const messageOf = (payload: Buffer): Message => {
  const blank = payload.indexOf(BLANK);
  const stamp = payload.toString('latin1', 0, Math.max(blank, 0));
  const time = Date.parse(stamp);
  return Number.isNaN(time)
    ? { time: 0, stamp: '', bytes: payload }
    : { time, stamp, bytes: payload.subarray(blank + 1) };
};
