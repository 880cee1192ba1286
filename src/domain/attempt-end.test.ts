import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AttemptOver, attemptEnd, type EndReport } from './attempt-end.ts';
import type { StopKind } from './stop-kinds.ts';

const exited = (exitCode: number, reason?: string): EndReport => ({
  kind: 'exited',
  startedAt: 10,
  stoppedAt: 20,
  exitCode,
  ...(reason !== undefined && { reason }),
});
const failed: EndReport = { kind: 'failed', stoppedAt: 20, reason: 'CannotPullContainerError: x' };
const lost: EndReport = { kind: 'lost', stoppedAt: 20, hostReason: 'Host EC2 (instance i-1) terminated.' };

const end = (report: EndReport, more: Partial<AttemptOver> = {}) =>
  attemptEnd({
    report,
    startedAt: null,
    attempt: 1,
    stop: { kind: 'none', reason: '' },
    isBarred: false,
    isOtherNode: false,
    isPod: false,
    strategy: { attempts: 2, evaluateOnExit: [] },
    ...more,
  });
const stopped = (kind: StopKind) => ({ stop: { kind, reason: 'enough' } });

test('J-166 J-167: an attempt that ended by itself says how; what never ran has no start', () => {
  assert.deepEqual(end(exited(0)).ending, {
    startedAt: 10,
    stoppedAt: 20,
    exitCode: 0,
    reason: null,
    statusReason: 'Essential container in task exited',
  });
  assert.deepEqual(end(failed).ending, {
    startedAt: null,
    stoppedAt: 20,
    exitCode: null,
    reason: 'CannotPullContainerError: x',
    statusReason: 'Task failed to start',
  });
  assert.equal(end({ ...failed, exitCode: 127 }).ending.exitCode, 127);
  assert.equal(end(exited(137, 'OutOfMemoryError: y')).ending.reason, 'OutOfMemoryError: y');
});

test('T-376 T-379: of a pod that failed before it began all is told, and the cluster’s word is its reason', () => {
  const report = { ...failed, reason: 'init container i ended with 137: all gone', word: 'OOMKilled' };
  const { ending } = end(report, { isPod: true });
  assert.deepEqual([ending.statusReason, ending.reason], [report.reason, 'OOMKilled']);
  assert.equal(end(report, { isPod: true, ...stopped('terminate') }).ending.reason, null);
});

test('J-168: one whose host is gone has no exit code, says what became of the host, and keeps the start that was heard of', () => {
  const { ending } = end(lost, { startedAt: 12 });
  assert.deepEqual(ending, {
    startedAt: 12,
    stoppedAt: 20,
    exitCode: null,
    reason: null,
    statusReason: 'Host EC2 (instance i-1) terminated.',
  });
  assert.equal(end({ ...lost, startedAt: 13 }, { startedAt: 12 }).ending.startedAt, 13);
});

test('K-039 J-175: what is known of a loss is told beside it, unless somebody had stopped it', () => {
  const known = { ...lost, reason: 'PreemptionByScheduler: x' };
  assert.equal(end(known).ending.reason, 'PreemptionByScheduler: x');
  assert.equal(end(known, stopped('terminate')).ending.reason, null);
});

test('J-175: whoever stopped it is heard instead of what it ended with, however it ended', () => {
  for (const report of [exited(0), exited(137, 'OutOfMemoryError: y'), failed, lost]) {
    const { ending } = end(report, stopped('terminate'));
    assert.deepEqual([ending.statusReason, ending.reason], ['enough', null]);
  }
  assert.equal(end(exited(143), stopped('terminate')).ending.exitCode, 143);
});

for (const [what, more, report, next] of [
  ['exit code 0', {}, exited(0), 'succeeded'],
  ['another exit code, with attempts left', {}, exited(1), 'again'],
  ['a start that failed, with attempts left', {}, failed, 'again'],
  ['a lost host, with attempts left', {}, lost, 'again'],
  ['the last attempt', { attempt: 2 }, exited(1), 'failed'],
  [
    'an exit code that is not to be tried again',
    { strategy: { attempts: 3, evaluateOnExit: [{ action: 'exit', onExitCode: '4*' }] } },
    exited(42),
    'failed',
  ],
  ['a stop', stopped('terminate'), exited(1), 'failed'],
  ['exit code 0 after a stop', stopped('timeout'), exited(0), 'failed'],
  ['an array that was stopped', { isBarred: true }, exited(1), 'failed'],
  ['exit code 0 in an array that was stopped', { isBarred: true }, exited(0), 'succeeded'],
  ['another node, which its job decides of', { isOtherNode: true }, exited(1), 'failed'],
  ['exit code 0 of another node', { isOtherNode: true }, exited(0), 'succeeded'],
  [
    'exit code 0 of another node after the main one',
    { isOtherNode: true, ...stopped('main-ended') },
    exited(0),
    'succeeded',
  ],
  [
    'exit code 0 of another node that was stopped',
    { isOtherNode: true, ...stopped('terminate') },
    exited(0),
    'failed',
  ],
  ['exit code 0 of a main node after a stop of all', stopped('main-ended'), exited(0), 'failed'],
] as const) {
  test(`J-187 J-262 J-298: after ${what}: ${next}`, () => {
    assert.equal(end(report, more).next, next);
  });
}
