import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type HostView, machineOf } from './host.ts';
import { faultOf, healthOfWhole, hostsFor } from './whole-hosts.ts';

const host = (id: string, more: Partial<HostView> = {}): HostView => ({
  ...machineOf({ milliVcpus: 2000, memoryMiB: 4000, gpus: 0 }),
  ...{ id, name: id },
  ...more,
});
const HOSTS = [
  host('c5', { type: 'c5.xlarge' }),
  host('m6i', { type: 'm6i.large', isSpot: true }),
  host('bare'),
  host('home', { type: 'k3s' }),
  host('gcp', { type: 'n2-standard-4' }),
];

const named = (instanceTypes: readonly string[], type = 'EC2') =>
  hostsFor({ type, instanceTypes }, HOSTS)?.map(({ id }) => id);

test('K-144: nodes of the named types, by size, family or bundle, and those whose label names none of EC2', () => {
  assert.deepEqual(named(['c5.xlarge']), ['c5', 'bare', 'home', 'gcp']);
  assert.deepEqual(named(['c5.large']), ['bare', 'home', 'gcp']);
  assert.deepEqual(named(['c5', 'm6i']), ['c5', 'm6i', 'bare', 'home', 'gcp']);
  assert.deepEqual(named(['optimal']), ['m6i', 'bare', 'home', 'gcp']);
  assert.equal(hostsFor({ type: 'FARGATE' }, HOSTS), undefined, 'any');
});

test('K-145: SPOT has nodes of Spot capacity alone, and none makes it INVALID', () => {
  assert.deepEqual(named(['c5', 'm6i'], 'SPOT'), ['m6i']);
  assert.deepEqual(
    hostsFor({ type: 'FARGATE_SPOT' }, HOSTS)?.map(({ id }) => id),
    ['m6i'],
  );
  const fault = (type: string, hosts = HOSTS) => faultOf({ type }, hosts);
  assert.deepEqual([fault('SPOT'), fault('EC2'), fault('EC2', [])], [undefined, undefined, undefined]);
  assert.equal(fault('SPOT', [HOSTS[0]!]), 'no node is of Spot capacity');
  assert.equal(fault('FARGATE_SPOT', []), 'no node is of Spot capacity');
});

test('K-144: an environment none of whose types is there says so', () => {
  const health = (...instanceTypes: string[]) => healthOfWhole({ type: 'EC2', instanceTypes }, [HOSTS[0]!]);
  assert.equal(health('c5'), 'ComputeEnvironment Healthy');
  assert.equal(health('c5.large', 'm5'), 'no node is of its types: c5.large, m5');
});
