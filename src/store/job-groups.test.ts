import assert from 'node:assert/strict';
import { test } from 'node:test';
import { groupsByPriority } from '../../test/support/priority-order.ts';
import { makeWorld, type World } from '../../test/support/world.ts';
import { inOrderOfSubmission } from '../domain/queue-order.ts';
import { groupHeads, nextInGroup, WHO_HEADS_THE_GROUPS, WHO_IS_NEXT_IN_GROUP } from './job-groups.ts';
import type { Tx } from './store.ts';

const Q = 1;

/** Two arrays and a job of group 1, the same of group 2; none can start. */
const waiting = async (order = groupsByPriority): Promise<World> => {
  const world = await makeWorld({ order });
  await world.ask('updateComputeEnvironment', { computeEnvironment: 'e', state: 'DISABLED' });
  const [{ containerProperties }] = (await world.ask('describeJobDefinitions')).jobDefinitions;
  await world.ask('registerJobDefinition', {
    jobDefinitionName: 'high',
    type: 'container',
    schedulingPriority: 1,
    containerProperties,
  });
  for (const jobDefinition of ['d', 'high']) {
    await world.submit({ jobDefinition, arrayProperties: { size: 3 } });
    await world.submit({ jobDefinition, arrayProperties: { size: 2 } });
    await world.submit({ jobDefinition });
  }
  await world.settle();
  await world.loops.stop();
  return world;
};

const read = <T>({ service }: World, fn: (tx: Tx) => Promise<T>): Promise<T> => service.store.read(fn);

const stop = ({ service }: World, seq: number) =>
  service.store.write((tx) => tx.run('UPDATE jobs SET stop_kind = 2 WHERE seq = ?', [seq]));

test('the first of each group, and who is next in one, without what is left of stopped arrays', async () => {
  const world = await waiting();
  const heads = async () =>
    (await read(world, (tx) => groupHeads(tx, Q))).map(({ group, seq }) => [group, seq]);
  const next = async (group: number, after: number, limit = 10) =>
    (await read(world, (tx) => nextInGroup(tx, Q, group, after, limit))).map(({ rank }) => rank);
  assert.deepEqual(await heads(), [
    [1, 2],
    [2, 10],
  ]);
  assert.deepEqual(await next(1, 0), [2, 3, 4, 6, 7, 8]);
  assert.deepEqual(await next(2, 11, 3), [12, 14, 15]);
  await stop(world, 1);
  await stop(world, 13);
  assert.deepEqual(await heads(), [
    [1, 6],
    [2, 10],
  ]);
  assert.deepEqual(await next(1, 0), [6, 7, 8]);
  assert.deepEqual(await next(2, 12), [16]);
});

test('a group of which only a stopped array is left has no head', async () => {
  const world = await waiting();
  await world.service.store.write((tx) =>
    tx.run('UPDATE jobs SET state = 5 WHERE seq NOT IN (10, 11, 12, 9)'),
  );
  await stop(world, 9);
  assert.deepEqual(await read(world, (tx) => groupHeads(tx, Q)), []);
});

test('where all jobs are of one group there are no heads of groups to read', async () => {
  const world = await waiting(inOrderOfSubmission);
  assert.deepEqual(await read(world, (tx) => groupHeads(tx, Q)), []);
});

test('neither scans jobs: each step is a search of the index of groups', async () => {
  const world = await waiting();
  for (const [sql, params] of [
    [WHO_HEADS_THE_GROUPS, { queue: Q }],
    [WHO_IS_NEXT_IN_GROUP, { queue: Q, group: 1, after: 0, limit: 5 }],
  ] as const) {
    const lines = (
      await read(world, (tx) => tx.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, params))
    ).map(({ detail }) => detail);
    const ofJobs = lines.filter((line) => /^(SCAN|SEARCH) [njp] /.test(line));
    assert.ok(ofJobs.length > 0);
    for (const line of ofJobs) assert.match(line, /^SEARCH/);
    for (const line of ofJobs.filter((one) => / n /.test(one))) assert.match(line, /INDEX jobs_grouped/);
  }
});
