import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ContainerSpec, resourcesOf } from './container.ts';

const asks = (more: Partial<ContainerSpec>) =>
  resourcesOf({ resourceRequirements: [], ...more } as unknown as ContainerSpec);
const requirement = (type: string, value: string) => ({ type, value });

test('E-160: a container asks what its older members say', () => {
  assert.deepEqual(asks({ vcpus: 3, memory: 512 }), { milliVcpus: 3000, memoryMiB: 512, gpus: 0 });
});

test('E-160 J-108: its requirements say it instead, in parts of a vCPU and with GPUs', () => {
  const resourceRequirements = [
    requirement('VCPU', '0.25'),
    requirement('MEMORY', '64'),
    requirement('GPU', '2'),
  ];
  assert.deepEqual(asks({ vcpus: 3, memory: 512, resourceRequirements }), {
    milliVcpus: 250,
    memoryMiB: 64,
    gpus: 2,
  });
});

test('S-277 S-284: one that says nothing asks the least there may be', () => {
  assert.deepEqual(asks({}), { milliVcpus: 1000, memoryMiB: 4, gpus: 0 });
});
