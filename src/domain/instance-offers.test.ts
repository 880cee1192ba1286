import assert from 'node:assert/strict';
import { test } from 'node:test';
import { offersOf, suitFor } from './instance-offers.ts';

const offer = (type: string) => offersOf([type])[0]!;
const dearerThan = (...types: string[]): boolean =>
  types.every((type, i) => i === 0 || offer(types[i - 1]!).price < offer(type).price);

test('E-152: at one size the families have the order of their prices', () => {
  assert.ok(dearerThan('c6g.large', 'c5a.large', 'c5.large', 'c4.large'));
  assert.equal(offer('c6i.large').price, offer('c5.large').price);
  assert.ok(dearerThan('m6g.large', 'm5.large', 'm4.large'));
  assert.equal(offer('m6i.large').price, offer('m5.large').price);
  assert.ok(dearerThan('r5.large', 'r4.large'));
  assert.ok(dearerThan('c6i.large', 'c7i.large', 'm6i.large', 'r6i.large'));
  assert.equal(offer('r6i.large').price, offer('r5.large').price);
});

test('E-152: within a family a larger size costs more, in step with its vCPUs', () => {
  assert.equal(offer('c5.2xlarge').price, 4 * offer('c5.large').price);
});

test('E-152: a family without a known price stands with its like, arm below, GPUs above', () => {
  assert.equal(offer('c3.large').price, offer('c5.large').price);
  assert.equal(offer('r3.large').price, offer('r5.large').price);
  assert.ok(offer('g3.4xlarge').price / 16 > offer('r5.large').price / 2);
  assert.ok(dearerThan('a1.large', 'd2.xlarge'));
});

test('E-165: an offer has its vCPUs, what jobs may have of its memory, and its GPUs', () => {
  assert.deepEqual(offer('c4.large').size, { milliVcpus: 2000, memoryMiB: 3712, gpus: 0 });
  assert.equal(offer('p3.8xlarge').size.gpus, 4);
});

test('E-153: only optimal chooses a family by what suits', () => {
  assert.ok(offersOf(['optimal']).every(({ suits }) => suits !== undefined));
  assert.equal('suits' in offer('c5.large'), false);
});

for (const [memoryMiB, milliVcpus, suits] of [
  [1920, 1000, 'C'],
  [1921, 1000, 'M'],
  [3840, 2000, 'C'],
  [4096, 1000, 'M'],
  [4097, 1000, 'R'],
  [480, 250, 'C'],
] as const) {
  test(`E-153: ${memoryMiB} MiB with ${milliVcpus} thousandths of a vCPU suit ${suits}`, () =>
    assert.equal(suitFor({ milliVcpus, memoryMiB, gpus: 0 }), suits));
}

test('an unknown type is offered by nobody', () => assert.deepEqual(offersOf(['c4', 'c4.huge']), []));
