import assert from 'node:assert/strict';
import { test } from 'node:test';
import { machineOf } from './host.ts';
import { freeAmount, freeText } from './host-text.ts';

const size = { milliVcpus: 4000, memoryMiB: 4096, gpus: 0 };
const host = (name: string, vcpus: number, open = true) => ({
  host: { ...machineOf(size), name, open },
  free: { ...size, milliVcpus: vcpus * 1000 },
});

test('what is free is told of the pool, of the host with most of it, and of none', () => {
  assert.equal(freeText([host('a', 2)], false), 'the pool has 2 vCPUs and 4 GiB free');
  const several = [host('a', 4, false), host('b', 2), host('c', 3)];
  assert.equal(freeText(several, false), 'host c has 3 vCPUs and 4 GiB free, the most of 2 that are open');
  assert.equal(freeText([], false), 'there is no host');
  assert.equal(freeAmount([], true), '0 vCPUs, 0 MiB and 0 GPUs');
});
