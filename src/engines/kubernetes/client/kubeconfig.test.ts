import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contextIn, type KubeconfigFile } from './kubeconfig.ts';

const file = (text: string, path = '/home/me/.kube/config'): KubeconfigFile => ({ path, text });

const CONFIG = `
apiVersion: v1
kind: Config
current-context: lab
clusters:
  - name: one
    cluster: { server: "https://one:6443", certificate-authority: ca.crt }
  - name: two
    cluster: { server: "https://two", certificate-authority-data: ${Buffer.from('PEM').toString('base64')}, tls-server-name: inner }
users:
  - name: me
    user: { client-certificate: me.crt, client-key: /keys/me.key }
  - name: robot
    user: { tokenFile: token }
contexts:
  - name: lab
    context: { cluster: one, user: me, namespace: jobs }
  - name: far
    context: { cluster: two, user: robot }
`;

test('K-097: the current context holds, and one that is named wins', () => {
  assert.equal(contextIn([file(CONFIG)], undefined).server, 'https://one:6443');
  const far = contextIn([file(CONFIG)], 'far');
  assert.deepEqual([far.server, far.ca, far.serverName], ['https://two', { text: 'PEM' }, 'inner']);
  assert.throws(() => contextIn([file(CONFIG)], 'none'), /no context 'none': there are lab, far/);
  assert.throws(() => contextIn([file('{}')], undefined), /no context is current/);
  assert.throws(() => contextIn([file('a: [')], undefined), /config is no kubeconfig/);
});

test('K-097: of entries with one name the first file’s holds', () => {
  const first = file('contexts: [{ name: lab, context: { cluster: two, user: robot } }]', '/first');
  const context = contextIn([first, file(CONFIG)], undefined);
  assert.deepEqual([context.server, context.namespace], ['https://two', undefined]);
});

test('K-098: names of files are relative to the kubeconfig they stand in', () => {
  const lab = contextIn([file(CONFIG)], undefined);
  assert.deepEqual(lab.ca, { file: '/home/me/.kube/ca.crt' });
  assert.deepEqual(lab.user, { cert: { file: '/home/me/.kube/me.crt' }, key: { file: '/keys/me.key' } });
  assert.deepEqual(contextIn([file(CONFIG)], 'far').user, { token: { file: '/home/me/.kube/token' } });
});

const withUser = (user: string, cluster = 'server: "https://h"') =>
  file(`
current-context: c
clusters: [{ name: c, cluster: { ${cluster} } }]
users: [{ name: u, user: { ${user} } }]
contexts: [{ name: c, context: { cluster: c, user: u } }]`);

test('K-099: a program gives credentials, with its arguments and environment', () => {
  const exec =
    'exec: { apiVersion: client.authentication.k8s.io/v1, command: ./login, args: [a, "1"], env: [{ name: N, value: v }] }';
  assert.deepEqual(contextIn([withUser(exec)], undefined).user.exec, {
    apiVersion: 'client.authentication.k8s.io/v1',
    command: '/home/me/.kube/login',
    args: ['a', '1'],
    env: { N: 'v' },
  });
  const old = 'exec: { apiVersion: client.authentication.k8s.io/v1alpha1, command: login }';
  assert.throws(() => contextIn([withUser(old)], undefined), /v1alpha1.*v1 or .*v1beta1 is needed/);
});

for (const [member, text, cluster] of [
  ['auth-provider', 'auth-provider: { name: gcp }', undefined],
  ['username', 'username: me, password: x', undefined],
  ['proxy-url', 'token: x', 'server: "https://h", proxy-url: "http://p"'],
  ['as', 'token: x, as: other', undefined],
] as const) {
  test(`K-100: ${member} is refused, with what to do instead`, () => {
    assert.throws(
      () => contextIn([withUser(text, cluster)], undefined),
      new RegExp(`has ${member}, .* not used here: `),
    );
  });
}

test('K-100: half a client certificate is refused', () => {
  assert.throws(() => contextIn([withUser('client-key: k')], undefined), /without its key, or a key alone/);
});
