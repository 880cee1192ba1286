import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  after,
  cpu,
  host,
  instanceOf,
  launched,
  own,
  placed,
  queue,
  reservation,
  reserved,
  running,
  slices,
  snapshot,
  spot,
} from '../../test/support/scheduler.ts';
import type { Resources } from '../domain/container.ts';
import type { HostView } from '../domain/host.ts';
import { plan } from './plan.ts';

/* What random worlds have found (properties.test.ts), as the smallest worlds that show it; of Spot: found-spot.test.ts. */

const hostOf = (id: string, size: Resources, slots = Number.POSITIVE_INFINITY): HostView => ({
  id,
  name: id,
  size,
  foreign: cpu(0, 0),
  slots,
  cpuIsWeight: false,
  open: true,
  standing: false,
});

const victim = (instance: string) => ({
  instance,
  holds: instanceOf(instance, 1, 'c5.large').size,
  milliVcpus: 2000,
});

test('E-137: who was refused for room kept for another of its priority has what that one leaves, in the same plan', () => {
  const big = queue(2, [1]);
  const s = snapshot({
    pool: cpu(4, 16_000),
    environments: [launched(1, ['c5'], { max: 8 })],
    instances: [instanceOf('a', 1, 'c5.large')],
    queues: [
      queue(1, [1], [cpu(1), [2]]),
      {
        ...big,
        shapes: [
          {
            id: 200,
            jobGroup: 0,
            groups: [{ asks: cpu(2), count: 3 }],
            heads: [{ seq: 1, rank: 1 }],
            waiting: 1,
          },
        ],
      },
    ],
    reservations: [reserved(2, 1, 1, { victims: [victim('a')], pool: cpu(4, 15_696), milliVcpus: 8000 })],
  });
  assert.deepEqual(placed(s), [
    [1, 1],
    [2, 1],
  ]);
  assert.deepEqual(plan(s).waits, [], 'nor does it wait any more');
  assert.deepEqual(plan(after(s, plan(s))).placements, []);
});

test('E-138: room kept for what can never run any more is given back, to who was refused for it too', () => {
  const s = snapshot({
    environments: [own(1), launched(2, ['c5.large'], { max: 1 })],
    instances: [host(1)],
    queues: [queue(1, [1], [cpu(4), [2]]), queue(2, [2], [cpu(2), [1]])],
    reservations: [reserved(2, 1, 2, { pool: cpu(2, 3961), milliVcpus: 2000 })],
  });
  assert.deepEqual(placed(s), [[2, 1]]);
  const made = plan({
    ...s,
    environments: [own(1), launched(2, ['c5.large'], { max: 1, mayPassMaximum: true })],
  });
  assert.deepEqual(made.reservations, []);
  assert.deepEqual(
    made.placements.map(({ job }) => job),
    [2],
  );
});

test('the machine has the room back that idle instances hold of the pool', () => {
  const s = snapshot({
    pool: cpu(4, 16_000),
    environments: [own(1), spot(2, ['c5.large'])],
    instances: [host(1, cpu(4, 16_000)), instanceOf('a', 2, 'c5.large'), instanceOf('b', 2, 'c5.large')],
    queues: [queue(1, [1], [cpu(1), [1]])],
  });
  assert.deepEqual(placed(s), [[1, 1]]);
  assert.deepEqual(plan(s).retires, [{ instance: 'a', reason: 'room' }]);
});

test('what queues served earlier have taken of a reservation is reserved anew elsewhere', () => {
  const s = snapshot({
    pool: cpu(4, 16_000),
    environments: [launched(1, ['c5.large', 'c5.xlarge']), launched(2, ['c5.xlarge'])],
    instances: [instanceOf('a', 2, 'c5.xlarge')],
    running: [running('a', cpu(1), 2)],
    queues: [queue(1, [1], [cpu(1), [1]]), { ...queue(2, [2], [cpu(1), [2]]), priority: 0 }],
    reservations: [reserved(1, 1, 1, { pool: cpu(2, 3961), milliVcpus: 2000 })],
  });
  const made = plan(s);
  assert.deepEqual(reservation(made), [1, ['a']]);
  assert.deepEqual(made.placements, [], 'nobody joins the instance that is to go');
});

test('E-154: a larger instance may come in place of those that a minimum keeps', () => {
  const s = snapshot({
    pool: cpu(4, 16_000),
    environments: [launched(1, ['c5.large', 'c5.xlarge'], { min: 2, max: 4 })],
    instances: [instanceOf('a', 1, 'c5.large'), instanceOf('b', 1, 'c5.large')],
    queues: [queue(1, [1], [cpu(3), [1]])],
  });
  assert.deepEqual(placed(s), [[1, 1]]);
  assert.deepEqual(
    plan(s).retires.map(({ instance }) => instance),
    ['a', 'b'],
  );
});

