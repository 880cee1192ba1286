import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Batch, EksContainer, EksPodProperties, JobDetail } from '@aws-sdk/client-batch';
import type { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import { inState } from '../support/asked.ts';
import { eventually } from '../support/cli.ts';
import { CLUSTER, EKS_RESOURCES } from '../support/eks.ts';
import { IMAGE } from './cluster.ts';
import { lab } from './serving.ts';

/* Jobs that say their pods themselves (`eksProperties`), as a real cluster runs them. */

const NAMESPACE = 'test-pods';

const SMALL = { limits: { cpu: '0.25', memory: '16Mi' } };

const shell = (name: string, script: string, more: Partial<EksContainer> = {}): EksContainer => ({
  name,
  image: IMAGE,
  command: ['sh'],
  args: ['-c', script],
  resources: SMALL,
  ...more,
});

interface Ran {
  readonly job: JobDetail;
  readonly printed: (container: string) => Promise<string>;
}

const serving = async (t: TestContext) => {
  const { serve, client, pods } = await lab(t, NAMESPACE);
  const { batch, logs } = await serve();
  await batch.createComputeEnvironment({
    computeEnvironmentName: 'eks',
    type: 'MANAGED',
    eksConfiguration: { eksClusterArn: CLUSTER, kubernetesNamespace: NAMESPACE },
    computeResources: EKS_RESOURCES as never,
  });
  const computeEnvironmentOrder = [{ order: 1, computeEnvironment: 'eks' }];
  await batch.createJobQueue({ jobQueueName: 'pods', priority: 1, computeEnvironmentOrder });
  return { batch, logs, client, pods };
};

const submit = async (batch: Batch, podProperties: EksPodProperties, more: object = {}): Promise<string> => {
  await batch.registerJobDefinition({
    jobDefinitionName: 'd',
    type: 'container',
    eksProperties: { podProperties },
  });
  const asked = { jobName: 'j', jobQueue: 'pods', jobDefinition: 'd', ...more };
  return (await batch.submitJob(asked)).jobId!;
};

const ran = async (batch: Batch, logs: CloudWatchLogs, jobId: string): Promise<Ran> => {
  const job = await inState(batch, jobId, 'SUCCEEDED', 'FAILED');
  const printed = async (container: string): Promise<string> => {
    const logStreamName = `d/${container}/${job.eksProperties!.podProperties!.podName}`;
    const asked = { logGroupName: '/aws/batch/job', logStreamName, startFromHead: true };
    const { events = [] } = await logs.getLogEvents(asked);
    return events.map(({ message }) => message).join('\n');
  };
  return { job, printed };
};

test('T-373 T-376 T-380: containers of a pod share a volume, follow an init container, and end each with its own', async (t) => {
  const { batch, logs, pods } = await serving(t);
  const volumeMounts = [{ name: 'v', mountPath: '/v' }];
  const jobId = await submit(batch, {
    hostNetwork: false,
    containers: [
      shell('a', 'cat /v/made; echo b >> /v/made', { volumeMounts }),
      shell('b', 'sleep 2; cat /v/made; exit 3', { volumeMounts }),
      shell('c', 'exit 4'),
    ],
    initContainers: [shell('i', 'echo made > /v/made; echo done', { volumeMounts })],
    volumes: [{ name: 'v', emptyDir: { medium: 'Memory', sizeLimit: '8Mi' } }],
  });
  const { job, printed } = await ran(batch, logs, jobId);
  assert.equal(job.status, 'FAILED');
  assert.deepEqual(
    [await printed('i'), await printed('a'), await printed('b'), await printed('c')],
    ['done', 'made', 'made\nb', ''],
  );
  const [attempt] = job.eksAttempts!;
  assert.deepEqual(
    attempt!.containers!.map(({ name, exitCode, reason }) => [name, exitCode, reason]),
    [
      ['a', 0, 'Completed'],
      ['b', 3, 'Error'],
      ['c', 4, 'Error'],
    ],
  );
  for (const { containerID } of attempt!.containers!)
    assert.match(containerID!, /^containerd:\/\/[0-9a-f]+$/);
  assert.deepEqual(
    [attempt!.podNamespace, attempt!.eksClusterArn, attempt!.initContainers![0]!.exitCode],
    [NAMESPACE, CLUSTER, 0],
  );
  await eventually('no pod', async () => (await pods()).length === 0 || undefined);
});

test('T-367 T-368 T-370: network, variables and labels are those of the service', async (t) => {
  const { batch, logs } = await serving(t);
  const env = [{ name: 'A', value: 'x$(AWS_BATCH_JOB_ATTEMPT)' }];
  const script =
    'echo "$0 $1 $2"; env | grep -c -e ^AWS_BATCH_JOB_KUBERNETES_NODE_UID= -e ^AWS_EXEC; hostname';
  const args = ['-c', script, '$(A)', '$$(A)', '$(NONE)'];
  const node = await ran(batch, logs, await submit(batch, { containers: [shell('a', '', { env, args })] }));
  // a pod with a network of its own has its own name, too
  const { podName } = node.job.eksProperties!.podProperties!;
  const said = await node.printed('a');
  assert.equal(said.startsWith('x1 $(A) $(NONE)\n1\n'), true, said);
  assert.equal(said.endsWith(`\n${podName}`), false);
  const own = await ran(
    batch,
    logs,
    await submit(batch, { hostNetwork: false, containers: [shell('a', '', { env, args })] }),
  );
  assert.equal((await own.printed('a')).split('\n').at(-1), own.job.eksProperties!.podProperties!.podName);
});

test('K-164: secrets, folders of the node, users, accounts and shared processes are as the pod says', async (t) => {
  const { batch, logs, client } = await serving(t);
  const body = { metadata: { name: 'of-pods' }, stringData: { key: 'hidden' } };
  await client.call('POST', `/api/v1/namespaces/${NAMESPACE}/secrets`, { body }).catch(() => {});
  const securityContext = { runAsUser: 1000, runAsGroup: 100, readOnlyRootFilesystem: true };
  const script =
    'cat /s/key; echo; id -u; id -g; touch /x 2>/dev/null || echo read-only; ls /h | grep -c hostname; test $$$$ -gt 1 && echo shared; ls /var/run/secrets/kubernetes.io/serviceaccount | grep -c token';
  const jobId = await submit(batch, {
    hostNetwork: false,
    serviceAccountName: 'default',
    shareProcessNamespace: true,
    containers: [
      shell('a', script, {
        securityContext,
        volumeMounts: [
          { name: 's', mountPath: '/s', readOnly: true },
          { name: 'h', mountPath: '/h', readOnly: true },
        ],
      }),
    ],
    volumes: [
      { name: 's', secret: { secretName: 'of-pods' } },
      { name: 'h', hostPath: { path: '/etc' } },
    ],
  });
  const { job, printed } = await ran(batch, logs, jobId);
  assert.equal(await printed('a'), 'hidden\n1000\n100\nread-only\n1\nshared\n1');
  assert.equal(job.status, 'SUCCEEDED');
});

test('T-379 T-373: a pod that cannot start, and one whose init container fails, say why', async (t) => {
  const { batch, logs } = await serving(t);
  const missing = shell('a', 'true', { image: 'local/missing:1', imagePullPolicy: 'Never' });
  const unpulled = await ran(batch, logs, await submit(batch, { containers: [missing] }));
  assert.match(unpulled.job.statusReason!, /^CannotPullContainerError: .*local\/missing:1/);
  assert.equal(unpulled.job.eksAttempts![0]!.statusReason, unpulled.job.statusReason);
  const retryStrategy = {
    attempts: 2,
    evaluateOnExit: [{ onExitCode: '7', action: 'RETRY' as const }],
  };
  const initContainers = [shell('i', 'echo alas; exit 7')];
  const failed = await ran(
    batch,
    logs,
    await submit(batch, { containers: [shell('a', 'true')], initContainers }, { retryStrategy }),
  );
  assert.equal(failed.job.eksAttempts!.length, 2);
  assert.equal(failed.job.statusReason, 'init container i ended with 7');
  assert.deepEqual([await failed.printed('i'), await failed.printed('a')], ['alas', failed.job.statusReason]);
});

test('T-379: one container that cannot be had ends the pod, though another runs', async (t) => {
  const { batch, logs, pods } = await serving(t);
  const missing = shell('b', 'true', { image: 'local/missing:1', imagePullPolicy: 'Never' });
  const jobId = await submit(batch, {
    containers: [shell('a', 'sleep 600'), missing],
    shareProcessNamespace: true,
  });
  const { job } = await ran(batch, logs, jobId);
  assert.match(job.statusReason!, /^CannotPullContainerError: /);
  const { containers } = job.eksAttempts![0]!;
  assert.deepEqual([containers![0]!.exitCode, containers![1]!.name], [143, 'b']);
  await eventually('no pod', async () => (await pods()).length === 0 || undefined);
});

test('T-377: a pod that is terminated ends with all its containers', async (t) => {
  const { batch, logs, pods } = await serving(t);
  const containers = [shell('a', 'sleep 600'), shell('b', 'sleep 600')];
  const jobId = await submit(batch, { containers, shareProcessNamespace: true });
  await inState(batch, jobId, 'RUNNING');
  await batch.terminateJob({ jobId, reason: 'enough' });
  const { job } = await ran(batch, logs, jobId);
  assert.equal(job.statusReason, 'enough');
  assert.deepEqual(
    job.eksAttempts![0]!.containers!.map(({ exitCode }) => exitCode),
    [143, 143],
  );
  await eventually('no pod', async () => (await pods()).length === 0 || undefined);
});
