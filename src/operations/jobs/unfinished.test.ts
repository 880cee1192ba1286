import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failAll, makeWorld, type World } from '../../../test/support/world.ts';
import { isRefusal } from '../../domain/refusal.ts';
import type { SqlParams } from '../../store/store.ts';
import { unfinishedOf } from '../../store/unfinished.ts';
import { submitJob } from './submit.ts';
import { tooManyUnfinished } from './submitter.ts';

/* How many jobs of a principal have not finished. */

const ANN = {
  arn: 'arn:aws:iam::012345678910:user/ann',
  accessKeyId: 'AKANN',
  userId: 'AIDAANN',
  userName: 'ann',
};

const submit = async (world: World, more: object = {}, caller: object = ANN): Promise<string> => {
  const input = { jobName: 'j', jobQueue: 'q', jobDefinition: 'd', ...more };
  const answer = await submitJob(world.service, input, { ...ANN, ...caller });
  return isRefusal(answer) ? answer.message : (answer as { jobId: string }).jobId;
};

const left = (world: World, userId = ANN.userId): Promise<number> =>
  world.service.store.read((tx) =>
    unfinishedOf(tx, userId, (seq) => world.service.submitters.bySeq(tx, seq)),
  );

/** Of jobs that nobody has seen here. */
const hasAlready = (world: World, jobs: number): Promise<unknown> =>
  world.service.store.write((tx) => tx.run('INSERT INTO unfinished_jobs VALUES (?, ?)', [ANN.userId, jobs]));

test('A-226: jobs and children count from their submission to their end, and again while they run again', async () => {
  const world = await makeWorld({ command: ['wait'] });
  const plain = await submit(world);
  const array = await submit(world, { arrayProperties: { size: 5 } });
  await submit(world, { dependsOn: [{ jobId: plain }] });
  assert.equal(await left(world), 7);
  await world.settle();
  await world.ask('terminateJob', { jobId: `${array}:3`, reason: 'r' });
  await world.settle();
  await failAll(world);
  assert.equal(await left(world), 0);
  await world.ask('retryJobs', { jobId: plain, withDependents: true });
  assert.equal(await left(world), 2);
  await world.ask('retryJobs', { jobId: array, indices: [0, 1] });
  assert.equal(await left(world), 4);
  for (const jobId of [plain, array]) await world.ask('terminateJob', { jobId, reason: 'r' });
  await failAll(world);
  assert.equal(await left(world), 0);
});

test('A-226: over the most a submission is refused with numbers, by a code that no SDK tries again; others go on', async () => {
  const world = await makeWorld({ command: ['wait'] });
  await hasAlready(world, 999_990);
  assert.equal(
    await submit(world, { arrayProperties: { size: 11 } }),
    'arn:aws:iam::012345678910:user/ann has 999990 jobs that have not finished, the most is 1000000.',
  );
  assert.match(await submit(world, { arrayProperties: { size: 10 } }), /^[0-9a-f-]{36}$/);
  assert.match(await submit(world), /has 1000000 jobs/);
  // whichever key it signs with, and wherever it asks from
  assert.match(await submit(world, {}, { accessKeyId: 'AKOTHER' }), /has 1000000 jobs/);
  const other = { arn: 'arn:aws:iam::012345678910:user/bob', userId: 'AIDABOB', accessKeyId: 'AKBOB' };
  assert.match(await submit(world, {}, other), /^[0-9a-f-]{36}$/);
  const answer = await submitJob(world.service, { jobName: 'j', jobQueue: 'q', jobDefinition: 'd' }, ANN);
  assert.ok(isRefusal(answer) && answer.type === 'ClientException' && answer.status === 400);
});

test('A-226: of several that are submitted together no more are taken than one after the other', async () => {
  const world = await makeWorld({ command: ['wait'] });
  await hasAlready(world, 999_997);
  const answers = await Promise.all(Array.from({ length: 5 }, () => submit(world)));
  assert.equal(answers.filter((answer) => answer.includes('has 1000000 jobs')).length, 2);
  assert.equal(await left(world), 1_000_000);
});

test('A-226: over a limit of its own it is looked again, and what has ended counts no more', async () => {
  const world = await makeWorld({ command: ['wait'] });
  for (const n of [1, 2, 3])
    assert.match(await submit(world, {}, { mostJobs: 3 }), /^[0-9a-f-]{36}$/, `${n}`);
  assert.match(await submit(world, {}, { mostJobs: 3 }), /has 3 jobs that have not finished, the most is 3/);
  // whatever it may by then
  assert.match(await submit(world, { arrayProperties: { size: 4 } }, { mostJobs: 7 }), /^[0-9a-f-]{36}$/);
  assert.match(await submit(world, {}, { mostJobs: 7 }), /has 7 jobs/);
  await failAll(world);
  assert.match(await submit(world, { arrayProperties: { size: 4 } }, { mostJobs: 3 }), /has 0 jobs/);
  for (const n of [1, 2, 3])
    assert.match(await submit(world, {}, { mostJobs: 3 }), /^[0-9a-f-]{36}$/, `${n}`);
  assert.match(await submit(world, {}, { mostJobs: 3 }), /has 3 jobs/);
});

