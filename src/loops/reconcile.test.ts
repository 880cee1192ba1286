import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PodReport } from '../domain/pods/pod-report.ts';
import type { TaskReport } from '../engines/engine.ts';
import { reconcile, type StoredTask } from './reconcile.ts';

const running: TaskReport = { taskId: 'a', kind: 'running', startedAt: 1 };
const waiting: TaskReport = { taskId: 'a', kind: 'waiting' };
const exited: TaskReport = { taskId: 'a', kind: 'exited', startedAt: 1, stoppedAt: 2, exitCode: 0 };
const lost: TaskReport = { taskId: 'a', kind: 'lost', stoppedAt: 9 };

const stored = (state: number, pod: PodReport | undefined = undefined): StoredTask => ({
  ...{ id: 'a', state, host: 'h' },
  pod: pod === undefined ? null : JSON.stringify(pod),
});
const POD: PodReport = { containers: [{ name: 'c', exitCode: 1 }], initContainers: [] };
const NOTHING = { reports: [], runOn: [], orders: [], absent: [], strays: [] };

const INTENDED = [stored(0)];
const RUNNING = [stored(1)];

for (const [title, tasks, observed, expected] of [
  ['intended and unknown: it is recalled', INTENDED, [], { absent: ['a'] }],
  ['intended and waiting: its order is repeated', INTENDED, [waiting], { orders: ['a'] }],
  ['intended and running: it is told so', INTENDED, [running], { reports: [running] }],
  ['intended and ended: it is told so', INTENDED, [exited], { reports: [exited] }],
  ['running and unknown: lost', RUNNING, [], { reports: [lost] }],
  ['running and only ordered: lost', RUNNING, [waiting], { reports: [lost] }],
  ['running and running: nothing new', RUNNING, [running], { runOn: ['a'] }],
  [
    'running and running where it was placed: nothing new',
    RUNNING,
    [{ ...running, host: 'h' }],
    { runOn: ['a'] },
  ],
  [
    'running and running on another host: it is told so',
    RUNNING,
    [{ ...running, host: 'i' }],
    { reports: [{ ...running, host: 'i' }] },
  ],
  [
    'running with a pod that tells what it told: nothing new',
    [stored(1, POD)],
    [{ ...running, pod: POD }],
    { runOn: ['a'] },
  ],
  [
    'running with a pod that tells something else: it is told so',
    RUNNING,
    [{ ...running, pod: POD }],
    { reports: [{ ...running, pod: POD }] },
  ],
  ['unknown to the store and running: a stray', [], [running], { reports: [running], strays: ['a'] }],
  ['unknown to the store and waiting: a stray', [], [waiting], { strays: ['a'] }],
  ['unknown to the store and ended: told, so that it is forgotten', [], [exited], { reports: [exited] }],
] as const) {
  test(title, () => {
    assert.deepEqual(reconcile(tasks, observed, 9), { ...NOTHING, ...expected });
  });
}
