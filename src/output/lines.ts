/** A file's bytes, read in slices. */
export interface Bytes {
  readonly size: number;
  /** Fills `into` from `position`; resolves to how many bytes there were. */
  read(into: Uint8Array, position: number): number;
}

/** A line of output without its line feed, and the bytes it stands in. */
export interface LogEvent {
  readonly begin: number;
  readonly end: number;
  readonly message: string;
}

/** The longest event, in bytes; what is longer becomes several (256 KiB). */
export const LONGEST = 262_144;
/** The largest page, in bytes of UTF-8 with 26 for each event (W-087). */
const PAGE_BYTES = 1_048_576;
const EVENT_COST = 26;
const SLICE = 8192;
const NEWLINE = 10;

export interface Window {
  readonly from: number;
  readonly low: number;
  readonly high: number;
  readonly limit: number;
  readonly complete: boolean;
}

/** Events from `from` on. `from` is the beginning of an event. */
export const readForward = (bytes: Bytes, window: Window): LogEvent[] => {
  const events: LogEvent[] = [];
  let cost = 0;
  let at = window.from;
  while (events.length < window.limit && at < window.high) {
    const event = eventAt(bytes, at, window);
    if (!event) break;
    cost += event.message.length + EVENT_COST;
    if (cost > PAGE_BYTES && events.length > 0) break;
    events.push(event);
    at = event.end;
  }
  return events;
};

/** Events that end at `from` or before, the latest of them, oldest first. */
export const readBackward = (bytes: Bytes, window: Window): LogEvent[] => {
  const events: LogEvent[] = [];
  let cost = 0;
  let at = window.from;
  while (events.length < window.limit && at > window.low) {
    const line = eventsOfLine(bytes, lineStart(bytes, at, window.low), at, window);
    for (const event of line.reverse()) {
      cost += event.message.length + EVENT_COST;
      if ((cost > PAGE_BYTES && events.length > 0) || events.length === window.limit) return events.reverse();
      events.push(event);
    }
    at = lineStart(bytes, at, window.low);
  }
  return events.reverse();
};

/** All events of the line that begins at `begin`, up to `end`. */
const eventsOfLine = (bytes: Bytes, begin: number, end: number, window: Window): LogEvent[] => {
  const events: LogEvent[] = [];
  for (let at = begin; at < end; ) {
    const event = eventAt(bytes, at, window);
    if (!event || event.end > end) break;
    events.push(event);
    at = event.end;
  }
  return events;
};

/** The event that begins at `begin`; undefined when it is not whole yet. */
const eventAt = (bytes: Bytes, begin: number, window: Window): LogEvent | undefined => {
  const most = Math.min(LONGEST + 1, window.high - begin);
  let buffer = Buffer.alloc(0);
  while (buffer.length < most) {
    const slice = Buffer.alloc(Math.min(SLICE, most - buffer.length));
    const got = bytes.read(slice, begin + buffer.length);
    const newline = slice.subarray(0, got).indexOf(NEWLINE);
    const length = newline < 0 ? got : newline;
    buffer = Buffer.concat([buffer, slice.subarray(0, length)]);
    if (newline >= 0 && buffer.length <= LONGEST) return made(buffer, begin, begin + buffer.length + 1);
    if (newline >= 0 || got === 0) break;
  }
  if (buffer.length > LONGEST) return cutAt(buffer, begin);
  const atEnd = window.complete || window.high < bytes.size;
  return atEnd && buffer.length > 0 ? made(buffer, begin, begin + buffer.length) : undefined;
};

/** Cuts a long line where no character is torn; the rest of it is the next event. */
const cutAt = (buffer: Buffer, begin: number): LogEvent => {
  let length = LONGEST;
  while (length > LONGEST - 4 && (buffer[length]! & 0xc0) === 0x80) length--;
  if ((buffer[length]! & 0xc0) === 0x80) length = LONGEST;
  return made(buffer.subarray(0, length), begin, begin + length);
};

/** What is no UTF-8 becomes U+FFFD; a carriage return before the line feed goes. */
const made = (buffer: Buffer, begin: number, end: number): LogEvent => ({
  begin,
  end,
  message: buffer.toString('utf8').replace(/\r$/, ''),
});

/** Where the line begins whose last byte stands before `end`. */
const lineStart = (bytes: Bytes, end: number, low: number): number => {
  let at = end - 1;
  while (at > low) {
    const length = Math.min(SLICE, at - low);
    const slice = Buffer.alloc(length);
    bytes.read(slice, at - length);
    const newline = slice.lastIndexOf(NEWLINE);
    if (newline >= 0) return at - length + newline + 1;
    at -= length;
  }
  return low;
};
