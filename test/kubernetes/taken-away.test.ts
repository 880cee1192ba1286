import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { KubeClient } from '../../src/engines/kubernetes/client/client.ts';
import { describe } from '../support/asked.ts';
import { later } from '../support/cli.ts';
import { IMAGE, makeNamespace } from './cluster.ts';
import { childrenOf, createQueue, define, openFolder, submit } from './jobs.ts';
import { lab } from './serving.ts';
import { ended, noneLeft, waitFor } from './waiting.ts';

/* What people and clusters do to pods that run. */

/** The first attempt runs until it is taken away; each says that it was there. */
const SCRIPT = `echo $AWS_BATCH_JOB_ATTEMPT >> /m/$AWS_BATCH_JOB_ID; test $AWS_BATCH_JOB_ATTEMPT -gt 1 || sleep 600`;

interface RunningPod {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly nodeName: string };
}

/** A job whose pod is taken away by `take` while it runs: its attempt is lost for `reason`, and the next one ends well. */
const takenAway = async (
  t: TestContext,
  namespace: string,
  vcpus: string,
  take: (client: KubeClient, pod: RunningPod) => Promise<unknown>,
  reason: RegExp,
): Promise<void> => {
  const { serve, client, pods } = await lab(t, namespace);
  const folder = openFolder(t);
  const { batch } = await serve();
  await createQueue(batch);
  await define(batch, SCRIPT, folder, vcpus);
  const jobId = await submit(batch);
  await waitFor('it runs', async () => (await describe(batch, jobId)).status === 'RUNNING' || undefined);
  const [pod] = (await pods()) as unknown as RunningPod[];
  await take(client, pod!);
  const job = await ended(batch, jobId);
  assert.equal(job.status, 'SUCCEEDED', job.statusReason);
  const [lost] = job.attempts!;
  assert.match(lost!.statusReason!, /^Host EC2 \(instance i-[0-9a-f]{17}\) terminated\.$/);
  assert.match(lost!.container!.reason!, reason);
  assert.equal(job.attempts!.length, 2);
  assert.equal(readFileSync(join(folder, jobId), 'utf8'), '1\n2\n');
  await noneLeft(pods);
};

test('K-027 K-047: a pod that somebody deletes by force is lost, and its job tried again', (t) => {
  const force = (client: KubeClient, { metadata: { name } }: RunningPod) =>
    client.call('DELETE', `/api/v1/namespaces/longshore-forced/pods/${name}`, {
      body: { gracePeriodSeconds: 0 },
    });
  return takenAway(t, 'longshore-forced', '0.25', force, /^deleted from outside$/);
});

test('K-038 K-039: a pod that is evicted, as by a drain of its node, is lost, and its job tried again', (t) => {
  const evict = (client: KubeClient, { metadata: { name } }: RunningPod) => {
    const body = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name } };
    return client.call('POST', `/api/v1/namespaces/longshore-evicted/pods/${name}/eviction`, { body });
  };
  return takenAway(t, 'longshore-evicted', '0.25', evict, /^EvictionByEvictionAPI: /);
});

test('K-038 K-039: a pod that makes room for a more important one is lost, and its job tried again where there is room', async (t) => {
  const namespace = 'longshore-preempted';
  const classes = '/apis/scheduling.k8s.io/v1/priorityclasses';
  const preempt = async (client: KubeClient, { spec: { nodeName } }: RunningPod): Promise<void> => {
    const priorityClassName = 'longshore-important';
    const body = { metadata: { name: priorityClassName }, value: 1_000_000 };
    await client.call('POST', classes, { body });
    later(t, () => client.call('DELETE', `${classes}/${priorityClassName}`));
    const resources = { requests: { cpu: '1500m' } };
    const important = {
      metadata: { name: 'important' },
      spec: {
        ...{ priorityClassName, restartPolicy: 'Never', terminationGracePeriodSeconds: 0 },
        nodeSelector: { 'kubernetes.io/hostname': nodeName },
        containers: [{ name: 'main', image: IMAGE, args: ['sleep', '600'], resources }],
      },
    };
    const place = `/api/v1/namespaces/${namespace}/pods`;
    await client.call('POST', place, { body: important });
    later(t, () => client.call('DELETE', `${place}/important`));
  };
  await takenAway(t, namespace, '1', preempt, /^PreemptionByScheduler: /);
});

const REFUSED =
  /^CannotCreateContainerError: .* forbidden: unable to create new content in namespace longshore-goes because it is being terminated$/;

test('K-121: a namespace that goes ends its jobs with a reason and does not hang; made again, it has jobs again', async (t) => {
  const namespace = 'longshore-goes';
  const { serve, client, pods } = await lab(t, namespace);
  const { batch } = await serve();
  await createQueue(batch);
  await define(batch, SCRIPT, openFolder(t), '0.75');
  // some of them run, the others wait for room
  const array = await submit(batch, 8);
  const summary = async () => (await describe(batch, array)).arrayProperties!.statusSummary!;
  await waitFor('some run', async () => ((await summary()).RUNNING ?? 0) >= 2 || undefined);
  const place = `/api/v1/namespaces/${namespace}`;
  await client.call('DELETE', place);
  let lost = 0;
  for (const id of childrenOf(array, 8)) {
    const job = await ended(batch, id);
    assert.equal(job.status, 'FAILED');
    assert.match(job.container!.reason!, REFUSED);
    const [first] = job.attempts!;
    if (first!.container!.reason === 'deleted from outside') lost++;
  }
  assert.ok(lost >= 2, `${lost} of them ran`);
  await noneLeft(pods);
  const isGone = () =>
    client.call('GET', place).then(
      () => undefined,
      ({ status }: { status?: number }) => status === 404 || undefined,
    );
  await waitFor('it is gone', isGone);
  const jobId = await submit(batch);
  await makeNamespace(client, namespace);
  await waitFor('it runs', async () => (await describe(batch, jobId)).status === 'RUNNING' || undefined);
  await batch.terminateJob({ jobId, reason: 'enough' });
  await noneLeft(pods);
});