test('A-226: what a transaction saw end and then lost is not gone', async () => {
  const world = await makeWorld({ command: ['wait'] });
  await submit(world);
  await world.settle();
  const { store, unfinished } = world.service;
  const lost = store.write(async (tx) => {
    unfinished.admits(ANN.userId, 10, 3);
    unfinished.found(tx, ANN.userId, 0);
    throw new Error('lost');
  });
  await assert.rejects(lost, /lost/);
  assert.match(await submit(world, { arrayProperties: { size: 3 } }, { mostJobs: 3 }), /has 1 jobs/);
});

test('A-226: whoever comes in the same group behind one that had to be looked up is looked up, too', async () => {
  const world = await makeWorld({ command: ['wait'] });
  const mine = { mostJobs: 10 };
  await submit(world, {}, mine);
  for (let n = 0; n < 3; n++) await submit(world, {}, mine);
  await failAll(world);
  // four are known of, none of which is left: an array of eight is looked up, and one behind it is not taken for the fifth
  const answers = await Promise.all([
    submit(world, { arrayProperties: { size: 8 } }, mine),
    submit(world, {}, mine),
  ]);
  for (const answer of answers) assert.match(answer, /^[0-9a-f-]{36}$/);
  assert.match(await submit(world, { arrayProperties: { size: 2 } }, mine), /has 9 jobs/);
  assert.match(await submit(world, {}, mine), /^[0-9a-f-]{36}$/);
  assert.match(await submit(world, {}, mine), /has 10 jobs/);
});

test('A-226: a submission far from its limit reads nothing of what has not finished', async () => {
  const world = await makeWorld({ command: ['wait'] });
  await submit(world);
  const { store, unfinished } = world.service;
  const reads = await store.write(async (tx) => {
    let count = 0;
    const all = async <Row>(sql: string, params?: SqlParams) => {
      count++;
      return tx.all<Row>(sql, params);
    };
    const queue = { seq: 1, name: 'q', mostJobs: null };
    assert.equal(await tooManyUnfinished(world.service, { ...tx, all }, ANN, queue, 5), undefined);
    return count;
  });
  assert.equal(reads, 0);
  // those five are counted, and what was found before
  assert.equal(unfinished.admits(ANN.userId, 4, 10), true);
  assert.equal(unfinished.admits(ANN.userId, 1, 10), false);
});

test('A-224 A-226: all sessions of a role have one limit', async () => {
  const world = await makeWorld({ command: ['wait'] });
  const session = (name: string) => ({ userId: `AROACI:${name}`, accessKeyId: `ASIA${name}`, mostJobs: 3 });
  for (const name of ['a', 'b', 'c']) assert.match(await submit(world, {}, session(name)), /^[0-9a-f-]{36}$/);
  for (const name of ['a', 'd']) assert.match(await submit(world, {}, session(name)), /has 3 jobs/);
});

test('A-226: whoever submits with many programs is counted in one row', async () => {
  const world = await makeWorld({ command: ['wait'] });
  const facts = (n: number) => ({ region: 'us-east-1', sourceIp: `10.0.0.${n}`, userAgent: `program ${n}` });
  const ids = await Promise.all(Array.from({ length: 20 }, (_, n) => submit(world, {}, { facts: facts(n) })));
  assert.equal(await left(world), 20);
  // what is looked at in a transaction is its own group's alone, and the one row
  const seen = await world.service.store.write(async (tx) => {
    const rows: number[] = [];
    const all = async <Row>(sql: string, params?: SqlParams) => {
      const found = await tx.all<Row>(sql, params);
      rows.push(found.length);
      return found;
    };
    const counting = { ...tx, all };
    const unfinished = await unfinishedOf(counting, ANN.userId, (seq) =>
      world.service.submitters.bySeq(counting, seq),
    );
    return [unfinished, ...rows];
  });
  assert.deepEqual(seen, [20, 1]);
  for (const jobId of ids.slice(-5)) await world.ask('terminateJob', { jobId, reason: 'r' });
  await world.settle();
  assert.equal(await left(world), 15);
});

test('A-224 A-226: sessions of a role count together; root is not counted', async () => {
  const world = await makeWorld({ command: ['wait'] });
  const session = (name: string) => ({
    arn: `arn:aws:sts::012345678910:assumed-role/ci/${name}`,
    userId: `AROACI:${name}`,
    accessKeyId: `ASIA${name}`,
  });
  await submit(world, {}, session('a'));
  await submit(world, {}, session('b'));
  assert.equal(await left(world, 'AROACI:c'), 2);
  await world.submit();
  assert.equal(await left(world, world.service.account.account), 0);
});
