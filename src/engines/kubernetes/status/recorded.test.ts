import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RECORDED, type Recorded, recorded } from '../../../../test/support/kubernetes-recorded.ts';
import type { TaskReport } from '../../engine.ts';
import { podEventOf, podOf } from '../parse.ts';
import type { Facts, Standing } from './facts.ts';
import { sinceNow } from './since.ts';
import { standingOf } from './standing.ts';
import { troubleIn } from './trouble.ts';

const WALL = Date.parse('2026-11-30T02:00:00Z');
const LIMITS: Readonly<Record<string, number>> = { '10 s': 10, '60 s': 60, '5 min': 300, '10 min': 600 };

/** What a pod of which this was seen for so many seconds says. */
const standing = (name: string, seconds: number, more: Partial<Facts> = {}): Standing => {
  const { pod: json, events } = recorded(name);
  const pod = podOf(json)!;
  const now = seconds * 1000;
  const since = sinceNow(sinceNow({}, pod, 0), pod, now);
  const trouble = troubleIn(events.map(podEventOf), pod.uid);
  const isSilent = name.startsWith('node-lost');
  return standingOf(pod, {
    taskId: 't',
    now,
    wall: WALL,
    since,
    nodeIsSilent: isSilent,
    isMetElsewhere: false,
    stop: undefined,
    trouble,
    ...more,
  });
};

const reportOf = (told: Standing): TaskReport => {
  switch (told.kind) {
    case 'doomed':
    case 'over':
      return told.report;
    case 'waiting':
      return { taskId: 't', kind: 'waiting' };
    case 'running':
      return { taskId: 't', kind: 'running', startedAt: told.startedAt };
  }
};

/** Kind, exit code and the reason's beginning. */
const checkReport = (report: TaskReport, { kind, exitCode, reason }: Recorded['expect']): void => {
  assert.equal(report.kind, kind);
  assert.equal('exitCode' in report ? report.exitCode : undefined, exitCode);
  const told = 'reason' in report ? report.reason : undefined;
  if (reason?.endsWith('…')) assert.ok(told?.startsWith(reason.slice(0, -1)), told);
  else if (reason !== undefined || kind === 'exited') assert.equal(told, reason);
};

for (const name of RECORDED) {
  const { about, expect } = recorded(name);
  const isStop = expect.note?.includes('when the stop is ours') ?? false;
  test(`K-167 K-053: ${name} (${about}) is ${expect.kind}`, () => {
    const first = standing(name, 0, isStop ? { stop: 'stopped before it began' } : {});
    checkReport(reportOf(first), expect);
    const later = standing(name, 0, { wall: WALL + 1, ...(isStop && { stop: 'stopped before it began' }) });
    if (first.kind === 'over') assert.deepEqual(later, first, 'whenever it is looked at');
  });
  if (isStop)
    test(`K-166 K-047: ${name}, where the stop is not ours, is ${expect.note!.split('else ')[1]}`, () =>
      assert.equal(reportOf(standing(name, 0)).kind, expect.note!.split('else ')[1]));
}

for (const name of RECORDED.filter((one) => recorded(one).expect.then)) {
  const { then } = recorded(name).expect;
  const [, what, limit, said = ''] = /^(\w+) after (\d+ \w+)(?:, (.*?)…?)?$/.exec(then!)!;
  test(`K-065 K-167: ${name} is ${then}`, () => {
    const seconds = LIMITS[limit!]!;
    assert.equal(standing(name, seconds - 1).kind, 'waiting');
    const told = standing(name, seconds);
    assert.equal(told.kind, 'doomed');
    const report = reportOf(told);
    assert.equal(report.kind, what === 'recalled' ? 'unstarted' : what);
    assert.ok('reason' in report && report.reason?.startsWith(said), JSON.stringify(report));
    const { until } = standing(name, seconds - 1) as { until?: number };
    assert.equal(until, seconds * 1000, 'it says when it is to be looked at again');
  });
}

