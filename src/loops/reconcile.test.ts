import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TaskReport } from '../engines/engine.ts';
import { reconcile } from './reconcile.ts';

const running: TaskReport = { taskId: 'a', kind: 'running', startedAt: 1 };
const waiting: TaskReport = { taskId: 'a', kind: 'waiting' };
const exited: TaskReport = { taskId: 'a', kind: 'exited', startedAt: 1, stoppedAt: 2, exitCode: 0 };
const lost: TaskReport = { taskId: 'a', kind: 'lost', stoppedAt: 9 };

const INTENDED = [{ id: 'a', state: 0 }];
const RUNNING = [{ id: 'a', state: 1 }];

for (const [title, stored, observed, expected] of [
  [
    'intended and unknown: it is recalled',
    INTENDED,
    [],
    { reports: [], orders: [], absent: ['a'], strays: [] },
  ],
  [
    'intended and waiting: its order is repeated',
    INTENDED,
    [waiting],
    { reports: [], orders: ['a'], absent: [], strays: [] },
  ],
  [
    'intended and running: it is told so',
    INTENDED,
    [running],
    { reports: [running], orders: [], absent: [], strays: [] },
  ],
  [
    'intended and ended: it is told so',
    INTENDED,
    [exited],
    { reports: [exited], orders: [], absent: [], strays: [] },
  ],
  ['running and unknown: lost', RUNNING, [], { reports: [lost], orders: [], absent: [], strays: [] }],
  [
    'running and only ordered: lost',
    RUNNING,
    [waiting],
    { reports: [lost], orders: [], absent: [], strays: [] },
  ],
  [
    'running and running: nothing new',
    RUNNING,
    [running],
    { reports: [running], orders: [], absent: [], strays: [] },
  ],
  [
    'unknown to the store and running: a stray',
    [],
    [running],
    { reports: [running], orders: [], absent: [], strays: ['a'] },
  ],
  [
    'unknown to the store and waiting: a stray',
    [],
    [waiting],
    { reports: [], orders: [], absent: [], strays: ['a'] },
  ],
  [
    'unknown to the store and ended: told, so that it is forgotten',
    [],
    [exited],
    { reports: [exited], orders: [], absent: [], strays: [] },
  ],
] as const) {
  test(title, () => {
    assert.deepEqual(reconcile(stored, observed, 9), expected);
  });
}
