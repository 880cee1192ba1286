import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock } from '../../test/support/fakes.ts';
import { elapsedSince } from './deadline.ts';

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
