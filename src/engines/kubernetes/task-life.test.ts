import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TaskReport } from '../engine.ts';
import type { Pod } from './objects.ts';
import { podOf } from './parse.ts';
import type { Ordered, Stage, There } from './stage.ts';
import type { Standing } from './status/facts.ts';
import type { TaskEvent } from './task-events.ts';
import { next } from './task-life.ts';

const ID = 'a'.repeat(32);

const pod = (uid = 'u1', more: object = {}): Pod =>
  podOf({
    metadata: { name: 'p', uid, resourceVersion: '1' },
    spec: {},
    status: { phase: 'Pending' },
    ...more,
  })!;

const WAITING: Standing = { kind: 'waiting' };
const RUNNING: Standing = { kind: 'running', startedAt: 5000 };
const exited: TaskReport = { taskId: ID, kind: 'exited', startedAt: 5000, stoppedAt: 6000, exitCode: 3 };
const failed = { taskId: ID, kind: 'failed', stoppedAt: 6000, reason: 'no image' } as const;
const unstarted: TaskReport = { taskId: ID, kind: 'unstarted', reason: 'refused by the kubelet' };
const over = (report: TaskReport): Standing => ({ kind: 'over', report });

const SENT: Ordered = { kind: 'ordered', isSent: true };
const there = (more: Partial<There> = {}): There => ({ kind: 'there', pod: pod(), ...more });
const seen = (standing: Standing, of = pod()): TaskEvent => ({ kind: 'seen', pod: of, standing });

/** The stage that comes of these events, and what is to be done at the last. */
const after = (stage: Stage, ...events: TaskEvent[]) => {
  let step = { stage, effects: [] as readonly { readonly kind: string }[] };
  for (const event of events) step = next(ID, step.stage, event);
  return { stage: step.stage, effects: step.effects.map(({ kind }) => kind) };
};

test('a task is made, runs, has its log kept, and is over', () => {
  assert.deepEqual(after({ kind: 'lined' }, { kind: 'freed' }).effects, ['create']);
  assert.equal(after(SENT, seen(WAITING)).stage.kind, 'there');
  const runs = after(SENT, seen(RUNNING));
  assert.deepEqual(runs.effects, ['say', 'follow']);
  assert.deepEqual(after(runs.stage, seen(RUNNING)).effects, []);
  const ending = after(runs.stage, seen(over(exited)));
  assert.deepEqual([ending.stage.kind, ending.effects], ['ending', ['keep-log']]);
  const end = after(ending.stage, { kind: 'kept' });
  assert.deepEqual(end.effects, ['say', 'leave-room']);
  assert.deepEqual(end.stage, { kind: 'over', report: exited, pod: pod() });
});

test('K-076: until its log is kept a task that has ended counts as it was before', () => {
  assert.equal(after(SENT, seen(over(exited))).stage.kind, 'ending');
  assert.deepEqual(after(SENT, seen(over(exited)), seen(over(failed))).effects, []);
});

test('K-030: of one that was seen to run, and whose kubelet knows nothing any more, it is told when it began', () => {
  const unknown: TaskReport = {
    taskId: ID,
    kind: 'lost',
    stoppedAt: 4000,
    reason: 'container status unknown',
  };
  const { stage } = after(SENT, seen(RUNNING), seen(over(unknown)), { kind: 'kept' });
  assert.deepEqual(stage, {
    kind: 'over',
    report: { ...unknown, startedAt: 5000, stoppedAt: 5000 },
    pod: pod(),
  });
});

test('K-051: a pod of another uid changes nothing', () => {
  const stage = there({ startedAt: 5000 });
  assert.deepEqual(after(stage, seen(over(exited), pod('u2'))), { stage, effects: [] });
});

test('K-019: an order of which nothing was sent is recalled by not sending it, one that was sent is not so simply', () => {
  const back = after({ kind: 'ordered', isSent: false }, { kind: 'recall' });
  assert.deepEqual([back.stage.kind, back.effects], ['recalled', ['leave-line']]);
  assert.deepEqual(after(SENT, { kind: 'recall' }), { stage: SENT, effects: [] });
  assert.equal(after(SENT, { kind: 'unsent' }, { kind: 'recall' }).stage.kind, 'recalled');
  assert.equal(after({ kind: 'lined' }, { kind: 'recall' }).stage.kind, 'recalled');
});

test('K-020: what was recalled stays so, whatever comes', () => {
  const all: TaskEvent[] = [
    { kind: 'order' },
    { kind: 'freed' },
    seen(RUNNING),
    { kind: 'stop', graceSeconds: 1 },
  ];
  assert.deepEqual(after({ kind: 'recalled' }, ...all), { stage: { kind: 'recalled' }, effects: [] });
});

test('K-022: a shorter stop is told again, a longer one is not', () => {
  const stopped = after(there({ startedAt: 5000 }), { kind: 'stop', graceSeconds: 30 });
  assert.deepEqual(stopped.effects, ['stop-pod']);
  assert.deepEqual(after(stopped.stage, { kind: 'stop', graceSeconds: 30 }).effects, []);
  assert.deepEqual(after(stopped.stage, { kind: 'stop', graceSeconds: 60 }).effects, []);
  assert.deepEqual(after(stopped.stage, { kind: 'stop', graceSeconds: 0 }).effects, ['stop-pod']);
});

