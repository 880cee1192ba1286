import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cpu } from '../../test/support/scheduler.ts';
import { machineOf } from '../domain/host.ts';
import { offersOf } from '../domain/instance-offers.ts';
import { ranked } from './choose-type.ts';

const POOL = cpu(256, 2_000_000);
const best = (types: readonly string[], asks = cpu(1), waiting = 1, pool = POOL) =>
  ranked(offersOf(types), asks, waiting, [machineOf(pool)])[0]?.type;

test('E-151: the fewest vCPUs for all that wait, then the smallest', () => {
  assert.equal(best(['c5']), 'c5.large');
  assert.equal(best(['c5'], cpu(3), 1), 'c5.xlarge');
  assert.equal(best(['c5'], cpu(3), 3), 'c5.xlarge');
  assert.equal(best(['c5'], cpu(3), 5), 'c5.4xlarge');
  assert.equal(best(['c5'], cpu(1, 60_000), 1), 'c5.9xlarge', 'it holds the memory');
});

test('E-151: memory counts: the type that holds two is better than two that hold one each', () => {
  assert.equal(best(['c5', 'm5'], cpu(1, 3000), 2), 'm5.large');
});

test('E-152: families stand in the order of their prices, sizes of one in proportion to vCPUs', () => {
  const order = (families: string[]) => {
    const offers = offersOf(families.map((family) => `${family}.large`));
    return [...offers].sort((a, b) => a.price - b.price).map((o) => o.type.split('.')[0]);
  };
  assert.deepEqual(order(['c4', 'c5', 'c5a', 'c6g']), ['c6g', 'c5a', 'c5', 'c4']);
  assert.deepEqual(order(['m4', 'm5', 'm6g']), ['m6g', 'm5', 'm4']);
  assert.deepEqual(order(['r4', 'r5']), ['r5', 'r4']);
  const price = (type: string) => offersOf([type])[0]!.price;
  assert.equal(price('c5.large'), price('c6i.large'));
  assert.equal(price('m5.large'), price('m6i.large'));
  assert.equal(price('r5.large'), price('r6i.large'));
  assert.equal(price('c5.4xlarge'), 8 * price('c5.large'));
  assert.equal(best(['c4.large', 'c5.large']), 'c5.large');
});

test('E-153: `optimal` takes C up to 1920 MiB per vCPU, M up to 4096, else R', () => {
  assert.match(best(['optimal'], cpu(1, 1920))!, /^c/);
  assert.match(best(['optimal'], cpu(1, 1921))!, /^m/);
  assert.match(best(['optimal'], cpu(1, 4096))!, /^m/);
  assert.match(best(['optimal'], cpu(1, 4097))!, /^r/);
});

test('E-164: a job that asks for a type’s nominal memory never fits it', () => {
  assert.equal(best(['c5.xlarge'], cpu(1, 8192)), undefined);
  assert.equal(best(['c5.xlarge'], cpu(1, 7955)), 'c5.xlarge', 'E-165');
});

test('a type with no more vCPUs than the pool comes before one with more; without room for its memory none comes', () => {
  assert.equal(best(['c5'], cpu(3), 5, cpu(8, 64_000)), 'c5.xlarge');
  assert.equal(best(['c5.4xlarge'], cpu(3), 1, cpu(8, 64_000)), 'c5.4xlarge');
  assert.equal(best(['c5.4xlarge'], cpu(3), 1, cpu(8, 16_000)), undefined);
});
