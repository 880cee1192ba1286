import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type HostView, machineOf, takes } from '../domain/host.ts';
import { sumsOf } from './host-sums.ts';

const host = (vcpus: number, foreign: number, cpuIsWeight: boolean): HostView => ({
  ...machineOf({ milliVcpus: vcpus * 1000, memoryMiB: 1, gpus: 0 }),
  foreign: { milliVcpus: foreign * 1000, memoryMiB: 0, gpus: 0 },
  cpuIsWeight,
});

test('the least that a task takes of any host is what it asks, or the bound of those where CPU is a weight', () => {
  for (const hosts of [
    [host(4, 0, true), host(2, 0, false)],
    [host(4, 3, true), host(8, 0, true)],
    [host(4, 4, true), host(1, 0, false)],
  ]) {
    for (const vcpus of [0.25, 1, 2, 6, 16]) {
      const asks = { milliVcpus: vcpus * 1000, memoryMiB: 1, gpus: 0 };
      const least = Math.min(...hosts.map((one) => takes(asks, one).milliVcpus));
      assert.equal(Math.min(asks.milliVcpus, sumsOf(hosts).leastBound), least);
    }
  }
});

test('hosts together; none are nothing', () => {
  const { total } = sumsOf([host(4, 1, true), host(2, 0, false)]);
  assert.equal(total, 6000);
  assert.equal(sumsOf([]).total, 0);
});
