import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cpu } from '../../test/support/scheduler.ts';
import { machineOf } from '../domain/host.ts';
import { offersOf } from '../domain/instance-offers.ts';
import { ranked, typesFor } from './choose-type.ts';

const POOL = { ...cpu(64, 500_000), gpus: 8 };
const names = (types: string[], asks = cpu(1), waiting = 1, pool = POOL) =>
  ranked(offersOf(types), asks, waiting, [machineOf(pool)]).map((offer) => offer.type);

test('E-151: the fewest vCPUs for all that wait, though one instance has more of them', () => {
  const asks = cpu(1, 5_000);
  assert.deepEqual(names(['c5.xlarge', 'c5.2xlarge'], asks, 1), ['c5.xlarge', 'c5.2xlarge']);
  assert.deepEqual(names(['c5.xlarge', 'c5.2xlarge'], asks, 3), ['c5.2xlarge', 'c5.xlarge']);
});

test('E-151: one that waits alone is launched for alone', () => {
  assert.deepEqual(names(['m5.large', 'c5.xlarge'], cpu(2), 1), ['m5.large', 'c5.xlarge']);
  assert.deepEqual(names(['m5.large', 'c5.xlarge'], cpu(2), 2), ['c5.xlarge', 'm5.large']);
});

test('E-151: of as many vCPUs the cheapest, then the smallest', () => {
  assert.deepEqual(names(['r5.large', 'm5.large', 'c5.large']), ['c5.large', 'm5.large', 'r5.large']);
  assert.deepEqual(names(['c5.xlarge', 'c5.large'], cpu(1), 4), ['c5.large', 'c5.xlarge']);
});

test('E-153 T-398: a bundle launches the family that suits the job’s memory per vCPU', () => {
  for (const bundle of ['optimal', 'default_x86_64']) {
    assert.match(names([bundle], cpu(1, 1_900))[0]!, /^c6i/);
    assert.match(names([bundle], cpu(1, 3_000))[0]!, /^m6i/);
    assert.match(names([bundle], cpu(1, 5_000))[0]!, /^r6i/);
  }
  assert.match(names(['default_arm64'], cpu(1, 3_000))[0]!, /^m6g/);
});

const inOrder = (types: string[], asks = cpu(1)) =>
  ranked(offersOf(types, true), asks, 1, [machineOf({ ...cpu(128, 1_000_000), gpus: 8 })]).map(
    (offer) => offer.type,
  );

test('T-396: an ordered strategy tries what stands first in the list, however dear or large, even with GPUs', () => {
  assert.deepEqual(inOrder(['r5.2xlarge', 'c5.large', 'm5.large']), ['r5.2xlarge', 'c5.large', 'm5.large']);
  assert.deepEqual(inOrder(['p2.xlarge', 'c5.large']), ['p2.xlarge', 'c5.large']);
  assert.deepEqual(inOrder(['c5.large', 'm5.large'], cpu(1, 5_000)), ['m5.large']);
});

test('T-396: a family stands for its types, as they suit; a type named by itself keeps its own place', () => {
  assert.deepEqual(inOrder(['m5', 'c5.large']).slice(0, 2), ['m5.large', 'm5.xlarge']);
  assert.equal(inOrder(['m5', 'c5.large']).at(-1), 'c5.large');
  const named = inOrder(['c5.large', 'm5', 'm5.large']);
  assert.equal(named[0], 'c5.large');
  assert.equal(named[1], 'm5.xlarge');
  assert.equal(named.at(-1), 'm5.large');
  assert.equal(inOrder(['m5.xlarge', 'm5'])[0], 'm5.xlarge');
});

test('E-163: a type with GPUs comes after all others, unless they are asked for', () => {
  assert.deepEqual(names(['p2.xlarge', 'r5.2xlarge']), ['r5.2xlarge', 'p2.xlarge']);
  assert.deepEqual(names(['p2.xlarge', 'r5.2xlarge'], { ...cpu(1), gpus: 1 }), ['p2.xlarge']);
  const two = { ...cpu(1), gpus: 2 };
  assert.deepEqual(names(['p3.8xlarge', 'p3.16xlarge'], two, 4, { ...cpu(64, 800_000), gpus: 8 }), [
    'p3.8xlarge',
    'p3.16xlarge',
  ]);
});

test('a type with more vCPUs than the pool comes last', () => {
  assert.deepEqual(names(['c5.4xlarge', 'r5.2xlarge'], cpu(1), 16, cpu(8, 100_000)), [
    'r5.2xlarge',
    'c5.4xlarge',
  ]);
});

test('E-160: a type holds what has room in all of it; the pool must have its memory', () => {
  const held = (asks = cpu(1), pool = POOL) =>
    typesFor(offersOf(['c5.large', 'c5.xlarge']), asks, [machineOf(pool)]).map((offer) => offer.type);
  assert.deepEqual(held(cpu(2, 3_000)), ['c5.large', 'c5.xlarge']);
  assert.deepEqual(held(cpu(3, 3_000)), ['c5.xlarge']);
  assert.deepEqual(held(cpu(1, 5_000)), ['c5.xlarge']);
  assert.deepEqual(held({ ...cpu(1), gpus: 1 }), []);
  assert.deepEqual(held(cpu(1), cpu(1, 5_000)), ['c5.large']);
});

test('E-164: nobody holds a job that asks for a type’s nominal memory, some of which is the instance’s own', () => {
  assert.deepEqual(names(['c5.large'], cpu(1, 4096)), []);
  assert.deepEqual(names(['c5.large'], cpu(1, 3961)), ['c5.large']);
});
