import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { FakeApi } from '../../../../test/support/kubernetes/server.ts';
import { realClock, realTimers } from '../../../../test/support/process-world.ts';
import { type ApiRefusal, NoAnswer } from './answers.ts';
import { KubeClient } from './client.ts';
import { insist } from './insist.ts';
import { kubeconfigAccess } from './kubeconfig-access.ts';

const PODS = '/api/v1/namespaces/jobs/pods';

const open = async (t: TestContext, user?: Record<string, unknown>) => {
  const api = new FakeApi();
  await api.start();
  const files = [{ path: '/config', text: api.kubeconfig(user) }];
  const client = new KubeClient(kubeconfigAccess(files, { environment: {} }, realClock), realTimers);
  t.after(async () => {
    client.close();
    await api.close();
  });
  return { api, client };
};

const pod = (name: string) => ({ metadata: { name } });

test('an object is made, read and found again, and a second of its name is refused with the server’s words', async (t) => {
  const { client } = await open(t);
  await client.call('POST', PODS, { body: pod('a') });
  const got = (await client.call('GET', `${PODS}/a`)) as { metadata: { name: string } };
  assert.equal(got.metadata.name, 'a');
  await assert.rejects(client.call('POST', PODS, { body: pod('a') }), (error: ApiRefusal) => {
    assert.deepEqual([error.status, error.said.reason], [409, 'AlreadyExists']);
    assert.equal(error.message, 'pods "a" already exists');
    return true;
  });
});

test('K-092: a DELETE with a body is heard with it, and the connection goes on', async (t) => {
  const { api, client } = await open(t);
  await client.call('POST', PODS, { body: pod('a') });
  const body = { preconditions: { uid: 'another' } };
  await assert.rejects(client.call('DELETE', `${PODS}/a`, { body }), { name: 'ApiRefusal', status: 409 });
  await client.call('GET', `${PODS}/a`);
  assert.equal(api.connections, 1);
});

test('K-091: at most 32 calls are under way, and those that nobody waits for come last', async (t) => {
  const { api, client } = await open(t);
  const calls = Array.from({ length: 100 }, (_, i) =>
    client.call('GET', PODS, { isLast: i < 50, query: { labelSelector: i < 50 ? 'tidy=1' : 'asked=1' } }),
  );
  await Promise.all(calls);
  assert.ok(api.connections <= 32, `${api.connections} connections`);
  const order = api.asked.map(({ query }) => query.get('labelSelector') === 'asked=1');
  assert.ok(order.lastIndexOf(true) < order.lastIndexOf(false) - 17, 'tidied last');
});

test('K-094: credentials that are not taken are read anew once, then the error names what was tried', async (t) => {
  const { api, client } = await open(t);
  const unauthorized = { kind: 'refuse', status: 401, body: '{"message":"Unauthorized"}' } as const;
  let left = 1;
  api.vice = () => (left-- > 0 ? unauthorized : undefined);
  await client.call('GET', PODS);
  left = 2;
  await assert.rejects(client.call('GET', PODS), /Unauthorized: .* no credentials of context 'fake'/);
  assert.equal(api.asked.length, 4);
});

test('K-006: a create whose answer never came is sent again until an answer says what is', async (t) => {
  const { api, client } = await open(t);
  const vices = ['unheard', 'unanswered'] as const;
  api.vice = () => {
    const kind = vices[api.asked.length - 1];
    return kind && { kind };
  };
  const settings = { timers: realTimers, chance: () => 0, isVoid: () => false };
  const made = insist(settings, () => client.call('POST', PODS, { body: pod('a') }));
  await assert.rejects(made, { name: 'ApiRefusal', status: 409 });
  assert.equal(api.pods.all().length, 1);
});

test('a page of a proxy is told as it is', async (t) => {
  const { api, client } = await open(t);
  api.vice = () => ({ kind: 'refuse', status: 502, body: '<html>bad gateway</html>', retryAfter: 4 });
  await assert.rejects(client.call('GET', PODS), (error: ApiRefusal) => {
    assert.deepEqual(
      [error.status, error.message, error.retryAfterSeconds],
      [502, '<html>bad gateway</html>', 4],
    );
    return true;
  });
});

test('K-096: a call that is not answered in its time ends', async (t) => {
  const { api, client } = await open(t);
  api.vice = () => ({ kind: 'hang' });
  await assert.rejects(client.call('GET', PODS, { timeoutMilliseconds: 50 }), /no answer in 0.05 s/);
});

test('a closed client has no answers', async (t) => {
  const { client } = await open(t);
  client.close();
  await assert.rejects(client.call('GET', PODS), NoAnswer);
});

test('K-103: no error shows a token', async (t) => {
  const { api, client } = await open(t, { token: 'very-secret' });
  await assert.rejects(
    client.call('GET', '/api/v1/nothing'),
    (error: Error) => !String(error.stack).includes('very-secret'),
  );
  assert.equal(api.asked[0]!.token, 'very-secret');
  await api.close();
  await assert.rejects(
    client.call('GET', PODS),
    (error: Error) => !String(error.stack).includes('very-secret'),
  );
});

test('of an answer that is not read nothing is made, and a proxy’s page is none', async (t) => {
  const { api, client } = await open(t);
  await client.call('POST', PODS, { body: pod('a') });
  api.vice = () => ({ kind: 'page' });
  await assert.rejects(client.call('DELETE', `${PODS}/a`, { isUnread: true }), NoAnswer);
  api.vice = () => undefined;
  await client.call('POST', PODS, { body: pod('b') });
  assert.equal(await client.call('DELETE', `${PODS}/b`, { isUnread: true }), undefined);
  const gone = client.call('DELETE', `${PODS}/b`, { isUnread: true });
  await assert.rejects(gone, { name: 'ApiRefusal', status: 404 });
  assert.equal(api.connections, 1);
});
