import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  consumableArn,
  counts,
  endTask,
  makeConsumable,
  needing,
  SPENT,
} from '../../../test/support/consumables.ts';
import { makeWorld, type World } from '../../../test/support/world.ts';

const update = (world: World, operation: string, quantity: number, more: object = {}) =>
  world.ask('updateConsumableResource', { consumableResource: 'r', operation, quantity, ...more });

test('T-153 T-011 E-006: made, it has a name and an ARN', async () => {
  const world = await makeWorld();
  const made = await makeConsumable(world, 'r', 7);
  assert.deepEqual(made, { consumableResourceName: 'r', consumableResourceArn: consumableArn('r') });
});

test('T-156 T-055 E-200: described at once, by name and by ARN', async () => {
  const world = await makeWorld();
  await makeConsumable(world, 'r', 7, { tags: { a: 'b' } });
  const expected = {
    consumableResourceName: 'r',
    consumableResourceArn: consumableArn('r'),
    totalQuantity: 7,
    inUseQuantity: 0,
    availableQuantity: 7,
    resourceType: 'REPLENISHABLE',
    createdAt: world.clock.wall(),
    tags: { a: 'b' },
  };
  for (const consumableResource of ['r', consumableArn('r')])
    assert.deepEqual(await world.ask('describeConsumableResource', { consumableResource }), expected);
});

test('T-153: without a total there is none', async () => {
  const world = await makeWorld();
  await makeConsumable(world, 'r', undefined, SPENT);
  assert.equal(await counts(world, 'r'), '0/0/0');
  const { resourceType } = await world.ask('describeConsumableResource', { consumableResource: 'r' });
  assert.equal(resourceType, 'NON_REPLENISHABLE');
});

/** Of each: rules, the request, what is said of it. */
const REFUSED: readonly (readonly [string, object, string, boolean])[] = [
  ...['', 'a b', 'x'.repeat(129)].map(
    (name) =>
      [
        'T-008 T-009',
        { consumableResourceName: name },
        'ConsumableResource name should match a valid pattern.',
        true,
      ] as const,
  ),
  ['T-154', { totalQuantity: -1 }, 'totalQuantity cannot be a negative number.', true],
  [
    'T-155',
    { resourceType: 'OTHER' },
    'Resource type must be one of [REPLENISHABLE, NON_REPLENISHABLE].',
    true,
  ],
  ['T-010', { consumableResourceName: 'is' }, 'Object already exists', false],
];

for (const [at, [rules, more, text, wrapped]] of REFUSED.entries()) {
  test(`${rules}: not made, case ${at + 1}: ${text}`, async () => {
    const world = await makeWorld();
    await makeConsumable(world, 'is');
    const request = { consumableResourceName: 'new', ...more };
    const refusal = await world.refused('createConsumableResource', request);
    assert.deepEqual(
      [refusal.type, refusal.status, refusal.message, refusal.wrapped],
      ['ClientException', 400, text, wrapped],
    );
    const { consumableResources } = await world.ask('listConsumableResources');
    assert.equal(consumableResources.length, 1);
  });
}

test('T-153: 50,000 in an account, and no more', async () => {
  const world = await makeWorld();
  await world.service.store.write((tx) =>
    tx.run(`INSERT INTO consumables (name, replenishable, total, created_at)
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 49999)
      SELECT 'c' || i, 1, 0, 0 FROM n`),
  );
  await makeConsumable(world, 'last');
  const { message } = await world.refused('createConsumableResource', { consumableResourceName: 'one-more' });
  assert.equal(message, 'There are 50000 consumable resources: there may be no more.');
});

test('T-157: one that is not there', async () => {
  const world = await makeWorld();
  for (const consumableResource of [
    'x',
    consumableArn('x'),
    consumableArn('r').replace('us-east-1', 'eu-west-1'),
  ])
    for (const [operation, more] of [
      ['describeConsumableResource', {}],
      ['updateConsumableResource', { operation: 'SET', quantity: 1 }],
      ['listJobsByConsumableResource', {}],
    ] as const) {
      const { message } = await world.refused(operation, { consumableResource, ...more });
      assert.equal(message, `ConsumableResource ${consumableResource} not found.`);
    }
});