test('E-154: where a minimum keeps a small instance, a large one goes for its room', () => {
  const s = snapshot({
    pool: cpu(12, 64_000),
    environments: [launched(1, ['c5.large', 'c5.2xlarge'], { min: 2 }), slices(2)],
    instances: [
      instanceOf('a', 1, 'c5.large'),
      instanceOf('b', 1, 'c5.large'),
      instanceOf('c', 1, 'c5.2xlarge'),
    ],
    queues: [queue(1, [2], [cpu(8), [1]])],
  });
  assert.deepEqual(placed(s), [[1, 2]]);
  assert.deepEqual(
    plan(s).retires.map(({ instance }) => instance),
    ['c'],
  );
});

test('E-137: a job starts in the room of the instances it waited for, however others might be put together', () => {
  const s = snapshot({
    pool: cpu(120, 1_000_000),
    environments: [launched(1, ['c5'], { min: 48 }), slices(2)],
    instances: [
      instanceOf('a', 1, 'c5.12xlarge'),
      instanceOf('b', 1, 'c5.9xlarge'),
      instanceOf('c', 1, 'c5.9xlarge'),
    ],
    queues: [queue(1, [2], [cpu(72), [1]])],
  });
  const victims = ['b', 'c'].map((instance) => ({ instance, holds: cpu(36, 70_746), milliVcpus: 0 }));
  assert.deepEqual(
    placed({ ...s, reservations: [reserved(1, 1, 2, { pool: cpu(72), milliVcpus: 72_000, victims })] }),
    [[1, 2]],
  );
});

test('E-137 E-150: nobody passes a maximum where another waits for an instance that would then pass it', () => {
  const threeTasks = {
    id: 100,
    jobGroup: 0,
    groups: [{ asks: cpu(2), count: 3 }],
    heads: [{ seq: 1, rank: 1 }],
    waiting: 1,
  };
  const waiting = { ...queue(2, [1], [cpu(3), [2]]), priority: 0 };
  const s = snapshot({
    pool: cpu(16, 64_000),
    environments: [launched(1, ['c5.large', 'c5.xlarge'], { max: 8, mayPassMaximum: true })],
    instances: [instanceOf('a', 1, 'c5.large'), instanceOf('b', 1, 'c5.large')],
    running: [running('a', cpu(1), 1), running('b', cpu(1), 1)],
    queues: [{ ...queue(1, [1]), shapes: [threeTasks] }, waiting],
    reservations: [
      reserved(1, 1, 1, {
        on: ['a', 'b'].map((instance) => ({ instance, asks: cpu(2) })),
        pool: cpu(2, 3961),
        milliVcpus: 2000,
      }),
    ],
  });
  const made = plan(s);
  assert.deepEqual(made.launches, []);
  assert.deepEqual(
    made.reservations.map(({ job }) => job),
    [1],
  );
});

test('E-154: what a minimum keeps is not left to an instance that a reservation waits for', () => {
  const pool = cpu(7, 30_000);
  const s = snapshot({
    pool,
    environments: [own(1), launched(2, ['c5.large', 'c5.xlarge'], { min: 2 })],
    instances: [host(1, pool), instanceOf('a', 2, 'c5.xlarge'), instanceOf('b', 2, 'c5.large')],
    running: [running('a', cpu(3), 2), running('h', cpu(1))],
    queues: [queue(1, [1], [cpu(3), [1]], [cpu(1), [2]])],
    reservations: [
      reserved(1, 1, 1, {
        on: [{ instance: 'h', asks: cpu(3) }],
        victims: [{ instance: 'a', holds: instanceOf('a', 2, 'c5.xlarge').size, milliVcpus: 0 }],
        pool: cpu(3),
      }),
    ],
  });
  const made = plan(s);
  assert.deepEqual([made.retires, made.placements], [[], []], 'the idle one does not go for the other job');
  assert.deepEqual(placed({ ...s, running: [], reservations: made.reservations })[0], [1, 1]);
});

