import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  cpu,
  host,
  instanceOf,
  launched,
  own,
  queue,
  running,
  slices,
  snapshot,
} from '../../test/support/scheduler.ts';
import { plan } from './plan.ts';

test('E-141: a multi-node job waits for room of its own, behind no other task, be it of one node only', () => {
  const made = queue(1, [1], [cpu(2), [1]]);
  const jobs = (nodes: boolean) => {
    const groups = [{ asks: cpu(2), count: 1, ...(nodes && { nodes: true as const }) }];
    return plan(
      snapshot({
        pool: cpu(2, 8_000),
        environments: [launched(1, ['c5.large'])],
        instances: [instanceOf('a', 1, 'c5.large')],
        running: [{ ...running('a', cpu(2)), mayPrecede: 3 }],
        queues: [{ ...made, shapes: made.shapes.map((shape) => ({ ...shape, groups })) }],
      }),
    ).placements.map(({ job, after }) => [job, after]);
  };
  assert.deepEqual(jobs(false), [[1, 't-a']]);
  assert.deepEqual(jobs(true), []);
});

const quick = (id: string, mayPrecede: number) => ({ ...running(id, cpu(2)), mayPrecede });

/** Three instances whose tasks are about to end, and queues 1 and 2 whose jobs would take their place. */
const lined = (priorities: readonly [number, number], depths: readonly [number, number, number]) =>
  plan(
    snapshot({
      pool: cpu(6, 64_000),
      environments: [launched(1, ['c5.large'])],
      instances: ['a', 'b', 'c'].map((id) => instanceOf(id, 1, 'c5.large')),
      running: ['a', 'b', 'c'].map((id, at) => quick(id, depths[at]!)),
      queues: [
        { ...queue(1, [1], [cpu(2), [11, 12, 13, 14, 15, 16]]), priority: priorities[0] },
        { ...queue(2, [1], [cpu(2), [21, 22, 23, 24]]), priority: priorities[1] },
      ],
    }),
  ).placements.map(({ job, after }) => `${job} ${after}`);

test('E-132 E-139: queues of equal priority are lined up in turn where nothing is kept for one of them', () => {
  // a is kept for the head of the first queue, b for that of the second
  assert.deepEqual(lined([1, 1], [1, 1, 3]), ['11 t-a', '21 t-b', '12 t-c', '22 t-c', '13 t-c']);
});

test('E-131: what a queue of higher priority may line up at is for that alone', () => {
  // b is kept for the head of the other
  assert.deepEqual(lined([2, 1], [1, 1, 3]), ['11 t-a', '12 t-c', '13 t-c', '14 t-c', '21 t-b']);
});

test('each task has one behind it before any has two', () => {
  assert.deepEqual(
    lined([2, 2], [2, 2, 2]).map((text) => text.split(' ')[1]),
    ['t-a', 't-b', 't-c', 't-a', 't-b', 't-c'],
  );
});

test('E-149: who is lined up behind a task is no longer wanted for, who waits on is', () => {
  const desired = (...jobs: number[]) =>
    plan(
      snapshot({
        pool: cpu(2, 8_000),
        environments: [launched(1, ['c5.large'], { max: 8 })],
        instances: [instanceOf('a', 1, 'c5.large')],
        running: [quick('a', 1)],
        queues: [queue(1, [1], [cpu(2), jobs])],
      }),
    ).desired;
  assert.deepEqual(desired(1), [{ environment: 1, milliVcpus: 2000 }]);
  assert.deepEqual(desired(1, 2), [{ environment: 1, milliVcpus: 4000 }]);
});

test('E-131: also where another queue of that priority may not line up there', () => {
  const large = (environment: number, ...ids: string[]) =>
    ids.map((id) => instanceOf(id, environment, 'c5.large'));
  const made = plan(
    snapshot({
      pool: cpu(8, 64_000),
      environments: [launched(1, ['c5.large']), launched(2, ['c5.large'])],
      instances: [...large(1, 'a', 'b', 'd'), ...large(2, 'c')],
      running: [quick('a', 1), quick('b', 1), quick('d', 1), { ...quick('c', 1), environment: 2 }],
      queues: [
        { ...queue(1, [1], [cpu(2), [11]]), priority: 2 },
        { ...queue(2, [2], [cpu(2), [21]]), priority: 2 },
        queue(3, [1], [cpu(2), [31, 32]]),
      ],
    }),
  );
  const behind = made.placements.map(({ job, after }) => `${job} ${after}`);
  assert.deepEqual(behind.sort(), ['11 t-a', '21 t-c', '31 t-b'], 'd is open to 11, though it is not there');
});

test('E-149: a multi-node job that waits is wanted for with all its nodes', () => {
  const one = queue(1, [1], [cpu(2), [1]]);
  const groups = [{ asks: cpu(2), count: 3, nodes: true as const }];
  const made = plan(
    snapshot({
      pool: cpu(6, 64_000),
      environments: [launched(1, ['c5.large'], { max: 16 })],
      instances: [instanceOf('a', 1, 'c5.large'), instanceOf('b', 1, 'c5.large')],
      running: [running('a', cpu(2)), running('b', cpu(2))],
      queues: [{ ...one, shapes: one.shapes.map((shape) => ({ ...shape, groups })) }],
    }),
  );
  assert.deepEqual(made.desired, [{ environment: 1, milliVcpus: 10_000 }]);
});

/** A task of four vCPUs that is about to end, a head of a higher queue that waits for its room, and jobs that are like it. */
const behindIts = (more: Parameters<typeof snapshot>[0], environment: number, slots = Infinity) => {
  const {
    instances: [first] = [],
    hosts: [machine],
  } = snapshot(more);
  return plan(
    snapshot({
      ...more,
      hosts: [{ ...machine!, slots }],
      running: [{ ...running(first!.id, cpu(4)), mayPrecede: 3 }],
      queues: [
        { ...queue(1, [environment], [cpu(3), [1]]), priority: 2 },
        { ...queue(2, [1], [cpu(4), [2, 3]]), priority: 1 },
      ],
    }),
  ).placements.map(({ job, after }) => `${job} ${after}`);
};

test('E-131 E-137: nobody lines up for what another’s head waits for, be it of the host, of its slots or of the maximum', () => {
  const slice = { ...host(1), id: 's', type: 'fargate', size: cpu(4) };
  assert.deepEqual(behindIts({ environments: [slices(1)], instances: [slice] }, 1), [], 'a slice');
  const both = { environments: [own(1), own(2)], instances: [host(1), { ...host(2), id: 'h2' }] };
  assert.deepEqual(behindIts(both, 2), [], 'a host of two environments');
  const large = { pool: cpu(99, 64_000), environments: [slices(1, 4)], instances: [slice] };
  assert.deepEqual(behindIts(large, 1), [], 'the maximum');
  const two = { pool: cpu(99, 64_000), environments: [launched(1, ['c5.xlarge']), slices(2)] };
  const instances = [instanceOf('a', 1, 'c5.xlarge')];
  assert.deepEqual(behindIts({ ...two, instances }, 2, 1), [], 'slots');
});
