import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeWorld, type World } from '../../test/support/world.ts';
import {
  countKinds,
  countWaiting,
  firstInLine,
  HEAD_STEPS,
  HEADS,
  headsOf,
  KIND_STEPS,
  KINDS,
  LINE,
  WAITING,
  waitingKinds,
} from './runnable.ts';
import type { SqlValue, Tx } from './store.ts';

/** The queue of every world here. */
const Q = 1;
const ALL = { oldest: 100, inTurn: 0, after: 0, reserved: 0 };

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

const all = <Row>({ service }: World, sql: string, params: readonly SqlValue[] = []): Promise<Row[]> =>
  service.store.read((tx) => tx.all<Row>(sql, params));

const read = <T>({ service }: World, fn: (tx: Tx) => Promise<T>): Promise<T> => service.store.read(fn);

/** As the request leaves it: its children are told in steps. */
const stop = ({ service }: World, seqs: readonly number[]): Promise<number> =>
  service.store.write((tx) =>
    tx.run('UPDATE jobs SET stop_kind = 2 WHERE seq IN (SELECT value FROM json_each(?))', [
      JSON.stringify(seqs),
    ]),
  );

const steps = async (world: World, sql: string, params: readonly SqlValue[]): Promise<number> =>
  (await all<{ n: number }>(world, sql, params))[0]!.n;

test('children of stopped arrays are passed in one step for each array, however many they are', async () => {
  const { world, seqs } = await waiting([200, 200, 200, 300, 200], 50);
  const [first, , third, fourth, last] = seqs as [number, number, number, number, number];
  await stop(world, [first, third, fourth]);
  const [kind] = await read(world, (tx) => waitingKinds(tx, Q, ALL));
  const heads = await read(world, (tx) => headsOf(tx, Q, kind!.id, 60));
  assert.equal(heads.length, 60);
  assert.deepEqual(
    [heads[0], heads[49], heads[50]],
    [{ seq: seqs[1]! + 1 }, { seq: seqs[1]! + 50 }, { seq: last + 1 }],
  );
  // the beginning, two arrays of its kind that were stopped, and those that wait
  assert.equal(await steps(world, HEAD_STEPS, [Q, kind!.id]), 1 + 2 + 100);
  // the beginning, the first array of either kind, which were stopped, and the first that waits
  assert.equal(await steps(world, KIND_STEPS, [Q]), 1 + 2 + 1);
});

test('a kind of which only a stopped array is left is none, and its last array may have been stopped', async () => {
  const { world, seqs } = await waiting([200, 300, 400], 3);
  await stop(world, [seqs[0]!, seqs[2]!]);
  const kinds = await read(world, (tx) => waitingKinds(tx, Q, ALL));
  assert.deepEqual(
    kinds.map((kind) => [kind.memory_mib, kind.first, kind.has_more, kind.kinds]),
    [[300, seqs[1]! + 1, 1, 1]],
  );
  await stop(world, [seqs[1]!]);
  assert.deepEqual(await read(world, (tx) => waitingKinds(tx, Q, ALL)), []);
  assert.deepEqual(await read(world, (tx) => firstInLine(tx, Q, 10)), []);
});

test('no read of the scheduler scans jobs: each step is a search', async () => {
  const { world } = await waiting([200]);
  for (const [sql, params] of [
    [HEADS, [Q, 1, 5]],
    [KINDS, [Q, 1, 0, 1, 0]],
    [LINE, [Q, 5]],
    [WAITING, [Q, 1, 5]],
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

test('kinds come by the first job of each: the oldest, some others from an id on and then from the beginning, and a named one', async () => {
  const { world, seqs } = await waiting([500, 400, 300, 200, 100, 500]);
  const ids = async (wanted: Partial<typeof ALL>) =>
    (await read(world, (tx) => waitingKinds(tx, Q, { ...ALL, ...wanted }))).map((kind) => [
      kind.id,
      kind.in_turn,
    ]);
  const [a, b, c, d, e] = (await ids({})).map(([id]) => id) as [number, number, number, number, number];
  assert.deepEqual(await ids({ oldest: 2, inTurn: 2 }), [
    [a, 0],
    [b, 0],
    [c, 1],
    [d, 1],
  ]);
  assert.deepEqual(await ids({ oldest: 2, inTurn: 2, after: d }), [
    [a, 0],
    [b, 0],
    [c, 1],
    [e, 1],
  ]);
  assert.deepEqual(await ids({ oldest: 1, inTurn: 1, after: a, reserved: seqs[4]! }), [
    [a, 0],
    [b, 1],
    [e, 0],
  ]);
  const [oldest] = await read(world, (tx) => waitingKinds(tx, Q, ALL));
  assert.deepEqual([oldest!.kinds, oldest!.has_more, oldest!.first], [5, 1, seqs[0]]);
});

test('a line is that of all kinds together, without what is left of stopped arrays', async () => {
  const { world, seqs } = await waiting([200, 300, 200, 300, 400, 200], 2);
  await stop(world, [seqs[0]!, seqs[3]!]);
  const line = [1, 2, 4, 5].flatMap((at) => [seqs[at]! + 1, seqs[at]! + 2]);
  assert.deepEqual(await read(world, (tx) => firstInLine(tx, Q, 100)), line);
  assert.deepEqual(await read(world, (tx) => firstInLine(tx, Q, 3)), line.slice(0, 3));
});

test('nodes of a multi-node job, whose kind is 0, are not in line', async () => {
  const { world, seqs } = await waiting([200, 200, 300]);
  await world.service.store.write((tx) => tx.run('UPDATE jobs SET shape = 0 WHERE seq = ?', [seqs[0]!]));
  assert.deepEqual(await read(world, (tx) => firstInLine(tx, Q, 10)), seqs.slice(1));
  const kinds = await read(world, (tx) => waitingKinds(tx, Q, ALL));
  assert.deepEqual(
    kinds.map((kind) => [kind.first, kind.has_more]),
    [
      [seqs[1], 0],
      [seqs[2], 0],
    ],
  );
});

test('E-149: those of a kind that wait are counted as far as asked, without children of stopped arrays', async () => {
  const { world, seqs } = await waiting([200, 200, 300, 200, 200], 5);
  const [kind] = await read(world, (tx) => waitingKinds(tx, Q, ALL));
  const counted = (limit: number) => read(world, (tx) => countWaiting(tx, Q, kind!.id, limit));
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

test('kinds are counted no further than asked, without what is left of stopped arrays', async () => {
  const { world, seqs } = await waiting([200, 300, 400], 5);
  const counted = (limit: number) => read(world, (tx) => countKinds(tx, Q, limit));
  assert.deepEqual([await counted(2), await counted(3), await counted(10)], [2, 3, 3]);
  await stop(world, [seqs[1]!]);
  assert.equal(await counted(10), 2, 'what is left of a stopped array is no kind');
});
