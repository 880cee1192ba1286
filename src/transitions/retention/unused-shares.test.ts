import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sharedWorld, submitAs } from '../../../test/support/shared-world.ts';
import { hideStep } from './finished-jobs.ts';
import { removeUnusedShares } from './unused-shares.ts';

const DAY = 24 * 3_600_000;

test('a share goes once no job is of it and no policy could count what it used, and may come back', async () => {
  const world = await sharedWorld();
  const { service } = world;
  const left = async () =>
    (
      await service.store.read((tx) =>
        tx.all<object>(
          'SELECT (SELECT count(*) FROM shares) AS shares, (SELECT count(*) FROM share_uses) AS uses',
        ),
      )
    )[0];
  await submitAs(world, 'a');
  await world.settle();
  world.clock.advance(15_000);
  world.engine.end(world.engine.orders[0]!.taskId, 0);
  await world.settle();
  await removeUnusedShares(service);
  assert.deepEqual(await left(), { shares: 1, uses: 2 });
  await hideStep(service, Number.MAX_SAFE_INTEGER, 0);
  await removeUnusedShares(service);
  assert.deepEqual(await left(), { shares: 1, uses: 2 });
  world.clock.advance(8 * DAY);
  await removeUnusedShares(service);
  assert.deepEqual(await left(), { shares: 0, uses: 0 });
  const job = await world.job(await submitAs(world, 'a'));
  assert.equal(job.shareIdentifier, 'a');
  assert.deepEqual(await left(), { shares: 1, uses: 0 });
});
