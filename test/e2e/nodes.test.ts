import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Batch } from '@aws-sdk/client-batch';
import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import { createQueue } from '../support/batch.ts';
import { serverFor, until } from '../support/server.ts';

test('J-295 J-296 J-126: two real nodes: the second finds the first, and is stopped when that has ended', async (t) => {
  const capacity = { milliVcpus: 4000, memoryMiB: 16_384, gpus: 0 };
  const server = await serverFor(t, { capacity });
  const settings = { endpoint: server.url, region: 'us-east-1', credentials: server.rootKey };
  const batch = new Batch(settings);
  const logs = new CloudWatchLogs(settings);
  t.after(() => {
    batch.destroy();
    logs.destroy();
  });
  await createQueue(batch, 4);
  const container = (script: string) => ({
    image: 'none',
    vcpus: 1,
    memory: 64,
    command: ['sh', '-c', script],
  });
  const other = 'echo "node $AWS_BATCH_JOB_NODE_INDEX of $AWS_BATCH_JOB_NUM_NODES, main at $MAIN"; sleep 60';
  await batch.registerJobDefinition({
    jobDefinitionName: 'm',
    type: 'multinode',
    nodeProperties: {
      numNodes: 2,
      mainNode: 0,
      nodeRangeProperties: [
        { targetNodes: '0', container: container('sleep 3') },
        {
          targetNodes: '1:',
          container: container(other.replace('$MAIN', '$AWS_BATCH_JOB_MAIN_NODE_PRIVATE_IPV4_ADDRESS')),
        },
      ],
    },
  });
  const { jobId = '' } = await batch.submitJob({ jobName: 'm', jobQueue: 'q', jobDefinition: 'm' });
  const ended = (id: string) =>
    until(async () => {
      const { jobs: [job] = [] } = await batch.describeJobs({ jobs: [id] });
      return job?.status === 'SUCCEEDED' || job?.status === 'FAILED' ? job : undefined;
    }, 60);
  assert.equal((await ended(jobId)).status, 'SUCCEEDED');
  const node = await ended(`${jobId}#1`);
  assert.equal(node.status, 'FAILED');
  assert.equal(node.container!.exitCode, 143);
  const { jobSummaryList = [] } = await batch.listJobs({ multiNodeJobId: jobId, jobStatus: 'SUCCEEDED' });
  assert.deepEqual(
    jobSummaryList.map((job) => [job.jobId, job.nodeProperties]),
    [[`${jobId}#0`, { isMainNode: true, numNodes: 2, nodeIndex: 0 }]],
  );
  const logStreamName = node.container!.logStreamName!;
  const { events } = await logs.getLogEvents({ logGroupName: '/aws/batch/job', logStreamName });
  assert.ok(events!.some(({ message }) => message === 'node 1 of 2, main at 127.0.0.1'));
});
