import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock } from '../../../test/support/fakes.ts';
import type { TimedEvent } from '../../output/output.ts';
import { Matching } from './joins.ts';
import { merge, type Offsets } from './merge.ts';

/** Matches nothing, and takes its time. */
const slowMatching = (milliseconds: number) => {
  const clock = new FakeClock();
  const matching = new Matching(clock);
  const counted = { asked: 0 };
  const begins = matching.counted(() => {
    counted.asked++;
    clock.advance(milliseconds);
    return false;
  })!;
  return { matching, begins, counted };
};

test('J-039: after a second of matching in a call each line is an event, and no pattern is asked', () => {
  const { begins, counted } = slowMatching(400);
  const answers = Array.from({ length: 9 }, () => begins('x'));
  assert.deepEqual(answers, [false, false, false, true, true, true, true, true, true]);
  assert.equal(counted.asked, 3);
});

test('J-039: no options, no matching', () => {
  assert.equal(new Matching(new FakeClock()).counted(undefined), undefined);
});

test('J-039 W-099: a page in the order of time that took long ends, has something read, and the next one goes on', () => {
  const event = (at: number): TimedEvent => ({ begin: at, end: at + 1, time: at, message: `${at}` });
  const seen: number[] = [];
  let offsets: Offsets | undefined = {};
  let pages = 0;
  for (; offsets; pages++) {
    assert.ok(pages < 20);
    const { matching, begins } = slowMatching(400);
    const read = (_: string, from: number) => {
      begins('');
      return from < 6 ? [event(from)] : [];
    };
    const bounds = { limit: 100, reads: 100, isLong: () => matching.isLong };
    const page = merge(['a', 'b'], offsets, read, bounds, () => true);
    seen.push(...page.merged.map(({ event: { time } }) => time));
    offsets = page.offsets;
  }
  assert.deepEqual(seen, [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5]);
  assert.ok(pages > 1);
});