test('K-024: a stop while the create is under way is told when the pod is known', () => {
  const asked = after(SENT, { kind: 'stop', graceSeconds: 9 });
  assert.deepEqual(asked.effects, []);
  const known = after(asked.stage, seen(WAITING));
  assert.deepEqual([known.effects, (known.stage as There).stopSeconds], [['stop-pod'], 9]);
});

test('K-064: a pod that cannot start is deleted, and why is told when it can begin no more', () => {
  const doomed = after(there(), seen({ kind: 'doomed', report: failed }));
  assert.deepEqual(doomed.effects, ['delete-pod']);
  assert.deepEqual(after(doomed.stage, seen({ kind: 'doomed', report: failed })).effects, []);
  const end = after(doomed.stage, seen(over({ ...failed, reason: 'stopped' })));
  assert.deepEqual(end.stage, { kind: 'over', report: failed, pod: pod() });
  assert.deepEqual(end.effects, ['write', 'say', 'leave-room']);
});

test('K-064: one that ran after all has its own end', () => {
  const doomed = after(there(), seen({ kind: 'doomed', report: failed }), seen(RUNNING));
  assert.equal(after(doomed.stage, seen(over(exited)), { kind: 'kept' }).stage.kind, 'over');
  assert.deepEqual(after(doomed.stage, seen(over(exited)), { kind: 'kept' }).stage, {
    kind: 'over',
    report: exited,
    pod: pod(),
  });
});

const bound = pod('u1', { spec: { nodeName: 'n1' } });
const homeless = { ...unstarted, reason: 'no node came' } as const;

test('K-016 K-140: one that was given up unbound and is bound meanwhile is given up no more', () => {
  const doomed = after(there(), seen({ kind: 'doomed', report: homeless }));
  assert.deepEqual(doomed.effects, ['delete-pod']);
  const came = after(doomed.stage, seen(WAITING, bound));
  assert.deepEqual(came.stage, there({ pod: bound }));
  assert.equal((after(came.stage, seen(RUNNING, bound)).stage as There).startedAt, 5000);
});

test('K-064: what is wrong with one that is bound stays so', () => {
  const { stage } = after(there({ pod: bound }), seen({ kind: 'doomed', report: failed }, bound));
  assert.deepEqual((after(stage, seen(WAITING, bound)).stage as There).doom, failed);
});

test('K-048: what was given up as never begun and ends with a start has its own end: an attempt is used', () => {
  const lost: TaskReport = { taskId: ID, kind: 'lost', startedAt: 5000, stoppedAt: 9000 };
  const { stage } = after(there({ pod: bound, doom: homeless }), seen(over(lost), bound), { kind: 'kept' });
  assert.deepEqual(stage, { kind: 'over', report: lost, pod: bound });
});

test('K-048: of a pod that is gone the task is lost when it ran, and waits again when it did not', () => {
  const gone: TaskEvent = { kind: 'gone', at: 9000 };
  const lost = after(there({ startedAt: 5000 }), gone).stage;
  assert.deepEqual(lost.kind === 'over' && lost.report.kind, 'lost');
  const again = after(there(), gone).stage;
  assert.deepEqual(again.kind === 'over' && again.report.kind, 'unstarted');
  const stopped = after(there({ stopSeconds: 30 }), gone).stage;
  assert.deepEqual(stopped.kind === 'over' && stopped.report, {
    taskId: ID,
    kind: 'failed',
    stoppedAt: 9000,
    reason: 'stopped before it began',
  });
});

test('K-043: what the node refused goes back to wait at once: it has no log', () => {
  const end = after(there(), seen(over(unstarted)));
  assert.deepEqual([end.stage.kind, end.effects], ['over', ['say', 'leave-room']]);
});

test('what is over says so again when it is ordered again', () => {
  assert.deepEqual(after({ kind: 'over', report: exited }, { kind: 'order' }).effects, ['say']);
});

/** Of several containers, the first of which has run. */
const several = pod('u1', {
  metadata: {
    name: 'p',
    uid: 'u1',
    resourceVersion: '1',
    annotations: { 'longshore.dev/containers': 'a,b' },
  },
  status: {
    phase: 'Running',
    containerStatuses: [{ name: 'a', state: { running: { startedAt: '2026-11-30T00:00:00Z' } } }],
  },
});

const withContainer = (of: Pod, name: string, state: object): Pod => {
  const [added] = podOf({
    metadata: { name: 'p', uid: 'u1', resourceVersion: '2' },
    status: { containerStatuses: [{ name, state }] },
  })!.containers;
  return { ...of, resourceVersion: '2', containers: [...of.containers, added!] };
};

