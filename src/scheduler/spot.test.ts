import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  after,
  cpu,
  host,
  instanceOf,
  kinds,
  launched,
  own,
  queue,
  running,
  type SomeSnapshot,
  snapshot,
  spot,
} from '../../test/support/scheduler.ts';
import { plan } from './plan.ts';
import type { Plan } from './snapshot.ts';
import { priceOf } from './spot.ts';

for (const [vcpus, memoryMiB, price] of [
  [0, 0, 10],
  [4, 0, 55],
  [0, 500, 55],
  [4, 750, 78],
  [8, 1000, 100],
  [80, 0, 100],
] as const) {
  test(`E-169: ${vcpus} of 8 vCPUs and ${memoryMiB} of 1000 MiB on demand make ${price}%`, () =>
    assert.equal(priceOf(cpu(8, 1000), cpu(vcpus, memoryMiB)), price));
}

const ENVIRONMENTS = [spot(1, ['c5.large']), launched(2, ['c5.large'], { max: 4 })];
const price = (more: SomeSnapshot) =>
  plan(snapshot({ pool: cpu(8, 64_000), environments: ENVIRONMENTS, ...more })).spotPrice;

test('E-169: what waits for capacity on demand counts as far as its environment may grow, what waits for Spot does not', () => {
  assert.equal(price({ queues: [queue(1, [2], [cpu(1), [1, 2]])] }), 33);
  assert.equal(price({ queues: [queue(1, [2], [cpu(1), [1, 2, 3, 4, 5, 6, 7, 8]])] }), 55);
  assert.equal(price({ queues: [queue(1, [1], [cpu(1), [1, 2]])] }), 10);
  const off = ENVIRONMENTS.map((environment) => ({ ...environment, enabled: false }));
  assert.equal(price({ environments: off, queues: [queue(1, [2], [cpu(1), [1, 2]])] }), 10);
});

test('E-169: what is wanted beyond the growth by a part of a job takes nothing from what was counted', () => {
  const environments = [spot(1, ['c5.large']), launched(2, ['c5.xlarge'], { max: 4 })];
  const queues = [queue(1, [2], [cpu(3), [1, 2]], [cpu(1), [3]])];
  assert.equal(price({ environments, queues }), 78);
});

test('E-169: what can never run in any of them counts for nothing', () => {
  assert.equal(price({ queues: [queue(1, [2], [cpu(3), [1]])] }), 10);
});

test('E-169 E-141: a multi-node job counts for the first environment that takes nodes, not for those it will never come to', () => {
  const environments = [...ENVIRONMENTS, launched(3, ['c5.large'], { max: 1 })];
  const job = (order: number[]) => ({
    ...queue(1, order, [cpu(1), [1]]),
    shapes: [
      {
        id: 1,
        jobGroup: 0,
        heads: [{ seq: 1, rank: 1 }],
        waiting: 1,
        groups: [{ asks: cpu(1), count: 2, nodes: true as const }],
      },
    ],
  });
  assert.equal(price({ environments, queues: [job([3, 2])] }), 10);
  assert.equal(price({ environments, queues: [job([2, 3])] }), 33);
});

test('E-169: instances on demand count while they have a task, those of Spot never', () => {
  const instances = [instanceOf('a', 1, 'c5.large'), instanceOf('b', 2, 'c5.large')];
  assert.equal(price({ instances, running: [running('a', cpu(1), 1)] }), 10);
  assert.equal(price({ instances, running: [running('b', cpu(1), 2)] }), 33);
});

test('E-169: of the machine itself its tasks count, not all of it', () => {
  const environments = [spot(1, ['c5.large']), own(3)];
  const instances = [host(3, cpu(8, 64_000))];
  assert.equal(price({ environments, instances, running: [running('h', cpu(4), 3)] }), 55);
});

test('E-168: work on demand takes back what Spot holds before it waits for its like', () => {
  const s = snapshot({
    pool: cpu(4, 64_000),
    environments: [launched(1, ['c5.large']), spot(2, ['c5.large'])],
    instances: [instanceOf('a', 1, 'c5.large'), instanceOf('b', 2, 'c5.large')],
    running: [running('a', cpu(2), 1), running('b', cpu(2), 2)],
    queues: [queue(1, [1], [cpu(1), [1]])],
  });
  const made = plan(s);
  assert.deepEqual(made.drains, [{ instance: 'b', reason: 'reclaimed' }]);
  const warned = (p: Plan) =>
    p.waits.map(({ reason: { verdicts } }) => 'warned' in verdicts[0]! && verdicts[0].warned);
  assert.deepEqual(warned(made), [1], 'its reason says so');
  assert.deepEqual(warned(plan(after(s, made))), [1], 'as long as the warning lasts');
});

test('E-138 E-169: a bid that no price is below can never win, which is told apart from one that waits for its price', () => {
  const at = (bid: number, more: SomeSnapshot = {}) => {
    const environments = [spot(1, ['c5.large'], bid), launched(2, ['c5.large'])];
    const { waits, placements } = plan(
      snapshot({
        pool: cpu(4, 64_000),
        environments,
        queues: [queue(1, [1], [cpu(1), [1]])],
        ...more,
      }),
    );
    return waits[0]?.reason.verdicts[0] ?? placements[0]?.environment;
  };
  assert.deepEqual(at(10), { environment: 'e1', kind: 'never-bid', bid: 10 });
  assert.deepEqual(at(0), { environment: 'e1', kind: 'never-bid', bid: 0 });
  assert.equal(at(11), 1);
  const busy = { instances: [instanceOf('b', 2, 'c5.large')], running: [running('b', cpu(2), 2)] };
  assert.deepEqual(at(11, busy), { environment: 'e1', kind: 'price', price: 55, bid: 11 });
});

test('E-169: without an environment of Spot it has no price', () => {
  assert.equal(price({ environments: [launched(2, ['c5.large'])] }), undefined);
});

test('E-150: an environment that may pass its maximum and has reached it says so', () => {
  const at = (max: number) =>
    kinds(
      snapshot({
        pool: cpu(2, 64_000),
        environments: [launched(1, ['c5.large'], { max, mayPassMaximum: true })],
        instances: [instanceOf('a', 1, 'c5.large')],
        running: [running('a', cpu(2), 1)],
        queues: [queue(1, [1], [cpu(2), [1]])],
      }),
    );
  assert.deepEqual([at(2), at(3)], [['maximum'], ['room']]);
});
