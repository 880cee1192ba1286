import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { trustDocument } from '../../../test/support/iam.ts';
import { openWorld, type World } from '../../../test/support/world.ts';
import { isRefusal } from '../../domain/refusal.ts';
import { issue } from './issue.ts';

const HOUR = 3_600_000;

const withRole = async (): Promise<World> => {
  const world = openWorld();
  const AssumeRolePolicyDocument = trustDocument('*');
  await world.ask('createRole', { RoleName: 'r', AssumeRolePolicyDocument });
  return world;
};

/** The letters of an id are taken from its digits: numbers in a row would give one twice. */
const byChance = { uuid: randomUUID, hex: (length: number) => randomBytes(length / 2).toString('hex') };

const issued = (world: World, owner = 1) =>
  world.service.store.write((tx) =>
    issue({ ...world.service, ids: byChance }, tx, {
      owner_kind: 'role',
      owner,
      name: 's',
      doc: {},
      seconds: 3600,
    }),
  );

const rows = async (world: World): Promise<number> =>
  (await world.service.store.read((tx) => tx.all<{ n: number }>('SELECT count(*) AS n FROM sessions')))[0]!.n;

test('A-228: a role has a thousand sessions that live, and then no more until one ends', async () => {
  const world = await withRole();
  for (let n = 0; n < 1000; n++) assert.ok(!isRefusal(await issued(world)));
  const over = await issued(world);
  assert.ok(isRefusal(over));
  assert.deepEqual([over.status, over.type, over.message], [400, 'Throttling', 'Rate exceeded']);
  assert.ok(!isRefusal(await issued(world, 2)));
  world.clock.advance(HOUR);
  assert.ok(!isRefusal(await issued(world)));
});

test('A-228: those that ended a day ago go with new ones, a hundred at a time', async () => {
  const world = await withRole();
  for (let n = 0; n < 250; n++) await issued(world);
  world.clock.advance(24 * HOUR);
  await issued(world);
  assert.equal(await rows(world), 251);
  world.clock.advance(HOUR + 1);
  await issued(world);
  assert.equal(await rows(world), 152);
  await issued(world);
  await issued(world);
  assert.equal(await rows(world), 4);
});

test('A-013: the secret of a session lies sealed, and its token nowhere', async () => {
  const world = await withRole();
  const keys = await issued(world);
  assert.ok(!isRefusal(keys));
  const all = await world.service.store.read((tx) => tx.all('SELECT * FROM sessions'));
  const text = JSON.stringify(all);
  assert.ok(text.includes(keys.AccessKeyId));
  assert.ok(!text.includes(keys.SecretAccessKey) && !text.includes(keys.SessionToken));
});

test('a session is found with its token alone, and until its role goes', async () => {
  const world = await withRole();
  const { service } = world;
  const keys = await issued(world);
  assert.ok(!isRefusal(keys));
  const other = await issued(world);
  assert.ok(!isRefusal(other));
  const find = (token?: string) => service.principals.find(service, keys.AccessKeyId, token);
  assert.equal(await find(), undefined);
  assert.equal(await find(other.SessionToken), undefined);
  assert.equal(await find(`${keys.SessionToken}x`), undefined);
  const found = await find(keys.SessionToken);
  assert.equal(found?.arn, 'arn:aws:sts::012345678910:assumed-role/r/s');
  assert.equal(found?.temporary?.expiresAt, world.clock.wall() + HOUR);
  await world.ask('deleteRole', { RoleName: 'r' });
  assert.equal(await find(keys.SessionToken), undefined);
});
