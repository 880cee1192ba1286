import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeWorld, type World } from '../../test/support/world.ts';
import {
  countShapes,
  countWaiting,
  DO_SO_MANY_WAIT,
  firstInQueue,
  HOW_MANY_STEPS_TO_HEADS,
  HOW_MANY_STEPS_TO_SHAPES,
  HOW_MANY_WAIT,
  headsOf,
  namedShapes,
  WHICH_FEW_SHAPES_WAIT,
  WHICH_OF_THESE_WAIT,
  WHICH_SHAPES_COME_NEXT,
  WHICH_SHAPES_WAIT,
  WHO_IS_FIRST_IN_QUEUE,
  WHO_IS_FIRST_OF_SHAPE,
  waitingShapes,
} from './runnable.ts';
import type { SqlParams, Tx } from './store.ts';

/** The queue of every world here. */
const Q = 1;
const ALL = { oldest: 100, rotating: 0, after: 0, reserved: 0, heads: [] as number[] };

/** Jobs that wait, for nothing can run: each asks for as many MiB as its part of `memory` says. */
const waiting = async (
  memory: readonly number[],
  arraySize = 1,
): Promise<{ world: World; seqs: number[] }> => {
  const world = await makeWorld();
  await world.ask('updateComputeEnvironment', { computeEnvironment: 'e', state: 'DISABLED' });
  const seqs: number[] = [];
  for (const mib of memory) {
    const id = await world.submit({
      ...(arraySize > 1 && { arrayProperties: { size: arraySize } }),
      containerOverrides: { resourceRequirements: [{ type: 'MEMORY', value: `${mib}` }] },
    });
    const rows = await all<{ seq: number }>(world, 'SELECT seq FROM jobs WHERE id = ?', [id]);
    seqs.push(rows[0]!.seq);
  }
  await world.settle();
  await world.loops.stop();
  return { world, seqs };
};

const all = <Row>({ service }: World, sql: string, params: SqlParams = []): Promise<Row[]> =>
  service.store.read((tx) => tx.all<Row>(sql, params));

/** The ranks of the first jobs of the queue. */
const firstRanks = (world: World, limit: number): Promise<number[]> =>
  read(world, async (tx) => (await firstInQueue(tx, Q, limit)).map(({ rank }) => rank));

const read = <T>({ service }: World, fn: (tx: Tx) => Promise<T>): Promise<T> => service.store.read(fn);

/** As the request leaves it: its children are told in steps. */
const stop = ({ service }: World, seqs: readonly number[]): Promise<number> =>
  service.store.write((tx) =>
    tx.run('UPDATE jobs SET stop_kind = 2 WHERE seq IN (SELECT value FROM json_each(?))', [
      JSON.stringify(seqs),
    ]),
  );

const steps = async (world: World, sql: string, params: SqlParams): Promise<number> =>
  (await all<{ n: number }>(world, sql, params))[0]!.n;

test('children of stopped arrays are passed in one step for each array, however many they are', async () => {
  const { world, seqs } = await waiting([200, 200, 200, 300, 200], 50);
  const [first, , third, fourth, last] = seqs as [number, number, number, number, number];
  await stop(world, [first, third, fourth]);
  const [shape] = await read(world, (tx) => waitingShapes(tx, Q, ALL));
  const heads = await read(world, (tx) => headsOf(tx, Q, shape!.id, 60));
  assert.equal(heads.length, 60);
  assert.deepEqual(
    [heads[0], heads[49], heads[50]],
    [seqs[1]! + 1, seqs[1]! + 50, last + 1].map((seq) => ({ seq, rank: seq })),
  );
  // the beginning, two arrays of its shape that were stopped, and those that wait
  assert.equal(await steps(world, HOW_MANY_STEPS_TO_HEADS, { queue: Q, shape: shape!.id }), 1 + 2 + 100);
  // the beginning, the first array of either shape, which were stopped, and the first that waits
  assert.equal(await steps(world, HOW_MANY_STEPS_TO_SHAPES, { queue: Q }), 1 + 2 + 1);
});

