import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openWorld } from '../../../test/support/world.ts';

const ARN = 'arn:aws:iam::012345678910:oidc-provider/ids.example/tenant';
const NAMED = { OpenIDConnectProviderArn: ARN };

test('A-025: an issuer of identities is made, shown, changed and deleted', async () => {
  const world = openWorld();
  const made = await world.ask('createOpenIDConnectProvider', {
    Url: 'https://ids.example/tenant',
    ClientIDList: ['a', 'b', 'a'],
    ThumbprintList: ['0'.repeat(40)],
    Tags: [{ Key: 'k', Value: 'v' }],
  });
  assert.equal(made.OpenIDConnectProviderArn, ARN);
  assert.deepEqual(await world.ask('getOpenIDConnectProvider', NAMED), {
    Url: 'ids.example/tenant',
    ClientIDList: ['a', 'b'],
    ThumbprintList: ['0'.repeat(40)],
    CreateDate: '2026-01-01T00:00:00Z',
    Tags: [{ Key: 'k', Value: 'v' }],
  });
  await world.ask('addClientIDToOpenIDConnectProvider', { ...NAMED, ClientID: 'c' });
  await world.ask('addClientIDToOpenIDConnectProvider', { ...NAMED, ClientID: 'c' });
  await world.ask('removeClientIDFromOpenIDConnectProvider', { ...NAMED, ClientID: 'a' });
  await world.ask('removeClientIDFromOpenIDConnectProvider', { ...NAMED, ClientID: 'nobody' });
  await world.ask('updateOpenIDConnectProviderThumbprint', { ...NAMED, ThumbprintList: ['1'.repeat(40)] });
  const { ClientIDList, ThumbprintList } = await world.ask('getOpenIDConnectProvider', NAMED);
  assert.deepEqual([ClientIDList, ThumbprintList], [['b', 'c'], ['1'.repeat(40)]]);
  assert.deepEqual(await world.ask('listOpenIDConnectProviders', {}), {
    OpenIDConnectProviderList: [{ Arn: ARN }],
  });
  await world.ask('deleteOpenIDConnectProvider', NAMED);
  const gone = await world.refused('getOpenIDConnectProvider', NAMED);
  assert.deepEqual(
    [gone.status, gone.type, gone.message],
    [404, 'NoSuchEntity', `OpenIDConnect Provider not found for arn ${ARN}`],
  );
});

test('A-083: only https is taken, or http on this machine, and nothing with a query or a password', async () => {
  const world = openWorld();
  for (const Url of [
    'http://ids.example',
    'ftp://ids.example',
    'ids.example',
    'https://',
    'https://ids.example?a=b',
    'https://user:pass@ids.example',
    'http://127.0.0.1.ids.example',
    'http://10.0.0.1',
    'https://a b',
    'https://aws',
    'https://STS',
  ])
    assert.equal((await world.refused('createOpenIDConnectProvider', { Url })).type, 'ValidationError', Url);
  for (const Url of [
    'http://127.0.0.1:8080',
    'http://localhost:1/x',
    'http://[::1]:1',
    'https://ids.example',
  ])
    await world.ask('createOpenIDConnectProvider', { Url });
});

test('A-043: one address has one provider, and at most 100 client ids', async () => {
  const world = openWorld();
  await world.ask('createOpenIDConnectProvider', { Url: 'https://ids.example/tenant' });
  const again = await world.refused('createOpenIDConnectProvider', { Url: 'https://ids.example/tenant' });
  assert.deepEqual([again.status, again.type], [409, 'EntityAlreadyExists']);
  const ClientIDList = Array.from({ length: 101 }, (_, n) => `c${n}`);
  const many = await world.refused('createOpenIDConnectProvider', { Url: 'https://b.example', ClientIDList });
  assert.equal(many.type, 'ValidationError');
  for (const ClientID of ClientIDList.slice(1))
    await world.ask('addClientIDToOpenIDConnectProvider', { ...NAMED, ClientID });
  const over = await world.refused('addClientIDToOpenIDConnectProvider', { ...NAMED, ClientID: 'one more' });
  assert.equal(over.type, 'LimitExceeded');
});
