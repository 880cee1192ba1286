import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openWorld, type World } from '../../../test/support/world.ts';
import { unseal } from '../../auth/seal.ts';
import { isRefusal } from '../../domain/refusal.ts';
import { keyById, noteUse } from '../../store/access/keys.ts';
import { createAccessKey, deleteAccessKey, listAccessKeys } from './keys.ts';
import { secretOf, uniqueId } from './names.ts';
import { getUser } from './users.ts';

const withAnn = async (): Promise<World> => {
  const world = openWorld();
  await world.ask('createUser', { UserName: 'ann' });
  return world;
};

test('A-010: a user has two keys at most', async () => {
  const world = await withAnn();
  for (let n = 0; n < 2; n++) await world.ask('createAccessKey', { UserName: 'ann' });
  const { type, status, message } = await world.refused('createAccessKey', { UserName: 'ann' });
  assert.deepEqual(
    [status, type, message],
    [409, 'LimitExceeded', 'Cannot exceed quota for AccessKeysPerUser: 2'],
  );
});

test('A-012 A-013: the secret is in one answer, and lies sealed in the store', async () => {
  const world = await withAnn();
  const { AccessKey } = await world.ask('createAccessKey', { UserName: 'ann' });
  assert.match(AccessKey.AccessKeyId, /^AKIA[A-Z2-7]{16}$/);
  assert.match(AccessKey.SecretAccessKey, /^[A-Za-z0-9]{40}$/);
  const { AccessKeyMetadata } = await world.ask('listAccessKeys', { UserName: 'ann' });
  assert.deepEqual(AccessKeyMetadata, [
    {
      UserName: 'ann',
      AccessKeyId: AccessKey.AccessKeyId,
      Status: 'Active',
      CreateDate: '2026-01-01T00:00:00Z',
    },
  ]);
  const row = (await world.service.store.read((tx) => keyById(tx, AccessKey.AccessKeyId)))!;
  assert.ok(!JSON.stringify(row).includes(AccessKey.SecretAccessKey));
  assert.equal(unseal(world.service.sealingKey, row.id, row.sealed), AccessKey.SecretAccessKey);
});

test('A-011: an inactive, a deleted and an unknown key sign for nobody, from the answer on', async () => {
  const world = await withAnn();
  const { service } = world;
  const { AccessKey } = await world.ask('createAccessKey', { UserName: 'ann' });
  const AccessKeyId = AccessKey.AccessKeyId;
  const signs = async () => (await service.principals.find(service, AccessKeyId)) !== undefined;
  assert.equal(await signs(), true);
  await world.ask('updateAccessKey', { UserName: 'ann', AccessKeyId, Status: 'Inactive' });
  assert.equal(await signs(), false);
  await world.ask('updateAccessKey', { UserName: 'ann', AccessKeyId, Status: 'Active' });
  assert.equal(await signs(), true);
  await world.ask('deleteAccessKey', { UserName: 'ann', AccessKeyId });
  assert.equal(await signs(), false);
  assert.equal(await service.principals.find(service, 'AKIANOBODY'), undefined);
});

test('A-041: a key is found by its own user alone', async () => {
  const world = await withAnn();
  await world.ask('createUser', { UserName: 'bob' });
  const { AccessKey } = await world.ask('createAccessKey', { UserName: 'ann' });
  const input = { UserName: 'bob', AccessKeyId: AccessKey.AccessKeyId };
  for (const operation of ['deleteAccessKey', 'updateAccessKey'])
    assert.equal((await world.refused(operation, { ...input, Status: 'Inactive' })).type, 'NoSuchEntity');
});

test('A-014: when a key was used last', async () => {
  const world = await withAnn();
  const { AccessKey } = await world.ask('createAccessKey', { UserName: 'ann' });
  const input = { AccessKeyId: AccessKey.AccessKeyId };
  assert.deepEqual(await world.ask('getAccessKeyLastUsed', input), {
    UserName: 'ann',
    AccessKeyLastUsed: { ServiceName: 'N/A', Region: 'N/A' },
  });
  await world.service.store.write((tx) =>
    noteUse(tx, AccessKey.AccessKeyId, world.clock.wall(), 'batch', 'eu-west-1'),
  );
  assert.deepEqual((await world.ask('getAccessKeyLastUsed', input)).AccessKeyLastUsed, {
    LastUsedDate: '2026-01-01T00:00:00Z',
    ServiceName: 'batch',
    Region: 'eu-west-1',
  });
});

test('A-029: without a name the caller is meant; root is no user and has no name', async () => {
  const world = await withAnn();
  const { service } = world;
  const ann = {
    arn: 'arn:aws:iam::012345678910:user/ann',
    accessKeyId: 'AK',
    userName: 'ann',
    userId: 'AIDA',
  };
  const made = (await createAccessKey(service, {}, ann)) as { AccessKey: { AccessKeyId: string } };
  const listed = (await listAccessKeys(service, {}, ann)) as { AccessKeyMetadata: unknown[] };
  assert.equal(listed.AccessKeyMetadata.length, 1);
  assert.equal(await deleteAccessKey(service, { AccessKeyId: made.AccessKey.AccessKeyId }, ann), undefined);
  const self = (await getUser(service, {}, ann)) as { User: { UserName: string } };
  assert.equal(self.User.UserName, 'ann');
  const root = await world.ask('getUser', {});
  assert.equal(root.User.Arn, 'arn:aws:iam::012345678910:root');
  assert.equal(root.User.UserName, undefined);
  assert.ok(isRefusal(await createAccessKey(service, {}, { arn: root.User.Arn, accessKeyId: 'AK' })));
});

test('A-003: ids and secrets use all of what they are given by chance, and all letters', () => {
  const most = { hex: (digits: number) => 'f'.repeat(digits) };
  assert.equal(uniqueId('AKIA', most), `AKIA${'7'.repeat(16)}`);
  assert.equal(uniqueId('AIDA', most), `AIDA${'7'.repeat(17)}`);
  assert.equal(secretOf({ hex: (digits) => '0'.repeat(digits) }), 'A'.repeat(40));
  const secrets = ['1'.padStart(72, '0'), '1'.padEnd(72, '0')].map((hex) => secretOf({ hex: () => hex }));
  assert.notEqual(secrets[0], secrets[1]);
});
