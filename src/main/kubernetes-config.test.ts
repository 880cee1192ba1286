import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kubernetesConfig } from './kubernetes-config.ts';

const config = (more: object = {}, engine: string | undefined = 'kubernetes') =>
  kubernetesConfig(engine, { pull: 'absent', ...more }, {});

test('nothing said: pods with addresses of their own, GPUs by their usual name, silent nodes lost after five minutes', () => {
  const { network, gpuResource, cpuLimit, lostAfter, namespace } = config()!;
  assert.deepEqual([network, gpuResource, cpuLimit, namespace], ['pod', 'nvidia.com/gpu', false, undefined]);
  assert.equal(lostAfter, 300);
});

test('what is for a cluster is refused with another engine, and nothing is configured there', () => {
  assert.equal(config({}, 'docker'), undefined);
  assert.equal(kubernetesConfig(undefined, { pull: 'absent' }, {}), undefined);
  assert.throws(
    () => config({ nodeReserve: 'vcpus=1' }, 'docker'),
    /--node-reserve is for the kubernetes engine/,
  );
});

for (const [flag, value] of [
  ['dockerHost', ['unix:///x']],
  ['efs', ['fs-1=/x']],
  ['allowMounts', '/x'],
  ['capacity', 'vcpus=1,memory=1GiB'],
  ['runAs', 'nobody'],
] as const) {
  test(`${flag} is refused with a cluster, and says what to do instead`, () => {
    assert.throws(() => config({ [flag]: value }), /is for .*: /);
  });
}

test('K-138: what is left to others of each node is vCPUs, memory, or both', () => {
  assert.deepEqual(config({ nodeReserve: 'vcpus=1.5,memory=2GiB' })!.nodeReserve, {
    milliVcpus: 1500,
    memoryMiB: 2048,
    gpus: 0,
  });
  assert.equal(config({ nodeReserve: 'memory=512MiB' })!.nodeReserve!.memoryMiB, 512);
  for (const wrong of ['', 'vcpus=x', 'vcpus=1,vcpus=2', 'memory=1', 'gpus=1'])
    assert.throws(() => config({ nodeReserve: wrong }), /--node-reserve takes/, wrong);
});

test('roles and file systems stand for what the cluster has, each once', () => {
  const { serviceAccounts, volumeClaims } = config({
    serviceAccount: ['arn:aws:iam::1:role/r=runner'],
    volumeClaim: ['fs-1=shared', 'fs-2=more'],
  })!;
  assert.deepEqual([...serviceAccounts], [['arn:aws:iam::1:role/r', 'runner']]);
  assert.equal(volumeClaims.get('fs-2'), 'more');
  assert.throws(() => config({ volumeClaim: ['fs-1=a', 'fs-1=b'] }), /names fs-1 twice/);
  assert.throws(() => config({ volumeClaim: ['fs-1'] }), /takes fs-…=CLAIM/);
});

test('K-066: --host-lost-after holds for nodes, too', () => {
  assert.equal(config({ hostLostAfter: 'never' })!.lostAfter, 'never');
  assert.throws(() => config({ hostLostAfter: '3' }), /10 at least/);
});

test('pods have their own network or the node’s, unless that is refused', () => {
  assert.equal(config({ network: 'host' })!.network, 'host');
  assert.throws(() => config({ network: 'bridge' }), /pod or host/);
  assert.throws(() => config({ network: 'host', refuse: 'host-network' }), /contradict/);
});

test('a namespace’s name is one', () => {
  assert.equal(config({ namespace: 'jobs' })!.namespace, 'jobs');
  assert.throws(() => config({ namespace: 'Jobs' }), /--namespace takes a name/);
});
