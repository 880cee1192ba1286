import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { FakeClock } from '../../../../test/support/fakes.ts';
import { chooseAccess } from './choose-access.ts';
import { inClusterAccess } from './in-cluster.ts';
import { kubeconfigAccess } from './kubeconfig-access.ts';

const folderOf = (t: TestContext): string => {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-access-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

const configOf = (user: Record<string, unknown>, cluster: Record<string, unknown> = {}): string =>
  JSON.stringify({
    'current-context': 'c',
    clusters: [{ name: 'c', cluster: { server: 'https://h:6443/under/here/', ...cluster } }],
    users: [{ name: 'u', user }],
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
  });

const open = (folder: string, text: string, clock = new FakeClock(), mayBeInsecure = false) =>
  kubeconfigAccess(
    [{ path: join(folder, 'config'), text }],
    { environment: process.env, mayBeInsecure },
    clock,
  );

test('a server has a host, a port and what stands before its paths', (t) => {
  const { host, port, prefix } = open(folderOf(t), configOf({ token: 't' })).server();
  assert.deepEqual([host, port, prefix], ['h', 6443, '/under/here']);
  assert.throws(() => open(folderOf(t), configOf({}, { server: 'http://h' })), /https/);
});

test('K-101: a server that nobody vouches for is refused unless a flag says it', (t) => {
  const text = configOf({ token: 't' }, { 'insecure-skip-tls-verify': true });
  assert.throws(() => open(folderOf(t), text), /insecure-skip-tls-verify/);
  assert.equal(open(folderOf(t), text, new FakeClock(), true).server().isInsecure, true);
});

test('K-099: a token’s file is read anew after a minute, and when it was not taken', async (t) => {
  const [folder, clock] = [folderOf(t), new FakeClock()];
  const write = (token: string) => writeFileSync(join(folder, 'token'), `${token}\n`);
  write('one');
  const access = open(folder, configOf({ tokenFile: 'token' }), clock);
  assert.deepEqual(await access.credentials(), { token: 'one' });
  write('two');
  const one = await access.credentials();
  assert.deepEqual(one, { token: 'one' });
  access.renew(one);
  assert.deepEqual(await access.credentials(), { token: 'two' });
  write('three');
  clock.advance(61_000);
  assert.deepEqual(await access.credentials(), { token: 'three' });
});

/** Prints a token with its count, and what it was told. */
const LOGIN = `#!/bin/sh
echo x >> count
n=$(wc -l < count | tr -d ' ')
[ "$FAIL" ] && { echo "not logged in" >&2; exit 3; }
printf '{"apiVersion":"client.authentication.k8s.io/v1","status":{"token":"%s-%s","expirationTimestamp":"%s"}}' "$1" "$n" "$UNTIL"
`;

const withLogin = (t: TestContext, env: Record<string, string>) => {
  const [folder, clock] = [folderOf(t), new FakeClock()];
  writeFileSync(join(folder, 'login'), LOGIN.replaceAll('count', join(folder, 'count')));
  chmodSync(join(folder, 'login'), 0o755);
  const list = Object.entries(env).map(([name, value]) => ({ name, value }));
  const exec = {
    apiVersion: 'client.authentication.k8s.io/v1',
    command: './login',
    args: ['arg'],
    env: list,
  };
  const ran = () => readFileSync(join(folder, 'count'), 'utf8').length / 2;
  return { access: open(folder, configOf({ exec }), clock), clock, ran };
};

test('K-099: a program’s credentials are kept until they end, for all who ask at once', async (t) => {
  const { access, clock, ran } = withLogin(t, { UNTIL: '2026-01-01T00:10:00Z' });
  const all = await Promise.all([access.credentials(), access.credentials(), access.credentials()]);
  assert.deepEqual(new Set(all.map(({ token }) => token)), new Set(['arg-1']));
  clock.advance(9 * 60_000);
  assert.equal((await access.credentials()).token, 'arg-1');
  clock.advance(60_000);
  const second = await access.credentials();
  assert.equal(second.token, 'arg-2');
  access.renew(second);
  await access.credentials();
  assert.equal(ran(), 4);
});

test('K-094: of calls that are refused together the first alone has a program run again', async (t) => {
  const { access, ran } = withLogin(t, { UNTIL: '2026-01-01T00:10:00Z' });
  const first = await access.credentials();
  access.renew(first);
  const asked = access.credentials();
  access.renew(first);
  const second = await asked;
  access.renew(first);
  assert.deepEqual([await access.credentials(), ran()], [second, 2]);
  access.renew(second);
  assert.equal((await access.credentials()).token, 'arg-3');
});

test('K-103: what a program says on stderr is told, and it is run again when somebody asks again', async (t) => {
  const { access, ran } = withLogin(t, { FAIL: '1' });
  await assert.rejects(access.credentials(), /gives no credentials: not logged in/);
  await assert.rejects(access.credentials(), /not logged in/);
  assert.equal(ran(), 2);
});

test('K-102: a pod has the mounted token, read anew each minute and when it was not taken', async (t) => {
  const [folder, clock] = [folderOf(t), new FakeClock()];
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  write('token', 'one');
  write('ca.crt', 'PEM');
  write('namespace', 'jobs');
  const env = { KUBERNETES_SERVICE_HOST: '10.0.0.1', KUBERNETES_SERVICE_PORT: '443' };
  const access = inClusterAccess(env, clock, folder);
  assert.deepEqual([access.namespace, access.server().host, access.server().ca], ['jobs', '10.0.0.1', 'PEM']);
  write('token', 'two');
  assert.deepEqual(await access.credentials(), { token: 'one' });
  clock.advance(60_000);
  assert.deepEqual(await access.credentials(), { token: 'two' });
  write('token', 'three');
  access.renew(await access.credentials());
  assert.deepEqual(await access.credentials(), { token: 'three' });
});

test('K-104: where nothing is configured that is said', (t) => {
  const environment = { HOME: folderOf(t) };
  assert.throws(() => chooseAccess({ environment }, new FakeClock()), /there is no kubeconfig/);
});
