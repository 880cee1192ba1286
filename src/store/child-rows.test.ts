import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeWorld, type World } from '../../test/support/world.ts';
import { JOB_STATES, stateCode } from '../domain/job-state.ts';
import { childrenByState, childrenSql, listChildren } from './child-rows.ts';
import type { JobRow } from './schema.ts';

/** Resolves to the seq of an array whose children are in these states; another one follows it. */
const array = async (states: readonly (typeof JOB_STATES)[number][]): Promise<[World, number]> => {
  const world = await makeWorld();
  await world.loops.stop();
  await world.submit({ arrayProperties: { size: states.length } });
  await world.submit({ arrayProperties: { size: 3 } });
  const { store } = world.service;
  const seq = await store.write(async (tx) => {
    const [parent] = await tx.all<JobRow>('SELECT * FROM jobs WHERE size = ?', [states.length]);
    for (const [idx, state] of states.entries())
      await tx.run('UPDATE jobs SET state = ? WHERE seq = ?', [stateCode(state), parent!.seq + 1 + idx]);
    const live = states.filter((state) => state !== 'SUCCEEDED' && state !== 'FAILED').length;
    const failed = states.filter((state) => state === 'FAILED').length;
    await tx.run('UPDATE jobs SET live = ?, failed = ? WHERE seq = ?', [live, failed, parent!.seq]);
    return parent!.seq;
  });
  return [world, seq];
};

const MIXED = [
  'SUCCEEDED',
  'FAILED',
  'SUCCEEDED',
  'RUNNING',
  'STARTING',
  'RUNNABLE',
  'PENDING',
  'RUNNABLE',
  'RUNNABLE',
] as const;

test("an array's children are found in each state, by their index, from behind any of them", async () => {
  const [world, parent] = await array(MIXED);
  for (const state of JOB_STATES) {
    const all = MIXED.flatMap((one, idx) => (one === state ? [idx] : []));
    for (let after = -1; after < MIXED.length; after++) {
      const rows = await world.service.store.read((tx) =>
        listChildren(tx, parent, [stateCode(state)], after < 0 ? 0 : parent + 1 + after, 2),
      );
      assert.deepEqual(
        rows.map(({ idx }) => idx),
        all.filter((idx) => idx > after).slice(0, 2),
      );
    }
  }
});

test('children of several states come in the order of their index', async () => {
  const [world, parent] = await array(MIXED);
  const states = (['RUNNABLE', 'FAILED', 'SUCCEEDED'] as const).map(stateCode);
  const rows = await world.service.store.read((tx) => listChildren(tx, parent, states, 0, 5));
  assert.deepEqual(
    rows.map(({ idx }) => idx),
    [0, 1, 2, 5, 7],
  );
});

test('J-213: how many children are in each state', async () => {
  const [world, parent] = await array(MIXED);
  const found = await world.service.store.read((tx) => childrenByState(tx, parent));
  const expected = Map.groupBy(MIXED, stateCode);
  assert.deepEqual(
    [...found].toSorted(([a], [b]) => a - b),
    [...expected].map(([state, { length }]) => [state, length]).toSorted(([a], [b]) => a! - b!),
  );
});

test('no state of the children is looked for among all jobs', async () => {
  const world = await makeWorld();
  for (const [state] of JOB_STATES.entries()) {
    const plan = await world.service.store.read((tx) =>
      tx.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${childrenSql([state])}`, {
        parent: 1,
        after: 0,
        limit: 100,
      }),
    );
    const text = plan.map(({ detail }) => detail).join('\n');
    assert.match(
      text,
      /USING COVERING INDEX jobs_children|USING INTEGER PRIMARY KEY \(rowid>\? AND rowid<\?\)/,
    );
    assert.doesNotMatch(text, /SCAN jobs|SCAN j\b/);
  }
});
