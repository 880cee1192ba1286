import assert from 'node:assert/strict';
import { test } from 'node:test';
import { orderOf } from '../../../test/support/orders.ts';
import { WaitReasons } from './wait-reasons.ts';

const node = (index: number) =>
  orderOf([], { jobId: `job#${index}`, node: { job: 'job', index, mainNode: 0 } });

test('a job waits for as long as what it waits for goes on, also when that fails', async () => {
  const waits = new WaitReasons();
  const order = orderOf([], { jobId: 'array:3' });
  let why: string | undefined;
  const look = async () => waits.of('array:3');
  assert.equal(await waits.during(order, () => why, look), undefined);
  why = 'for it';
  assert.equal(await waits.during(order, () => why, look), 'for it');
  assert.equal(
    await waits.during(
      order,
      () => why,
      async () => waits.of('array'),
    ),
    undefined,
  );
  await assert.rejects(
    waits.during(
      order,
      () => why,
      async () => {
        throw new Error('no');
      },
    ),
  );
  assert.equal(waits.of('array:3'), undefined);
});

test('what is said is cut where it is a page, and no letter in two', async () => {
  const order = orderOf([], { jobId: 'job' });
  const waits = new WaitReasons();
  const said = await waits.during(
    order,
    () => '😀'.repeat(5000),
    async () => waits.of('job'),
  );
  assert.equal(said, '😀'.repeat(1000));
});

test('what is waited for within something else is told instead of it', async () => {
  const waits = new WaitReasons();
  const order = orderOf([], { jobId: 'job' });
  const within = (why: string | undefined) =>
    waits.during(
      order,
      () => 'outer',
      () =>
        waits.during(
          order,
          () => why,
          async () => waits.of('job'),
        ),
    );
  assert.equal(await within('inner'), 'inner');
  assert.equal(await within(undefined), 'outer');
});

test('of nodes the multi-node job says what the last one waits for that began to wait', async () => {
  const waits = new WaitReasons();
  const ends: (() => void)[] = [];
  const wait = (index: number, why: string | undefined) =>
    waits.during(
      node(index),
      () => why,
      () => new Promise<void>((end) => ends.push(end)),
    );
  const all = [wait(0, 'one'), wait(1, 'two'), wait(2, undefined)];
  assert.equal(waits.of('job'), 'two');
  ends[1]!();
  await all[1];
  assert.equal(waits.of('job'), 'one');
  ends[0]!();
  await all[0];
  assert.equal(waits.of('job'), undefined);
  ends[2]!();
  await all[2];
});
