import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock } from '../../test/support/fakes.ts';
import { elapsedSince, ranBefore } from './deadline.ts';

const began = (clock: FakeClock) => ({ wall: clock.wall(), steady: clock.steady(), bootId: clock.bootId });

test('J-206: within one boot the steady clock counts, however the other is set', () => {
  const clock = new FakeClock();
  const start = began(clock);
  clock.advance(70_000);
  clock.jump(-1e9);
  assert.equal(elapsedSince(clock, start, 60_000), 70_000);
});

for (const [jump, elapsed] of [
  [30_000, 30_000],
  [1e9, 60_000],
  [-1e9, 0],
] as const) {
  test(`J-206: after another boot ${jump} ms on the wall are ${elapsed} of at most 60,000`, () => {
    const clock = new FakeClock();
    const start = began(clock);
    clock.jump(jump);
    clock.bootId = 'boot-2';
    assert.equal(elapsedSince(clock, start, 60_000), elapsed);
  });
}

for (const [what, leapBefore, leapAfter, ran] of [
  ['no leap', 0, 0, 250_000],
  ['a leap forward before it began', 1e9, 0, 0],
  ['a leap back before it began', -1e9, 0, 250_000],
  ['a leap forward after', 0, 1e9, 250_000],
  ['a leap back after', 0, -1e9, 0],
  ['leaps forward before and after', 1e9, 1e9, 0],
  ['leaps that take each other back', 1e9, -1e9, 0],
] as const) {
  test(`with ${what} an attempt that is heard of late counts as ${ran} ms old of 250,000, never more (J-206)`, () => {
    const clock = new FakeClock();
    const ordered = began(clock);
    clock.advance(40_000);
    clock.jump(leapBefore);
    const startedAt = clock.wall();
    clock.advance(250_000);
    clock.jump(leapAfter);
    const found = ranBefore(clock, ordered, startedAt);
    assert.ok(found <= 250_000, `${found}`);
    assert.equal(found, ran);
  });
}

test('what was ordered before another boot is counted from when it is heard of (J-206)', () => {
  const clock = new FakeClock();
  const ordered = began(clock);
  clock.bootId = 'boot-2';
  clock.advance(9_000);
  assert.equal(ranBefore(clock, ordered, clock.wall() - 5_000), 0);
});
