import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JOB_STATES, type JobState } from './job-state.ts';
import { type LifeEvent, nextState, parentEnd } from './life.ts';
import { STOP_KINDS } from './stop.ts';

const EVENTS: readonly LifeEvent[] = [
  { kind: 'admitted', waits: true },
  { kind: 'admitted', waits: false },
  { kind: 'dependencies-met' },
  { kind: 'withdrawn' },
  { kind: 'placed' },
  { kind: 'recalled' },
  { kind: 'started' },
  { kind: 'attempt-succeeded' },
  { kind: 'attempt-failed', again: true },
  { kind: 'attempt-failed', again: false },
];

/** Every legal path, by the rule that gives it; each event that is not here changes nothing. */
const PATHS: readonly (readonly [string, JobState, LifeEvent, JobState])[] = [
  ['J-131', 'SUBMITTED', { kind: 'admitted', waits: true }, 'PENDING'],
  ['J-132 J-146', 'SUBMITTED', { kind: 'admitted', waits: false }, 'RUNNABLE'],
  ['J-133', 'SUBMITTED', { kind: 'withdrawn' }, 'FAILED'],
  ['J-134', 'PENDING', { kind: 'dependencies-met' }, 'RUNNABLE'],
  ['J-135', 'PENDING', { kind: 'withdrawn' }, 'FAILED'],
  ['J-136', 'RUNNABLE', { kind: 'placed' }, 'STARTING'],
  ['J-137', 'RUNNABLE', { kind: 'withdrawn' }, 'FAILED'],
  ['J-138', 'STARTING', { kind: 'started' }, 'RUNNING'],
  ['J-191', 'STARTING', { kind: 'recalled' }, 'RUNNABLE'],
  ['J-139', 'STARTING', { kind: 'attempt-failed', again: true }, 'RUNNABLE'],
  ['J-140', 'STARTING', { kind: 'attempt-failed', again: false }, 'FAILED'],
  ['J-141', 'STARTING', { kind: 'attempt-succeeded' }, 'SUCCEEDED'],
  ['J-141', 'RUNNING', { kind: 'attempt-succeeded' }, 'SUCCEEDED'],
  ['J-142 J-145', 'RUNNING', { kind: 'attempt-failed', again: true }, 'RUNNABLE'],
  ['J-143', 'RUNNING', { kind: 'attempt-failed', again: false }, 'FAILED'],
];

for (const [rule, from, event, to] of PATHS) {
  test(`${rule}: ${from}, ${JSON.stringify(event)}: ${to}`, () => assert.equal(nextState(from, event), to));
}

test('J-144: there is no path but those; SUCCEEDED and FAILED are final', () => {
  const same = (a: LifeEvent, b: LifeEvent) => JSON.stringify(a) === JSON.stringify(b);
  for (const state of JOB_STATES) {
    for (const event of EVENTS) {
      const path = PATHS.find(([, from, found]) => from === state && same(found, event));
      assert.equal(nextState(state, event), path?.[3], `${state} ${JSON.stringify(event)}`);
    }
  }
});

test('J-218: a parent none of whose children failed SUCCEEDED, without a reason, whatever was asked for', () => {
  for (const kind of STOP_KINDS)
    assert.deepEqual(parentEnd(0, { kind, reason: 'r' }), { state: 'SUCCEEDED', statusReason: null });
});

for (const [rule, kind, statusReason] of [
  ['J-219 J-173', 'none', 'Array Child Job failed'],
  ['J-227', 'cancel', 'r'],
  ['J-227', 'terminate', 'r'],
  ['J-174', 'queue', 'Array Child Job failed'],
] as const) {
  test(`${rule}: a parent with a failed child, stopped by ${kind}, shows ${statusReason}`, () => {
    assert.deepEqual(parentEnd(1, { kind, reason: 'r' }), { state: 'FAILED', statusReason });
  });
}
