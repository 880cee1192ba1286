import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeWorld, type World } from '../../../test/support/world.ts';

const stateOf = async (world: World, jobId: string): Promise<string> => (await world.job(jobId)).status;

/** On a host of one vCPU: one that runs, two that wait, an array, and one that has ended. */
const mixed = async (): Promise<[World, Record<string, string>]> => {
  const world = await makeWorld({ command: ['run'], pool: 1 });
  const submit = (jobName: string, more = {}) => world.submit({ jobName, ...more });
  const ended = await submit('ended', { containerOverrides: { command: ['exit', '0'] } });
  await world.settle();
  const runs = await submit('runs');
  await world.settle();
  const [one, two] = [await submit('waits-1'), await submit('waits-2')];
  const array = await submit('many', { arrayProperties: { size: 3 } });
  await world.settle();
  return [world, { ended, runs, one, two, array }];
};

test('stopjobs: what a filter finds is FAILED with the reason from the answer on, the rest goes on', async () => {
  const [world, { one, two, runs }] = (await mixed()) as [World, Record<'one' | 'two' | 'runs', string>];
  assert.deepEqual(await world.ask('stopJobs', { name: 'waits*', reason: 'enough' }), {
    matched: 2,
    stopped: 2,
  });
  for (const id of [one, two]) {
    const { status, statusReason, isTerminated } = await world.job(id);
    assert.deepEqual([status, statusReason, isTerminated], ['FAILED', 'enough', true]);
  }
  assert.equal(await stateOf(world, runs), 'RUNNING');
});

test('stopjobs: an array counts as one job and is stopped whole, what runs is told to end', async () => {
  const [world, ids] = await mixed();
  assert.deepEqual(await world.ask('stopJobs', { queues: ['q'], reason: 'r' }), { matched: 4, stopped: 4 });
  for (const index of [0, 1, 2]) assert.equal(await stateOf(world, `${ids.array}:${index}`), 'FAILED');
  await world.settle();
  world.engine.end(world.engine.orders.at(-1)!.taskId, 143);
  await world.settle();
  const { status, statusReason } = await world.job(ids.runs!);
  assert.deepEqual([status, statusReason], ['FAILED', 'r']);
  assert.equal(await stateOf(world, ids.ended!), 'SUCCEEDED');
});

test('stopjobs: children that run, of an array whose others go on waiting', async () => {
  const world = await makeWorld({ command: ['run'], pool: 2 });
  const array = await world.submit({ arrayProperties: { size: 4 } });
  await world.settle();
  const found = await world.ask('stopJobs', { states: ['RUNNING'], reason: 'r' });
  assert.deepEqual(found, { matched: 2, stopped: 2 });
  assert.equal(await stateOf(world, `${array}:3`), 'RUNNABLE');
});

test('stopjobs: a CANCEL reaches what waits', async () => {
  const [world, ids] = await mixed();
  await world.ask('stopJobs', { queues: ['q'], kind: 'CANCEL', reason: 'r' });
  const { status, isCancelled } = await world.job(ids.one!);
  assert.deepEqual([status, isCancelled, await stateOf(world, ids.runs!)], ['FAILED', true, 'RUNNING']);
});

test('stopjobs: a dry run tells how many and stops none; a number that has moved is refused with the new one', async () => {
  const [world, ids] = await mixed();
  const filter = { name: 'waits*', reason: 'r' };
  assert.deepEqual(await world.ask('stopJobs', { ...filter, dryRun: true }), { matched: 2, stopped: 0 });
  assert.equal(
    (await world.refused('stopJobs', { ...filter, expected: 1 })).message,
    '2 jobs match now, not 1: nothing was stopped; ask again with expected 2',
  );
  assert.equal(await stateOf(world, ids.one!), 'RUNNABLE');
  assert.equal((await world.ask('stopJobs', { ...filter, expected: 2 })).stopped, 2);
});

test('stopjobs: 1,000 a call, and a token for the others', async () => {
  const world = await makeWorld({ command: ['run'], pool: 1 });
  await world.loops.stop();
  for (let n = 0; n < 1050; n++) await world.submit();
  const filter = { queues: ['q'], reason: 'r' };
  const first = await world.ask('stopJobs', { ...filter, expected: 1020 });
  assert.deepEqual([first.matched, first.stopped], [1000, 1000]);
  const rest = await world.ask('stopJobs', { ...filter, nextToken: first.nextToken });
  assert.deepEqual(rest, { matched: 50, stopped: 50 });
  const again = await world.ask('stopJobs', filter);
  assert.equal(again.matched, 0);
  assert.match(
    (
      await world.refused('stopJobs', {
        queues: ['q'],
        reason: 'other',
        states: ['PENDING'],
        nextToken: first.nextToken,
      })
    ).message,
    /Invalid nextToken/,
  );
});

test('stopjobs: what cannot be told apart, or is over, is refused', async () => {
  const [world] = await mixed();
  for (const [input, words] of [
    [{ reason: 'r' }, /^what is to be stopped must be told/],
    [{ name: 'x', reason: '' }, /^reason is required/],
    [{ name: 'x', reason: 'r'.repeat(1025) }, /^reason has at most 1024/],
    [{ states: ['FAILED'], reason: 'r' }, /^states: a stop does not reach jobs that are FAILED$/],
    [
      { states: ['RUNNING'], kind: 'CANCEL', reason: 'r' },
      /^states: a CANCEL does not reach jobs that are RUNNING$/,
    ],
    [{ queues: ['none'], reason: 'r' }, /^JobQueue none not found/],
  ] as const)
    assert.match((await world.refused('stopJobs', input)).message, words);
});
