import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import type { Batch } from '@aws-sdk/client-batch';
import { Lease, LeaseHeld } from '../../src/engines/kubernetes/lease.ts';
import { silentLog } from '../../src/lib/logger.ts';
import { describe, inState } from '../support/asked.ts';
import { eventually, later } from '../support/cli.ts';
import { realClock, realTimers } from '../support/process-world.ts';
import { IMAGE, makeNamespace, newClient } from './cluster.ts';
import { lab } from './serving.ts';

/* Environments over nodes, and nodes that come, on a real cluster: a label that a node gets is one that an autoscaler added. */

const NAMESPACE = 'longshore-capacity';
const POOL = 'longshore.dev/test-pool';
const SPOT = 'karpenter.sh/capacity-type';

const label = async (client: ReturnType<typeof newClient>, node: string, labels: object): Promise<void> => {
  const contentType = 'application/merge-patch+json';
  await client.call('PATCH', `/api/v1/nodes/${node}`, { body: { metadata: { labels } }, contentType });
};

/** A Spot environment, a queue and a definition, all `s`. */
const setUp = async (batch: Batch): Promise<void> => {
  await batch.createComputeEnvironment({
    computeEnvironmentName: 's',
    type: 'MANAGED',
    computeResources: {
      type: 'SPOT',
      allocationStrategy: 'SPOT_CAPACITY_OPTIMIZED',
      minvCpus: 0,
      maxvCpus: 4,
      instanceTypes: ['optimal'],
      subnets: ['s'],
      securityGroupIds: ['g'],
      instanceRole: 'r',
    },
  });
  const computeEnvironmentOrder = [{ order: 1, computeEnvironment: 's' }];
  await batch.createJobQueue({ jobQueueName: 's', priority: 1, computeEnvironmentOrder });
  await batch.registerJobDefinition({
    jobDefinitionName: 's',
    type: 'container',
    containerProperties: {
      image: IMAGE,
      command: ['sh', '-c', 'sleep 6'],
      resourceRequirements: [
        { type: 'VCPU', value: '1' },
        { type: 'MEMORY', value: '32' },
      ],
    },
  });
};

const submit = async (batch: Batch): Promise<string> =>
  (await batch.submitJob({ jobName: 'j', jobQueue: 's', jobDefinition: 's' })).jobId!;

const environment = async (batch: Batch) =>
  (await batch.describeComputeEnvironments({ computeEnvironments: ['s'] })).computeEnvironments![0]!;

test('K-145 K-147 K-148: SPOT without a node is INVALID; with growth a pod waits for one, over a kill of the server, and its job goes on where it came to', async (t) => {
  const { serve, client } = await lab(t, NAMESPACE);
  const nodes = (await client.call('GET', '/api/v1/nodes')) as { items: { metadata: { name: string } }[] };
  const node = nodes.items.map(({ metadata }) => metadata.name).find((name) => name.startsWith('node'))!;
  later(t, () => label(client, node, { [POOL]: null, [SPOT]: null }));
  const first = await serve();
  await setUp(first.batch);
  const id = await submit(first.batch);
  const { status, statusReason } = await environment(first.batch);
  assert.deepEqual([status, statusReason], ['INVALID', 'no node is of Spot capacity']);
  await eventually('why it waits', async () =>
    /environment s is INVALID: no node is of Spot/.test((await describe(first.batch, id)).statusReason ?? '')
      ? true
      : undefined,
  );
  await first.server.end('SIGKILL');
  const grow = ['--grow', `name=pool,vcpus=1,memory=1GiB,max=1,label=${POOL}=x,spot`];
  const second = await serve(...grow);
  assert.equal((await environment(second.batch)).status, 'VALID');
  const waits = /^waits for a node of group pool: 0\/\d+ nodes are available/;
  const waiting = await eventually('it waits for a node', async () => {
    const job = await describe(second.batch, id);
    return waits.test(job.statusReason ?? '') ? job : undefined;
  });
  assert.equal(waiting.status, 'STARTING');
  await second.server.end('SIGKILL');
  const third = await serve(...grow);
  await label(client, node, { [POOL]: 'x', [SPOT]: 'spot' });
  const job = await inState(third.batch, id, 'RUNNING', 'SUCCEEDED');
  assert.equal(job.attempts?.length ?? 0, job.status === 'SUCCEEDED' ? 1 : 0);
  // pinned there, as soon as those it was added for have had their turn
  const next = await submit(third.batch);
  const [done, other] = [
    await inState(third.batch, id, 'SUCCEEDED', 'FAILED'),
    await inState(third.batch, next, 'SUCCEEDED', 'FAILED'),
  ];
  assert.deepEqual([done.status, other.status], ['SUCCEEDED', 'SUCCEEDED']);
  assert.equal(done.container?.containerInstanceArn, other.container?.containerInstanceArn);
  assert.equal((await environment(third.batch)).computeResources?.desiredvCpus, 0);
});

test('K-079: a second holder is refused while the first renews', async (t) => {
  const client = newClient();
  later(t, () => client.close());
  await makeNamespace(client, NAMESPACE);
  const dataId = randomBytes(8).toString('hex');
  const settings = {
    ...{ namespace: NAMESPACE, dataId, clock: realClock, timers: realTimers },
    ...{ chance: Math.random, log: silentLog },
  };
  const lease = (host: string) => new Lease(settings, client, { host, pid: 1, start: 'a' });
  const first = lease('host-a');
  await first.take();
  await assert.rejects(lease('host-b').take(), LeaseHeld);
  await first.close();
  const third = lease('host-b');
  await third.take();
  await third.close();
});
