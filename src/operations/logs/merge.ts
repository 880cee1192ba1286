import { costOf, PAGE_BYTES } from '../../output/lines.ts';
import type { TimedEvent } from '../../output/output.ts';
import type { Matches } from './pattern.ts';

/** How far each stream was read, in bytes, by its task's id; a stream that is not named was not read. */
export type Offsets = Readonly<Record<string, number>>;

interface Cursor {
  readonly id: string;
  from: number;
  waiting: readonly TimedEvent[];
  ended: boolean;
}

/**
 * Several streams' events in the order of time, of equal times in the order of `ids`. Pure but for `read`, which gives the
 * next events of a stream, none at its end. `offsets` is where the next call goes on, undefined when all was read. What
 * `matches` leaves out counts as read; `bounds.reads` is how often `read` may be asked, beyond once for each stream; it is
 * not asked again once that took long (`bounds.isLong`), if something came of it. A page has 1 MB at most.
 */
export const merge = (
  ids: readonly string[],
  from: Offsets,
  read: (id: string, from: number) => readonly TimedEvent[],
  bounds: { readonly limit: number; readonly reads: number; readonly isLong?: () => boolean },
  matches: Matches,
): { merged: { id: string; event: TimedEvent }[]; offsets: Offsets | undefined } => {
  const cursors = ids.map((id): Cursor => ({ id, from: from[id] ?? 0, waiting: [], ended: false }));
  const merged: { id: string; event: TimedEvent }[] = [];
  let reads = bounds.reads + ids.length;
  let cost = 0;
  for (let isBegun = false; ; isBegun = true) {
    for (const cursor of cursors) {
      if (cursor.ended || cursor.waiting.length > 0) continue;
      if (reads-- === 0 || (isBegun && bounds.isLong?.()))
        return { merged, offsets: offsetsOf(cursors, from) };
      cursor.waiting = read(cursor.id, cursor.from);
      cursor.ended = cursor.waiting.length === 0;
    }
    const next = earliest(cursors);
    if (!next) return { merged, offsets: undefined };
    const [event, ...rest] = next.waiting as [TimedEvent, ...TimedEvent[]];
    const isMatch = matches(event.message);
    if (isMatch) cost += costOf(event);
    if (cost > PAGE_BYTES && merged.length > 0) return { merged, offsets: offsetsOf(cursors, from) };
    next.waiting = rest;
    next.from = event.end;
    if (isMatch) merged.push({ id: next.id, event });
    if (merged.length === bounds.limit) return { merged, offsets: offsetsOf(cursors, from) };
  }
};

const earliest = (cursors: readonly Cursor[]): Cursor | undefined =>
  cursors.reduce<Cursor | undefined>((best, cursor) => {
    const time = cursor.waiting[0]?.time;
    return time !== undefined && (!best || time < best.waiting[0]!.time) ? cursor : best;
  }, undefined);

/** Streams that are not asked for this time keep their place. */
const offsetsOf = (cursors: readonly Cursor[], from: Offsets): Offsets => ({
  ...from,
  ...Object.fromEntries(cursors.map((cursor) => [cursor.id, cursor.from])),
});
