import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  cpu,
  instanceOf,
  launched,
  queue,
  running,
  type SomeSnapshot,
  slices,
  snapshot,
} from '../../test/support/scheduler.ts';
import { plan } from './plan.ts';
import type { EnvironmentView } from './snapshot.ts';

const why = (environment: EnvironmentView, asks = cpu(1), more: SomeSnapshot = {}) =>
  plan(
    snapshot({
      pool: cpu(8, 64_000),
      environments: [environment],
      queues: [queue(1, [1], [asks, [1]])],
      ...more,
    }),
  ).waits[0]?.reason.verdicts[0];

test('E-138 E-164: what no type holds is told the most that one has of each', () => {
  assert.deepEqual(why(launched(1, ['c5.large', 'c5.xlarge', 'r5.large']), cpu(5)), {
    environment: 'e1',
    kind: 'never-type',
    largest: { milliVcpus: 4000, memoryMiB: 15_696, gpus: 0 },
  });
  assert.deepEqual(why(launched(1, ['p2.xlarge']), { ...cpu(1), gpus: 2 }), {
    environment: 'e1',
    kind: 'never-type',
    largest: { milliVcpus: 4000, memoryMiB: 59_933, gpus: 1 },
  });
});

test('E-138: an environment without a type has nothing of anything', () => {
  assert.deepEqual(why(launched(1, [])), { environment: 'e1', kind: 'never-type', largest: cpu(0, 0) });
});

test('E-138: what the pool can never hold is told the smallest type that would do, and the pool', () => {
  const pool = cpu(8, 8_000);
  assert.deepEqual(why(launched(1, ['r5.xlarge', 'r5.large']), cpu(1, 9_000), { pool }), {
    environment: 'e1',
    kind: 'never-pool',
    needs: { milliVcpus: 2000, memoryMiB: 15_696, gpus: 0 },
    type: 'r5.large',
    pool,
  });
});

test('a maximum that is reached is told with what of it is free', () => {
  const instances = [{ ...instanceOf('a', 1, 'c5.large'), type: 'fargate', size: cpu(2) }];
  const s = { instances, running: [running('a', cpu(2), 1)] };
  assert.deepEqual(why(slices(1, 2.5), cpu(1), s), {
    environment: 'e1',
    kind: 'maximum',
    freeMilliVcpus: 500,
    maxMilliVcpus: 2500,
  });
  const half = { instances: [instanceOf('a', 1, 'c5.large')], running: [running('a', cpu(1.5), 1)] };
  assert.deepEqual(why(launched(1, ['c5.large'], { max: 2 }), cpu(1), half), {
    environment: 'e1',
    kind: 'maximum',
    freeMilliVcpus: 500,
    maxMilliVcpus: 2000,
  });
});

test('want of room is told with the smallest type, and the instances that could hold it but are busy', () => {
  const pool = cpu(4, 12_000);
  const instances = [instanceOf('a', 1, 'c5.large'), instanceOf('b', 1, 'c5.large')];
  const busy = instances.map(({ id }) => running(id, cpu(2), 1));
  const verdict = why(launched(1, ['c5.xlarge', 'c5.large']), cpu(1), { pool, instances, running: busy });
  assert.deepEqual(verdict, {
    environment: 'e1',
    kind: 'room',
    free: { milliVcpus: 0, memoryMiB: 12_000 - 2 * 3961, gpus: 0 },
    pool,
    type: 'c5.large',
    busy: 2,
  });
  const larger = why(launched(1, ['c5']), cpu(3), { pool, instances, running: busy });
  assert.deepEqual(
    larger?.kind === 'room' && [larger.type, larger.busy],
    ['c5.xlarge', 0],
    'they are too small',
  );
});

test('E-154: idle instances that a minimum keeps are named to who lacks what they hold, by their environment', () => {
  const keeps = (min: number) => ({ ...launched(1, ['c5.large'], { min }), seq: 2, name: 'keeps' });
  const minimums = (min: number, pool = cpu(4, 64_000), busy: string[] = []) => {
    const verdict = why(launched(1, ['c5.xlarge']), cpu(3), {
      pool,
      environments: [launched(1, ['c5.xlarge']), keeps(min)],
      instances: [instanceOf('a', 2, 'c5.large'), instanceOf('b', 2, 'c5.large')],
      running: busy.map((id) => running(id, cpu(2), 2)),
    });
    return verdict?.kind === 'room' ? verdict.minimums : verdict;
  };
  const held = (count: number) => [{ environment: 'keeps', holds: cpu(2 * count, 3961 * count) }];
  assert.deepEqual(minimums(4), held(2));
  assert.deepEqual(minimums(4, cpu(4, 64_000), ['b']), held(1), 'what works is no idle minimum');
  assert.equal(minimums(0, cpu(4, 64_000), ['a', 'b']), undefined);
});

test('E-138: idle GPUs that a minimum keeps are not blamed where no GPU is lacking', () => {
  const s = {
    pool: { ...cpu(7, 70_000), gpus: 1 },
    environments: [launched(1, ['r5.large', 'c5.xlarge']), launched(2, ['p2.xlarge'], { min: 4 })],
    instances: [instanceOf('p', 2, 'p2.xlarge')],
  };
  // of the three vCPUs and 10,067 MiB that are left, either type lacks something
  const verdict = why(launched(1, ['r5.large', 'c5.xlarge']), cpu(1), s);
  assert.equal(verdict?.kind, 'room');
  assert.equal('minimums' in verdict! && verdict.minimums, false);
});

test('E-138: an idle instance that a minimum keeps is told where as little as one MiB is lacking', () => {
  const environments = [slices(1), launched(2, ['c5.large'], { min: 2 })];
  const kept = instanceOf('a', 2, 'c5.large');
  const left = (memoryMiB: number) => {
    const pool = cpu(8, kept.size.memoryMiB + memoryMiB);
    return why(slices(1), cpu(1, 1000), { pool, environments, instances: [kept] });
  };
  const verdict = left(999);
  assert.deepEqual(verdict?.kind === 'room' && verdict.minimums, [{ environment: 'e2', holds: kept.size }]);
  assert.equal(left(1000), undefined, 'with one more it starts');
});
