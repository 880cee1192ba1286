import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { authHeader, credentialsFor } from './credentials.ts';

/** The host that a `docker login` without a name writes down, and its key in Docker's config. */
const INDEX = 'index.docker.io';
const HUB = `https://${INDEX}/v1/`;
const ECR = '012345678910.dkr.ecr.us-east-1.amazonaws.com';

const configOf = (t: TestContext, config: unknown): string => {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-credentials-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'config.json'), typeof config === 'string' ? config : JSON.stringify(config));
  return folder;
};

/** Helpers on the path: each a shell script that is asked with the registry on its stdin. */
const helpers = (t: TestContext, scripts: Readonly<Record<string, string>>): void => {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-helpers-'));
  for (const [name, script] of Object.entries(scripts)) {
    const path = join(folder, `docker-credential-${name}`);
    writeFileSync(path, `#!/bin/sh\nread registry\n${script}\n`);
    chmodSync(path, 0o755);
  }
  const before = process.env.PATH;
  process.env.PATH = `${folder}:${before}`;
  t.after(() => {
    process.env.PATH = before;
    rmSync(folder, { recursive: true });
  });
};

const auth = (text: string): { auth: string } => ({ auth: Buffer.from(text).toString('base64') });
const ME = { username: 'me', password: 'word' };

for (const [place, registry] of [
  [HUB, 'docker.io'],
  ['docker.io', 'docker.io'],
  [INDEX, 'docker.io'],
  [`https://${INDEX}/v2/`, 'docker.io'],
  ['quay.io', 'quay.io'],
  ['https://quay.io', 'quay.io'],
  ['http://localhost:5000/v2/', 'localhost:5000'],
  [ECR, ECR],
] as const) {
  test(`the entry of ${place} is for ${registry}`, async (t) => {
    const folder = configOf(t, { auths: { 'other.io': auth('x:y'), [place]: auth('me:word') } });
    assert.deepEqual(await credentialsFor(folder, registry), ME);
    assert.equal(await credentialsFor(folder, 'localhost:5001'), undefined);
  });
}

test('the key that a docker login writes wins over others of the same host', async (t) => {
  const folder = configOf(t, { auths: { 'docker.io': auth('old:old'), [HUB]: auth('me:word') } });
  assert.deepEqual(await credentialsFor(folder, 'docker.io'), ME);
});

for (const [what, entry, expected] of [
  ['a password with colons', auth('me:a:b'), { username: 'me', password: 'a:b' }],
  ['a padded password', auth('me:word\0\0'), ME],
  ['a password beyond ASCII', auth('me:wört'), { username: 'me', password: 'wört' }],
  ['a name and a password as they are', ME, ME],
  ['an identity token', { ...auth('me:'), identitytoken: 'T' }, { identitytoken: 'T' }],
  ['a registry token', { registrytoken: 'R' }, { registrytoken: 'R' }],
  ['nothing', {}, undefined],
  ['an auth without a colon', auth('me'), undefined],
] as const) {
  test(`an entry that has ${what} is understood`, async (t) => {
    const folder = configOf(t, { auths: { 'quay.io': entry } });
    assert.deepEqual(await credentialsFor(folder, 'quay.io'), expected);
  });
}

const SAYS_WHO =
  'echo "{\\"Username\\":\\"$0\\",\\"Secret\\":\\"$registry\\"}" | sed "s,/[^\\"]*/docker-credential-,,"';

test('a registry’s own helper is asked before the store for all, and that before what stands in the file', async (t) => {
  helpers(t, { own: SAYS_WHO, all: SAYS_WHO });
  const folder = configOf(t, {
    auths: { 'quay.io': auth('me:word') },
    credHelpers: { [ECR]: 'own' },
    credsStore: 'all',
  });
  assert.deepEqual(await credentialsFor(folder, ECR), { username: 'own', password: ECR });
  assert.deepEqual(await credentialsFor(folder, 'quay.io'), { username: 'all', password: 'quay.io' });
  assert.deepEqual(await credentialsFor(folder, 'docker.io'), { username: 'all', password: HUB });
});

test('a helper for Docker Hub may be named by any of its names', async (t) => {
  helpers(t, { own: SAYS_WHO });
  for (const name of [HUB, 'docker.io', 'index.docker.io']) {
    const folder = configOf(t, { credHelpers: { [name]: 'own' } });
    assert.deepEqual(await credentialsFor(folder, 'docker.io'), { username: 'own', password: HUB });
  }
});

test('a helper’s token is one; one that has nothing leaves the file; one that fails is told by name, without its words', async (t) => {
  helpers(t, {
    token: `echo '{"Username":"<token>","Secret":"T"}'`,
    empty: 'echo "credentials not found in native keychain"; exit 1',
    broken: 'echo "the word is hunter2" >&2; exit 1',
  });
  const ask = (credsStore: string) =>
    credentialsFor(configOf(t, { credsStore, auths: { 'quay.io': auth('me:word') } }), 'quay.io');
  assert.deepEqual(await ask('token'), { identitytoken: 'T' });
  assert.deepEqual(await ask('empty'), ME);
  for (const name of ['broken', 'absent']) {
    await assert.rejects(ask(name), (error) => {
      assert.equal((error as Error).message, `docker-credential-${name} gave no credentials for quay.io`);
      return true;
    });
  }
});

test('no config is no credentials; one that is no JSON is told by its path, not by what it holds', async (t) => {
  assert.equal(await credentialsFor('/nowhere', 'quay.io'), undefined);
  const folder = configOf(t, '{"auths": hunter2');
  await assert.rejects(credentialsFor(folder, 'quay.io'), (error) => {
    assert.equal((error as Error).message, `${folder}/config.json is no JSON`);
    return true;
  });
});

test('the header names the registry as its daemon knows it, in base 64 for URLs with its padding', () => {
  const header = authHeader({ username: 'me', password: '???>>>' }, 'docker.io');
  assert.match(header, /^[A-Za-z0-9_-]+=*$/);
  assert.equal(header.length % 4, 0);
  assert.deepEqual(JSON.parse(Buffer.from(header, 'base64url').toString()), {
    username: 'me',
    password: '???>>>',
    serveraddress: HUB,
  });
});
