import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeWorld, type World } from '../../test/support/world.ts';

/* docs/decisions/arrays-in-line.md */

const array = (size: number, more: Record<string, unknown> = {}) => ({ arrayProperties: { size }, ...more });

/** Longer than a task may take for others to be lined up behind it. */
const LONG = 1000;

/** Ends the only task that runs, again and again; resolves to the jobs in the order of their starts: `0` to `2` of `a`. */
const starts = async (world: World, names: Readonly<Record<string, string>>): Promise<string> => {
  await world.settle();
  for (let ended = 0; ended < world.engine.orders.length; ended++) {
    world.clock.advance(LONG);
    world.engine.end(world.engine.orders[ended]!.taskId, 0);
    await world.settle();
  }
  const rows = await world.service.store.read((tx) =>
    tx.all<{ task: string; id: string; idx: number }>(`
      SELECT t.id AS task, coalesce(p.id, j.id) AS id, j.idx FROM tasks t JOIN jobs j ON j.seq = t.job
      LEFT JOIN jobs p ON p.seq = j.parent`),
  );
  const started = new Map(rows.map((row) => [row.task, row]));
  return world.engine.orders
    .map(({ taskId }) => started.get(taskId)!)
    .map(({ id, idx }) => `${names[id]}${idx < 0 ? '' : idx}`)
    .join(' ');
};

/** All are in line before the first starts. */
const submitted = async (world: World, jobs: Readonly<Record<string, Record<string, unknown>>>) => {
  const names: Record<string, string> = {};
  await world.ask('updateComputeEnvironment', { computeEnvironment: 'e', state: 'DISABLED' });
  for (const [name, more] of Object.entries(jobs)) names[await world.submit(more)] = name;
  await world.ask('updateComputeEnvironment', { computeEnvironment: 'e', state: 'ENABLED' });
  return names;
};

test('E-136 E-139: children start one by one by their index, from the place in line that their array has by its submission', async () => {
  const world = await makeWorld({ pool: 1, command: ['run'] });
  const names = await submitted(world, { a: array(3), s: {}, b: array(2), t: {} });
  assert.equal(await starts(world, names), 'a0 a1 a2 s b0 b1 t');
});

test('E-136 E-139: an array of another shape between them changes nothing of that', async () => {
  const world = await makeWorld({ pool: 1, command: ['run'] });
  const other = array(2, { containerOverrides: { memory: 200 } });
  const names = await submitted(world, { a: array(2), o: other, b: array(2) });
  assert.equal(await starts(world, names), 'a0 a1 o0 o1 b0 b1');
});

test('E-132 E-139: arrays and single jobs in queues of equal priority have their turns job by job, whatever the size', async () => {
  const world = await makeWorld({ pool: 1, command: ['run'] });
  await world.ask('createJobQueue', {
    jobQueueName: 'p',
    priority: 1,
    computeEnvironmentOrder: [{ order: 1, computeEnvironment: 'e' }],
  });
  const names = await submitted(world, {
    a: array(5),
    b: array(3, { jobQueue: 'p' }),
    s: { jobQueue: 'p' },
  });
  assert.equal(await starts(world, names), 'a0 b0 a1 b1 a2 b2 a3 s a4');
});

test('E-139: children do not wait for one another’s room: as many start as fit', async () => {
  const world = await makeWorld({ pool: 4, command: ['run'] });
  const id = await world.submit(array(10));
  await world.settle();
  const { statusSummary } = (await world.job(id)).arrayProperties;
  assert.deepEqual([statusSummary.RUNNING, statusSummary.RUNNABLE], [4, 6]);
});
