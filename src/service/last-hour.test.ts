import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LastHour } from './last-hour.ts';

const MINUTE = 60_000;

const hourAt = (): { hour: LastHour; clock: { now: number } } => {
  const clock = { now: 10 * MINUTE };
  return { hour: new LastHour({ steady: () => clock.now }), clock };
};

const EXIT = { exitCode: 3, reason: null, statusReason: 'Essential container in task exited' };
const STOP = { exitCode: null, reason: null, statusReason: 'enough' };

test('starts and failures of a queue are its own, and those of the last sixty minutes', () => {
  const { hour, clock } = hourAt();
  hour.started(1, 1000);
  hour.failed(1, EXIT, 1);
  clock.now += 30 * MINUTE;
  hour.started(1, undefined);
  hour.failed(2, STOP, 5);
  assert.deepEqual([hour.of(1).started, hour.of(1).failed, hour.of(2).failed], [2, 1, 5]);
  clock.now += 31 * MINUTE;
  assert.deepEqual([hour.of(1).started, hour.of(1).failed, hour.of(2).failed], [1, 0, 5]);
  clock.now += 30 * MINUTE;
  assert.deepEqual(hour.of(2), { started: 0, failed: 0 });
});

test('percentiles of waits are right within a tenth, whatever their size; later attempts have none', () => {
  const { hour } = hourAt();
  for (let second = 1; second <= 100; second++) hour.started(1, second * 1000);
  hour.started(1, undefined);
  const { started, waitP50 = 0, waitP95 = 0 } = hour.of(1);
  assert.equal(started, 101);
  assert.ok(waitP50 >= 50_000 && waitP50 <= 55_000, `${waitP50}`);
  assert.ok(waitP95 >= 95_000 && waitP95 <= 104_500, `${waitP95}`);
  const one = hourAt().hour;
  one.started(1, 0);
  assert.deepEqual(one.of(1), { started: 1, failed: 0, waitP50: 1, waitP95: 1 });
});

test('failures in groups by queue and reason, the largest first, over the minutes; too many ways are counted without', () => {
  const { hour, clock } = hourAt();
  hour.failed(1, EXIT, 1);
  clock.now += MINUTE;
  hour.failed(1, EXIT, 1);
  hour.failed(2, EXIT, 1);
  hour.failed(1, STOP, 3);
  assert.deepEqual(hour.failures(2), [
    { queue: 1, ...STOP, count: 3 },
    { queue: 1, ...EXIT, count: 2 },
  ]);
  clock.now += MINUTE;
  for (let n = 0; n < 100; n++) hour.failed(3, { ...STOP, statusReason: `why ${n}` }, 1);
  assert.equal(hour.of(3).failed, 100);
  assert.equal(hour.failures(1000).filter(({ queue }) => queue === 3).length, 50);
});

test('it knows an hour, and of a server that started later less', () => {
  const { hour, clock } = hourAt();
  assert.equal(hour.reach(), 0);
  clock.now += 5 * MINUTE;
  assert.equal(hour.reach(), 5 * MINUTE);
  clock.now += 300 * MINUTE;
  assert.equal(hour.reach(), 60 * MINUTE);
});
