import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { TimedEvent } from '../../output/output.ts';
import { merge, type Offsets } from './merge.ts';

/** Streams whose events are their times, one byte each. */
const reader =
  (streams: Readonly<Record<string, readonly number[]>>, piece: number) =>
  (id: string, from: number): TimedEvent[] =>
    streams[id]!.slice(from, from + piece).map((time, at) => ({
      begin: from + at,
      end: from + at + 1,
      time,
      message: `${id}${time}`,
    }));

const anyStreams = fc.dictionary(
  fc.constantFrom('a', 'b', 'c', 'd'),
  fc.array(fc.nat(20), { maxLength: 12 }).map((times) => times.sort((x, y) => x - y)),
);

test('W-098 W-099: pages of whatever size hold every event once, in the order of time and then of streams', () => {
  fc.assert(
    fc.property(
      anyStreams,
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 0, max: 3 }),
      (streams, piece, limit, reads) => {
        const ids = Object.keys(streams).sort();
        const seen: string[] = [];
        let offsets: Offsets | undefined = {};
        for (let pages = 0; offsets; pages++) {
          assert.ok(pages < 200, 'each page goes on');
          const page = merge(ids, offsets, reader(streams, piece), { limit, reads }, () => true);
          assert.ok(page.merged.length <= limit);
          seen.push(...page.merged.map(({ event }) => event.message));
          offsets = page.offsets;
        }
        const all = ids.flatMap((id) => streams[id]!.map((time) => ({ id, time })));
        all.sort((x, y) => x.time - y.time || (x.id < y.id ? -1 : x.id > y.id ? 1 : 0));
        assert.deepEqual(
          seen,
          all.map(({ id, time }) => `${id}${time}`),
        );
      },
    ),
  );
});

test('W-100: what does not match is left out and counts as read', () => {
  const read = reader({ a: [1, 2, 3] }, 10);
  const odd = (message: string) => Number(message.slice(1)) % 2 === 1;
  const first = merge(['a'], {}, read, { limit: 1, reads: 9 }, odd);
  assert.deepEqual(
    first.merged.map(({ event }) => event.message),
    ['a1'],
  );
  const second = merge(['a'], first.offsets!, read, { limit: 9, reads: 9 }, odd);
  assert.deepEqual(
    second.merged.map(({ event }) => event.message),
    ['a3'],
  );
  assert.equal(second.offsets, undefined);
});

test('a stream that is new on a later page is read from its beginning, one that is not asked keeps its place', () => {
  const read = reader({ a: [1, 5], b: [2] }, 10);
  const first = merge(['a'], {}, read, { limit: 1, reads: 9 }, () => true);
  const second = merge(['b'], first.offsets!, read, { limit: 1, reads: 9 }, () => true);
  assert.deepEqual(second.offsets, { a: 1, b: 1 });
});
