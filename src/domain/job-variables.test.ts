import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jobVariables } from './job-variables.ts';

const PLACE = { jobId: 'id', queueName: 'q', environmentName: 'e', attempt: 2 };
const PLAIN = {
  AWS_BATCH_JOB_ID: 'id',
  AWS_BATCH_JQ_NAME: 'q',
  AWS_BATCH_CE_NAME: 'e',
  AWS_BATCH_JOB_ATTEMPT: '2',
  AWS_EXECUTION_ENV: 'AWS_ECS_EC2',
};

test('J-119 J-122: a plain job knows its id, queue, environment and attempt, and nothing of arrays or nodes', () => {
  assert.deepEqual(jobVariables(PLACE), PLAIN);
});

test('J-123 J-124: a child knows its index and its array’s size too', () => {
  assert.deepEqual(jobVariables({ ...PLACE, array: { index: 0, size: 3 } }), {
    ...PLAIN,
    AWS_BATCH_JOB_ARRAY_INDEX: '0',
    AWS_BATCH_JOB_ARRAY_SIZE: '3',
  });
});
