import { JoinedView, type Joining } from './joined-view.ts';
import { type Bytes, costOf, type LogEvent, PAGE_BYTES, type Page, type Window } from './lines.ts';

interface JoinedEvent extends LogEvent {
  readonly firstEnd: number;
}

/** The most that several lines may come to, as with CloudWatch: 256 KiB less what each event costs there. */
export const MOST_JOINED = 262_118;
/** How much of an output a page may hold against the pattern, in characters: one that is slow to match keeps others waiting. */
const MOST_LOOKED_AT = 262_144;

/** Events from `from` on. `from` is a place where an event began or ended when it was shown. */
export const readJoinedForward = (bytes: Bytes, window: Window, joining: Joining): Page => {
  const file = new JoinedView(bytes, window.complete, joining);
  const { low, high, limit } = window;
  const known = window.from > bytes.size ? lastEnd(file, high) : window.from;
  const from = known < low ? firstBehind(file, low) : known;
  const events = collect(file, eventsFrom(file, from), limit, (event) => event.firstEnd <= high);
  return paged(events, from);
};

/** Events that end at `from` or before, the latest of them. */
export const readJoinedBackward = (bytes: Bytes, window: Window, joining: Joining): Page => {
  const file = new JoinedView(bytes, window.complete, joining);
  const { low, high, limit } = window;
  const from = window.from <= high ? window.from : Math.min(window.from, lastEnd(file, high));
  const events = collect(file, eventsBefore(file, from), limit, (event) => event.firstEnd > low);
  return paged(events.reverse(), from);
};

const paged = (events: LogEvent[], edge: number): Page => ({
  events,
  begin: events[0]?.begin ?? edge,
  end: events.at(-1)?.end ?? edge,
});

/** The first of these events that are `within`, as many as a page holds. */
const collect = (
  file: JoinedView,
  found: Iterable<JoinedEvent>,
  limit: number,
  within: (event: JoinedEvent) => boolean,
): LogEvent[] => {
  const events: LogEvent[] = [];
  let cost = 0;
  for (const event of found) {
    cost += costOf(event);
    if (!within(event) || (cost > PAGE_BYTES && events.length > 0)) break;
    events.push(event);
    if (events.length === limit || file.looked > MOST_LOOKED_AT) break;
  }
  return events;
};

/** Oldest first, up to one that is not over; the one within which `end` lies ends there. */
function* eventsFrom(
  file: JoinedView,
  begin: number,
  end = Number.POSITIVE_INFINITY,
): Generator<JoinedEvent> {
  for (let at = begin; at < end; ) {
    const event = joinedAt(file, at, end);
    if (!event) return;
    yield event;
    at = event.end;
  }
}

/** Newest first. */
function* eventsBefore(file: JoinedView, end: number): Generator<JoinedEvent> {
  for (let at = end; at > 0; ) {
    const begin = file.beginBefore(at);
    yield* [...eventsFrom(file, begin, at)].reverse();
    at = begin;
  }
}

/** Where the first event begins whose first line ends behind `low`. */
const firstBehind = (file: JoinedView, low: number): number => {
  let at = file.beginBefore(low);
  for (const event of eventsFrom(file, at)) {
    if (event.firstEnd > low) return event.begin;
    at = event.end;
  }
  return at;
};

/** Where the last event ends that is over and whose first line ends at `high` or before. */
const lastEnd = (file: JoinedView, high: number): number => {
  let at = file.beginBefore(high);
  for (const event of eventsFrom(file, at)) {
    if (event.firstEnd > high) break;
    at = event.end;
  }
  return at;
};

/** The event that begins at `begin`; undefined while more of it may come. */
const joinedAt = (file: JoinedView, begin: number, end: number): JoinedEvent | undefined => {
  const first = file.lineAt(begin);
  if (!first || first.end > end) return undefined;
  const messages = [first.message];
  let bytes = Buffer.byteLength(first.message);
  let at = first.end;
  while (at < end) {
    const line = file.lineAt(at);
    if (!line && !file.isOver(at)) return undefined;
    if (!line || line.end > end || !file.isLineStart(at) || file.isBegin(at)) break;
    bytes += 1 + Buffer.byteLength(line.message);
    if (bytes > MOST_JOINED) break;
    messages.push(line.message);
    at = line.end;
  }
  return { begin, end: at, firstEnd: first.end, message: messages.join('\n') };
};
