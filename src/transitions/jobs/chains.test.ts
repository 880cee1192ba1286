import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chainBehind, counts, failHead, workOff } from '../../../test/support/chains.ts';
import { makeWorld } from '../../../test/support/world.ts';
import { STEP } from './step.ts';

test('J-246 J-172: a chain of 5,000 that fails at its head fails to its end, in steps of a bounded size', async () => {
  const world = await makeWorld({ command: ['run'] });
  const head = await world.submit();
  await world.settle();
  await chainBehind(world, head, 5_000);
  await failHead(world);
  const most = await workOff(world);
  assert.ok(most <= STEP, `a step changed ${most} rows`);
  assert.deepEqual(await counts(world), { 6: 5_001 });
  const last = await world.job('11111111-1111-4111-8111-000000005000');
  assert.equal(last.statusReason, 'Dependent Job failed');
  assert.deepEqual(last.attempts, []);
});

for (const [word, ok] of [
  ['fails', false],
  ['succeeds', true],
] as const) {
  test(`J-245 J-244: 2,000 that wait for one job and an array of 3,000 learn in steps that it ${word}`, async () => {
    const world = await makeWorld({ command: ['run'], pool: 1 });
    const head = await world.submit();
    for (let i = 0; i < 2_000; i++) await world.submit({ dependsOn: [{ jobId: head }] });
    const array = await world.submit({ dependsOn: [{ jobId: head }], arrayProperties: { size: 3_000 } });
    await world.submit({ dependsOn: [{ jobId: head }] });
    await world.settle();
    if (ok) {
      await world.loops.stop();
      await world.service.store.write((tx) =>
        tx.run('INSERT INTO settled (job, ok, before_seq) SELECT seq, 1, 1000000 FROM jobs WHERE id = ?', [
          head,
        ]),
      );
    } else await failHead(world);
    const most = await workOff(world);
    assert.ok(most <= STEP + 2, `a step changed ${most} rows`);
    assert.deepEqual(await counts(world), ok ? { 1: 1, 2: 5_001, 4: 1 } : { 6: 5_003 });
    if (!ok) assert.equal((await world.job(array)).statusReason, 'Array Child Job failed');
    const [left] = await world.service.store.read((tx) =>
      tx.all('SELECT (SELECT count(*) FROM edges) AS edges, (SELECT count(*) FROM settled) AS n'),
    );
    assert.deepEqual(left, { edges: ok ? 0 : 2_002, n: 0 }, 'its edges go when it SUCCEEDED');
  });
}

test('J-230 J-236: more arrays than a step takes, paired with one, are all told child by child', async () => {
  const world = await makeWorld({ command: ['run'], pool: 1 });
  const base = await world.submit({ arrayProperties: { size: 2 } });
  const waiting: string[] = [];
  for (let i = 0; i < STEP + 50; i++)
    waiting.push(
      await world.submit({ arrayProperties: { size: 2 }, dependsOn: [{ jobId: base, type: 'N_TO_N' }] }),
    );
  await world.settle();
  world.engine.end(world.engine.orders[0]!.taskId, 1);
  await world.settle();
  for (const id of [waiting[0], waiting.at(-1)]) {
    assert.equal((await world.job(`${id}:0`)).statusReason, 'Dependent Job failed');
    assert.equal((await world.job(`${id}:1`)).status, 'PENDING');
  }
});

test('J-243: a diamond of thousands comes together when its last side succeeds, and not before', async () => {
  const world = await makeWorld({ command: ['exit', '0'], pool: 4 });
  await world.loops.stop();
  const top = await world.submit();
  const sides: string[] = [];
  for (let i = 0; i < 2_000; i++) sides.push(await world.submit({ dependsOn: [{ jobId: top }] }));
  const bottoms: string[] = [];
  for (let i = 0; i < 100; i++) {
    const dependsOn = sides.slice(i * 20, i * 20 + 20).map((jobId) => ({ jobId }));
    bottoms.push(await world.submit({ dependsOn }));
  }
  const { Loops } = await import('../../loops/loops.ts');
  const loops = new Loops(world.service, world.timers);
  (world.service as { wake: () => void }).wake = () => loops.wake();
  await loops.start();
  await world.settle();
  const place = new Map(world.engine.orders.map((order, at) => [order.jobId, at]));
  assert.equal(place.size, 2_101);
  for (const [i, bottom] of bottoms.entries()) {
    const before = sides.slice(i * 20, i * 20 + 20).map((side) => place.get(side)!);
    assert.ok(Math.max(...before) < place.get(bottom)!);
  }
});