test('T-158: SET, ADD and REMOVE answer the total', async () => {
  const world = await makeWorld();
  await makeConsumable(world, 'r', 123);
  const expected = {
    consumableResourceName: 'r',
    consumableResourceArn: consumableArn('r'),
    totalQuantity: 135,
  };
  assert.deepEqual(await update(world, 'ADD', 12), expected);
  assert.equal((await update(world, 'REMOVE', 35)).totalQuantity, 100);
  assert.equal((await update(world, 'SET', 0)).totalQuantity, 0);
  assert.equal(await counts(world, 'r'), '0/0/0');
});

test('T-159 T-160: updates that are refused change nothing', async () => {
  const world = await makeWorld();
  await makeConsumable(world, 'r', 5);
  const wrong = async (more: object) =>
    (await world.refused('updateConsumableResource', { consumableResource: 'r', ...more })).message;
  assert.equal(
    await wrong({ operation: 'REMOVE', quantity: 6 }),
    'totalQuantity cannot be a negative number.',
  );
  for (const operation of ['set', 'DOUBLE', undefined])
    assert.equal(await wrong({ operation, quantity: 1 }), 'Operation must be one of [SET, ADD, REMOVE].');
  assert.equal(await wrong({ operation: 'ADD', quantity: -1 }), 'quantity cannot be a negative number.');
  assert.equal(await wrong({ operation: 'ADD' }), 'quantity is required.');
  assert.equal(
    await wrong({ operation: 'ADD', quantity: Number.MAX_SAFE_INTEGER }),
    'totalQuantity cannot be more than 9007199254740991.',
  );
  assert.equal(await counts(world, 'r'), '5/0/5');
});

test('T-161: the same token and payload within 8 hours change once; after them they change again', async () => {
  const world = await makeWorld();
  await makeConsumable(world, 'r', 1);
  await makeConsumable(world, 'other', 1);
  const again = () => update(world, 'ADD', 2, { clientToken: 't' });
  assert.equal((await again()).totalQuantity, 3);
  await update(world, 'ADD', 10);
  assert.equal((await again()).totalQuantity, 13);
  const ofOther = { consumableResource: 'other', operation: 'SET', quantity: 9, clientToken: 't' };
  assert.equal((await world.ask('updateConsumableResource', ofOther)).totalQuantity, 9);
  world.clock.advance(8 * 3600_000 - 1);
  assert.equal((await again()).totalQuantity, 13);
  world.clock.advance(1);
  assert.equal((await again()).totalQuantity, 15);
});

test('T-161: a clock that is set changes nothing of that', async () => {
  const world = await makeWorld();
  await makeConsumable(world, 'r', 1);
  const again = () => update(world, 'ADD', 2, { clientToken: 't' });
  assert.equal((await again()).totalQuantity, 3);
  for (const leap of [86_400_000, -2 * 86_400_000]) {
    world.clock.jump(leap);
    assert.equal((await again()).totalQuantity, 3);
  }
  world.clock.advance(8 * 3600_000 - 1);
  assert.equal((await again()).totalQuantity, 3);
  world.clock.advance(1);
  assert.equal((await again()).totalQuantity, 5);
});

test('T-161: after another boot the 8 hours go on by the wall clock', async () => {
  const world = await makeWorld();
  await makeConsumable(world, 'r', 1);
  const again = () => update(world, 'ADD', 2, { clientToken: 't' });
  await again();
  world.clock.bootId = 'boot-2';
  world.clock.advance(8 * 3600_000 - 1);
  assert.equal((await again()).totalQuantity, 3);
  world.clock.advance(1);
  assert.equal((await again()).totalQuantity, 5);
});

test('T-162 T-014: a token with another payload, and one that is too short or too long', async () => {
  const world = await makeWorld();
  await makeConsumable(world, 'r', 1);
  await update(world, 'ADD', 2, { clientToken: 'x'.repeat(64) });
  const wrong = async (more: object) =>
    (await world.refused('updateConsumableResource', { consumableResource: 'r', operation: 'ADD', ...more }))
      .message;
  assert.match(await wrong({ quantity: 3, clientToken: 'x'.repeat(64) }), /^clientToken was given with/);
  for (const clientToken of ['', 'x'.repeat(65)])
    assert.equal(await wrong({ quantity: 1, clientToken }), 'clientToken must have 1 to 64 characters.');
  assert.equal(await counts(world, 'r'), '3/0/3');
});

