import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AgeMark, ageAt } from './retention-age.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;

const MARK: AgeMark = { age: 5 * DAY, wall: 1_000 * DAY, steady: HOUR, boot: 'here' };

/** The clocks at some time after the mark was written. */
const later = (wall: number, steady: number, bootId = 'here') => ({
  wall: () => MARK.wall + wall,
  steady: () => MARK.steady + steady,
  bootId,
});

for (const [what, clock, older] of [
  ['an hour that was watched is an hour', later(HOUR, HOUR), HOUR],
  ['ten days that were watched are ten days', later(10 * DAY, 10 * DAY), 10 * DAY],
  ['eight hours asleep count', later(9 * HOUR, HOUR), 9 * HOUR],
  ['three days asleep count as one', later(3 * DAY, 0), DAY],
  ['a clock set a year forward counts as a day', later(YEAR + HOUR, HOUR), DAY + HOUR],
  ['a clock set a year back counts for nothing', later(HOUR - YEAR, HOUR), HOUR],
  ['a night switched off counts', later(8 * HOUR, -HOUR, 'next'), 8 * HOUR],
  ['a month switched off counts as a day', later(30 * DAY, 5, 'next'), DAY],
  ['another boot with the clock a year back counts for nothing', later(-YEAR, 5, 'next'), 0],
] as const) {
  test(`J-147: ${what}`, () => assert.equal(ageAt(clock, MARK) - MARK.age, older));
}

test('J-147: before the first look nothing has aged', () => {
  assert.equal(ageAt(later(YEAR, YEAR), { age: 0, wall: 0, steady: 0, boot: '' }), 0);
});
