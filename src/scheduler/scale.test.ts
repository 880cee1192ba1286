import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  after,
  cpu,
  instanceOf,
  launched,
  placed,
  queue,
  running,
  type SomeSnapshot,
  snapshot,
  spot,
} from '../../test/support/scheduler.ts';
import { machineOf } from '../domain/host.ts';
import { plan } from './plan.ts';
import type { EnvironmentView, Snapshot } from './snapshot.ts';

test('E-149 E-154 E-156: minimums and wishes are launched, what waits is wanted up to the maximum', () => {
  const s = snapshot({
    pool: cpu(16, 64_000),
    environments: [launched(1, ['c5.xlarge'], { max: 32, min: 6, wish: 12 })],
  });
  const made = plan(s);
  assert.deepEqual(
    made.launches.map((l) => l.type),
    ['c5.xlarge', 'c5.xlarge', 'c5.xlarge'],
  );
  assert.deepEqual(made.desired, [{ environment: 1, milliVcpus: 12_000 }]);
  assert.deepEqual(made.wishesOver, [{ environment: 1, shown: false }]);
  const busy = snapshot({
    pool: cpu(4, 64_000),
    environments: [launched(1, ['c5.xlarge'], { max: 8 })],
    queues: [queue(1, [1], [cpu(2), [1, 2, 3, 4, 5, 6]])],
  });
  assert.deepEqual(plan(busy).desired, [{ environment: 1, milliVcpus: 8_000 }]);
});

test('E-154: a minimum that is met to the vCPU launches nothing more', () => {
  const s = snapshot({
    pool: cpu(16, 64_000),
    environments: [launched(1, ['c5.xlarge'], { max: 32, min: 4 })],
  });
  assert.deepEqual(plan(s).launches.length, 1);
  assert.deepEqual(plan({ ...s, instances: [instanceOf('a', 1, 'c5.xlarge')] }).launches, []);
});

const idle = (id: string, environment: number, type = 'c5.large') => ({
  ...instanceOf(id, environment, type),
  graceOver: true,
});

/** What becomes of a wish: what is launched for it, what is wanted, and what is said of its end. */
const wished = (s: Snapshot) => {
  const { launches, desired, wishesOver } = plan(s);
  return [launches.length, desired[0]!.milliVcpus / 1000, wishesOver];
};

test('E-156: a wish has what room there is, once: it ends reached, or where pool, maximum and types allow no more', () => {
  const wish = (environment: EnvironmentView, pool = cpu(8, 32_000), more: SomeSnapshot = {}) =>
    wished(snapshot({ pool, environments: [environment], ...more }));
  const over = [{ environment: 1, shown: false }];
  assert.deepEqual(wish(launched(1, ['c5.large'], { wish: 6 })), [3, 6, over], 'reached');
  assert.deepEqual(
    wish(launched(1, ['c5.large'], { wish: 6 }), cpu(8, 8_000)),
    [2, 4, over],
    'no memory for more',
  );
  assert.deepEqual(
    wish(launched(1, ['c5.xlarge'], { wish: 6, max: 6 })),
    [1, 4, over],
    'no type for the rest',
  );
  const busy = { instances: [instanceOf('a', 1, 'c5.2xlarge')], running: [running('a', cpu(8))] };
  const other = { ...launched(1, ['c5.large'], { wish: 6 }), seq: 2 };
  const crowded = snapshot({ pool: cpu(8, 32_000), environments: [launched(1, ['c5']), other], ...busy });
  assert.deepEqual(plan(crowded).wishesOver, [{ environment: 2, shown: false }]);
  assert.deepEqual(plan(crowded).desired[1], { environment: 2, milliVcpus: 0 });
});

test('S-040 E-156: a wish beyond the pool is launched for once and shown on as it was sent, until the pool holds it', () => {
  const pool = cpu(4, 32_000);
  const first = snapshot({ pool, environments: [launched(1, ['c5.large'], { wish: 48 })] });
  assert.deepEqual(wished(first), [2, 48, [{ environment: 1, shown: true }]]);
  const environments = [launched(1, ['c5.large'], { shown: 48 })];
  const later = snapshot({ pool, environments, instances: [idle('a', 1), idle('b', 1)] });
  assert.deepEqual(wished(later), [0, 48, []]);
  assert.equal(plan(later).retires.length, 2);
  assert.deepEqual(wished({ ...later, hosts: [machineOf(cpu(48, 32_000))] }), [
    0,
    0,
    [{ environment: 1, shown: false }],
  ]);
});

test('E-156: a wish waits while its environment may launch nothing, and keeps no idle instance meanwhile', () => {
  const asks = launched(1, ['c5.large'], { wish: 4 });
  const dear = spot(1, ['c5.large'], 10);
  for (const environment of [
    { ...asks, enabled: false },
    { ...asks, valid: false },
    { ...dear, supply: { ...dear.supply, wishedMilliVcpus: 4000 } as EnvironmentView['supply'] },
  ]) {
    const s = snapshot({ environments: [environment], instances: [idle('a', 1)] });
    assert.deepEqual(wished(s), [0, 4, []]);
    assert.equal(plan(s).retires.length, 1);
  }
});

test('E-156: what a wish brought yields at once to a job elsewhere, and two wishes take nothing from one another', () => {
  const s = snapshot({
    pool: cpu(4, 16_000),
    environments: [launched(1, ['c5.large'], { wish: 48 }), launched(2, ['c5.xlarge'])],
  });
  const next = after(s, plan(s));
  const waiting = { ...next, environments: [launched(1, ['c5.large'], { shown: 48 }), s.environments[1]!] };
  assert.deepEqual(placed({ ...waiting, queues: [queue(1, [2], [cpu(3), [1]])] }), [[1, 2]]);
  const both = [launched(1, ['c5.large'], { wish: 8 }), launched(2, ['c5.large'], { wish: 8 })];
  const made = plan(
    snapshot({ pool: cpu(2, 8_000), environments: both, instances: [instanceOf('a', 1, 'c5.large')] }),
  );
  assert.deepEqual([made.launches, made.retires], [[], []]);
});

test('E-155: an idle instance goes for its GPUs where nothing else is lacking', () => {
  const s = snapshot({
    pool: { ...cpu(16, 200_000), gpus: 1 },
    environments: [launched(1, ['p2.xlarge']), launched(2, ['p2.xlarge'])],
    instances: [instanceOf('a', 1, 'p2.xlarge')],
    queues: [queue(1, [2], [{ ...cpu(1), gpus: 1 }, [1]])],
  });
  const { retires, launches } = plan(s);
  assert.deepEqual(retires, [{ instance: 'a', reason: 'room' }]);
  assert.deepEqual(
    launches.map(({ environment, type }) => [environment, type]),
    [[2, 'p2.xlarge']],
  );
});

test('E-150 E-155: where one instance may pass the maximum, an idle one goes at once when the others have it without that', () => {
  const at = (max: number, mayPassMaximum: boolean) => {
    const s = snapshot({
      pool: cpu(16, 64_000),
      environments: [launched(1, ['c5.large'], { max, mayPassMaximum })],
      instances: ['a', 'b', 'c'].map((id) => instanceOf(id, 1, 'c5.large')),
      running: [running('a', cpu(2)), running('b', cpu(2))],
    });
    return plan(s).retires;
  };
  const gone = [{ instance: 'c', reason: 'maximum' }];
  assert.deepEqual([at(4, true), at(5, true)], [gone, []]);
  assert.deepEqual([at(5, false), at(6, false)], [gone, []]);
});