test('E-137: who waits for an environment to be enabled, or for Spot’s price, keeps nobody behind it from a reservation', () => {
  const busy = { instances: [instanceOf('a', 1, 'c5.large')], running: [running('a', cpu(2))] };
  const waiting = queue(1, [1, 2], [cpu(4), [1]], [cpu(2), [2]]);
  const large = launched(2, ['c5.xlarge']);
  for (const second of [{ ...large, enabled: false }, spot(2, ['c5.xlarge'], 30)]) {
    const environments = [launched(1, ['c5.large'], { max: 2 }), second];
    const s = snapshot({ pool: cpu(4, 64_000), environments, queues: [waiting], ...busy });
    assert.deepEqual(
      plan(s).reservations.map(({ job, environment }) => [job, environment]),
      [[2, 1]],
    );
  }
});

test('E-137: room kept for a younger one goes to the new head also behind one that waits for a DISABLED environment', () => {
  const s = snapshot({
    pool: cpu(2, 64_000),
    environments: [{ ...launched(1, ['c5.xlarge']), enabled: false }, launched(2, ['c5.large'], { max: 2 })],
    instances: [instanceOf('a', 2, 'c5.large')],
    running: [running('a', cpu(2), 2)],
    queues: [queue(1, [1, 2], [cpu(4), [1]], [cpu(2), [2]], [cpu(1), [3]])],
    reservations: [reserved(1, 3, 2, { on: [{ instance: 'a', asks: cpu(1) }] })],
  });
  assert.deepEqual(
    plan(s).reservations.map(({ job }) => job),
    [2],
  );
});

const nodes = (seq: number, count: number, asks: Resources) => ({
  ...queue(seq, [1]),
  shapes: [
    {
      id: seq * 100,
      jobGroup: 0,
      groups: [{ asks, count, nodes: true as const }],
      heads: [{ seq: 1, rank: 1 }],
      waiting: 1,
    },
  ],
});

test('J-294: nodes come together on the host that has slots for all of them, where several instances are too many', () => {
  const s = snapshot({
    hosts: [hostOf('small', cpu(2, 8000), 2), hostOf('large', cpu(4, 16_000))],
    environments: [launched(1, ['c5.large'], { max: 3 })],
    queues: [nodes(1, 3, cpu(0.25, 512))],
  });
  assert.deepEqual(placed(s), [[1, 1]]);
  assert.deepEqual(
    plan(s).launches.map(({ host }) => host),
    ['large'],
  );
});

test('J-294: an idle instance goes where the first node on it would leave the others no room', () => {
  const s = snapshot({
    pool: cpu(16, 64_000),
    environments: [launched(1, ['c5.2xlarge', 'r5.large'], { max: 8 }), launched(2, ['c5.large'])],
    instances: [instanceOf('a', 1, 'c5.2xlarge'), instanceOf('b', 2, 'c5.large')],
    queues: [nodes(1, 3, cpu(1, 9000))],
  });
  assert.deepEqual(placed(s), [[1, 1]]);
  const { launches, retires } = plan(s);
  assert.deepEqual(
    launches.map(({ type }) => type),
    ['r5.large', 'r5.large', 'r5.large'],
  );
  assert.deepEqual(retires, [{ instance: 'a', reason: 'room' }], 'what is not in the way stays');
});

test('E-154: what a minimum keeps goes for a job only where something of its environment comes instead', () => {
  const waiting = { ...queue(2, [1, 2], [cpu(3), [2]]), priority: 0 };
  const s = snapshot({
    pool: cpu(4, 16_000),
    environments: [launched(1, ['c5'], { min: 2, max: 3, mayPassMaximum: true }), own(2)],
    instances: [instanceOf('a', 1, 'c5.large'), host(2, cpu(4, 16_000))],
    running: [running('h', cpu(1), 2)],
    queues: [queue(1, [2], [cpu(3), [1]]), waiting],
    reservations: [reserved(2, 2, 1, { victims: [victim('a')], pool: cpu(4, 7955), milliVcpus: 4000 })],
  });
  assert.deepEqual([plan(s).placements, plan(s).retires], [[], []]);
});

test('a job that is told that hosts are closed to it starts by no chance either', () => {
  const s = snapshot({
    hosts: [
      { ...hostOf('a', cpu(4, 16_000)), cpuIsWeight: true },
      hostOf('b', cpu(2, 8000)),
      { ...hostOf('c', cpu(2, 8000)), open: false },
    ],
    environments: [launched(1, ['c5'], { max: 8 })],
    instances: [{ ...instanceOf('i', 1, 'c5.xlarge'), host: 'a' }],
    queues: [nodes(1, 3, cpu(2, 3000))],
  });
  const made = plan(s);
  const isClosed = made.waits[0]?.reason.verdicts[0]?.kind === 'closed';
  assert.equal(made.placements.length > 0, !isClosed);
});
