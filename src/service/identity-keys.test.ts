import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { FakeClock, FakeWeb } from '../../test/support/fakes.ts';
import { isRefusal } from '../domain/refusal.ts';
import { silentLog } from '../lib/logger.ts';
import { IdentityKeys } from './identity-keys.ts';

const URL = 'https://ids.example/tenant';
const ABOUT = `${URL}/.well-known/openid-configuration`;
const KEYS = 'https://keys.example/all';
const MINUTE = 60_000;

/** An issuer on a web that is made up, with its keys on another server. */
const issuing = async () => {
  const clock = new FakeClock();
  const web = new FakeWeb();
  const keys = new IdentityKeys();
  const pair = await generateKeyPair('RS256');
  const jwk = { ...(await exportJWK(pair.publicKey)), alg: 'RS256' };
  const publish = (...kids: string[]) => web.put(KEYS, { keys: kids.map((kid) => ({ ...jwk, kid })) });
  web.put(ABOUT, { issuer: URL, jwks_uri: KEYS });
  publish('a');
  const ask = async (kid: string) => {
    const seconds = clock.wall() / 1000;
    const token = await new SignJWT({
      iss: URL,
      sub: 'the-subject',
      aud: 'c',
      iat: seconds,
      exp: seconds + 60,
    })
      .setProtectedHeader({ alg: 'RS256', kid })
      .sign(pair.privateKey);
    const claims = await keys.claimsOf({ web, clock, log: silentLog }, { url: URL, clientIds: ['c'] }, token);
    return isRefusal(claims) ? claims.type : claims.subject;
  };
  return { clock, web, publish, ask };
};

test('A-083: a new key is found, once a minute at the most', async () => {
  const { clock, web, publish, ask } = await issuing();
  assert.equal(await ask('a'), 'the-subject');
  publish('a', 'b');
  assert.equal(await ask('b'), 'InvalidIdentityToken');
  assert.equal(web.asked.length, 2);
  clock.advance(MINUTE);
  assert.equal(await ask('b'), 'the-subject');
  assert.equal(web.asked.length, 4);
  for (let n = 0; n < 5; n++) assert.equal(await ask('c'), 'InvalidIdentityToken');
  assert.equal(web.asked.length, 4);
});

test('A-083: keys are kept as long as their server says, from ten minutes to a day', async () => {
  for (const [maxAgeSeconds, kept] of [
    [undefined, 60],
    [0, 10],
    [1800, 30],
    [999_999_999, 24 * 60],
  ] as const) {
    const { clock, web, ask } = await issuing();
    const page = web.pages.get(KEYS)!;
    web.pages.set(KEYS, async () => ({
      ...(await page()),
      ...(maxAgeSeconds !== undefined && { maxAgeSeconds }),
    }));
    assert.equal(await ask('a'), 'the-subject');
    clock.advance(kept * MINUTE - 1);
    assert.equal(await ask('a'), 'the-subject');
    assert.equal(web.asked.length, 2, `${maxAgeSeconds}`);
    clock.advance(1);
    assert.equal(await ask('a'), 'the-subject');
    assert.equal(web.asked.length, 4, `${maxAgeSeconds}`);
  }
});

test('A-083: an issuer that could not be reached is asked again after ten seconds', async () => {
  const { clock, web, ask } = await issuing();
  const page = web.pages.get(ABOUT)!;
  web.pages.delete(ABOUT);
  assert.equal(await ask('a'), 'IDPCommunicationError');
  web.pages.set(ABOUT, page);
  assert.equal(await ask('a'), 'IDPCommunicationError');
  assert.equal(web.asked.length, 1);
  clock.advance(10_000);
  assert.equal(await ask('a'), 'the-subject');
});

test('A-083: an issuer that cannot be reached while a new key is looked for keeps its old ones', async () => {
  const { clock, web, ask } = await issuing();
  assert.equal(await ask('a'), 'the-subject');
  web.pages.delete(ABOUT);
  clock.advance(MINUTE);
  assert.equal(await ask('b'), 'IDPCommunicationError');
  assert.equal(await ask('a'), 'the-subject');
});

test('A-083: keys come by https alone, from whichever server', async () => {
  const { web, ask } = await issuing();
  web.put(ABOUT, { issuer: URL, jwks_uri: 'http://keys.example/all' });
  assert.equal(await ask('a'), 'InvalidIdentityToken');
  assert.equal(web.asked.length, 1);
});

test('A-083: what is another issuer’s is not taken for this one’s', async () => {
  const { web, ask } = await issuing();
  web.put(ABOUT, { issuer: `${URL}/`, jwks_uri: KEYS });
  assert.equal(await ask('a'), 'InvalidIdentityToken');
  assert.equal(web.asked.length, 1);
});
