import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recordedNode } from '../../../../test/support/kubernetes-recorded.ts';
import type { Node, Taint } from '../objects.ts';
import { nodeOf } from '../parse.ts';
import { NO_FOREIGN } from './foreign-sums.ts';
import { hostOf, type NodeFacts } from './node-view.ts';

const node = (more: Partial<Node> = {}): Node => ({
  name: 'n',
  uid: 'u',
  labels: {},
  isCordoned: false,
  taints: [],
  ready: 'True',
  allocatable: { cpu: '3920m', memory: '16Gi', pods: '110', 'nvidia.com/gpu': '2' },
  ...more,
});
const view = (more: Partial<Node> = {}, facts: Partial<NodeFacts> = {}) =>
  hostOf(node(more), { gpuResource: 'nvidia.com/gpu', foreign: NO_FOREIGN, ...facts });

test('K-135 K-136: a node is a host of what it can give, less what others ask there, and CPU is no weight on it', () => {
  const foreign = { asks: { milliVcpus: 350, bytes: 100 * 2 ** 20 + 1, gpus: 1 }, pods: 7 };
  assert.deepEqual(view({}, { foreign }), {
    id: 'u',
    name: 'n',
    size: { milliVcpus: 3920, memoryMiB: 16_384, gpus: 2 },
    foreign: { milliVcpus: 350, memoryMiB: 101, gpus: 1 },
    slots: 103,
    cpuIsWeight: false,
    open: true,
    standing: false,
  });
});

test('K-135: a node gives no part of a MiB or of a thousandth, and no fewer slots than none', () => {
  const { size, slots } = view(
    { allocatable: { cpu: '2.0009', memory: '1049599Ki', pods: '3' } },
    { foreign: { ...NO_FOREIGN, pods: 5 } },
  );
  assert.deepEqual([size, slots], [{ milliVcpus: 2000, memoryMiB: 1024, gpus: 0 }, 0]);
  assert.equal(view({ allocatable: { cpu: '4.35', memory: '1Gi' } }).size.milliVcpus, 4350);
});

const BATCH_TAINTS = ['NoSchedule', 'NoExecute'].map((effect) => ({
  key: 'batch.amazonaws.com/batch-node',
  effect,
}));

const taint = (effect: string, more: Partial<Taint> = {}): Partial<Node> => ({
  taints: [{ key: 'dedicated', effect, ...more }],
});

for (const [what, more, why] of [
  ['not ready', { ready: 'False' }, 'it is not ready'],
  ['silent', { ready: 'Unknown' }, 'its kubelet does not answer'],
  ['cordoned', { isCordoned: true }, 'it is cordoned'],
  ['tainted NoSchedule', taint('NoSchedule', { value: 'web' }), 'it is tainted dedicated=web:NoSchedule'],
  ['tainted NoExecute', taint('NoExecute'), 'it is tainted dedicated:NoExecute'],
  ['tainted PreferNoSchedule', taint('PreferNoSchedule'), undefined],
  ['there for jobs alone', { taints: BATCH_TAINTS }, undefined],
  [
    'there for jobs alone and tainted',
    { taints: [...BATCH_TAINTS, ...taint('NoSchedule').taints!] },
    'it is tainted dedicated:NoSchedule',
  ],
] as const)
  test(`K-072: a node that is ${what} ${why === undefined ? 'takes tasks' : 'takes none, and says why'}`, () => {
    const { open, why: said } = view(more);
    assert.deepEqual([open, said], [why === undefined, why]);
  });

test('K-043: a node that is avoided takes no tasks, and says why; the cluster’s own reason goes first', () => {
  const avoided = 'it turned a task away: OutOfcpu';
  assert.deepEqual([view({}, { avoided }).open, view({}, { avoided }).why], [false, avoided]);
  assert.equal(view({}, { avoided }).isAvoided, true);
  assert.equal(view({ isCordoned: true }, { avoided }).why, 'it is cordoned');
  assert.equal(view({ isCordoned: true }, { avoided }).isAvoided, undefined);
});

test('K-072: a recorded node whose kubelet is silent is a closed host of its size', () => {
  const host = hostOf(nodeOf(recordedNode())!, { gpuResource: 'nvidia.com/gpu', foreign: NO_FOREIGN });
  assert.deepEqual(
    [host.open, host.why, host.size.memoryMiB, host.slots],
    [false, 'its kubelet does not answer', 24_055, 200],
  );
});

test('a node that was never heard has no size that is known', () => {
  const { isUnmet, open } = hostOf(
    { name: 'n', uid: 'u', labels: {}, isCordoned: false, taints: [], allocatable: {} },
    { gpuResource: 'g', foreign: NO_FOREIGN },
  );
  assert.deepEqual([isUnmet, open], [true, false]);
});

test('K-153: type and zone of a node are its labels’', () => {
  const labels = { 'node.kubernetes.io/instance-type': 'c5.large', 'topology.kubernetes.io/zone': 'z' };
  const { type, zone } = view({ labels });
  assert.deepEqual([type, zone], ['c5.large', 'z']);
  assert.deepEqual(['type' in view(), 'zone' in view()], [false, false]);
});

test('K-153: a node that somebody cordoned or tainted drains; one that is not well does not', () => {
  const drains = (more: Partial<Node>) => view(more).isDraining ?? false;
  assert.deepEqual(
    [drains({ isCordoned: true }), drains(taint('NoExecute')), drains({})],
    [true, true, false],
  );
  for (const ready of ['False', 'Unknown']) assert.equal(drains({ ready, isCordoned: true }), false);
  assert.equal(view({}, { avoided: 'no room' }).isDraining, undefined);
});

test('K-145: a node is of Spot capacity by any of the four labels that clouds give', () => {
  const isSpot = (name: string, value: string) => view({ labels: { [name]: value } }).isSpot;
  assert.equal(isSpot('karpenter.sh/capacity-type', 'spot'), true);
  assert.equal(isSpot('eks.amazonaws.com/capacityType', 'SPOT'), true);
  assert.equal(isSpot('cloud.google.com/gke-spot', 'true'), true);
  assert.equal(isSpot('kubernetes.azure.com/scalesetpriority', 'spot'), true);
  assert.equal(isSpot('karpenter.sh/capacity-type', 'on-demand'), undefined);
  assert.equal(isSpot('cloud.google.com/gke-spot', 'false'), undefined);
});
