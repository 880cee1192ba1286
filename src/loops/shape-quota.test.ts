import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeWorld, type World } from '../../test/support/world.ts';
import { CommittedCache } from '../store/committed-cache.ts';
import { KeptFirsts } from './kept-firsts.ts';
import { loadSnapshot } from './load-snapshot.ts';
import { Paces } from './paces.ts';
import type { FoundShares } from './queue-shares.ts';
import { nothingRuns } from './running.ts';
import { quotaOfOne } from './shape-quota.ts';

test('however many queues have many shapes, a plan knows so many together, and some of each', () => {
  assert.deepEqual([0, 1, 2].map(quotaOfOne), [
    { oldest: 128, rotating: 128 },
    { oldest: 128, rotating: 128 },
    { oldest: 64, rotating: 64 },
  ]);
  for (let many = 1; many <= 300; many++) {
    const { oldest, rotating } = quotaOfOne(many);
    assert.ok(oldest >= 8 && rotating >= 8, `${many}: ${oldest} and ${rotating}`);
    assert.ok((oldest + rotating) * many <= Math.max(256, 16 * many), `${many}: ${oldest} and ${rotating}`);
  }
});

const QUEUES = 5;
const SHAPES = 300;

/** `QUEUES` queues beside `q`, each with `SHAPES` shapes of jobs that no type holds. */
const crowded = async (): Promise<{ world: World; ids: string[][] }> => {
  const world = await makeWorld({ pool: 1 });
  const ids: string[][] = [];
  for (let queue = 0; queue < QUEUES; queue++) {
    await world.ask('createJobQueue', {
      jobQueueName: `q${queue}`,
      priority: 1,
      computeEnvironmentOrder: [{ order: 1, computeEnvironment: 'e' }],
    });
    const memory = (mib: number) => [{ type: 'MEMORY', value: `${mib}` }];
    ids.push(
      await Promise.all(
        Array.from({ length: SHAPES }, (_, n) =>
          world.submit({
            jobQueue: `q${queue}`,
            containerOverrides: { resourceRequirements: memory(50_000 + n) },
          }),
        ),
      ),
    );
  }
  await world.submit();
  return { world, ids };
};

test('many shapes in several queues: a plan knows a part of each and all of a queue with few; the others in turn', async () => {
  const { world, ids } = await crowded();
  // some plans each, until each shape has had its turn
  for (let n = 0; n < 6; n++) await world.settle();
  const ground = { hosts: world.service.capacity.hosts, environments: [] };
  const remembered = {
    paces: new Paces(),
    reservations: [],
    claims: [],
    servedAt: new Map(),
    firsts: new KeptFirsts(),
    shares: new CommittedCache<number, FoundShares>(1),
    shapes: new Map(),
  };
  const { asked } = await world.service.store.read((tx) =>
    loadSnapshot(world.service, tx, nothingRuns(ground), remembered),
  );
  const known = asked.queues.map(({ name, shapes }) => [name, shapes.length]);
  assert.deepEqual(
    known.filter(([name]) => name !== 'q'),
    Array.from({ length: QUEUES }, (_, n) => [`q${n}`, 51]),
  );
  for (const queue of ids) {
    for (const at of [0, 150, SHAPES - 1]) {
      assert.match((await world.job(queue[at]!)).statusReason, /no type of it can ever run it$/);
    }
  }
});
