import assert from 'node:assert/strict';
import { test } from 'node:test';
import { COMMANDS, reaches } from '../../../test/contract/engine-suite.ts';
import { isCreate, openFakeWorld, sleeper } from '../../../test/support/kubernetes/world.ts';
import { orderOf } from '../../../test/support/orders.ts';

const QUOTA = JSON.stringify({ code: 403, reason: 'Forbidden', message: 'exceeded quota: few' });

test('nothing waits any more when the engine is closed: no create, no stop, no node that is avoided, no pod that stands its time', async (t) => {
  const world = await openFakeWorld(t);
  const { api } = world.cluster;
  await world.engine.recall(sleeper().taskId);
  const host = world.engine.hosts()[0]!;
  const runs = sleeper({ host: host.id });
  await world.engine.start([runs]);
  await reaches(world, runs.taskId, 'running');
  api.pods.change(world.nameOf(runs.taskId), ({ status }) =>
    Object.assign(status, { phase: 'Failed', reason: 'OutOfcpu', containerStatuses: [] }),
  );
  await reaches(world, runs.taskId, 'unstarted');
  assert.equal(world.engine.hosts()[0]!.open, false);
  api.vice = (asked) => (isCreate(asked) ? { kind: 'refuse', status: 403, body: QUOTA } : undefined);
  const waits = orderOf(COMMANDS.succeed);
  await world.engine.start([waits]);
  await world.sees('it waits', () => world.engine.waitReason('job') !== undefined);
  api.vice = () => ({ kind: 'refuse', status: 500 });
  const late = world.engine.recall(sleeper().taskId);
  await world.tick();
  assert.ok(world.waiting() > 4);
  await world.engine.close();
  assert.equal(await late, false);
  await world.tick();
  assert.equal(world.waiting(), 0);
});