test('a shape of which only a stopped array is left is none, and its last array may have been stopped', async () => {
  const { world, seqs } = await waiting([200, 300, 400], 3);
  await stop(world, [seqs[0]!, seqs[2]!]);
  const shapes = await read(world, (tx) => waitingShapes(tx, Q, ALL));
  assert.deepEqual(
    shapes.map((shape) => [shape.memory_mib, shape.first, shape.has_more, shape.shapes]),
    [[300, seqs[1]! + 1, 1, 1]],
  );
  await stop(world, [seqs[1]!]);
  assert.deepEqual(await read(world, (tx) => waitingShapes(tx, Q, ALL)), []);
  assert.deepEqual(await firstRanks(world, 10), []);
});

test('no read of the scheduler scans jobs: each step is a search', async () => {
  const { world } = await waiting([200]);
  for (const [sql, params] of [
    [WHO_IS_FIRST_OF_SHAPE, { queue: Q, shape: 1, limit: 5 }],
    [WHICH_SHAPES_WAIT, { queue: Q, ...ALL, heads: '[]' }],
    [WHICH_FEW_SHAPES_WAIT, { queue: Q, limit: 5 }],
    [WHICH_OF_THESE_WAIT, { queue: Q, ids: '[1]' }],
    [WHICH_SHAPES_COME_NEXT, { queue: Q, after: 1, except: '[]', limit: 5 }],
    [WHO_IS_FIRST_IN_QUEUE, { queue: Q, limit: 5 }],
    [HOW_MANY_WAIT, { queue: Q, shape: 1, limit: 5 }],
    [DO_SO_MANY_WAIT, { queue: Q, shape: 1, others: 4 }],
  ] as const) {
    const lines = (await all<{ detail: string }>(world, `EXPLAIN QUERY PLAN ${sql}`, params)).map(
      (r) => r.detail,
    );
    const ofJobs = lines.filter((line) => /^(SCAN|SEARCH) [njp] /.test(line));
    assert.ok(ofJobs.length > 0);
    for (const line of ofJobs) assert.match(line, /^SEARCH/);
    for (const line of lines) assert.doesNotMatch(line, /SCAN jobs/);
  }
});

test('shapes come by the first job of each: the oldest, some others from an id on and then from the beginning, and a named one', async () => {
  const { world, seqs } = await waiting([500, 400, 300, 200, 100, 500]);
  const ids = async (wanted: Partial<typeof ALL>) =>
    (await read(world, (tx) => waitingShapes(tx, Q, { ...ALL, ...wanted }))).map((shape) => [
      shape.id,
      shape.is_rotating,
    ]);
  const [a, b, c, d, e] = (await ids({})).map(([id]) => id) as [number, number, number, number, number];
  assert.deepEqual(await ids({ oldest: 2, rotating: 2 }), [
    [a, 0],
    [b, 0],
    [c, 1],
    [d, 1],
  ]);
  assert.deepEqual(await ids({ oldest: 2, rotating: 2, after: d }), [
    [a, 0],
    [b, 0],
    [c, 1],
    [e, 1],
  ]);
  assert.deepEqual(await ids({ oldest: 1, rotating: 1, after: a, reserved: seqs[4]! }), [
    [a, 0],
    [b, 1],
    [e, 0],
  ]);
  const [oldest] = await read(world, (tx) => waitingShapes(tx, Q, ALL));
  assert.deepEqual([oldest!.shapes, oldest!.has_more, oldest!.first], [5, 1, seqs[0]]);
});

test('a queue’s order is that of all shapes together, without what is left of stopped arrays', async () => {
  const { world, seqs } = await waiting([200, 300, 200, 300, 400, 200], 2);
  await stop(world, [seqs[0]!, seqs[3]!]);
  const line = [1, 2, 4, 5].flatMap((at) => [seqs[at]! + 1, seqs[at]! + 2]);
  assert.deepEqual(await firstRanks(world, 100), line);
  assert.deepEqual(await firstRanks(world, 3), line.slice(0, 3));
});

test('nodes of a multi-node job, whose shape is 0, are not among them', async () => {
  const { world, seqs } = await waiting([200, 200, 300]);
  await world.service.store.write((tx) => tx.run('UPDATE jobs SET shape = 0 WHERE seq = ?', [seqs[0]!]));
  assert.deepEqual(await firstRanks(world, 10), seqs.slice(1));
  const shapes = await read(world, (tx) => waitingShapes(tx, Q, ALL));
  assert.deepEqual(
    shapes.map((shape) => [shape.first, shape.has_more]),
    [
      [seqs[1], 0],
      [seqs[2], 0],
    ],
  );
});