test('T-379: of several containers one that cannot be had ends those that run, and why is what is told', () => {
  const runs = after(SENT, seen(RUNNING, several));
  const doomed = after(runs.stage, seen({ kind: 'doomed', report: failed }, several));
  assert.deepEqual(doomed.effects, ['delete-pod']);
  const killed = { ...exited, exitCode: 137 } as TaskReport;
  const ending = after(doomed.stage, seen(RUNNING, several), seen(over(killed), several));
  assert.deepEqual(ending.effects, ['keep-log']);
  const kept = after(ending.stage, { kind: 'kept' });
  assert.deepEqual(kept.stage, { kind: 'over', report: failed, pod: several });
  // the first container's log is its own
  assert.deepEqual(kept.effects, ['say', 'leave-room']);
});

test('K-148: what is given up after it began keeps the host that it had come to', () => {
  const came = { ...seen(RUNNING, several), host: 'grown' } as TaskEvent;
  const doomed = after(SENT, came, seen({ kind: 'doomed', report: failed }, several));
  const killed = { ...exited, exitCode: 137 } as TaskReport;
  const { stage } = after(doomed.stage, seen(over(killed), several), { kind: 'kept' });
  assert.deepEqual(stage.kind === 'over' && stage.report, { ...failed, host: 'grown' });
});

test('T-374: what the containers of a running pod have come to is told again, each time that it is another', () => {
  const bEnds = { terminated: { exitCode: 0, startedAt: '2026-11-30T00:00:00Z', reason: 'Completed' } };
  const changed = withContainer(several, 'b', bEnds);
  const runs = after(SENT, seen(RUNNING, several));
  assert.deepEqual(after(runs.stage, seen(RUNNING, { ...several, resourceVersion: '2' })).effects, [
    'follow',
  ]);
  const told = after(runs.stage, seen(RUNNING, changed));
  assert.deepEqual(told.effects, ['say', 'follow']);
  assert.deepEqual(after(told.stage, seen(RUNNING, changed)).effects, ['follow']);
  // nothing is shown of one that has not begun, nor of the pod of one container
  assert.deepEqual(after(after(SENT, seen(WAITING, several)).stage, seen(WAITING, changed)).effects, [
    'follow',
  ]);
  const single = after(SENT, seen(RUNNING, pod()));
  assert.deepEqual(after(single.stage, seen(RUNNING, pod('u1', { status: { phase: 'X' } }))).effects, []);
});

test('T-380: of several containers each is followed once it runs', () => {
  const runs = after(SENT, seen(RUNNING, several));
  assert.deepEqual(after(runs.stage, seen(RUNNING, several)).effects, ['follow']);
});

/** Of one container and an init container, which is in a state. */
const withInit = (state: object): Pod =>
  pod('u1', {
    metadata: {
      name: 'p',
      uid: 'u1',
      resourceVersion: '1',
      annotations: { 'longshore.dev/containers': 'a', 'longshore.dev/init-containers': 'i' },
    },
    status: { phase: 'Pending', initContainerStatuses: [{ name: 'i', state }] },
  });
const initRuns = withInit({ running: { startedAt: '2026-11-30T00:00:00Z' } });

test('T-373 T-380: an init container is followed while its job has not begun, and read once it has ended', () => {
  const runs = after(SENT, seen(WAITING, initRuns));
  assert.deepEqual(runs.effects, ['follow']);
  const ended = withInit({ terminated: { exitCode: 0, startedAt: '2026-11-30T00:00:00Z' } });
  assert.deepEqual(after(runs.stage, seen(WAITING, ended)).effects, ['follow']);
  assert.deepEqual(after(SENT, seen(WAITING, withInit({ waiting: {} }))).effects, []);
});

test('T-380: of a pod that is given up after an init container has run the log is kept before that is told', () => {
  const doomed = after(SENT, seen(WAITING, initRuns), seen({ kind: 'doomed', report: failed }, initRuns));
  assert.deepEqual(doomed.effects, ['delete-pod']);
  assert.deepEqual(after(doomed.stage, seen({ kind: 'doomed', report: failed }, initRuns)).effects, [
    'follow',
  ]);
  const ending = after(doomed.stage, seen(over({ ...failed, reason: 'stopped' }), initRuns));
  assert.deepEqual(ending.effects, ['keep-log']);
  const { stage } = after(ending.stage, { kind: 'kept' });
  assert.deepEqual(stage.kind === 'over' && stage.report, failed);
});

test('T-373: the log of an init container that failed is kept before that is told, and why in its job’s own', () => {
  const init = [{ name: 'i', state: { terminated: { exitCode: 1, startedAt: '2026-11-30T00:00:00Z' } } }];
  const { metadata } = { metadata: { name: 'p', uid: 'u1', resourceVersion: '1' } };
  const annotations = { 'longshore.dev/containers': 'a', 'longshore.dev/init-containers': 'i' };
  const initFailed = pod('u1', {
    metadata: { ...metadata, annotations },
    status: { phase: 'Failed', initContainerStatuses: init },
  });
  const ending = after(SENT, seen(over(failed), initFailed));
  assert.deepEqual(ending.effects, ['keep-log']);
  assert.deepEqual(after(ending.stage, { kind: 'kept' }).effects, ['write', 'say', 'leave-room']);
});
