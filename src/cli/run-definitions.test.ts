import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Batch } from '@aws-sdk/client-batch';
import { submitOwn } from './run-definitions.ts';

/** A service that has the definition when it is asked, and none when a job of it comes, so many times. */
const forgetful = (times: number, text: string): { batch: Batch; calls: string[] } => {
  const calls: string[] = [];
  let left = times;
  const batch = {
    describeJobDefinitions: async () => ({ jobDefinitions: [{}] }),
    registerJobDefinition: async () => calls.push('register'),
    submitJob: async () => {
      calls.push('submit');
      if (left-- > 0) throw new Error(text);
      return { jobId: 'id' };
    },
  } as unknown as Batch;
  return { batch, calls };
};

const submit = (batch: Batch) => submitOwn(batch, { image: 'none' }, { jobName: 'j', jobQueue: 'q' });

test('a definition that went between the look and the submission is registered anew', async () => {
  const { batch, calls } = forgetful(1, 'JobDefinition name run-1 does not exist or is not in ACTIVE status');
  assert.equal((await submit(batch)).jobId, 'id');
  assert.deepEqual(calls, ['submit', 'register', 'submit']);
});

test('once: what is refused again is told, and another refusal at once', async () => {
  const again = forgetful(2, 'JobDefinition name run-1 does not exist or is not in ACTIVE status');
  await assert.rejects(submit(again.batch), /does not exist/);
  const other = forgetful(1, 'JobQueue q not found.');
  await assert.rejects(submit(other.batch), /JobQueue/);
  assert.deepEqual(other.calls, ['submit']);
});
