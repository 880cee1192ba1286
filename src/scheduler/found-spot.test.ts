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
  reserved,
  running,
  slices,
  snapshot,
  spot,
} from '../../test/support/scheduler.ts';
import type { Resources } from '../domain/container.ts';
import type { HostView } from '../domain/host.ts';
import { SLICE } from '../domain/instance.ts';
import { plan } from './plan.ts';

/* What random worlds have found of Spot (properties.test.ts), as the smallest worlds that show it. */

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

test('E-169: nothing is kept on Spot for who may not pay its price', () => {
  const s = snapshot({
    pool: cpu(4, 64_000),
    environments: [spot(1, ['c5.large'], 10), own(2)],
    instances: [host(2)],
    queues: [queue(1, [1], [cpu(2), [1]]), queue(2, [2], [cpu(4), [2]])],
    reservations: [reserved(1, 1, 1, { pool: cpu(2, 3961), milliVcpus: 2000 })],
  });
  assert.deepEqual(plan(s).reservations, []);
  assert.deepEqual(placed(s), [[2, 2]]);
});

test('E-168: a Spot instance without a task whose price reached the bid goes at once, for who needs its room', () => {
  const s = snapshot({
    pool: cpu(4, 16_000),
    environments: [launched(1, ['c5.large']), spot(2, ['c5.large'])],
    instances: [instanceOf('a', 1, 'c5.large'), instanceOf('b', 2, 'c5.large')],
    running: [running('a', cpu(1))],
    queues: [queue(1, [1], [cpu(2), [1]])],
  });
  const made = plan(s);
  assert.deepEqual([made.spotPrice, made.drains], [100, []]);
  assert.deepEqual(made.retires, [{ instance: 'b', reason: 'price' }]);
  assert.deepEqual(placed(s), [[1, 1]]);
});

test('E-168: an instance of Spot is not warned by the plan that launches it: it is not there yet', () => {
  const s = snapshot({
    pool: cpu(4, 64_000),
    environments: [spot(1, ['c5.large']), launched(2, ['c5.large'])],
    queues: [
      { ...queue(1, [1], [cpu(2), [1, 2]]), priority: 2 },
      { ...queue(2, [2], [cpu(2), [3]]), priority: 1 },
    ],
  });
  const made = plan(s);
  assert.deepEqual(
    made.placements.map(({ job }) => job),
    [1, 2],
  );
  assert.equal(made.reservations[0]?.job, 3);
  assert.deepEqual(made.drains, []);
  assert.equal(plan(after(s, made)).drains.length, 1, 'the next one warns it');
});

test('E-168: what comes free on another host than work on demand waits for is left by Spot, whose queue is served first', () => {
  const on = (id: string, environment: number, type: string, at: string) => ({
    ...instanceOf(id, environment, type),
    host: at,
  });
  const s = snapshot({
    hosts: [hostOf('a', cpu(2, 8000)), hostOf('b', cpu(7, 30_000))],
    environments: [spot(1, ['c5'], 70), own(2)],
    instances: [on('s', 1, 'c5.large', 'a'), on('t', 1, 'c5.xlarge', 'b')],
    running: [
      { ...running('s', cpu(1), 1), host: 'a' },
      { ...running('t', cpu(3), 1), host: 'b' },
    ],
    queues: [queue(1, [1], [cpu(2, 3000), [1]]), queue(2, [2], [cpu(2, 3000), [2]])],
    reservations: [
      {
        ...reserved(2, 2, 2, { victims: [{ ...victim('s'), host: 'a', milliVcpus: 0 }] }),
        portions: [{ host: 'a', asks: cpu(2, 3000), tasks: 1 }],
      },
    ],
  });
  assert.deepEqual(placed(s), [[2, 2]]);
});

test('E-168: a slot is taken back of a Spot instance also where one of Spot’s jobs waits for it to go', () => {
  const s = snapshot({
    hosts: [hostOf('a', cpu(16, 64_000), 2)],
    environments: [slices(1, 8), spot(2, ['c5'], 70)],
    instances: [{ ...instanceOf('s', 2, 'c5.large'), host: 'a' }],
    running: ['s1', 's2'].map((taskId) => ({ ...running('s', cpu(1), 2), host: 'a', taskId })),
    queues: [queue(1, [1], [cpu(8), [1]]), queue(2, [2], [cpu(8), [2]])],
  });
  const made = plan(s);
  assert.deepEqual(
    made.reservations.map(({ job, victims }) => [job, victims.map(({ instance }) => instance)]),
    [
      [1, []],
      [2, ['s']],
    ],
  );
  assert.deepEqual(made.drains, [{ instance: 's', reason: 'reclaimed' }]);
});

