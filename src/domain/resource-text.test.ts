import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeResources, listed } from './resource-text.ts';

const r = (milliVcpus: number, memoryMiB: number, gpus = 0) => ({ milliVcpus, memoryMiB, gpus });

for (const [resources, text] of [
  [r(1000, 512), '1 vCPU and 512 MiB'],
  [r(250, 1023), '0.25 vCPUs and 1023 MiB'],
  [r(2000, 1024), '2 vCPUs and 1 GiB'],
  [r(16_000, 32_768, 1), '16 vCPUs, 32 GiB and 1 GPU'],
  [r(4000, 1536, 2), '4 vCPUs, 1.5 GiB and 2 GPUs'],
  [r(4000, 1537), '4 vCPUs and 1537 MiB'],
] as const) {
  test(`resources are told as "${text}"`, () => assert.equal(describeResources(resources), text));
}

for (const [parts, text] of [
  [[], ''],
  [['a'], 'a'],
  [['a', 'b'], 'a and b'],
  [['a', 'b', 'c'], 'a, b and c'],
] as const) {
  test(`${parts.length} things are listed as "${text}"`, () => assert.equal(listed(parts), text));
}
