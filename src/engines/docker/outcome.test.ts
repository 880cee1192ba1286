import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspectedOf, NEVER } from '../../../test/support/docker-stand-in.ts';
import { type Inspected, outcomeOf } from './outcome.ts';

const BOOT = { id: 'now', beganAt: Date.parse('2026-01-01T12:00:00Z') };

const inspected = (state: Partial<Inspected['State']>, boot = 'now'): Inspected =>
  inspectedOf(state, { 'longshore.boot': boot });

const times = {
  startedAt: Date.parse('2026-01-01T13:00:01.123Z'),
  stoppedAt: Date.parse('2026-01-01T13:00:02.2Z'),
};

const reportOf = (given: Inspected) => {
  const outcome = outcomeOf(given, BOOT);
  return outcome.kind === 'over' ? outcome.report : outcome;
};

test('J-166: an exit is its code with the daemon’s times', () => {
  assert.deepEqual(reportOf(inspected({ ExitCode: 3 })), {
    taskId: 't',
    kind: 'exited',
    ...times,
    exitCode: 3,
  });
});

test('J-180: a kill for memory has its reason; one that did no harm has none', () => {
  const killed = reportOf(inspected({ ExitCode: 137, OOMKilled: true }));
  assert.equal('reason' in killed && killed.reason, 'OutOfMemoryError: Container killed due to memory usage');
  assert.ok(!('reason' in reportOf(inspected({ ExitCode: 0, OOMKilled: true }))));
});

test('J-182: a start that failed never ran, has the daemon’s words, and 126 or 127 as its code', () => {
  const state = { Status: 'created', Error: 'exec: "x": not found', StartedAt: NEVER, FinishedAt: NEVER };
  assert.deepEqual(reportOf(inspected({ ...state, ExitCode: 127 })), {
    taskId: 't',
    kind: 'failed',
    stoppedAt: Date.parse('2026-01-01T13:00:00.5Z'),
    reason: 'CannotStartContainerError: Error response from daemon: exec: "x": not found',
    exitCode: 127,
  });
  assert.ok(!('exitCode' in reportOf(inspected({ ...state, ExitCode: 128 }))));
});

test('S-212: a reason has at most 255 characters', () => {
  const report = reportOf(inspected({ Status: 'created', Error: '😀'.repeat(400), StartedAt: NEVER }));
  assert.equal('reason' in report && [...report.reason!].length, 255);
});

test('made, and running', () => {
  assert.deepEqual(reportOf(inspected({ Status: 'created', StartedAt: NEVER })), { kind: 'created' });
  assert.deepEqual(reportOf(inspected({ Status: 'running' })), {
    kind: 'running',
    startedAt: times.startedAt,
  });
});

test('J-168: what ran when the host went down is lost; an exit of 255 of its own is not', () => {
  assert.equal(reportOf(inspected({ ExitCode: 255 }, 'before')).kind, 'lost');
  assert.equal(reportOf(inspected({ ExitCode: 255 })).kind, 'exited');
  const earlier = { ExitCode: 255, StartedAt: '2026-01-01T10:00:00Z', FinishedAt: '2026-01-01T11:00:00Z' };
  assert.equal(reportOf(inspected(earlier, 'before')).kind, 'exited');
});
