import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AttemptDetail, JobDetail } from '@aws-sdk/client-batch';
import { attemptLines, endingOf } from './ended-lines.ts';

const KILLED = {
  exitCode: 137,
  reason: 'OutOfMemoryError: Container killed due to memory usage',
};
const asked = (memory: string) => ({ resourceRequirements: [{ type: 'MEMORY' as const, value: memory }] });
const attempt: AttemptDetail = { startedAt: 0, stoppedAt: 200, container: KILLED };

test('what a job asked for is told of its last attempt only: it may have been run again with more', () => {
  const job = { status: 'FAILED', attempts: [attempt, attempt], container: { ...KILLED, ...asked('64') } };
  assert.deepEqual(attemptLines(job as JobDetail), [
    '  attempt 1: out of memory after 0.2 s',
    '  attempt 2: out of memory: 64 MiB asked after 0.2 s',
  ]);
  assert.equal(endingOf(job as JobDetail), 'out of memory: 64 MiB asked');
});

test('attempts of a job that lives are told in the same words', () => {
  const failed = {
    ...attempt,
    statusReason: 'Essential container in task exited',
    container: { exitCode: 3 },
  };
  const job = { status: 'RUNNABLE', attempts: [failed], container: asked('64') };
  assert.deepEqual(attemptLines(job as JobDetail), ['  attempt 1: exit code 3 after 0.2 s']);
});
