import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HOST } from './instance.ts';
import { shownType } from './instance-shown.ts';

const GIB = 1024;

for (const [vcpus, memoryMiB, gpus, name] of [
  [2, 24_105, 0, 'r5.large'],
  [2, 8 * GIB, 0, 'm5.large'],
  [2, 7 * GIB, 0, 'c5.large'],
  [1, 3 * GIB, 0, 't2.small'],
  [3, 100 * GIB, 0, 'r5.large'],
  [16, 64 * GIB, 0, 'm5.4xlarge'],
  [16, 64 * GIB, 1, 'g4dn.4xlarge'],
  [48, 192 * GIB, 4, 'g4dn.12xlarge'],
  [2, 8 * GIB, 1, 'm5.large'],
  [1000, 10_000 * GIB, 0, 'r5.24xlarge'],
  [1, 100, 0, 't2.nano'],
] as const) {
  test(`W-111: a machine of ${vcpus} vCPUs, ${memoryMiB} MiB and ${gpus} GPUs is told as ${name}`, () => {
    assert.equal(shownType({ type: HOST, size: { milliVcpus: vcpus * 1000, memoryMiB, gpus } }), name);
  });
}

test('W-111: every other instance is of its own type', () => {
  assert.equal(shownType({ type: 'c4.large', size: { milliVcpus: 1, memoryMiB: 1, gpus: 0 } }), 'c4.large');
});
