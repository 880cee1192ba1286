import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock, FakeTimers } from '../../test/support/fakes.ts';
import { Waker } from './waker.ts';

/** A waker whose turns last until they are let go. */
const awake = () => {
  const clock = new FakeClock();
  const timers = new FakeTimers();
  const ends: (() => void)[] = [];
  let looks = 0;
  const waker = new Waker({
    clock,
    timers,
    work: () => new Promise<void>((end) => void ends.push(end)),
    onLook: () => {
      looks++;
    },
  });
  const passed = async (milliseconds = 0) => {
    clock.advance(milliseconds);
    timers.advance(milliseconds);
    for (let ticks = 0; ticks < 5; ticks++) await Promise.resolve();
  };
  return { waker, passed, ends, turns: () => ends.length, looks: () => looks };
};

test('who wakes twice before the turn begins gets one turn, who wakes during it another one behind it', async () => {
  const { waker, passed, ends, turns } = awake();
  waker.wake();
  waker.wake();
  await passed();
  assert.equal(turns(), 1);
  waker.wake();
  waker.wake();
  await passed();
  assert.equal(turns(), 1, 'never two at a time');
  ends[0]!();
  await passed();
  assert.equal(turns(), 2);
  ends[1]!();
  await passed();
  assert.equal(turns(), 2);
});

test('who wakes soon gets a turn at once when the last one began long enough ago, and shares a later one otherwise', async () => {
  const { waker, passed, ends, turns } = awake();
  waker.wakeSoon('requests', 5);
  await passed();
  assert.equal(turns(), 1);
  ends[0]!();
  await passed(4);
  waker.wakeSoon('requests', 5);
  await passed(1);
  waker.wakeIn('requests', 5);
  await passed(3);
  assert.equal(turns(), 1);
  await passed(1);
  assert.equal(turns(), 2);
  ends[1]!();
  await passed(5);
  waker.wakeSoon('requests', 5);
  await passed();
  assert.equal(turns(), 3);
});

test('an alarm that is set stays as it is; others have their own time', async () => {
  const { waker, passed, ends, turns } = awake();
  waker.wakeIn('lines', 500);
  waker.wakeIn('lines', 10);
  waker.wakeIn('reports', 100);
  await passed(99);
  assert.equal(turns(), 0);
  await passed(1);
  assert.equal(turns(), 1);
  ends[0]!();
  await passed(399);
  assert.equal(turns(), 1);
  await passed(1);
  assert.equal(turns(), 2);
});

test('it looks by itself once a second, until it is stopped; the turn under way is waited for', async () => {
  const { waker, passed, ends, turns, looks } = awake();
  waker.start();
  await passed();
  assert.deepEqual([turns(), looks()], [1, 0]);
  ends[0]!();
  await passed(1000);
  assert.deepEqual([turns(), looks()], [2, 1]);
  let isStopped = false;
  const stopped = waker.stop().then(() => {
    isStopped = true;
  });
  await passed();
  assert.equal(isStopped, false);
  ends[1]!();
  await stopped;
  waker.wake();
  await passed(2000);
  assert.deepEqual([turns(), looks()], [2, 1]);
});

test('work that is to be alone keeps turns waiting; who wakes meanwhile is heard afterwards', async () => {
  const { waker, passed, turns } = awake();
  let end = () => {};
  const alone = waker.alone(
    () =>
      new Promise<void>((done) => {
        end = done;
      }),
  );
  waker.wake();
  await passed();
  assert.equal(turns(), 0);
  end();
  await alone;
  await passed();
  assert.equal(turns(), 1);
});
