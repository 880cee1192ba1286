/** A file's bytes, read in slices. */
export interface Bytes {
  readonly size: number;
  /** Fills `into` from `position`; resolves to how many bytes there were. */
  read(into: Uint8Array, position: number): number;
}

/** A line of output without its line feed, or several of them, and the bytes it stands in. */
export interface LogEvent {
  readonly begin: number;
  readonly end: number;
  readonly message: string;
  /** Of several lines: where the first one ends. */
  readonly firstEnd?: number;
}

/** The longest event, in bytes; what is longer becomes several (256 KiB). */
export const LONGEST = 262_144;
/** The largest page, in bytes of UTF-8 with 26 for each event (W-087). */
export const PAGE_BYTES = 1_048_576;
const EVENT_COST = 26;
/** What an event takes of a page. */
export const costOf = (event: LogEvent): number => Buffer.byteLength(event.message) + EVENT_COST;
/** Most lines are shorter. */
const SLICE = 8192;
const WINDOW = 65_536;
export const NEWLINE = 10;

export interface Window {
  readonly from: number;
  /** Events end behind `low`, and at `high` or before; both may stand inside a line. */
  readonly low: number;
  readonly high: number;
  readonly limit: number;
  readonly complete: boolean;
}

/** Events, oldest first, and where they begin and end; without any, the edge of an event that was reached. */
export interface Page<E extends LogEvent = LogEvent> {
  readonly events: E[];
  readonly begin: number;
  readonly end: number;
}

/** A file seen through a window: neighbouring events come out of one read, in either direction. */
export class View {
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
  of(begin: number, most: number): Buffer {
    const length = Math.max(0, Math.min(most, this.size - begin));
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
export const readForward = (bytes: Bytes, window: Window): Page => {
  const { low, high, limit, complete } = window;
  const view = new View(bytes);
  const events: LogEvent[] = [];
  let cost = 0;
  const from = window.from < low ? edgeBefore(view, low, complete) : window.from;
  for (let at = from; events.length < limit && at < high; ) {
    const event = eventAt(view, at, complete);
    if (!event || event.end > high) break;
    cost += costOf(event);
    if (cost > PAGE_BYTES && events.length > 0) break;
    events.push(event);
    at = event.end;
  }
  return paged(view, events, from, complete);
};

/** Events that end at `from` or before, the latest of them. */
export const readBackward = (bytes: Bytes, window: Window): Page => {
  const { low, limit, complete } = window;
  const view = new View(bytes);
  const events: LogEvent[] = [];
  let cost = 0;
  const from = Math.min(window.from, window.high);
  const newestFirst = function* () {
    for (let at = from; at > low; ) {
      const begin = lineStart(view, at);
      yield* eventsOfLine(view, begin, at, complete).reverse();
      at = begin;
    }
  };
  for (const event of newestFirst()) {
    cost += costOf(event);
    if (event.end <= low || (cost > PAGE_BYTES && events.length > 0)) break;
    events.push(event);
    if (events.length === limit) break;
  }
  return paged(view, events.reverse(), from, complete);
};

const paged = (view: View, events: LogEvent[], from: number, complete: boolean): Page => {
  const edge = events.length > 0 ? 0 : edgeBefore(view, Math.min(from, view.size), complete);
  return { events, begin: events[0]?.begin ?? edge, end: events.at(-1)?.end ?? edge };
};

/** Where the last event ends that ends at `at` or before: `at`, unless that is inside an event. */
const edgeBefore = (view: View, at: number, complete: boolean): number => {
  const begin = lineStart(view, at);
  return eventsOfLine(view, begin, at, complete).at(-1)?.end ?? begin;
};

/** All events of the line that begins at `begin`, up to `end`. */
const eventsOfLine = (view: View, begin: number, end: number, complete: boolean): LogEvent[] => {
  const events: LogEvent[] = [];
  for (let at = begin; at < end; ) {
    const event = eventAt(view, at, complete);
    if (!event || event.end > end) break;
    events.push(event);
    at = event.end;
  }
  return events;
};

/** The event that begins at `begin`; undefined when it is not whole yet. */
export const eventAt = (view: View, begin: number, complete: boolean): LogEvent | undefined => {
  let bytes = view.of(begin, SLICE);
  if (!bytes.includes(NEWLINE)) bytes = view.of(begin, LONGEST + 1);
  const newline = bytes.indexOf(NEWLINE);
  if (newline >= 0) return made(bytes.subarray(0, newline), begin, begin + newline + 1);
  if (bytes.length > LONGEST) return cutAt(bytes, begin);
  return complete && bytes.length > 0 ? made(bytes, begin, begin + bytes.length) : undefined;
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
export const lineStart = (view: View, end: number): number => {
  let at = end - 1;
  while (at > 0) {
    const length = Math.min(SLICE, at);
    const newline = view.of(at - length, length).lastIndexOf(NEWLINE);
    if (newline >= 0) return at - length + newline + 1;
    at -= length;
  }
  return 0;
};
