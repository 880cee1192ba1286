import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, messages } from '../support/asked.ts';
import { later } from '../support/cli.ts';
import { CLUSTER_SCRIPT, clusterScript } from './cluster.ts';
import { childrenOf, createQueue, define, openFolder, submit } from './jobs.ts';
import { lab } from './serving.ts';
import { ended, noneLeft, waitFor } from './waiting.ts';

/* What a cluster does to a server that works: its parts are ended by the script that starts it. */

const skip = CLUSTER_SCRIPT === undefined && 'LONGSHORE_CLUSTER names no script that ends parts of a cluster';
const SCRIPT =
  'echo $AWS_BATCH_JOB_ATTEMPT >> /m/$AWS_BATCH_JOB_ID; i=0; while [ $i -lt 10 ]; do i=$((i+1)); echo line $i; sleep 0.3; done';
const LINES = Array.from({ length: 10 }, (_, i) => `line ${i + 1}`);
const SIZE = 16;

for (const [part, awaySeconds] of [
  ['api', 6],
  ['kubelet1', 6],
  ['scheduler', 4],
  ['etcd', 4],
] as const) {
  test(`${part} is killed under load and comes back: nothing is lost, runs twice or is left`, {
    skip,
  }, async (t) => {
    const { serve, pods } = await lab(t, `longshore-${part}`);
    const folder = openFolder(t);
    const { batch, logs } = await serve();
    await createQueue(batch);
    await define(batch, SCRIPT, folder, '0.25');
    const arrays = [await submit(batch, SIZE)];
    // the others are being made
    await waitFor('one runs', () => readdirSync(folder).length > 0 || undefined);
    clusterScript('signal', part, 'KILL');
    arrays.push(await submit(batch, SIZE));
    await sleep(awaySeconds * 1000);
    clusterScript('start', part);
    const ids = arrays.flatMap((id) => childrenOf(id, SIZE));
    for (const id of ids) {
      const job = await ended(batch, id);
      assert.equal(job.status, 'SUCCEEDED', `${id}: ${job.statusReason}`);
      assert.equal(job.attempts!.length, 1, JSON.stringify(job.attempts));
      assert.equal(readFileSync(join(folder, id), 'utf8'), '1\n');
      assert.deepEqual(await messages(logs, job), LINES);
    }
    assert.equal(readdirSync(folder).length, ids.length);
    await noneLeft(pods);
  });
}

/** Beats in a file of each attempt until it is ended. */
const BEAT = 'while :; do date +%s%N > /m/$AWS_BATCH_JOB_ID.$AWS_BATCH_JOB_ATTEMPT; sleep 0.3; done';

test('K-067 K-069: a node that is silent for good has lost its job, which runs elsewhere; back, it kills what it had', {
  skip,
}, async (t) => {
  const { serve, client, pods } = await lab(t, 'longshore-silent');
  const folder = openFolder(t);
  const { batch } = await serve('--host-lost-after', '10');
  await createQueue(batch);
  await define(batch, BEAT, folder, '0.9');
  const jobs = [await submit(batch), await submit(batch), await submit(batch)];
  const nodeOf = async (jobId: string): Promise<string | undefined> => {
    const query = { labelSelector: `longshore.dev/job=${jobId}` };
    const list = await client.call('GET', '/api/v1/namespaces/longshore-silent/pods', { query });
    return (list as { items: { spec: { nodeName?: string } }[] }).items[0]?.spec.nodeName;
  };
  const beat = (jobId: string, attempt: number): string => {
    try {
      return readFileSync(join(folder, `${jobId}.${attempt}`), 'utf8');
    } catch {
      return '';
    }
  };
  for (const jobId of jobs) await waitFor(`${jobId} runs`, () => beat(jobId, 1) !== '' || undefined);
  const nodes = await Promise.all(jobs.map(nodeOf));
  const at = nodes.findIndex((name) => nodes.filter((other) => other === name).length === 1);
  const [lost, node] = [jobs[at]!, nodes[at]!];
  const kubelet = node.replace('node', 'kubelet');
  clusterScript('signal', kubelet, 'STOP');
  let isStopped = true;
  later(t, () => void (isStopped && clusterScript('signal', kubelet, 'CONT')));
  const job = await waitFor('its attempt is lost', async () => {
    const found = await describe(batch, lost);
    return found.attempts!.length === 1 ? found : undefined;
  });
  assert.match(job.attempts![0]!.statusReason!, /^Host EC2 \(instance i-[0-9a-f]{17}\) terminated\.$/);
  assert.notEqual(beat(lost, 1), '');
  // the other node has room again
  await batch.terminateJob({ jobId: jobs[(at + 1) % 3]!, reason: 'enough' });
  await waitFor('it runs elsewhere', () => beat(lost, 2) !== '' || undefined);
  clusterScript('signal', kubelet, 'CONT');
  isStopped = false;
  await waitFor('the first attempt is killed', async () => {
    const before = beat(lost, 1);
    await sleep(2000);
    return beat(lost, 1) === before || undefined;
  });
  for (const jobId of jobs) await batch.terminateJob({ jobId, reason: 'enough' });
  for (const jobId of jobs) await ended(batch, jobId);
  await noneLeft(pods);
});
