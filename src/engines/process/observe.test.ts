import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LiveTask } from './live-tasks.ts';
import { observe, reportOf, type Sight } from './observe.ts';
import type { Found } from './records.ts';

const NOW = { wall: 1_000_000, steady: 50_000 };
const COMMAND = { pid: 7, startTicks: '9' };
const ENDED: Found = { kind: 'ended', exitCode: 3, outOfMemory: true, startedAt: 1, stoppedAt: 2 };

const begun = (more: Partial<Extract<Found, { kind: 'begun' }>>): Found => ({
  kind: 'begun',
  bootId: 'boot',
  shim: { pid: 6, startTicks: '8' },
  command: COMMAND,
  startedAt: 5,
  isThisBoot: true,
  isAlive: true,
  ...more,
});

const claimedSince = (since: number): LiveTask => ({ kind: 'claimed', memoryMiB: 1, since });

const CASES: readonly [what: string, Found, LiveTask | undefined, Sight][] = [
  ['a task nobody ordered is nothing', { kind: 'none' }, undefined, { kind: 'nothing' }],
  ['one that was recalled is nothing', { kind: 'recalled' }, undefined, { kind: 'nothing' }],
  ['one that is ordered waits', { kind: 'ordered' }, undefined, { kind: 'waiting' }],
  [
    'of one that is being removed the folder is of the past',
    ENDED,
    { kind: 'removing', isSwept: true },
    { kind: 'nothing' },
  ],
  [
    'a claim counts from the first look at it',
    { kind: 'claimed', since: 4 },
    undefined,
    { kind: 'claimed', startedAt: 4, since: 50_000 },
  ],
  [
    'a claim goes on counting',
    { kind: 'claimed', since: 4 },
    claimedSince(40_001),
    { kind: 'claimed', startedAt: 4, since: 40_001 },
  ],
  [
    'a claim of ten seconds is lost',
    { kind: 'claimed', since: 4 },
    claimedSince(40_000),
    { kind: 'lost', stoppedAt: 1_000_000 },
  ],
  [
    'a shim that has not told of its command starts',
    begun({ command: undefined }),
    undefined,
    { kind: 'starting', startedAt: 5 },
  ],
  [
    'a shim that died before it told of its command may have a child that begins',
    begun({ command: undefined, isAlive: false }),
    undefined,
    { kind: 'claimed', startedAt: 5, since: 50_000 },
  ],
  [
    'what runs runs',
    begun({}),
    { kind: 'ordered', memoryMiB: 1, since: 0 },
    { kind: 'running', startedAt: 5, command: COMMAND },
  ],
  [
    'what vanished is lost',
    begun({ isAlive: false }),
    undefined,
    { kind: 'lost', startedAt: 5, stoppedAt: 1_000_000 },
  ],
  [
    'what began before another boot is lost at once, its command known or not',
    begun({ command: undefined, isThisBoot: false, isAlive: false }),
    undefined,
    { kind: 'lost', startedAt: 5, stoppedAt: 1_000_000 },
  ],
];

for (const [what, found, task, sight] of CASES) {
  test(what, () => assert.deepEqual(observe(found, task, NOW), sight));
}

test('J-180: an end for memory is told with its reason, another without one', () => {
  const end = { taskId: 't', kind: 'exited', exitCode: 3, startedAt: 1, stoppedAt: 2 };
  assert.deepEqual(reportOf('t', observe(ENDED, undefined, NOW)), {
    ...end,
    reason: 'OutOfMemoryError: Container killed due to memory usage',
  });
  assert.deepEqual(reportOf('t', observe({ ...ENDED, outOfMemory: false }, undefined, NOW)), end);
});
