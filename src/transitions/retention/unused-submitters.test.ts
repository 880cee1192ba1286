import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeWorld } from '../../../test/support/world.ts';
import { hideStep } from './finished-jobs.ts';
import { removeUnusedSubmitters } from './unused-submitters.ts';

test('A-186: who submitted is forgotten once younger jobs alone are left, and is a row again at the next job', async () => {
  const world = await makeWorld();
  const { service } = world;
  const { store, submitters } = service;
  const rows = async () =>
    (await store.read((tx) => tx.all<{ n: number }>('SELECT count(*) AS n FROM submitters')))[0]!.n;
  const first = await world.submit();
  await removeUnusedSubmitters(service);
  assert.equal(await rows(), 1);
  await world.settle();
  assert.equal((await world.job(first)).status, 'SUCCEEDED');
  // as after so many jobs more
  await store.write((tx) => tx.run(`UPDATE sqlite_sequence SET seq = 200000 WHERE name = 'jobs'`));
  const who = {
    arn: 'arn:aws:iam::012345678910:user/ann',
    userId: 'AIDA',
    accessKeyId: 'AK',
    sourceIp: '',
    userAgent: '',
    isCounted: true,
  };
  const ann = await store.write((tx) => submitters.of(tx, who, 1));
  await world.submit();
  await hideStep(service, Number.MAX_SAFE_INTEGER, 0);
  assert.equal(await rows(), 2);
  await removeUnusedSubmitters(service);
  assert.equal(await rows(), 1);
  const counted = () => store.read((tx) => tx.all('SELECT principal FROM unfinished_jobs'));
  assert.deepEqual(await counted(), []);
  const again = await store.write((tx) => submitters.of(tx, who, 200_002));
  assert.notEqual(again, ann);
  assert.deepEqual(await counted(), [{ principal: 'AIDA' }]);
  const { isCounted: _counted, ...shown } = who;
  assert.deepEqual(await store.read((tx) => submitters.bySeq(tx, again)), shown);
});
