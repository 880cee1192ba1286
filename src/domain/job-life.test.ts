import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FIRST_STATE, LIFE_EVENTS, type LifeEvent, moveOf, nextState, parentEnd } from './job-life.ts';
import { JOB_STATES, type JobState } from './job-state.ts';
import { STOP_KINDS } from './stop-kinds.ts';

/** Every legal path, by the rule that gives it; each event that is not here changes nothing. */
const PATHS: readonly (readonly [string, JobState, LifeEvent, JobState])[] = [
  ['J-131', 'SUBMITTED', 'admitted-waiting', 'PENDING'],
  ['J-132 J-146', 'SUBMITTED', 'admitted', 'RUNNABLE'],
  ['J-133', 'SUBMITTED', 'withdrawn', 'FAILED'],
  ['J-134', 'PENDING', 'dependencies-met', 'RUNNABLE'],
  ['J-135', 'PENDING', 'withdrawn', 'FAILED'],
  ['J-217 J-218', 'PENDING', 'children-succeeded', 'SUCCEEDED'],
  ['J-217 J-219', 'PENDING', 'children-failed', 'FAILED'],
  ['J-136', 'RUNNABLE', 'placed', 'STARTING'],
  ['J-137', 'RUNNABLE', 'withdrawn', 'FAILED'],
  ['J-297', 'RUNNABLE', 'job-retried', 'RUNNABLE'],
  ['J-138', 'STARTING', 'started', 'RUNNING'],
  ['J-191', 'STARTING', 'recalled', 'RUNNABLE'],
  ['J-139', 'STARTING', 'attempt-retried', 'RUNNABLE'],
  ['J-140', 'STARTING', 'attempt-failed', 'FAILED'],
  ['J-141', 'STARTING', 'attempt-succeeded', 'SUCCEEDED'],
  ['J-141', 'RUNNING', 'attempt-succeeded', 'SUCCEEDED'],
  ['J-142 J-145', 'RUNNING', 'attempt-retried', 'RUNNABLE'],
  ['J-143', 'RUNNING', 'attempt-failed', 'FAILED'],
  ['J-297', 'SUCCEEDED', 'job-retried', 'RUNNABLE'],
  ['J-297', 'FAILED', 'job-retried', 'RUNNABLE'],
  ['an extension', 'FAILED', 'rerun', 'RUNNABLE'],
  ['an extension', 'FAILED', 'rerun-waiting', 'PENDING'],
  ['an extension', 'FAILED', 'children-rerun', 'PENDING'],
];

for (const [rule, from, event, to] of PATHS) {
  test(`${rule}: ${from}, ${event}: ${to}`, () => assert.equal(nextState(from, event), to));
}

test('J-144: there is no path but those; SUCCEEDED is final but for a node, FAILED until it is run again', () => {
  for (const state of JOB_STATES) {
    for (const event of LIFE_EVENTS) {
      const path = PATHS.find(([, from, found]) => from === state && found === event);
      assert.equal(nextState(state, event), path?.[3], `${state} ${event}`);
    }
  }
});

test('every state but the first has a path to it, and an event leads to one state from wherever it concerns', () => {
  const reached = LIFE_EVENTS.map((event) => moveOf(event).to);
  assert.deepEqual(
    JOB_STATES.filter((state) => !reached.includes(state)),
    [FIRST_STATE],
  );
  for (const event of LIFE_EVENTS) {
    const { from, to } = moveOf(event);
    const paths = PATHS.filter(([, , found]) => found === event);
    assert.deepEqual(from, [...paths.map(([, state]) => state)], event);
    assert.deepEqual(
      paths.map((path) => path[3]),
      from.map(() => to),
      event,
    );
  }
});

test('J-218: a parent none of whose children failed SUCCEEDED, without a reason, whatever was asked for', () => {
  for (const kind of STOP_KINDS)
    assert.deepEqual(parentEnd(0, { kind, reason: 'r' }), {
      event: 'children-succeeded',
      statusReason: null,
    });
});

for (const [rule, kind, statusReason] of [
  ['J-219 J-173', 'none', 'Array Child Job failed'],
  ['J-227', 'cancel', 'r'],
  ['J-227', 'terminate', 'r'],
  ['J-115 T-408', 'submission', 'r'],
  ['J-174', 'queue', 'Array Child Job failed'],
] as const) {
  test(`${rule}: a parent with a failed child, stopped by ${kind}, shows ${statusReason}`, () => {
    assert.deepEqual(parentEnd(1, { kind, reason: 'r' }), { event: 'children-failed', statusReason });
  });
}
