import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeWorld, type World } from '../../test/support/world.ts';
import { type KnownShapes, shapesOf } from './known-shapes.ts';

const QUOTA = { oldest: 4, rotating: 3 };
const SHAPES = 20;
const queue = 1;

/** A queue with a job of each of so many shapes, which all wait; their seqs. */
const crowded = async (): Promise<{ world: World; seqs: number[] }> => {
  const world = await makeWorld();
  await world.ask('updateComputeEnvironment', { computeEnvironment: 'e', state: 'DISABLED' });
  for (let n = 0; n < SHAPES; n++) {
    const resourceRequirements = [{ type: 'MEMORY', value: `${200 + n}` }];
    await world.submit({ containerOverrides: { resourceRequirements } });
  }
  await world.settle();
  await world.loops.stop();
  const rows = await world.service.store.read((tx) =>
    tx.all<{ seq: number }>('SELECT seq FROM jobs ORDER BY seq'),
  );
  return { world, seqs: rows.map(({ seq }) => seq) };
};

/** Looks at the queue again and again; resolves to the places of the jobs that each look found first of their shapes. */
const looker = ({ world, seqs }: { world: World; seqs: number[] }) => {
  let known: KnownShapes | undefined;
  return async (reserved = 0, claimed: readonly number[] = []) => {
    const kept = { reserved, claimed };
    const found = await world.service.store.read((tx) => shapesOf(tx, queue, known, kept, QUOTA));
    known = found.known;
    return { ages: known.plansSinceScan, at: found.shapes.map(({ first }) => seqs.indexOf(first)) };
  };
};

const setState = ({ service }: World, state: number, seqs: readonly number[]) =>
  service.store.write((tx) =>
    tx.run('UPDATE jobs SET state = ? WHERE seq IN (SELECT value FROM json_each(?))', [
      state,
      JSON.stringify(seqs),
    ]),
  );

test('the oldest shapes are known to each look, the others in turn and then from the beginning; all are looked for once in a while', async () => {
  const look = looker(await crowded());
  const found = [];
  for (let n = 0; n < 7; n++) found.push((await look()).at);
  assert.deepEqual(found, [
    [0, 1, 2, 3, 4, 5, 6],
    [0, 1, 2, 3, 7, 8, 9],
    [0, 1, 2, 3, 10, 11, 12],
    [0, 1, 2, 3, 13, 14, 15],
    [0, 1, 2, 3, 16, 17, 18],
    [0, 1, 2, 3, 4, 5, 19],
    [0, 1, 2, 3, 6, 7, 8],
  ]);
  const ages = [];
  for (let n = 7; n < 70; n++) ages.push((await look()).ages);
  assert.deepEqual([Math.max(...ages), ages.filter((age) => age === 0).length], [31, 2]);
});

test('E-136: once half of the oldest shapes have no job left, the next oldest are looked for', async () => {
  const queued = await crowded();
  const look = looker(queued);
  await look();
  await setState(queued.world, 5, queued.seqs.slice(0, 2));
  assert.deepEqual((await look()).at.slice(0, 2), [2, 3]);
  await setState(queued.world, 5, queued.seqs.slice(2, 3));
  assert.deepEqual((await look()).at.slice(0, 4), [3, 4, 5, 6]);
});

test('E-136 E-140: an older job that becomes RUNNABLE later is among the oldest from the turn of its shape on', async () => {
  const queued = await crowded();
  await setState(queued.world, 1, queued.seqs.slice(0, 1));
  const look = looker(queued);
  await look();
  await setState(queued.world, 2, queued.seqs.slice(0, 1));
  const found = [];
  for (let n = 0; n < 8; n++) found.push((await look()).at.slice(0, 2));
  const from = found.findIndex(([first]) => first === 0);
  assert.ok(from >= 0 && from <= SHAPES / QUOTA.rotating, `from look ${from}`);
  for (const first of found.slice(from)) assert.deepEqual(first, [0, 1]);
});

test('E-137: the shape that room is reserved for is known to the next look, whatever its age', async () => {
  const queued = await crowded();
  const look = looker(queued);
  await look();
  assert.deepEqual((await look(queued.seqs[6])).at, [0, 1, 2, 3, 6, 7, 8, 9]);
  assert.deepEqual((await look()).at, [0, 1, 2, 3, 10, 11, 12]);
});

test('T-193: the shapes that tokens are kept for are known to each look, whatever their age', async () => {
  const queued = await crowded();
  const look = looker(queued);
  await look();
  const [shape] = await queued.world.service.store.read((tx) =>
    tx.all<{ shape: number }>('SELECT shape FROM jobs WHERE seq = ?', [queued.seqs[12]!]),
  );
  for (let n = 0; n < 70; n++) assert.ok((await look(0, [shape!.shape])).at.includes(12));
  await setState(queued.world, 5, queued.seqs.slice(12, 13));
  assert.ok(!(await look(0, [shape!.shape])).at.includes(12));
});

test('a queue whose shapes all are known to one look is looked at whole each time', async () => {
  const queued = await crowded();
  await setState(queued.world, 5, queued.seqs.slice(6));
  const look = looker(queued);
  for (let n = 0; n < 3; n++) assert.deepEqual(await look(), { ages: 0, at: [0, 1, 2, 3, 4, 5] });
});

test('the first shapes are those whose first jobs have the lowest ranks, whenever they were submitted', async () => {
  const queued = await crowded();
  await queued.world.service.store.write((tx) => tx.run('UPDATE jobs SET rank = 1000 - seq'));
  const look = looker(queued);
  assert.deepEqual((await look()).at.slice(0, 4), [19, 18, 17, 16]);
  for (const ages of [1, 2, 3]) {
    const again = await look();
    assert.deepEqual([again.ages, ...again.at.slice(0, 4)], [ages, 19, 18, 17, 16]);
  }
  // found at once when those before them have gone
  await setState(queued.world, 5, queued.seqs.slice(18));
  const third = (await look()).at;
  assert.deepEqual(third.slice(0, 2), [17, 16]);
  assert.deepEqual(
    third,
    [...third].sort((a, b) => b - a),
  );
});

test('what has its turn is told from what each look knows, of which more than the first job is read', async () => {
  const { world, seqs } = await crowded();
  let known: KnownShapes | undefined;
  const turns: number[][] = [];
  for (let n = 0; n < 3; n++) {
    const found = await world.service.store.read((tx) =>
      shapesOf(tx, queue, known, { reserved: 0, claimed: [] }, QUOTA),
    );
    known = found.known;
    turns.push(found.shapes.filter(({ rotating }) => rotating).map(({ first }) => seqs.indexOf(first)));
  }
  assert.deepEqual(turns, [
    [4, 5, 6],
    [7, 8, 9],
    [10, 11, 12],
  ]);
});