test('E-168: who waits for Spot waits on demand instead once Spot holds what would be enough there', () => {
  const s = snapshot({
    pool: cpu(16, 64_000),
    environments: [spot(1, ['c5'], 70), slices(2, 8)],
    instances: [
      instanceOf('a', 1, 'c5.xlarge'),
      instanceOf('b', 1, 'c5.xlarge'),
      instanceOf('c', 1, 'c5.2xlarge'),
    ],
    running: [running('a', cpu(3), 1), running('b', cpu(3), 1), running('c', cpu(8), 1)],
    queues: [queue(1, [2, 1], [cpu(1, 9000), [1]])],
    reservations: [
      reserved(1, 1, 1, {
        victims: [{ ...victim('a'), holds: instanceOf('a', 1, 'c5.xlarge').size, milliVcpus: 4000 }],
        pool: cpu(4, 15_696),
        milliVcpus: 4000,
      }),
    ],
  });
  const made = plan(s);
  assert.deepEqual(
    made.reservations.map(({ job, environment }) => [job, environment]),
    [[1, 2]],
  );
  assert.equal(made.drains.length, 1);
});

/** A slice of two vCPUs that a task holds, on a host of as many. */
const BUSY = {
  instances: [{ ...instanceOf('s', 3, 'c5.large'), host: 'a', type: SLICE, size: cpu(2, 3000) }],
  running: [{ ...running('s', cpu(2, 3000), 3), host: 'a' }],
};

/** What a job of 1 vCPU reserved of environment 3 on a host. */
const reservedOn = (id: string, queueSeq: number, job: number) => ({
  ...reserved(queueSeq, job, 3, { milliVcpus: 1000 }),
  portions: [{ host: id, asks: cpu(1, 100), tasks: 1 }],
});

test('E-131 E-168: what a lower queue reserved of Spot, while work on demand was asked first, bars no job of a higher one', () => {
  const ask = cpu(1, 100);
  const s = snapshot({
    hosts: [hostOf('a', cpu(2, 8000)), hostOf('b', cpu(2, 8000))],
    environments: [spot(2, ['c5'], 70), slices(3, 2)],
    queues: [
      { ...queue(1, [2, 3], [ask, [3]]), priority: 2 },
      { ...queue(2, [3, 2], [ask, [2]]), priority: 0 },
      { ...queue(3, [2], [ask, [4]]), priority: 0 },
    ],
    ...BUSY,
    reservations: [reservedOn('a', 1, 3), reservedOn('a', 2, 2)],
  });
  assert.deepEqual(placed(s)[0], [3, 2]);
});

test('E-168: what was reserved on demand stands, also where a higher queue reserves of Spot before it', () => {
  const s = snapshot({
    hosts: [hostOf('a', cpu(2, 8000)), hostOf('b', cpu(2, 8000)), hostOf('c', cpu(2, 8000))].map((one) => ({
      ...one,
      cpuIsWeight: one.id !== 'a',
    })),
    environments: [spot(1, ['c5', 'm5']), slices(2, 8), launched(3, ['optimal'], { max: 3 })],
    instances: [
      { ...instanceOf('idle', 2, 'c5.large'), host: 'b', type: SLICE, size: cpu(8, 100) },
      { ...instanceOf('busy', 3, 'c6i.large'), host: 'a' },
    ],
    queues: [
      { ...queue(1, [2], [cpu(8, 100), [1010]]), priority: 0 },
      queue(2, [1], [cpu(1, 100), [4]]),
      { ...queue(3, [2, 3], [cpu(3, 100), [2]]), priority: 0 },
    ],
    running: [{ ...running('busy', cpu(1, 100), 3), host: 'a' }],
    reservations: [
      {
        ...reserved(3, 2, 2, { milliVcpus: 3000 }),
        portions: [{ host: 'b', asks: cpu(2, 100), tasks: 1 }],
      },
    ],
  });
  assert.ok(placed(s).some(([job]) => job === 2));
});

test('E-131 E-168: who starts on Spot after all, though he was to have capacity on demand, leaves a queue before his what it can have there', () => {
  const s = snapshot({
    environments: [spot(1, ['c5.large']), slices(2, 2)],
    instances: [instanceOf('a', 1, 'c5.large'), instanceOf('b', 1, 'c5.large')],
    running: [...['a1', 'a2'].map((taskId) => ({ ...running('a', cpu(1)), taskId })), running('b', cpu(1))],
    queues: [
      { ...queue(1, [1], [cpu(2), [1]], [cpu(1), [2]]), priority: 1 },
      { ...queue(2, [1, 2], [cpu(1), [3]]), priority: 0 },
    ],
  });
  assert.deepEqual(placed(s), [[2, 1]]);
});

test('E-131 E-137: who has lost what he had reserved of Spot to a lower queue’s work on demand waits for capacity on demand before it', () => {
  const s = snapshot({
    pool: cpu(7, 30_000),
    environments: [spot(1, ['c5', 'm5']), launched(2, ['c5'], { max: 3, mayPassMaximum: true })],
    instances: [instanceOf('s', 1, 'c5.xlarge'), instanceOf('d', 2, 'c5.large')],
    running: [running('s', cpu(3)), running('d', cpu(2), 2)],
    queues: [
      { ...queue(1, [1, 2], [cpu(1, 9000), [1]]), priority: 1 },
      { ...queue(2, [2], [cpu(1), [2]]), priority: 0 },
    ],
  });
  const [first] = plan(s).reservations;
  assert.deepEqual([first?.job, first?.environment], [1, 2]);
});