test('K-061: one that pulls for long, and has warnings of other things alone, waits on', () => {
  for (const seconds of [600, 6000]) assert.equal(standing('pull-slow', seconds).kind, 'waiting');
});

test('K-067 K-068: a pod of a silent node runs on while that answers, and once it does again', () => {
  assert.equal(standing('node-lost-deleting', 0).kind, 'over');
  assert.equal(standing('node-lost-deleting', 0, { nodeIsSilent: false }).kind, 'running');
});

test('K-029: times are the containers’ own, in whole seconds', () => {
  assert.deepEqual(reportOf(standing('exit-7', 0)), {
    taskId: 't',
    kind: 'exited',
    startedAt: Date.parse('2026-11-30T00:08:51Z'),
    stoppedAt: Date.parse('2026-11-30T00:08:51Z'),
    exitCode: 7,
    reason: 'no disk',
  });
  const running = standing('running', 0);
  assert.deepEqual(running, { kind: 'running', startedAt: Date.parse('2026-11-30T00:08:51Z') });
});

test('K-023 K-027: a stop’s exit code is the command’s own, whatever the grace', () => {
  const stop = 'stopped before it began';
  const codes = ['stopped-exit-0', 'stopped-exit-5', 'stopped-killed', 'force-deleted'].map((name) => {
    const report = reportOf(standing(name, 0, { stop }));
    return report.kind === 'exited' ? report.exitCode : report.kind;
  });
  assert.deepEqual(codes, [0, 5, 137, 137]);
});

test('K-041: an init container that failed is named, with its code', () => {
  const report = reportOf(standing('init-failed', 0));
  assert.ok(report.kind === 'failed' && report.reason === 'init container prepare ended with 4');
});

test('K-039: the condition that tells of a loss is told with it, for people', () => {
  assert.deepEqual(reportOf(standing('preempted', 0)), {
    taskId: 't',
    kind: 'lost',
    startedAt: Date.parse('2026-11-30T00:09:22Z'),
    stoppedAt: Date.parse('2026-11-30T00:09:24Z'),
    reason: 'PreemptionByScheduler: default-scheduler: preempting to accommodate a higher priority pod',
  });
});

test('K-040: of one whose container is still told as running the loss has its begin', () => {
  const report = reportOf(standing('node-gone', 0));
  assert.ok(report.kind === 'lost' && report.startedAt === Date.parse('2026-11-30T00:14:55Z'));
  assert.ok(report.stoppedAt > report.startedAt!);
});

test('K-032: of a start that failed what the runtime says is told from where it says why', () => {
  const reasons = ['start-no-such-file', 'start-bad-folder'].map((name) => {
    const report = reportOf(standing(name, 0));
    return 'reason' in report ? report.reason : undefined;
  });
  assert.deepEqual(reasons, [
    'CannotStartContainerError: exec: "/no/such": stat /no/such: no such file or directory: unknown',
    'CannotStartContainerError: unable to start container process: error during container init: mkdir /etc/passwd: not a directory: unknown',
  ]);
});

test('K-059 K-063: while its image cannot be pulled a pod says since when and why, without the back-off', () => {
  const [first, later] = [standing('pull-busy-err', 0), standing('pull-busy-backoff', 40)];
  const why = (told: Standing) => (told.kind === 'waiting' ? told.why : undefined);
  assert.match(
    why(first)!,
    /^its image cannot be pulled since 2026-11-30T02:00:00Z: failed to pull .* 429 Too Many/,
  );
  assert.match(
    why(later)!,
    /^its image cannot be pulled since 2026-11-30T01:59:20Z: failed to pull .* 429 Too Many/,
  );
});

test('K-063: one that has no place says the scheduler’s words, one that is not set up its newest trouble', () => {
  const why = (told: Standing) => (told.kind === 'waiting' ? told.why : undefined);
  assert.match(why(standing('unschedulable-cpu', 0))!, /^0\/1 nodes are available: 1 Insufficient cpu/);
  assert.match(
    why(standing('mount-missing', 0))!,
    /^MountVolume.SetUp failed .* configmap "absent" not found$/,
  );
});
