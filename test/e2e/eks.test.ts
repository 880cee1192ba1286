import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Batch, EksContainer, EksPodProperties, JobDetail } from '@aws-sdk/client-batch';
import { clientsOf, inState } from '../support/asked.ts';
import { eventually, later, runCli, startServe, tempFolder } from '../support/cli.ts';
import { EKS, EKS_RESOURCES } from '../support/eks.ts';
import { startFakeCluster } from '../support/kubernetes/cluster.ts';

/* Jobs that are pods, from `serve --engine kubernetes` down to a cluster in this process. */

const SMALL = { limits: { cpu: '0.25', memory: '16Mi' } };

const shell = (name: string, script: string): EksContainer => ({
  name,
  image: 'busybox:1',
  command: ['sh'],
  args: ['-c', script],
  resources: SMALL,
});

/** A server over a fake cluster, with an environment and a queue of pods. */
const serving = async (t: TestContext) => {
  const cluster = await startFakeCluster();
  later(t, () => cluster.close());
  const folder = tempFolder(t);
  const kubeconfig = join(folder, 'kubeconfig');
  writeFileSync(kubeconfig, cluster.api.kubeconfig());
  const dataDir = join(folder, 'data');
  const flags = ['--engine', 'kubernetes', '--kubeconfig', kubeconfig, '--namespace', 'jobs'];
  const { url } = await startServe(t, flags, { dataDir });
  const { batch, logs } = clientsOf(t, url, dataDir, 3);
  await batch.createComputeEnvironment({
    computeEnvironmentName: 'eks',
    type: 'MANAGED',
    eksConfiguration: EKS,
    computeResources: EKS_RESOURCES as never,
  });
  const computeEnvironmentOrder = [{ order: 1, computeEnvironment: 'eks' }];
  await batch.createJobQueue({ jobQueueName: 'pods', priority: 1, computeEnvironmentOrder });
  const run = async (podProperties: EksPodProperties, more: object = {}): Promise<JobDetail> => {
    await batch.registerJobDefinition({
      jobDefinitionName: 'd',
      type: 'container',
      eksProperties: { podProperties },
    });
    const asked = { jobName: 'j', jobQueue: 'pods', jobDefinition: 'd', ...more };
    return ended(batch, (await batch.submitJob(asked)).jobId!);
  };
  return { cluster, batch, logs, run, dataDir };
};

const ended = (batch: Batch, jobId: string): Promise<JobDetail> =>
  inState(batch, jobId, 'SUCCEEDED', 'FAILED');

test('T-373 T-374 T-380: a pod of several containers runs, and each of them has its code and its log', async (t) => {
  const { cluster, logs, run, dataDir } = await serving(t);
  const job = await run({
    containers: [shell('a', 'echo of a'), shell('b', 'exit 3')],
    initContainers: [shell('i', 'echo of i')],
    metadata: { labels: { mine: 'x' } },
  });
  assert.equal(job.status, 'FAILED');
  const { podName, nodeName, containers, initContainers } = job.eksProperties!.podProperties!;
  assert.match(podName!, /^longshore-/);
  assert.match(nodeName!, /^node\d$/);
  assert.deepEqual(
    [...initContainers!, ...containers!].map(({ name, exitCode, reason }) => [name, exitCode, reason]),
    [
      ['i', 0, 'Completed'],
      ['a', 0, 'Completed'],
      ['b', 3, 'Error'],
    ],
  );
  const [attempt] = job.eksAttempts!;
  assert.deepEqual([attempt!.podNamespace, attempt!.containers!.length], ['jobs', 2]);
  assert.deepEqual([job.attempts, job.container], [[], undefined]);
  const create = cluster.api.asked.find(({ method, path }) => method === 'POST' && path.endsWith('/pods'));
  assert.equal(create?.path, '/api/v1/namespaces/jobs/pods');
  for (const name of ['a', 'i']) {
    const logStreamName = `d/${name}/${podName}`;
    const { events } = await logs.getLogEvents({ logGroupName: '/aws/batch/job', logStreamName });
    assert.deepEqual(
      events!.map(({ message }) => message),
      [`of ${name}`],
    );
  }
  const printed = await runCli(['logs', job.jobId!, '--data', dataDir]);
  assert.equal(printed.stdout, 'of a\nof i\n');
});

test('T-364 T-376: an override and a retry strategy make another attempt, which is another pod', async (t) => {
  const { run } = await serving(t);
  const retryStrategy = {
    attempts: 3,
    evaluateOnExit: [
      { onExitCode: '7', onReason: 'Error', action: 'RETRY' },
      { onReason: '*', action: 'EXIT' },
    ],
  } as const;
  const over = { podProperties: { containers: [{ args: ['-c', 'exit 7'] }] } };
  const job = await run(
    { containers: [shell('a', 'exit 0')] },
    { retryStrategy, eksPropertiesOverride: over },
  );
  assert.equal(job.status, 'FAILED');
  assert.equal(new Set(job.eksAttempts!.map(({ podName }) => podName)).size, 3);
  assert.deepEqual(
    job.eksAttempts!.map(({ containers }) => containers![0]!.exitCode),
    [7, 7, 7],
  );
});

test('T-377 T-378: a job that is terminated has its pod deleted, and no pod is left', async (t) => {
  const { cluster, batch } = await serving(t);
  const sleep = { ...shell('a', ''), command: ['sleep'], args: ['600'] };
  const podProperties = { containers: [sleep], shareProcessNamespace: true };
  await batch.registerJobDefinition({
    jobDefinitionName: 'd',
    type: 'container',
    eksProperties: { podProperties },
  });
  const asked = { jobName: 'j', jobQueue: 'pods', jobDefinition: 'd' };
  const { jobId } = await batch.submitJob(asked);
  await inState(batch, jobId!, 'RUNNING');
  await batch.terminateJob({ jobId: jobId!, reason: 'enough' });
  const job = await ended(batch, jobId!);
  assert.deepEqual([job.status, job.statusReason, job.isTerminated], ['FAILED', 'enough', true]);
  const stop = cluster.api.asked.find(({ method }) => method === 'DELETE');
  assert.ok(stop);
  await eventually('no pod', async () => cluster.api.pods.all().length === 0 || undefined);
});

test('T-382: another engine takes the definition, and says of the environment that it has no cluster', async (t) => {
  const folder = tempFolder(t);
  const { url } = await startServe(t, [], { dataDir: folder });
  const { batch } = clientsOf(t, url, folder, 3);
  await batch.registerJobDefinition({
    jobDefinitionName: 'd',
    type: 'container',
    eksProperties: { podProperties: { containers: [shell('a', 'exit 0')] } },
  });
  await batch.createComputeEnvironment({
    computeEnvironmentName: 'eks',
    type: 'MANAGED',
    eksConfiguration: EKS,
    computeResources: EKS_RESOURCES as never,
  });
  const { computeEnvironments } = await batch.describeComputeEnvironments({});
  assert.equal(computeEnvironments![0]!.status, 'INVALID');
  assert.match(computeEnvironments![0]!.statusReason!, /No Kubernetes cluster is connected/);
});
