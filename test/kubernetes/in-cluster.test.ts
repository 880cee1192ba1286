import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Batch } from '@aws-sdk/client-batch';
import { describe, messages } from '../support/asked.ts';
import { later } from '../support/cli.ts';
import { CLUSTER_SCRIPT, clusterScript, IMAGE, newClient, podsIn } from './cluster.ts';
import { childrenOf, createQueue, submit } from './jobs.ts';
import { clientsThere, kubectl, openSite, readyPod, type ServerPod, serverPod } from './site.ts';
import { ended, noneLeft, waitFor } from './waiting.ts';

/* docs/kubernetes.md, "Inside the cluster". */

const skip =
  CLUSTER_SCRIPT === undefined && 'LONGSHORE_CLUSTER names no script that brings an image to the nodes';

const SCRIPT = 'i=0; while [ $i -lt 10 ]; do i=$((i+1)); echo line $i; sleep 0.5; done';
const LINES = Array.from({ length: 10 }, (_, i) => `line ${i + 1}`);
const SIZE = 6;

const define = (batch: Batch) =>
  batch.registerJobDefinition({
    jobDefinitionName: 'd',
    type: 'container',
    containerProperties: {
      image: IMAGE,
      command: ['sh', '-c', SCRIPT],
      resourceRequirements: [
        { type: 'VCPU', value: '0.25' },
        { type: 'MEMORY', value: '32' },
      ],
    },
  });

/** Ends the program of a pod on this machine, whatever it is doing. */
const killProgram = ({ uid }: ServerPod): void => {
  const inPod = (pid: string): boolean => {
    try {
      const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      return words.includes('serve') && readFileSync(`/proc/${pid}/cgroup`, 'utf8').includes(uid);
    } catch {
      return false;
    }
  };
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && inPod(name));
  assert.equal(pids.length, 1, `the server’s process: ${pids}`);
  process.kill(Number(pids[0]), 'SIGKILL');
};

/** All jobs of the arrays have run once, with all their lines, and no pod is left. */
const allIsWell = async (t: TestContext, arrays: readonly string[]): Promise<void> => {
  const { batch, logs } = await clientsThere(t);
  for (const id of arrays.flatMap((array) => childrenOf(array, SIZE))) {
    const job = await ended(batch, id);
    assert.equal(job.status, 'SUCCEEDED', `${id}: ${job.statusReason} ${job.container?.reason}`);
    assert.equal(job.attempts!.length, 1);
    assert.deepEqual(await messages(logs, job), LINES);
  }
  const client = newClient();
  await noneLeft(() => podsIn(client, 'jobs'));
  client.close();
};

const running = (batch: Batch, array: string): Promise<unknown> =>
  waitFor('its jobs run', async () => {
    const { statusSummary = {} } = (await describe(batch, array)).arrayProperties!;
    return (statusSummary.RUNNING ?? 0) > 1 || undefined;
  });

test('K-159 K-160 K-163: a server in the cluster has what it needs and no more, comes back when it is killed, and moves; its jobs go on', {
  skip,
}, async (t) => {
  await openSite(t);
  const first = await readyPod('it is there', () => true);
  const before = await clientsThere(t);
  await createQueue(before.batch);
  await define(before.batch);
  const arrays = [await submit(before.batch, SIZE)];
  await running(before.batch, arrays[0]!);

  killProgram(first);
  const again = await readyPod('it is there again', ({ restarts }) => restarts === 1);
  assert.deepEqual([again.uid, again.node], [first.uid, first.node]);
  const { batch } = await clientsThere(t);
  arrays.push(await submit(batch, SIZE));
  await running(batch, arrays[1]!);

  const other = first.node === 'node1' ? 'node2' : 'node1';
  const template = { spec: { nodeSelector: { 'kubernetes.io/hostname': other } } };
  kubectl(
    '-n',
    'longshore',
    'patch',
    'statefulset',
    'longshore',
    '-p',
    JSON.stringify({ spec: { template } }),
  );
  const moved = await readyPod('it has moved', ({ uid }) => uid !== first.uid);
  assert.equal(moved.node, other);
  await allIsWell(t, arrays);
});

const OFF = 'node.kubernetes.io/out-of-service=nodeshutdown:NoExecute';

test('K-159: while its node is silent no second server begins; said to be off, it begins on another node', {
  skip,
}, async (t) => {
  await openSite(t);
  const first = await readyPod('it is there', () => true);
  const { batch: before } = await clientsThere(t);
  await createQueue(before);
  const kubelet = first.node.replace('node', 'kubelet');
  clusterScript('signal', kubelet, 'STOP');
  later(t, () => {
    clusterScript('signal', kubelet, 'CONT');
    kubectl('taint', 'node', first.node, `${OFF}-`);
  });
  await waitFor('the cluster gives its pod up', () => serverPod()?.isReady === false || undefined);
  // as long as a StatefulSet takes for a pod, and longer
  await sleep(10_000);
  assert.deepEqual([serverPod()?.uid, serverPod()?.node], [first.uid, first.node]);

  killProgram(first);
  kubectl('taint', 'node', first.node, OFF);
  const moved = await readyPod('it has moved', ({ uid }) => uid !== first.uid);
  assert.notEqual(moved.node, first.node);
  const { batch } = await clientsThere(t);
  assert.equal((await batch.describeJobQueues({})).jobQueues!.length, 1);
});
