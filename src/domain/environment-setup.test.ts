import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ComputeResources } from './environment-rules.ts';
import { type Health, healthText } from './environment-setup.ts';
import { machineOf } from './host.ts';

const POOL = { milliVcpus: 16_000, memoryMiB: 64_000, gpus: 0 };

const health = (more: Partial<Health>): string =>
  healthText({
    resources: null,
    maxVcpus: null,
    desiredVcpus: 0,
    running: 0,
    hosts: [machineOf(POOL)],
    hasNoGpus: false,
    ...more,
  });

for (const [desired, running, text] of [
  [12, 4_000, 'ComputeEnvironment Healthy'],
  [40, 4_000, 'wants 40 vCPUs, the pool has 16'],
  [40, 40_000, 'ComputeEnvironment Healthy'],
] as const) {
  test(`what wants ${desired} vCPUs of a pool of 16 and has ${running / 1000} says: ${text}`, () => {
    assert.equal(health({ desiredVcpus: desired, running }), text);
  });
}

const GPU_TYPES = { type: 'EC2', instanceTypes: ['g4dn.xlarge'] } as ComputeResources;

test('types with GPUs fit a pool with as many, or any with an engine that carves them without', () => {
  const told = 'no instance type of it fits the pool, which has 16 vCPUs, 62.5 GiB and 0 GPUs';
  assert.equal(health({ resources: GPU_TYPES }), told);
  assert.equal(
    health({ resources: GPU_TYPES, hosts: [machineOf({ ...POOL, gpus: 1 })] }),
    'ComputeEnvironment Healthy',
  );
  assert.equal(health({ resources: GPU_TYPES, hasNoGpus: true }), 'ComputeEnvironment Healthy');
  assert.match(
    health({ resources: GPU_TYPES, hasNoGpus: true, hosts: [machineOf({ ...POOL, memoryMiB: 1024 })] }),
    /^no instance type of it fits the pool, which has 16 vCPUs and 1 GiB$/,
  );
});

test('where no host is there, nothing fits, and nothing fails: the nodes of a cluster may all be gone', () => {
  const told = 'no instance type of it fits a host: there is none';
  assert.equal(health({ resources: GPU_TYPES, hosts: [] }), told);
  assert.equal(health({ hosts: [] }), 'ComputeEnvironment Healthy');
});

const SPOT = { type: 'SPOT', bidPercentage: 60, instanceTypes: ['c5.large'] } as ComputeResources;

for (const [bid, text] of [
  [0, 'its bid of 0% can never win: Spot capacity costs 10% of on-demand at the least'],
  [10, 'its bid of 10% can never win: Spot capacity costs 10% of on-demand at the least'],
  [11, 'ComputeEnvironment Healthy'],
] as const) {
  test(`E-169: a bid of ${bid}% says: ${text}`, () => {
    assert.equal(health({ resources: { ...SPOT, bidPercentage: bid } }), text);
  });
}

for (const [more, max, text] of [
  [{ instanceTypes: ['c5.xlarge', 'c5.2xlarge'] }, 4, 'ComputeEnvironment Healthy'],
  [
    { instanceTypes: ['c5.2xlarge', 'c5.xlarge'] },
    3,
    'its maxvCpus is 3, the smallest instance type of it that fits the pool has 4 vCPUs',
  ],
  [{ allocationStrategy: 'BEST_FIT_PROGRESSIVE' }, 1, 'ComputeEnvironment Healthy'],
  [{ type: 'SPOT' }, 1, 'ComputeEnvironment Healthy'],
  [{ type: 'SPOT' }, 0, 'its maxvCpus is 0, the smallest instance type of it that fits the pool has 2 vCPUs'],
] as const) {
  test(`E-138 E-150: ${JSON.stringify(more)} with a maximum of ${max} vCPUs says: ${text}`, () => {
    const resources = { type: 'EC2', instanceTypes: ['c5.large'], ...more } as ComputeResources;
    assert.equal(health({ resources, maxVcpus: max }), text);
  });
}

for (const [resources, free, spotPrice, text] of [
  [{ ...SPOT, type: 'EC2' }, 2, 100, 'ComputeEnvironment Healthy'],
  [{ ...SPOT, type: 'EC2' }, 1, 100, 'wants 4 vCPUs, has 2: the pool has 1 vCPU and 62.5 GiB free'],
  [SPOT, 2, 59, 'ComputeEnvironment Healthy'],
  [SPOT, 2, 60, 'wants 4 vCPUs, has 2: Spot capacity costs 60% of on-demand and its bid is 60%'],
  [SPOT, 2, undefined, 'ComputeEnvironment Healthy'],
] as const) {
  test(`a minimum of 4 vCPUs in ${resources.type} with ${free} free, Spot at ${spotPrice}%, says: ${text}`, () => {
    const lacks = {
      minVcpus: 4,
      free: [{ host: machineOf(POOL), free: { ...POOL, milliVcpus: free * 1000 } }],
      spotPrice,
    };
    assert.equal(
      health({ resources: resources as ComputeResources, running: 2000, desiredVcpus: 4, lacks }),
      text,
    );
  });
}
