import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type ForeignPod, foreignPodOf } from './foreign-pod.ts';
import { ForeignSums, NO_FOREIGN } from './foreign-sums.ts';

const GPU = 'nvidia.com/gpu';
const asking = (cpu: string, memory: string, more: object = {}) => ({
  resources: { requests: { cpu, memory } },
  ...more,
});
const pod = (spec: object, phase = 'Running') => ({
  metadata: { uid: 'u' },
  spec: { nodeName: 'n', ...spec },
  status: { phase },
});
const SEEN_BY = { dataId: 'd', gpuResource: GPU };
const asksOf = (spec: object) => foreignPodOf(pod(spec), SEEN_BY)?.asks;
const MIB = 2 ** 20;

for (const [what, spec, milliVcpus, mebibytes] of [
  ['two containers ask together', { containers: [asking('100m', '64Mi'), asking('1', '1Gi')] }, 1100, 1088],
  ['nothing is asked', { containers: [{}, { resources: {} }] }, 0, 0],
  [
    'an init container asks for more of one thing',
    { initContainers: [asking('2', '16Mi')], containers: [asking('500m', '64Mi')] },
    2000,
    64,
  ],
  [
    'a sidecar stands beside all that comes after it',
    {
      initContainers: [
        asking('1', '8Mi'),
        asking('200m', '32Mi', { restartPolicy: 'Always' }),
        asking('1', '8Mi'),
      ],
      containers: [asking('500m', '64Mi')],
    },
    1200,
    96,
  ],
  [
    'an overhead comes on top',
    { overhead: { cpu: '250m', memory: '120Mi' }, containers: [asking('1', '8Mi')] },
    1250,
    128,
  ],
  [
    'the pod asks itself for memory',
    { resources: { requests: { memory: '1Gi' } }, containers: [asking('100m', '8Mi')] },
    100,
    1024,
  ],
  ['it asks for less than a thousandth', { containers: [asking('1u', '1')] }, 1, 1 / MIB],
] as const)
  test(`K-137: ${what}`, () =>
    assert.deepEqual(asksOf(spec), { milliVcpus, bytes: mebibytes * MIB, gpus: 0 }));

test('K-137: GPUs are those of the resource that the operator names', () => {
  const requests = { requests: { [GPU]: '2', 'other.com/gpu': '4' } };
  assert.equal(asksOf({ containers: [{ resources: requests }] })?.gpus, 2);
});

test('K-137: what is over or bound to no node counts nothing', () => {
  const containers = [asking('1', '1Gi')];
  for (const phase of ['Succeeded', 'Failed'])
    assert.equal(foreignPodOf(pod({ containers }, phase), SEEN_BY), undefined);
  assert.equal(foreignPodOf(pod({ containers, nodeName: undefined }), SEEN_BY), undefined);
  for (const nothing of [undefined, {}, { metadata: { uid: 'u' } }, 'x'])
    assert.equal(foreignPodOf(nothing, SEEN_BY), undefined);
});

test('K-137: a pod of ours is no foreign one, one of another server is', () => {
  const { metadata, ...rest } = pod({ containers: [asking('1', '1Gi')] });
  const of = (data: string) =>
    foreignPodOf({ ...rest, metadata: { ...metadata, labels: { 'longshore.dev/data': data } } }, SEEN_BY);
  assert.equal(of('d'), undefined);
  assert.equal(of('e')?.asks.milliVcpus, 1000);
});

const anyPod = fc.record({
  uid: fc.constantFrom('a', 'b', 'c', 'd'),
  nodeName: fc.constantFrom('n', 'm'),
  asks: fc.record({ milliVcpus: fc.nat(9999), bytes: fc.nat(2 ** 40), gpus: fc.nat(4) }),
});

test('property: K-137: whatever comes and goes, a node’s sum is that of the pods that are there', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(anyPod, fc.constantFrom('a', 'b', 'c', 'd'))), (events) => {
      const sums = new ForeignSums();
      const there = new Map<string, ForeignPod>();
      for (const event of events) {
        if (typeof event === 'string') {
          assert.equal(sums.remove(event), there.get(event)?.nodeName);
          there.delete(event);
        } else {
          sums.put(event);
          there.set(event.uid, event);
        }
      }
      for (const name of ['n', 'm']) {
        const pods = [...there.values()].filter(({ nodeName }) => nodeName === name);
        const sum = (of: (pod: ForeignPod) => number) => pods.reduce((all, one) => all + of(one), 0);
        const asks = {
          milliVcpus: sum((one) => one.asks.milliVcpus),
          bytes: sum((one) => one.asks.bytes),
          gpus: sum((one) => one.asks.gpus),
        };
        assert.deepEqual(sums.on(name), pods.length === 0 ? NO_FOREIGN : { asks, pods: pods.length });
      }
    }),
  );
});
