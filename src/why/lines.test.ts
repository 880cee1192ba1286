import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeWorld, type World } from '../../test/support/world.ts';
import type { Tx } from '../store/store.ts';
import { Lines, lineOf } from './lines.ts';
import { QueuePositions } from './position.ts';

const HEADS = [
  { group: 0, seq: 7, rank: 7, milliVcpus: 0 },
  { group: 0, seq: 9, rank: 9, milliVcpus: 0 },
];

test('a line is as it was read until a row is written or its shares stand otherwise', () => {
  const lines = new Lines();
  const shares = { window: 1, shares: new Map(), reserve: undefined };
  const from = { changes: 5, shares: undefined };
  const line = lineOf(HEADS);
  assert.deepEqual(
    [...line.places],
    [
      [7, 0],
      [9, 1],
    ],
  );
  lines.keep(1, from, line);
  assert.equal(lines.get(1, from), line);
  assert.equal(lines.get(2, from), undefined);
  assert.equal(lines.get(1, { ...from, changes: 6 }), undefined);
  assert.equal(lines.get(1, { ...from, shares }), undefined);
});

/** How many statements a read of positions asked of the store. */
const asked = async (world: World, read: (positions: QueuePositions) => Promise<unknown>) =>
  world.service.store.read(async (tx) => {
    const texts: string[] = [];
    const all: Tx['all'] = (sql, params) => {
      texts.push(sql);
      return tx.all(sql, params);
    };
    await read(new QueuePositions({ ...tx, all }, world.service));
    return texts.length;
  });

test('requests read a queue’s line once, and again when a job was submitted, placed, cancelled or stopped with its array', async () => {
  const world = await makeWorld({ command: ['run'], pool: 1 });
  const [, second] = [await world.submit(), await world.submit()];
  const array = await world.submit({ arrayProperties: { size: 3 } });
  const last = await world.submit();
  await world.settle();
  const placeOf = async (jobId: string) =>
    /^\d+\w+ in queue q/.exec((await world.job(jobId)).statusReason)?.[0];
  const front = (positions: QueuePositions) => positions.front(1, 100);
  assert.equal(await placeOf(last), '5th in queue q');
  assert.equal(await asked(world, front), 1, 'whether anything was written');
  await world.submit();
  await world.settle();
  assert.ok((await asked(world, front)) > 1);
  await world.ask('cancelJob', { jobId: second, reason: 'r' });
  assert.equal(await placeOf(last), '4th in queue q');
  await world.ask('terminateJob', { jobId: array, reason: 'r' });
  assert.equal(await placeOf(last), '1st in queue q');
  world.engine.end(world.engine.orders[0]!.taskId, 0);
  await world.settle();
  assert.equal(await placeOf(last), undefined);
});