test('T-163: an update of the type is not one', async () => {
  const world = await makeWorld();
  await makeConsumable(world, 'r', 1);
  await update(world, 'ADD', 1, SPENT);
  const { resourceType } = await world.ask('describeConsumableResource', { consumableResource: 'r' });
  assert.equal(resourceType, 'REPLENISHABLE');
});

test('T-166 T-012 T-013: deleted once no unfinished job asks for it; definitions do not hinder', async () => {
  const world = await makeWorld({ command: ['run'] });
  await makeConsumable(world, 'r', 1, { tags: { a: 'b' } });
  await world.ask('registerJobDefinition', {
    jobDefinitionName: 'wants',
    type: 'container',
    containerProperties: { image: 'i', vcpus: 1, memory: 4 },
    consumableResourceProperties: { consumableResourceList: [{ consumableResource: 'r', quantity: 1 }] },
  });
  const holds = await world.submit(needing({ r: 1 }));
  const waits = await world.submit(needing({ r: 1 }));
  await world.settle();
  const remove = () => world.ask('deleteConsumableResource', { consumableResource: 'r' });
  for (const jobId of [waits, holds]) {
    const { message } = await world.refused('deleteConsumableResource', { consumableResource: 'r' });
    assert.equal(message, 'Cannot delete, resource is in use by jobs');
    await world.ask('terminateJob', { jobId, reason: 'enough' });
    await world.settle();
  }
  await endTask(world, holds, 137);
  assert.deepEqual(await remove(), {});
  assert.deepEqual(await remove(), {});
  await makeConsumable(world, 'r', 2);
  const { tags } = await world.ask('describeConsumableResource', { consumableResource: 'r' });
  assert.deepEqual(tags, {});
  assert.equal(await counts(world, 'r'), '2/0/2');
});

const names = async (world: World, ...filters: object[]): Promise<string[]> =>
  (await world.ask('listConsumableResources', { filters })).consumableResources.map(
    (one: { consumableResourceName: string }) => one.consumableResourceName,
  );
const like = (...values: string[]) => ({ name: 'CONSUMABLE_RESOURCE_NAME', values });

test('T-167 T-055: listed by name, without tags; a filter takes names in any case and with * what begins so', async () => {
  const world = await makeWorld();
  for (const name of ['beta', 'Alpha', 'alps', 'gamma'])
    await makeConsumable(world, name, 3, { tags: { a: 'b' } });
  const { consumableResources } = await world.ask('listConsumableResources');
  assert.deepEqual(consumableResources[0], {
    consumableResourceName: 'Alpha',
    consumableResourceArn: consumableArn('Alpha'),
    totalQuantity: 3,
    inUseQuantity: 0,
    resourceType: 'REPLENISHABLE',
  });
  assert.deepEqual(await names(world), ['Alpha', 'alps', 'beta', 'gamma']);
  assert.deepEqual(await names(world, like('ALP*')), ['Alpha', 'alps']);
  assert.deepEqual(await names(world, like('alpha')), ['Alpha']);
  assert.deepEqual(await names(world, like('Beta', 'g*')), ['beta', 'gamma']);
  assert.deepEqual(await names(world, like('*')), ['Alpha', 'alps', 'beta', 'gamma']);
  assert.deepEqual(await names(world, like('_')), []);
});

test('T-168: another filter is refused', async () => {
  const world = await makeWorld();
  const filters = [{ name: 'JOB_NAME', values: ['x'] }];
  const { message } = await world.refused('listConsumableResources', { filters });
  assert.equal(message, "Filter name must be one of [CONSUMABLE_RESOURCE_NAME], got 'JOB_NAME'.");
});

test('T-004 T-005: in pages, the last of which has no token', async () => {
  const world = await makeWorld();
  for (const name of ['a', 'b', 'c']) await makeConsumable(world, name);
  const first = await world.ask('listConsumableResources', { maxResults: 2 });
  assert.equal(first.consumableResources.length, 2);
  const last = await world.ask('listConsumableResources', { maxResults: 2, nextToken: first.nextToken });
  assert.deepEqual(
    last.consumableResources.map((one: { consumableResourceName: string }) => one.consumableResourceName),
    ['c'],
  );
  assert.equal(last.nextToken, undefined);
  for (const maxResults of [0, 101]) await world.refused('listConsumableResources', { maxResults });
});
