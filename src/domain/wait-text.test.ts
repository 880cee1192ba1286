import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  ALL_INVALID,
  BEYOND_MAXIMUM,
  BEYOND_TYPES,
  describeResources,
  listed,
  noCapacity,
  placeInLine,
} from './wait-text.ts';

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

for (const [ahead, text] of [
  [0, '1st in queue q'],
  [1, '2nd in queue q'],
  [2, '3rd in queue q'],
  [3, '4th in queue q'],
  [9, '10th in queue q'],
  [10, '11th in queue q'],
  [12, '13th in queue q'],
  [13, '14th in queue q'],
  [20, '21st in queue q'],
  [110, '111th in queue q'],
  [1000, '1001st in queue q'],
  [1001, 'more than 1,000 ahead in queue q'],
] as const) {
  test(`with ${ahead} ahead a job is told its place: ${text}`, () =>
    assert.equal(placeInLine(ahead, 'q'), text));
}

test('E-171 E-172 E-173: the service’s own reasons, word by word', () => {
  assert.deepEqual(
    [noCapacity('c5.large'), BEYOND_MAXIMUM, BEYOND_TYPES].map(
      ({ code, sentence }) => `${code} - ${sentence}`,
    ),
    [
      'CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY - Service cannot fulfill the capacity requested for instance type [c5.large]',
      'MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE - CE(s) associated with the job queue cannot meet the CPU requirement of the job.',
      'MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT - The job resource requirement (vCPU/memory/GPU) is higher than that can be met by the CE(s) attached to the job queue.',
    ],
  );
});

test('E-176: that no environment is valid has words of the service too', () => {
  assert.deepEqual(ALL_INVALID, {
    code: 'ACTION_REQUIRED',
    sentence: 'CE(s) associated with the job queue are invalid.',
  });
});
