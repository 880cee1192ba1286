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
/** Most lines are shorter. */
const SLICE = 8192;
const WINDOW = 65_536;
const NEWLINE = 10;

export interface Window {
  readonly from: number;
  readonly low: number;
  readonly high: number;
  readonly limit: number;
  readonly complete: boolean;
}

/** A file seen through a window: neighbouring events come out of one read, in either direction. */
class View {
  private readonly bytes: Bytes;
  private window = Buffer.alloc(0);
  private at = 0;

  constructor(bytes: Bytes) {
    this.bytes = bytes;
  }

  get size(): number {
    return this.bytes.size;
  }

  /** What stands there, less at the file's end; good until the next call. */
  of(begin: number, length: number): Buffer {
    const isSeen = begin >= this.at && begin + length <= this.at + this.window.length;
    if (!isSeen) this.move(begin, length);
    return this.window.subarray(begin - this.at, begin - this.at + length);
  }

  /** To both sides, for whichever comes next. */
  private move(begin: number, length: number): void {
    this.at = Math.max(0, begin - WINDOW / 2);
    const into = Buffer.allocUnsafe(length + WINDOW);
    this.window = into.subarray(0, this.bytes.read(into, this.at));
  }
}

/** Events from `from` on. `from` is the beginning of an event. */
export const readForward = (bytes: Bytes, window: Window): LogEvent[] => {
  const view = new View(bytes);
  const events: LogEvent[] = [];
  let cost = 0;
  let at = window.from;
  while (events.length < window.limit && at < window.high) {
    const event = eventAt(view, at, window);
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
  const view = new View(bytes);
  const events: LogEvent[] = [];
  let cost = 0;
  let at = window.from;
  while (events.length < window.limit && at > window.low) {
    const begin = lineStart(view, at, window.low);
    const line = eventsOfLine(view, begin, at, window);
    for (const event of line.reverse()) {
      cost += event.message.length + EVENT_COST;
      if ((cost > PAGE_BYTES && events.length > 0) || events.length === window.limit) return events.reverse();
      events.push(event);
    }
    at = begin;
  }
  return events.reverse();
};

/** All events of the line that begins at `begin`, up to `end`. */
const eventsOfLine = (view: View, begin: number, end: number, window: Window): LogEvent[] => {
  const events: LogEvent[] = [];
  for (let at = begin; at < end; ) {
    const event = eventAt(view, at, window);
    if (!event || event.end > end) break;
    events.push(event);
    at = event.end;
  }
  return events;
};

/** The event that begins at `begin`; undefined when it is not whole yet. */
const eventAt = (view: View, begin: number, window: Window): LogEvent | undefined => {
  const most = Math.min(LONGEST + 1, window.high - begin);
  let bytes = view.of(begin, Math.min(SLICE, most));
  if (!bytes.includes(NEWLINE)) bytes = view.of(begin, most);
  const newline = bytes.indexOf(NEWLINE);
  if (newline >= 0) return made(bytes.subarray(0, newline), begin, begin + newline + 1);
  if (bytes.length > LONGEST) return cutAt(bytes, begin);
  const atEnd = window.complete || window.high < view.size;
  return atEnd && bytes.length > 0 ? made(bytes, begin, begin + bytes.length) : undefined;
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
const lineStart = (view: View, end: number, low: number): number => {
  let at = end - 1;
  while (at > low) {
    const length = Math.min(SLICE, at - low);
    const newline = view.of(at - length, length).lastIndexOf(NEWLINE);
    if (newline >= 0) return at - length + newline + 1;
    at -= length;
  }
  return low;
};
