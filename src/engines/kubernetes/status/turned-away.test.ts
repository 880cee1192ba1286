import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TaskReport } from '../../engine.ts';
import { TurnedAway } from './turned-away.ts';

const away: TaskReport = { taskId: 't', kind: 'unstarted', reason: 'Pod was rejected: no room' };
const running: TaskReport = { taskId: 't', kind: 'running', startedAt: 1 };

test('K-044: the third time in a row that a kubelet turns an attempt away is its end, with the kubelet’s words', () => {
  const counts = new TurnedAway();
  const told = [1, 2, 3, 4].map(() => counts.told('j', 1, away, 9));
  const failed = { taskId: 't', kind: 'failed', stoppedAt: 9, reason: 'Pod was rejected: no room' };
  assert.deepEqual(told, [away, away, failed, away]);
});

test('K-044: another attempt, another job, and one that has begun count for themselves', () => {
  const counts = new TurnedAway();
  for (const [job, attempt] of [
    ['j', 1],
    ['j', 2],
    ['k', 1],
    ['j', 1],
    ['j', 2],
    ['k', 1],
  ] as const)
    assert.equal(counts.told(job, attempt, away, 9).kind, 'unstarted');
  assert.equal(counts.told('j', 1, running, 9), running);
  assert.equal(counts.told('j', 1, away, 9).kind, 'unstarted');
  assert.equal(counts.told('j', 2, away, 9).kind, 'failed');
});
