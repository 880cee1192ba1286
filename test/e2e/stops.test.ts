import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Batch } from '@aws-sdk/client-batch';
import { serverFor, until } from '../support/server.ts';

test('J-226: the request after TerminateJob sees the children of an array of 10,000 as ended, whatever is left to do', async (t) => {
  const capacity = { milliVcpus: 2000, memoryMiB: 4096, gpus: 0 };
  const { url, rootKey } = await serverFor(t, { capacity });
  const batch = new Batch({ endpoint: url, region: 'us-east-1', credentials: rootKey });
  t.after(() => batch.destroy());
  await batch.createComputeEnvironment({
    computeEnvironmentName: 'e',
    type: 'UNMANAGED',
    serviceRole: 'service',
  });
  await batch.createJobQueue({
    jobQueueName: 'q',
    priority: 1,
    computeEnvironmentOrder: [{ order: 1, computeEnvironment: 'e' }],
  });
  await batch.registerJobDefinition({
    jobDefinitionName: 'd',
    type: 'container',
    containerProperties: { image: 'none', vcpus: 1, memory: 64, command: ['sleep', '1000'] },
  });
  const size = 10_000;
  const submitted = await batch.submitJob({
    jobName: 'a',
    jobQueue: 'q',
    jobDefinition: 'd',
    arrayProperties: { size },
  });
  const jobId = submitted.jobId!;
  const arrayJobId = jobId;
  await until(async () => {
    const { jobSummaryList } = await batch.listJobs({ arrayJobId, jobStatus: 'RUNNING' });
    return jobSummaryList!.length === 2 ? true : undefined;
  });
  await batch.terminateJob({ jobId, reason: 'enough' });
  const { jobs } = await batch.describeJobs({ jobs: [jobId, `${jobId}:9998`] });
  const waiting = await batch.listJobs({ arrayJobId, jobStatus: 'RUNNABLE' });
  const failed = await batch.listJobs({ arrayJobId, jobStatus: 'FAILED', maxResults: 1000 });
  const [parent, child] = jobs!;
  const counted = parent!.arrayProperties!.statusSummary!;
  assert.equal(counted.RUNNABLE, 0);
  assert.ok(counted.FAILED! >= size - 2, `${counted.FAILED} FAILED`);
  assert.deepEqual([child!.status, child!.statusReason, child!.isTerminated], ['FAILED', 'enough', true]);
  assert.deepEqual(waiting.jobSummaryList, []);
  assert.equal(failed.jobSummaryList!.length, 1000);
  assert.notEqual(failed.nextToken, undefined);
  const over = await until(async () => {
    const { jobs: now } = await batch.describeJobs({ jobs: [jobId, `${jobId}:9998`] });
    return now![0]!.status === 'FAILED' ? now : undefined;
  });
  assert.deepEqual(over[1], child);
});
