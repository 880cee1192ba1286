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

test('E-153: optimal launches the family that suits the job’s memory per vCPU', () => {
  assert.match(names(['optimal'], cpu(1, 1_900))[0]!, /^c5/);
  assert.match(names(['optimal'], cpu(1, 3_000))[0]!, /^m5/);
  assert.match(names(['optimal'], cpu(1, 5_000))[0]!, /^r5/);
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