test('E-149: those of a shape that wait are counted as far as asked, without children of stopped arrays', async () => {
  const { world, seqs } = await waiting([200, 200, 300, 200, 200], 5);
  const [shape] = await read(world, (tx) => waitingShapes(tx, Q, ALL));
  const counted = (limit: number) => read(world, (tx) => countWaiting(tx, Q, shape!.id, limit));
  const terminate = async (seq: number, operation = 'terminateJob') => {
    const [row] = await all<{ id: string }>(world, 'SELECT id FROM jobs WHERE seq = ?', [seq]);
    await world.ask(operation, { jobId: row!.id, reason: 'r' });
  };
  assert.deepEqual([await counted(7), await counted(100)], [7, 20]);
  await terminate(seqs[1]!, 'cancelJob');
  assert.deepEqual([await counted(7), await counted(100)], [7, 15]);
  await terminate(seqs[0]!);
  await terminate(seqs[1]!);
  assert.equal(await counted(100), 10);
  await terminate(seqs[4]!);
  assert.equal(await counted(100), 5);
});

test('shapes are counted no further than asked, without what is left of stopped arrays', async () => {
  const { world, seqs } = await waiting([200, 300, 400], 5);
  const counted = (limit: number) => read(world, (tx) => countShapes(tx, Q, limit));
  assert.deepEqual([await counted(2), await counted(3), await counted(10)], [2, 3, 3]);
  await stop(world, [seqs[1]!]);
  assert.equal(await counted(10), 2, 'what is left of a stopped array is no shape');
});

/** The same jobs in the order in which the last that came is the first. */
const lastFirst = ({ service }: World): Promise<number> =>
  service.store.write((tx) =>
    tx.run('UPDATE jobs SET rank = 1000 - seq - size - CASE WHEN parent > 0 THEN size ELSE 0 END'),
  );

test('all of it goes by the ranks, not by the order of submission', async () => {
  const { world, seqs } = await waiting([200, 300, 200, 400, 300]);
  await lastFirst(world);
  const [a, b, c, d, e] = seqs as [number, number, number, number, number];
  const shapes = await read(world, (tx) => waitingShapes(tx, Q, { ...ALL, oldest: 2 }));
  assert.deepEqual(
    shapes.map(({ first, has_more }) => [first, has_more]),
    [
      [e, 1],
      [d, 0],
    ],
  );
  const [, , third] = await read(world, (tx) => waitingShapes(tx, Q, ALL));
  const named = await read(world, (tx) => namedShapes(tx, Q, [third!.id, shapes[0]!.id]));
  assert.deepEqual(
    named.map(({ first }) => first),
    [e, c],
  );
  const heads = await read(world, (tx) => headsOf(tx, Q, third!.id, 10));
  assert.deepEqual(heads, [
    { seq: c, rank: 1000 - c },
    { seq: a, rank: 1000 - a },
  ]);
  assert.deepEqual(
    await firstRanks(world, 4),
    [e, d, c, b].map((seq) => 1000 - seq),
  );
});

test('what is left of a stopped array counts in its own queue alone, whatever ranks those of others have', async () => {
  const { world, seqs } = await waiting([200, 200], 5);
  const [first] = await read(world, (tx) => waitingShapes(tx, Q, ALL));
  const [row] = await all<{ id: string }>(world, 'SELECT id FROM jobs WHERE seq = ?', [seqs[1]!]);
  await world.ask('terminateJob', { jobId: row!.id, reason: 'r' });
  assert.equal(await read(world, (tx) => countWaiting(tx, Q, first!.id, 100)), 5);
  await world.service.store.write(async (tx) => {
    await tx.run('UPDATE jobs SET queue = 2 WHERE seq >= ?', [seqs[1]!]);
    await tx.run('UPDATE jobs SET rank = rank - ? WHERE seq >= ?', [seqs[1]! - seqs[0]!, seqs[1]!]);
  });
  assert.equal(await read(world, (tx) => countWaiting(tx, Q, first!.id, 100)), 5);
});
