import assert from 'node:assert/strict';
import { test } from 'node:test';
import { healthText } from './environment-setup.ts';

const POOL = { milliVcpus: 16_000, memoryMiB: 64_000, gpus: 0 };

for (const [desired, running, text] of [
  [12, 4_000, 'ComputeEnvironment Healthy'],
  [40, 4_000, 'wants 40 vCPUs, the pool has 16'],
  [40, 40_000, 'ComputeEnvironment Healthy'],
] as const) {
  test(`what wants ${desired} vCPUs of a pool of 16 and has ${running / 1000} says: ${text}`, () => {
    assert.equal(healthText(null, desired, running, POOL), text);
  });
}
